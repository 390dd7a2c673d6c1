"""Writers at the same moment: one wins, the others are told, and nothing is half-written."""

from asyncio import gather
from collections import Counter
from collections.abc import Iterable

import asyncpg
import pytest
from httpx2 import Response

from tests.making import Client, Json, Make, archive, change

STATEMENT: Json = {"text": "Hm", "language": "en", "speaker_is_anonymous": True}
UNIQUE: list[tuple[str, Json]] = [
    ("/v1/statements", STATEMENT | {"ref": "one"}),
    ("/v1/speakers", {"name": "A", "external_ids": [{"scheme": "viaf", "value": "1"}]}),
    ("/v1/sources", {"kind": "article", "name": "A", "url": "https://example.org/a"}),
    ("/v1/topics", {"key": "a", "labels": {"en": "A"}}),
    ("/v1/measures", {"key": "a", "labels": {"en": "A"}, "dimension": "count"}),
    (
        "/v1/rating-scales",
        {
            "key": "a",
            "labels": {"en": "A"},
            "check_types": ["content"],
            "ratings": [{"key": "a", "labels": {"en": "A"}}],
        },
    ),
    ("/v1/statements", STATEMENT | {"topics": [{"key": "a", "labels": {"en": "A"}}]}),
]


def statuses(answers: Iterable[Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def test_of_several_who_read_the_same_one_changes_it(
    make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    made = await make.statement()

    answers = await gather(*(change(editor, made, summary=f"Number {n}") for n in range(6)))

    assert statuses(answers) == {200: 1, 412: 5}
    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert (await editor.get(made.path)).json() == won.json()
    assert won.json()["version"] == 2
    changed = "SELECT count(*) FROM change WHERE action = 'statement.changed'"
    assert await database.fetchval(changed) == 1
    for lost in answers:
        if lost is not won:
            assert (lost.json()["version"], lost.headers["ETag"]) == (2, won.headers["ETag"])


@pytest.mark.parametrize(("path", "body"), UNIQUE)
async def test_of_several_who_make_the_same_one_makes_it(
    path: str, body: Json, admin: Client, database: asyncpg.Connection
) -> None:
    answers = await gather(*(admin.post(path, json=body) for _ in range(4)))

    assert statuses(answers) == {201: 1, 409: 3}
    for answer in answers:
        if answer.status_code == 409:
            assert {error["code"] for error in answer.json()["errors"]} == {"taken"}
    expected = 2 if "topics" in body else 1
    assert await database.fetchval("SELECT count(*) FROM change") == expected


async def test_a_verdict_on_a_question_is_begun_once(make: Make, admin: Client) -> None:
    body = {"statement_id": (await make.statement()).id, "check_type": "content"}

    answers = await gather(*(admin.post("/v1/verdicts", json=body) for _ in range(4)))

    assert statuses(answers) == {201: 1, 409: 3}


async def test_a_draft_is_published_once(make: Make, admin: Client) -> None:
    draft = await make.approve(await make.verdict())
    path, how = f"{draft.path}/transitions", {"to": "published"}

    answers = await gather(
        *(admin.post(path, json=how, headers={"If-Match": "*"}) for _ in range(4))
    )

    assert statuses(answers) == {200: 1, 409: 3}


async def test_two_statements_are_linked_once_from_whichever_side(
    make: Make, admin: Client
) -> None:
    one, other = await make.statement(), await make.statement()

    answers = await gather(
        *(
            admin.post(f"{a.path}/links", json={"other_id": b.id, "type": "same_claim"})
            for a, b in ((one, other), (other, one)) * 2
        )
    )

    assert statuses(answers) == {201: 1, 409: 3}


async def test_no_verdict_is_public_about_what_is_archived(
    make: Make, admin: Client, anonymous: Client
) -> None:
    for _ in range(3):
        statement = await make.statement()
        draft = await make.approve(await make.verdict(statement_id=statement.id))
        path, how = f"{draft.path}/transitions", {"to": "published"}

        published, archived = await gather(
            admin.post(path, json=how, headers=draft.if_match), archive(admin, statement)
        )

        assert {published.status_code, archived.status_code} in ({200, 409}, {204, 409})
        statuses_now = [
            (await anonymous.get(one)).status_code for one in (statement.path, draft.path)
        ]
        assert statuses_now in ([200, 200], [410, 404])


async def test_two_topics_dont_come_to_be_below_each_other(make: Make, admin: Client) -> None:
    one, other = await make.topic(), await make.topic()

    answers = await gather(
        change(admin, one, parent_id=other.id), change(admin, other, parent_id=one.id)
    )

    assert statuses(answers)[200] == 1
    parents = [(await admin.get(topic.path)).json()["parent_id"] for topic in (one, other)]
    assert None in parents
