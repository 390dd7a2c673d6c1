"""What colleagues say to one another: a tree of comments, which nobody else sees."""

from asyncio import gather

import asyncpg
import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

NOTHING = "0192d3a4-0000-7000-8000-000000000000"
THINGS = ("statement", "verdict")
each_thing = pytest.mark.parametrize("kind", THINGS)


async def thing(make: Make, kind: str) -> Made:
    """Make something public to comment on."""
    return await (make.published() if kind == "verdict" else make.statement())


@each_thing
async def test_a_comment_has_its_author_its_words_and_an_address_of_its_own(
    make: Make, checker: Client, reader: Client, kind: str
) -> None:
    about = await thing(make, kind)

    made = await Make(checker).comment(about, text="Who called?", mentions=["Ada", "Grace"])

    body = made.body
    assert made.path == f"/v1/comments/{made.id}"
    assert (body["author"], body["created_by"]) == ("Checker", "Checker")
    assert (body["text"], body["mentions"]) == ("Who called?", ["Ada", "Grace"])
    assert {name: body[f"{name}_id"] for name in THINGS} == dict.fromkeys(THINGS) | {kind: about.id}
    assert (body["is_resolved"], body["resolved_by"], body["resolved_at"]) == (False, None, None)
    assert (await reader.get(made.path)).json() == body


@each_thing
async def test_they_are_listed_where_they_were_made_the_oldest_first(
    make: Make, admin: Client, reader: Client, kind: str
) -> None:
    about, other = await thing(make, kind), await thing(make, kind)
    made = [await make.comment(about) for _ in range(3)]
    await make.comment(other)
    await archive(admin, made[1])

    assert await ids(reader, f"{about.path}/comments") == [made[0].id, made[2].id]
    assert await ids(reader, f"{about.path}/comments", sort="-created_at") == [
        made[2].id,
        made[0].id,
    ]
    (first,) = (page := (await reader.get(f"{about.path}/comments?limit=1")).json())["items"]
    rest = await ids(reader, f"{about.path}/comments", limit=1, cursor=page["next"])
    assert [first["id"], *rest] == [made[0].id, made[2].id]


@each_thing
async def test_answers_are_on_the_same_thing_and_of_the_same_organization(
    make: Make, admin: Client, stranger: Client, kind: str
) -> None:
    about, other = await thing(make, kind), await thing(make, kind)
    first = await make.comment(about)
    answered = await make.comment(about, parent_id=first.id)
    doomed = await make.comment(about)
    await archive(admin, doomed)

    assert answered.body["parent_id"] == first.id
    for client, place, parent in (
        (admin, other, first.id),
        (stranger, about, first.id),
        (admin, about, doomed.id),
        (admin, about, NOTHING),
    ):
        body = {"text": "So it is", "parent_id": parent}
        answer = await client.post(f"{place.path}/comments", json=body)
        assert wrong(answer) == (422, {("/parent_id", "reference")})


async def test_an_answer_stays_where_it_was_given_in_the_database_itself(
    make: Make, database: asyncpg.Connection
) -> None:
    one, other = await make.comment(), await make.comment()

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await database.execute("UPDATE comment SET parent_id = $1 WHERE id = $2", one.id, other.id)


async def test_an_answer_outlives_what_it_answers_to(make: Make, admin: Client) -> None:
    about = await make.statement()
    first = await make.comment(about)
    answered = await make.comment(about, parent_id=first.id)

    await archive(admin, first)

    assert (await admin.get(first.path)).status_code == 410
    assert (await admin.get(answered.path)).json()["parent_id"] == first.id


@each_thing
async def test_each_organization_sees_its_own_and_the_public_none(
    make: Make, reader: Client, stranger: Client, anonymous: Client, kind: str
) -> None:
    about = await thing(make, kind)
    ours, theirs = await make.comment(about), await Make(stranger).comment(about)

    assert await ids(reader, f"{about.path}/comments") == [ours.id]
    assert await ids(stranger, f"{about.path}/comments") == [theirs.id]
    assert await ids(anonymous, f"{about.path}/comments") == []
    for client, hidden in ((stranger, ours), (anonymous, ours), (reader, theirs)):
        assert (await client.get(hidden.path)).status_code == 404
        assert (await client.get(f"{hidden.path}/history")).status_code == 404
    feed = (await anonymous.get("/v1/changes?limit=1000")).json()["items"]
    assert "comments" not in {one["collection"] for one in feed}


@pytest.mark.parametrize("kind", ["internal statement", "draft"])
async def test_nobody_comments_on_what_they_do_not_see(
    make: Make, stranger: Client, anonymous: Client, kind: str
) -> None:
    hidden = await (make.verdict() if kind == "draft" else make.statement(visibility="internal"))
    path = f"{hidden.path}/comments"

    assert (await stranger.post(path, json={"text": "A"})).status_code == 404
    assert {(await one.get(path)).status_code for one in (stranger, anonymous)} == {404}


async def test_what_was_archived_takes_no_comments(make: Make, admin: Client) -> None:
    about = await make.statement()
    made = await make.comment(about)
    await archive(admin, about)

    path = f"{about.path}/comments"
    assert (await admin.post(path, json={"text": "A"})).status_code == 410
    assert (await admin.get(path)).status_code == 410
    assert (await admin.get(made.path)).status_code == 200


async def test_only_its_author_changes_or_archives_it(make: Make, editor: Client) -> None:
    made = await make.comment(mentions=["Ada"])

    several: list[Json] = [{"text": "Other"}, {"mentions": []}, {"text": "B", "is_resolved": True}]
    for changes in several:
        answer = await change(editor, made, **changes)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
    assert (await archive(editor, made)).status_code == 403
    assert (await change(editor, made, text=made.body["text"])).status_code == 200
    assert (await editor.get(made.path)).json() == made.body


async def test_its_author_is_the_person_whatever_their_key(make: Make) -> None:
    made = await make.comment()
    other = await make.api_key(role="contributor", person="Administrator")

    answer = await make.client.patch(
        made.path,
        json={"text": "Put right"},
        headers=made.if_match | {"Authorization": f"Bearer {other.body['key']}"},
    )

    assert (answer.status_code, answer.json()["text"]) == (200, "Put right")


async def test_anybody_of_the_organization_may_call_it_settled_or_not(
    make: Make, contributor: Client, checker: Client
) -> None:
    made = await make.comment()

    settled = await change(contributor, made, is_resolved=True)
    body = settled.json()
    again = await checker.patch(made.path, json={"is_resolved": True}, headers={"If-Match": "*"})
    opened = await checker.patch(made.path, json={"is_resolved": None}, headers={"If-Match": "*"})

    assert (body["is_resolved"], body["resolved_by"]) == (True, "Contributor")
    assert body["resolved_at"] == body["updated_at"]
    assert again.json() == body
    assert (opened.json()["is_resolved"], opened.json()["resolved_by"]) == (False, None)
    assert (opened.json()["resolved_at"], opened.json()["version"]) == (None, 3)


async def test_lists_tell_the_settled_from_the_open(make: Make, admin: Client) -> None:
    about = await make.statement()
    settled, left = await make.comment(about), await make.comment(about)
    changed = (await change(admin, settled, is_resolved=True)).json()

    path = f"{about.path}/comments"
    assert await ids(admin, path, is_resolved="true") == [settled.id]
    assert await ids(admin, path, is_resolved="false") == [left.id]
    assert await ids(admin, path, updated_since=changed["updated_at"]) == [settled.id]


async def test_its_history_tells_its_own_people_what_it_said_before(
    make: Make, admin: Client, reader: Client
) -> None:
    made = await make.comment(text="Before")
    await change(admin, made, text="After")

    changed, created = (await reader.get(f"{made.path}/history")).json()["items"]

    assert (changed["before"]["text"], changed["after"]["text"]) == ("Before", "After")
    assert (changed["actor"], created["action"]) == ("Administrator", "comment.created")


@pytest.mark.parametrize(
    ("given", "at", "code"),
    [
        ({"text": None}, "/text", "string_type"),
        ({"text": " \n"}, "/text", "string_pattern_mismatch"),
        ({"text": "a" * 5001}, "/text", "string_too_long"),
        ({"text": "a\x00"}, "/text", "nul"),
        ({"mentions": ["A"] * 21}, "/mentions", "too_long"),
        ({"mentions": ["A", "B\nC"]}, "/mentions/1", "control_character"),
        ({"parent_id": "x"}, "/parent_id", "uuid_parsing"),
        ({"is_resolved": True}, "/is_resolved", "unknown_field"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    make: Make, admin: Client, given: Json, at: str, code: str
) -> None:
    about = await make.statement()

    answer = await admin.post(f"{about.path}/comments", json={"text": "A"} | given)

    assert wrong(answer) == (422, {(at, code)})


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"parent_id": None}, "/parent_id", "unknown_field"),
        ({"text": None}, "/text", "missing"),
        ({"is_resolved": "yes"}, "/is_resolved", "bool_type"),
    ],
)
async def test_what_makes_no_sense_as_a_change_is_refused(
    make: Make, admin: Client, changes: Json, at: str, code: str
) -> None:
    assert wrong(await change(admin, await make.comment(), **changes)) == (422, {(at, code)})


async def test_of_two_who_settle_the_same_one_is_told(
    make: Make, admin: Client, editor: Client
) -> None:
    made = await make.comment()

    answers = await gather(*(change(one, made, is_resolved=True) for one in (admin, editor)))

    assert sorted(answer.status_code for answer in answers) == [200, 412]
