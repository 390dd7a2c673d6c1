"""Who sees which version of a verdict, and whether it still fits what it judged."""

import pytest

from tests.making import Client, Made, Make, archive, change, ids

PATH = "/v1/verdicts"


@pytest.fixture
async def revised(make: Make) -> Made:
    """A published verdict that is being worked on again."""
    published = await make.published()
    await make.revise(published, headline="Better words", rating=None)
    return published


async def link(make: Make, one: str, other: str, type_: str, state: str = "confirmed") -> None:
    body = {"other_id": other, "type": type_, "state": state}
    await make.post(f"/v1/statements/{one}/links", body)


async def stale(client: Client, verdict: Made) -> list[str]:
    reasons: list[str] = (await client.get(verdict.path)).json()["stale_reasons"]
    return reasons


async def test_the_public_sees_what_is_out_while_it_is_being_revised(
    revised: Made, anonymous: Client, stranger: Client
) -> None:
    for outsider in (anonymous, stranger):
        answer = await outsider.get(revised.path)
        told = {"created_by", "stale_reasons"}
        assert {name: value for name, value in answer.json().items() if name not in told} == {
            name: value for name, value in revised.body.items() if name not in told
        }
        assert await ids(outsider, PATH, rating="false", state="published") == [revised.id]


async def test_its_own_people_see_the_version_they_are_working_on(
    revised: Made, reader: Client
) -> None:
    working = (await reader.get(revised.path)).json()
    out = (await reader.get(revised.path, params={"view": "public"})).json()

    assert (working["headline"], working["rating"]) == ("Better words", None)
    assert (working["state"], working["version"], working["published_version"]) == (
        "revising",
        6,
        1,
    )
    assert (out["headline"], out["state"], out["version"]) == ("It is not so", "published", 4)
    assert await ids(reader, PATH, state="revising") == [revised.id]
    assert await ids(reader, PATH, rating="false") == []


async def test_a_statement_shows_each_the_version_that_they_see(
    revised: Made, reader: Client, anonymous: Client
) -> None:
    path = f"/v1/statements/{revised.body['statement_id']}"

    (ours,) = (await reader.get(path)).json()["verdicts"]
    (public,) = (await anonymous.get(path)).json()["verdicts"]

    assert (ours["headline"], ours["state"]) == ("Better words", "revising")
    assert (public["headline"], public["state"]) == ("It is not so", "published")


@pytest.mark.parametrize("view", ["editorial", "public"])
async def test_nobody_sees_more_by_asking_for_another_view(
    view: str, make: Make, anonymous: Client, stranger: Client
) -> None:
    draft = await make.verdict()

    for outsider in (anonymous, stranger):
        assert (await outsider.get(draft.path, params={"view": view})).status_code == 404


async def test_a_verdict_is_stale_when_the_statement_was_revised(
    make: Make, admin: Client, anonymous: Client
) -> None:
    statement = await make.statement()
    draft = await make.verdict(statement_id=statement.id, check_type="context")
    published = await make.published(statement_id=statement.id)
    before = await stale(anonymous, published)

    await admin.patch(statement.path, json={"summary": "Only that"}, headers={"If-Match": "*"})
    noted = await stale(anonymous, published)
    await admin.patch(statement.path, json={"text": "Other words"}, headers={"If-Match": "*"})

    assert (before, noted) == ([], [])
    assert await stale(anonymous, published) == ["statement_revised"]
    assert await stale(admin, draft) == ["statement_revised"]
    judged_again = await change(admin, draft, statement_revision=None)
    assert (judged_again.json()["statement_revision"], judged_again.json()["stale_reasons"]) == (
        2,
        [],
    )


async def test_a_verdict_is_stale_when_its_evidence_was_archived(
    make: Make, admin: Client, anonymous: Client
) -> None:
    source = await make.source()
    cited = {"source_id": source.id, "stance": "refutes", "role": "primary"}
    published = await make.published(evidence=[cited])

    await archive(admin, source)

    shown = (await anonymous.get(published.path)).json()
    assert shown["stale_reasons"] == ["evidence_archived"]
    assert shown["evidence"][0]["source"]["name"] == source.body["name"]


async def test_a_newer_update_makes_it_stale_and_an_older_one_doesnt(
    make: Make, anonymous: Client
) -> None:
    statement, before, after = [await make.statement() for _ in range(3)]
    await link(make, before.id, statement.id, "updates")
    published = await make.published(statement_id=statement.id)
    unlinked = await stale(anonymous, published)

    await link(make, statement.id, after.id, "updates")
    forward = await stale(anonymous, published)
    await link(make, after.id, statement.id, "updates")

    assert (unlinked, forward) == ([], [])
    assert await stale(anonymous, published) == ["statement_updated"]


async def test_a_contradiction_makes_both_sides_stale(make: Make, anonymous: Client) -> None:
    one, other = await make.statement(), await make.statement()
    verdicts = [await make.published(statement_id=made.id) for made in (one, other)]

    await link(make, one.id, other.id, "contradicts")

    assert [await stale(anonymous, one) for one in verdicts] == [["statement_contradicted"]] * 2


@pytest.mark.parametrize(
    ("type_", "state"),
    [
        ("updates", "suggested"),
        ("contradicts", "rejected"),
        ("repeats", "confirmed"),
        ("qualifies", "confirmed"),
    ],
)
async def test_other_links_make_nothing_stale(
    type_: str, state: str, make: Make, reader: Client
) -> None:
    published, other = await make.published(), await make.statement()

    await link(make, other.id, published.body["statement_id"], type_, state)

    assert await stale(reader, published) == []


async def test_the_public_learns_nothing_of_internal_statements(
    make: Make, reader: Client, anonymous: Client
) -> None:
    published = await make.published()
    internal = await make.statement(visibility="internal")

    await link(make, internal.id, published.body["statement_id"], "updates")

    assert await stale(reader, published) == ["statement_updated"]
    assert await stale(anonymous, published) == []


async def test_confidential_evidence_is_not_named_to_strangers(
    make: Make, reader: Client, anonymous: Client
) -> None:
    source = await make.source(access="confidential", name="Secret")
    cited = {"source_id": source.id, "stance": "refutes", "role": "primary"}
    published = await make.published(evidence=[cited])

    names: list[str | None] = []
    for client in (reader, anonymous):
        (evidence,) = (await client.get(published.path)).json()["evidence"]
        names.append(evidence["source"]["name"])
    assert names == ["Secret", None]
