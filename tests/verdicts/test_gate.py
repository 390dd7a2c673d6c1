"""The gate: everything that is missing to publish, at once, and a second person who approves."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.making import Client, Json, Made, Make, archive, everything

NOTE = "There is nothing else to be had"
ORGANIZATION = "/v1/organizations"
ANY = {"If-Match": "*"}
Found = tuple[str | None, str]
Gate = Callable[..., Awaitable[None]]


@pytest.fixture
async def gate(admin: Client) -> AsyncIterator[Gate]:
    """Set what our organisation asks for; afterwards it is as it was."""
    (ours,) = [
        one
        for one in (await admin.get(ORGANIZATION)).json()["items"]
        if one["name"] == "My newsroom"
    ]

    async def ask(**wanted: object) -> None:
        answer = await admin.patch(
            f"{ORGANIZATION}/{ours['id']}", json={"gate": wanted}, headers=ANY
        )
        assert answer.status_code == 200, answer.text

    yield ask
    await ask(**ours["gate"])


async def source(make: Make, **given: object) -> str:
    return (await make.source(**given)).id


async def outlet(make: Make) -> str:
    return await source(make, kind="newspaper")


def cited(source_id: str, role: str = "secondary") -> Json:
    return {"source_id": source_id, "stance": "refutes", "role": role}


async def publish(make: Make, client: Client, draft: Made) -> tuple[int, set[Found]]:
    """Have a draft approved, try to publish it, and tell what is missing."""
    approved = await make.approve(draft)
    answer = await client.post(
        f"{draft.path}/transitions", json={"to": "published"}, headers=approved.if_match
    )
    body = answer.json()
    if answer.status_code == 409:
        assert body["type"] == "/problems/gate-not-passed"
    return answer.status_code, everything(body.get("errors", []))


async def test_everything_that_is_missing_is_said_at_once(
    make: Make, admin: Client, anonymous: Client
) -> None:
    bare = await make.verdict(rating=None, summary=None, explanation=None, evidence_note=None)

    assert await publish(make, admin, bare) == (
        409,
        {
            ("/rating", "missing"),
            ("/summary", "missing"),
            ("/explanation", "missing"),
            ("/evidence", "too_few_evidence"),
            ("/evidence", "too_few_publishers"),
            ("/evidence", "no_primary_source"),
        },
    )
    assert (await anonymous.get(bare.path)).status_code == 404
    assert (await admin.get(bare.path)).json()["state"] == "approved"


async def test_evidence_from_two_publishers_and_a_primary_source_passes(
    make: Make, admin: Client
) -> None:
    one, other = await outlet(make), await outlet(make)
    article = await source(make, publisher_id=one)
    same = await source(make, publisher_id=one)
    data = await source(make, kind="dataset", publisher_id=other, is_primary=True)
    unknown = await source(make)

    async def missing(*evidence: Json) -> set[Found]:
        draft = await make.verdict(evidence=list(evidence), evidence_note=None)
        return (await publish(make, admin, draft))[1]

    few, no_primary = ("/evidence", "too_few_publishers"), ("/evidence", "no_primary_source")
    assert await missing(cited(article), cited(same)) == {few, no_primary}
    assert await missing(cited(article), cited(unknown, "primary")) == {few}
    assert await missing(cited(article), cited(other)) == {no_primary}
    assert await missing(cited(article), cited(one, "primary")) == {few}
    assert await missing(cited(article), cited(data)) == set()
    assert await missing(cited(article), cited(other, "primary")) == set()


async def test_a_written_reason_stands_for_sources_and_readers_see_it(
    make: Make, admin: Client, anonymous: Client
) -> None:
    draft = await make.verdict(evidence_note=NOTE)

    assert await publish(make, admin, draft) == (200, set())
    assert (await anonymous.get(draft.path)).json()["evidence_note"] == NOTE


async def test_each_condition_is_a_setting_of_the_organization(
    make: Make, admin: Client, gate: Gate
) -> None:
    async def missing(**wanted: object) -> set[Found]:
        await gate(**wanted)
        return (await publish(make, admin, await make.verdict(evidence_note=None)))[1]

    lax = {"minimum_evidence": 0, "minimum_publishers": 0, "primary_source": False}
    assert await missing(**lax) == set()
    assert await missing(**lax | {"minimum_evidence": 3}) == {("/evidence", "too_few_evidence")}
    assert await missing(**lax | {"minimum_publishers": 1}) == {("/evidence", "too_few_publishers")}
    assert await missing(**lax | {"primary_source": True}) == {("/evidence", "no_primary_source")}


@pytest.mark.parametrize("field", ["minimum_evidence", "minimum_publishers"])
async def test_a_gate_asks_for_what_can_be_given(field: str, make: Make, admin: Client) -> None:
    made = await make.organization()

    for wrong_value in (-1, 201, "2", 1.5):
        refused = await admin.patch(made.path, json={"gate": {field: wrong_value}}, headers=ANY)
        assert refused.status_code == 422
        assert {error["pointer"] for error in refused.json()["errors"]} == {f"/gate/{field}"}


async def test_nothing_is_published_about_a_statement_that_was_archived(
    make: Make, admin: Client
) -> None:
    statement = await make.statement()
    draft = await make.verdict(statement_id=statement.id, rating=None)
    await archive(admin, statement)

    found = {("/rating", "missing"), ("/statement_id", "archived")}
    assert await publish(make, admin, draft) == (409, found)


async def test_what_its_newsroom_has_hidden_since_is_not_brought_out_by_another(
    make: Make, admin: Client, stranger: Client, anonymous: Client
) -> None:
    statement = await make.statement()
    theirs = Make(stranger)
    approved = await theirs.approve(await theirs.verdict(statement_id=statement.id))
    await admin.patch(statement.path, json={"visibility": "internal"}, headers=ANY)

    refused = await stranger.post(
        f"{approved.path}/transitions", json={"to": "published"}, headers=ANY
    )

    assert refused.status_code == 409
    assert everything(refused.json()["errors"]) == {("/statement_id", "not_public")}
    assert (await anonymous.get(statement.path)).status_code == 404


@pytest.mark.parametrize(
    ("said", "status", "found"),
    [
        ({}, 422, {("/change_kind", "missing")}),
        ({"change_kind": "initial"}, 422, {("/change_kind", "change_kind")}),
        ({"change_kind": "retraction"}, 422, {("/change_kind", "change_kind")}),
        ({"change_kind": "correction"}, 422, {("/notice", "missing")}),
        ({"change_kind": "minor"}, 200, set()),
        ({"change_kind": "update"}, 200, set()),
        ({"change_kind": "correction", "notice": "Mended"}, 200, set()),
    ],
)
async def test_a_revision_says_what_sort_of_change_it_is(
    said: Json, status: int, found: set[Found], make: Make, admin: Client
) -> None:
    approved = await make.approve(await make.revise(await make.published(), headline="Better"))

    answer = await admin.post(
        f"{approved.path}/transitions", json={"to": "published"} | said, headers=approved.if_match
    )

    assert (answer.status_code, everything(answer.json().get("errors", []))) == (status, found)


async def test_what_lacks_both_is_told_both(make: Make, admin: Client) -> None:
    approved = await make.approve(await make.revise(await make.published(), rating=None))

    answer = await admin.post(
        f"{approved.path}/transitions", json={"to": "published"}, headers=approved.if_match
    )

    assert answer.status_code == 409
    found = {("/change_kind", "missing"), ("/rating", "missing")}
    assert everything(answer.json()["errors"]) == found


async def approve(client: Client, verdict: Made) -> tuple[int, str]:
    answer = await client.post(f"{verdict.path}/transitions", json={"to": "approved"}, headers=ANY)
    return answer.status_code, answer.json().get("type", "")


REFUSED = (409, "/problems/not-the-approver")


async def test_who_wrote_it_cannot_approve_it_by_no_key_of_theirs(
    make: Make, admin: Client, reviewer: Client, app_client: Callable[[str], Client]
) -> None:
    second = await make.api_key(role="editor", person="  admin\u200bistrator ")
    submitted = await make.move(await make.verdict(), "in_review")

    assert await approve(admin, submitted) == REFUSED
    assert await approve(app_client(second.body["key"]), submitted) == REFUSED
    assert (await admin.get(submitted.path)).json() == submitted.body
    status, _ = await approve(reviewer, submitted)
    assert status == 200
    assert (await admin.get(submitted.path)).json()["approver"] == "Reviewer"


async def test_nor_with_the_same_key_under_another_name(
    make: Make, admin: Client, app_client: Callable[[str], Client]
) -> None:
    key = await make.api_key(role="editor", person="Ada")
    ada = app_client(key.body["key"])
    theirs = Make(ada)
    submitted = await theirs.move(await theirs.verdict(), "in_review")
    renamed = await admin.patch(key.path, json={"person": "Grace"}, headers=ANY)

    assert renamed.status_code == 200
    assert await approve(ada, submitted) == REFUSED


async def test_who_wrote_a_part_of_it_cannot_approve_it_either(
    make: Make, reviewer: Client, editor: Client
) -> None:
    draft = await make.verdict()
    await reviewer.patch(draft.path, json={"headline": "Mine"}, headers=ANY)
    submitted = await make.move(Made(draft.path, draft.body, "*"), "in_review")

    assert await approve(reviewer, submitted) == REFUSED
    assert (await approve(editor, submitted))[0] == 200


async def test_who_only_began_a_revision_may_approve_what_another_wrote(
    make: Make, checker: Client, editor: Client
) -> None:
    published = await make.published()
    await Make(editor).move(published, "revising")
    await checker.patch(published.path, json={"headline": "By the checker"}, headers=ANY)
    submitted = await Make(checker).move(Made(published.path, {}, "*"), "in_review")

    assert submitted.body["author"] == "Checker"
    assert await approve(checker, submitted) == (403, "/problems/forbidden")
    assert (await approve(editor, submitted))[0] == 200


async def test_a_revision_that_nobody_changed_is_its_beginners(
    make: Make, editor: Client, reviewer: Client
) -> None:
    begun = await Make(editor).move(await make.published(), "revising")
    submitted = await Make(editor).move(begun, "in_review")

    assert await approve(editor, submitted) == REFUSED
    assert (await approve(reviewer, submitted))[0] == 200


async def test_an_organization_of_one_may_do_without_and_a_stricter_one_is_not_surprised(
    make: Make, admin: Client, gate: Gate
) -> None:
    await gate(second_person=False)
    alone = Make(admin)
    published = await alone.published()
    approved = await alone.approve(await alone.verdict())

    await gate(second_person=True)
    refused = await admin.post(
        f"{approved.path}/transitions", json={"to": "published"}, headers=approved.if_match
    )

    assert (published.body["author"], published.body["approver"]) == ("Administrator",) * 2
    assert refused.status_code == 409
    assert everything(refused.json()["errors"]) == {("/approver", "second_person")}
