"""Moving a verdict from state to state: by the table, by who may, and with a word of why."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from tests.making import Client, Json, Made, Make, change, wrong

STATES = ("draft", "in_review", "approved", "scheduled", "published", "revising", "retracted")
SOON = "2999-01-01T00:00:00Z"
NOTICE = "It was wrong"
Making = Callable[[Make], Awaitable[Made]]


async def draft(make: Make) -> Made:
    return await make.verdict()


async def submitted(make: Make) -> Made:
    return await make.move(await make.verdict(), "in_review")


async def approved(make: Make) -> Made:
    return await make.approve(await make.verdict())


async def scheduled(make: Make) -> Made:
    return await make.move(await approved(make), "scheduled", publish_at=SOON)


async def published(make: Make) -> Made:
    return await make.published()


async def revising(make: Make) -> Made:
    return await make.revise(await make.published(), headline="Better")


async def revision_in_review(make: Make) -> Made:
    return await make.move(await revising(make), "in_review")


async def revision_approved(make: Make) -> Made:
    return await make.approve(await revising(make))


async def revision_scheduled(make: Make) -> Made:
    approved_ = await revision_approved(make)
    return await make.move(approved_, "scheduled", change_kind="minor", publish_at=SOON)


async def retracted(make: Make) -> Made:
    return await make.move(await make.published(), "retracted", notice=NOTICE)


LEGAL: list[tuple[Making, set[str]]] = [
    (draft, {"in_review"}),
    (submitted, {"approved", "draft"}),
    (approved, {"draft", "published", "scheduled"}),
    (scheduled, {"approved", "published"}),
    (published, {"revising", "retracted"}),
    (revising, {"in_review", "retracted"}),
    (revision_in_review, {"approved", "retracted", "revising"}),
    (revision_approved, {"published", "retracted", "revising", "scheduled"}),
    (revision_scheduled, {"approved", "published", "retracted"}),
    (retracted, set()),
]


async def move(client: Client, path: str, to: str, **given: str) -> Json:
    """Try a move, saying all that any move may need."""
    said = {"to": to, "comment": "So it is", "notice": NOTICE} | given
    if to == "scheduled":
        said["publish_at"] = SOON
    answer = await client.post(f"{path}/transitions", json=said, headers={"If-Match": "*"})
    told: Json = answer.json()
    return told | {"code": answer.status_code}


@pytest.mark.parametrize(("making", "legal"), LEGAL, ids=lambda one: getattr(one, "__name__", ""))
async def test_from_each_state_the_moves_of_the_table_are_legal_and_no_other(
    making: Making, legal: set[str], make: Make, admin: Client, reviewer: Client
) -> None:
    there = await making(make)

    for to in STATES:
        refused = await move(admin, there.path, to) if to not in legal else {}
        if refused:
            assert (refused["code"], refused["type"]) == (409, "/problems/illegal-transition")
            assert refused["legal"] == sorted(legal)
            assert [error["pointer"] for error in refused["errors"]] == ["/to"]
    assert (await admin.get(there.path)).json() == there.body
    for to in sorted(legal):
        made = await making(make)
        out = made.body["published_version"] is not None
        kind = {"change_kind": "minor"} if out and to in {"published", "scheduled"} else {}
        moved = await move(reviewer if to == "approved" else admin, made.path, to, **kind)
        if to == "approved" and making in {scheduled, revision_scheduled}:
            assert moved["code"] == 403
            moved = await move(admin, made.path, to)
        assert (moved["code"], moved["state"]) == (200, to), moved


async def test_each_move_takes_its_scope(
    make: Make,
    anonymous: Client,
    reader: Client,
    contributor: Client,
    reviewer: Client,
    editor: Client,
    stranger: Client,
) -> None:
    path = (await make.verdict()).path

    async def codes(to: str, *clients: Client, **given: str) -> list[int]:
        return [(await move(one, path, to, **given))["code"] for one in clients]

    assert await codes("in_review", anonymous, stranger, reader) == [401, 404, 403]
    assert await codes("in_review", contributor) == [200]
    assert await codes("approved", contributor, reviewer) == [403, 200]
    assert await codes("published", contributor, reviewer, editor) == [403, 403, 200]
    assert await codes("revising", stranger, reader, contributor) == [403, 403, 200]
    assert await codes("retracted", contributor, reviewer, editor) == [403, 403, 200]


async def test_one_scope_alone_is_enough_for_its_moves(
    make: Make, admin: Client, app_client: Callable[[str], Client]
) -> None:
    reviews = (await make.api_key(scopes=["read", "review"])).body["key"]
    publishes = (await make.api_key(scopes=["read", "publish"])).body["key"]
    path = (await submitted(make)).path

    assert (await move(app_client(reviews), path, "approved"))["code"] == 200
    assert (await move(app_client(reviews), path, "published"))["code"] == 403
    assert (await move(app_client(publishes), path, "published"))["code"] == 200


@pytest.mark.parametrize(
    ("making", "to"),
    [
        (submitted, "draft"),
        (approved, "draft"),
        (revision_in_review, "revising"),
        (revision_approved, "revising"),
    ],
)
async def test_what_goes_back_needs_a_comment_and_loses_its_approval(
    making: Making, to: str, make: Make, admin: Client
) -> None:
    there = await making(make)
    silent = await admin.post(f"{there.path}/transitions", json={"to": to}, headers=there.if_match)

    back = await make.move(there, to, comment="The second source is missing")

    assert wrong(silent) == (422, {("/comment", "missing")})
    assert (back.body["state"], back.body["approver"]) == (to, None)
    edited = await change(admin, back, summary="Mended")
    assert edited.json()["summary"] == "Mended"


@pytest.mark.parametrize(
    "making",
    [submitted, approved, scheduled, published, revision_in_review, revision_approved, retracted],
)
async def test_only_a_draft_or_a_revision_under_way_is_edited(
    making: Making, make: Make, admin: Client
) -> None:
    there = await making(make)

    refused = await change(admin, there, headline="Other words")

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-in-draft")
    assert (await admin.get(there.path)).json() == there.body


async def test_every_move_records_who_when_and_why(make: Make, admin: Client) -> None:
    verdict = await make.move(await make.verdict(), "in_review", comment="Ready")
    verdict = await make.move(verdict, "approved", by=make.approver, comment="Well done")
    verdict = await make.move(verdict, "published")
    verdict = await make.revise(verdict, headline="Better")
    await make.move(verdict, "retracted", notice=NOTICE)

    told = (await admin.get(f"{verdict.path}/history?sort=version")).json()["items"]

    assert [(one["action"], one["actor"], one["reason"]) for one in told[1:]] == [
        ("verdict.submitted", "Administrator", "Ready"),
        ("verdict.approved", "Reviewer", "Well done"),
        ("verdict.published", "Administrator", None),
        ("verdict.reopened", "Administrator", None),
        ("verdict.changed", "Administrator", None),
        ("verdict.retracted", "Administrator", NOTICE),
    ]
    assert all(one["at"] for one in told)


async def test_a_retracted_verdict_keeps_answering_with_its_notice(
    make: Make, anonymous: Client
) -> None:
    verdict = await published(make)

    taken_back = await make.move(verdict, "retracted", notice=NOTICE, change_reason="factual_error")

    for client in (anonymous, make.client):
        answer = await client.get(verdict.path)
        shown = answer.json()
        assert (answer.status_code, shown["state"], shown["retracted"]) == (200, "retracted", True)
        assert (shown["notice"], shown["change_kind"]) == (NOTICE, "retraction")
        assert (shown["headline"], shown["rating"]["key"]) == ("It is not so", "false")
    assert taken_back.body["published_version"] == 2
    who = ("author", "approver")
    assert [taken_back.body[name] for name in who] == [verdict.body[name] for name in who]
    (summary,) = (await anonymous.get(f"/v1/statements/{verdict.body['statement_id']}")).json()[
        "verdicts"
    ]
    assert (summary["state"], summary["retracted"]) == ("retracted", True)


async def test_a_retraction_without_a_notice_is_refused(make: Make, admin: Client) -> None:
    there = await make.published()

    silent = await admin.post(
        f"{there.path}/transitions", json={"to": "retracted"}, headers=there.if_match
    )

    assert wrong(silent) == (422, {("/notice", "missing")})
    assert (await admin.get(there.path)).json() == there.body


async def test_the_assignee_and_the_day_can_be_changed_in_any_state_and_stay_inside(
    make: Make, admin: Client, anonymous: Client, stranger: Client
) -> None:
    for making in (submitted, published, retracted):
        there = await making(make)
        changed = await change(admin, there, assignee="Ada Lovelace", due_on="2026-12-24")
        body = changed.json()
        assert (body["assignee"], body["due_on"]) == ("Ada Lovelace", "2026-12-24")
        assert (body["state"], body["version"]) == (there.body["state"], there.body["version"] + 1)
        for outsider in (anonymous, stranger):
            shown = (await outsider.get(there.path)).json()
            assert shown.get("assignee") is None
            assert shown.get("version") in {None, there.body["version"]}
    refused = await change(admin, await draft(make), due_on="24 December")
    assert wrong(refused) == (422, {("/due_on", "day")})


async def test_what_was_public_is_not_unpublished_by_the_services_own_role(
    make: Make, database: asyncpg.Connection
) -> None:
    verdict = await published(make)
    taken_back = await retracted(make)

    for attempt in (
        "UPDATE verdict SET public_id = NULL, published_at = NULL WHERE id = $1",
        "UPDATE verdict SET published_at = now() - interval '1 year' WHERE id = $1",
        "UPDATE verdict SET check_type = 'promise' WHERE id = $1",
        "DELETE FROM verdict WHERE id = $1",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(attempt, verdict.id)
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(
            "UPDATE verdict SET retracted = false, state = 'published' WHERE id = $1", taken_back.id
        )
