"""Publishing: a draft becomes what the public sees, and stays as it was."""

import asyncpg
import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

PATH = "/v1/verdicts"


async def move(client: Client, verdict: Made, to: str, **given: str) -> Json:
    body = {"to": to} | given
    answer = await client.post(f"{verdict.path}/transitions", json=body, headers=verdict.if_match)
    moved: Json = answer.json()
    return moved | {"status": answer.status_code}


async def test_a_published_verdict_is_everybodys_to_read(
    make: Make, anonymous: Client, stranger: Client, reader: Client
) -> None:
    published = await make.published()

    body = published.body
    assert (body["state"], body["version"], body["published_version"]) == ("published", 4, 1)
    assert body["change_kind"] == "initial"
    assert body["published_at"] == body["updated_at"]
    for client in (anonymous, stranger, reader):
        shown = (await client.get(published.path)).json()
        assert shown == body | {"created_by": shown["created_by"]}
        assert await ids(client, PATH) == [published.id]
        statement = (await client.get(f"/v1/statements/{body['statement_id']}")).json()
        assert [one["rating"]["key"] for one in statement["verdicts"]] == ["false"]


async def test_publishing_makes_its_statement_public_and_records_both(
    make: Make, anonymous: Client, database: asyncpg.Connection
) -> None:
    statement = await make.statement(visibility="internal")
    draft = await make.verdict(statement_id=statement.id)

    await make.publish(draft, comment="Well checked")

    shown = (await anonymous.get(statement.path)).json()
    assert (shown["visibility"], shown["version"], shown["revision"]) == ("public", 2, 1)
    rows = await database.fetch(
        "SELECT action, reason, version FROM change ORDER BY id DESC LIMIT 2"
    )
    assert [tuple(row) for row in rows] == [
        ("verdict.published", "Well checked", 4),
        ("statement.changed", "A verdict about it is published", 2),
    ]


async def test_publishing_leaves_a_public_statement_alone(make: Make, anonymous: Client) -> None:
    statement = await make.statement()

    await make.published(statement_id=statement.id)

    assert (await anonymous.get(statement.path)).json()["version"] == 1


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"to": "nowhere"}, "/to", "enum"),
        ({}, "/to", "missing"),
        ({"to": "in_review", "change_kind": "correction"}, "/change_kind", "change_kind"),
        ({"to": "in_review", "change_kind": "retraction"}, "/change_kind", "change_kind"),
        ({"to": "published", "publish_at": "2999-01-01T00:00:00Z"}, None, "schedule"),
        ({"to": "scheduled"}, None, "schedule"),
        ({"to": "published", "because": "why not"}, "/because", "unknown_field"),
    ],
)
async def test_a_refused_move_moves_nothing(
    given: Json, pointer: str | None, code: str, make: Make, admin: Client
) -> None:
    draft = await make.verdict()

    path = f"{draft.path}/transitions"
    refused = await admin.post(path, json=given, headers=draft.if_match)

    assert wrong(refused) == (422, {(pointer, code)})
    assert (await admin.get(draft.path)).json()["state"] == "draft"


async def test_a_notice_and_a_reason_are_kept(make: Make) -> None:
    published = await make.publish(
        await make.verdict(), notice="First words", change_reason="wording", change_kind="initial"
    )

    assert (published.body["notice"], published.body["change_reason"]) == ("First words", "wording")


async def test_a_move_needs_to_know_what_it_moves(make: Make, admin: Client) -> None:
    draft = await make.verdict()
    await change(admin, draft, headline="Changed meanwhile")
    path = f"{draft.path}/transitions"

    blind = await admin.post(path, json={"to": "in_review"})
    late = await admin.post(path, json={"to": "in_review"}, headers=draft.if_match)

    assert (blind.status_code, late.status_code) == (428, 412)
    assert (await admin.get(draft.path)).json()["state"] == "draft"


async def test_what_was_published_is_neither_edited_nor_archived(
    make: Make, admin: Client, anonymous: Client
) -> None:
    published = await make.published()

    edited = await change(admin, published, headline="Other words")
    archived = await archive(admin, published)

    assert (edited.status_code, archived.status_code) == (409, 409)
    assert edited.json()["type"] == "/problems/not-in-draft"
    assert (await anonymous.get(published.path)).json()["headline"] == "It is not so"


async def test_strangers_may_not_touch_it(make: Make, stranger: Client) -> None:
    draft, published = await make.verdict(), await make.published()

    assert (await change(stranger, draft, headline="Mine")).status_code == 404
    assert (await change(stranger, published, headline="Mine")).status_code == 403
    assert (await archive(stranger, published)).status_code == 403


async def test_a_draft_can_be_archived_once(make: Make, admin: Client) -> None:
    draft = await make.verdict()

    assert (await archive(admin, draft)).status_code == 204
    assert (await admin.get(draft.path)).status_code == 410
    assert await ids(admin, PATH) == []
    statement = await admin.get(f"/v1/statements/{draft.body['statement_id']}")
    assert statement.json()["verdicts"] == []


async def test_two_newsrooms_verdicts_stand_side_by_side(
    make: Make, stranger: Client, anonymous: Client, reader: Client
) -> None:
    statement = await make.statement()
    mine = await make.published(statement_id=statement.id)
    theirs = await Make(stranger).published(statement_id=statement.id, rating={"key": "true"})
    draft = await make.verdict(statement_id=statement.id, check_type="context")

    public = (await anonymous.get(statement.path)).json()["verdicts"]
    ours = (await reader.get(statement.path)).json()["verdicts"]

    assert [one["id"] for one in public] == [mine.id, theirs.id]
    assert [one["organization"]["name"] for one in public] == ["My newsroom", "Another newsroom"]
    assert [one["id"] for one in ours] == [mine.id, theirs.id, draft.id]
    assert ours[2]["published_at"] is None
