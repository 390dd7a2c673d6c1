"""Correcting a statement: by a merge patch, and never behind anybody's back."""

from typing import Any

import asyncpg
import pytest

from tests.making import Client, Json, Made, Make, archive, change, wrong

NOTHING = "0192d3a4-0000-7000-8000-000000000000"
SAID: list[Json] = [
    {"text": "There were more"},
    {"language": "en-GB"},
    {"utterance": "headline"},
    {"said_on": "2022-09-28"},
    {"said_on": None},
    {"occasion": "Another one"},
    {"place": {"country": "RU"}},
    {"place": {"name": None}},
    {"place": None},
    {"speaker": {"kind": "office", "name": "Somebody else"}},
    {"speaker_is_anonymous": True},
    {"quantities": []},
    {"quantities": [{"measure": "border_entries", "value": "98001"}]},
]
ABOUT_IT: list[Json] = [
    {"ref": "cms-2"},
    {"ref": None},
    {"summary": "Another summary"},
    {"summary": None},
    {"kind": "quantitative"},
    {"speaker_role": "Chairman"},
    {"speaker_role": None},
    {"translations": []},
    {"translations": [{"language": "de", "text": "Es gab viele", "translator": "human"}]},
    {"appearances": []},
    {"topics": []},
    {"topics": [{"key": "new", "labels": {"en": "New"}}]},
    {"checkability": {"state": "not_checkable", "reason": "vague"}},
    {"checkability": None},
    {"state": "closed"},
    {"visibility": "internal"},
    {"origin": "machine"},
]


@pytest.fixture
async def statement(make: Make) -> Made:
    source, topic = await make.source(), await make.topic()
    return await make.statement(
        ref="cms-1",
        text="There were many",
        summary="A summary",
        speaker_role="President",
        said_on="2022-09-27",
        occasion="A briefing",
        place={"name": "Astana", "country": "KZ"},
        translations=[{"language": "fr", "text": "Il y en avait", "translator": "machine"}],
        quantities=[
            {"measure": "border_entries", "value": "98000"},
            {"measure": "border_exits", "value": "260000"},
        ],
        appearances=[
            {"key": "a", "source_id": source.id, "role": "origin", "mode": "headline"},
            {
                "key": "b",
                "parent_key": "a",
                "source_id": source.id,
                "role": "outlet",
                "mode": "summary",
            },
        ],
        topics=[topic.id],
        checkability={"state": "checkable"},
    )


def without(document: Json, *names: str) -> Json:
    return {name: value for name, value in document.items() if name not in names}


@pytest.mark.parametrize("said", SAID)
async def test_the_revision_grows_when_what_was_said_changes(
    said: Json, statement: Made, editor: Client
) -> None:
    changed = (await change(editor, statement, **said)).json()

    assert (changed["version"], changed["revision"]) == (2, 2)


@pytest.mark.parametrize("about", ABOUT_IT)
async def test_the_revision_stays_when_only_what_is_noted_about_it_changes(
    about: Json, statement: Made, editor: Client
) -> None:
    answer = await change(editor, statement, **about)

    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["revision"]) == (2, 1)


@pytest.mark.parametrize("given", [*SAID, *ABOUT_IT])
async def test_only_what_is_given_changes(given: Json, statement: Made, editor: Client) -> None:
    changed = (await change(editor, statement, **given)).json()

    (name,) = given
    who = {"speaker", "speaker_id", "speaker_is_anonymous"}
    touched = who if name in who else {name}
    kept = without(statement.body, *touched, "version", "revision", "updated_at")
    assert without(changed, *touched, "version", "revision", "updated_at") == kept
    assert changed[name] != statement.body[name]
    assert changed == (await editor.get(statement.path)).json()


async def test_a_patch_merges_objects_and_replaces_lists(statement: Made, editor: Client) -> None:
    both = {"place": {"country": None}, "quantities": [{"measure": "border_exits", "value": "1"}]}

    changed = (await change(editor, statement, **both)).json()

    assert changed["place"] == {"name": "Astana", "country": None}
    assert [(one["measure"], one["value"]) for one in changed["quantities"]] == [
        ("border_exits", "1")
    ]


@pytest.mark.parametrize(
    "same", [{}, {"text": "There were many"}, {"place": {"country": "KZ"}}, {"ref": "cms-1"}]
)
async def test_what_changes_nothing_is_no_change(
    same: Json, statement: Made, editor: Client, database: asyncpg.Connection
) -> None:
    entries = await database.fetchval("SELECT count(*) FROM change")

    answer = await change(editor, statement, **same)

    assert (answer.status_code, answer.headers["ETag"]) == (200, statement.etag)
    assert answer.json() == statement.body
    assert await database.fetchval("SELECT count(*) FROM change") == entries


async def test_what_was_read_can_be_sent_back(statement: Made, editor: Client) -> None:
    read = statement.body
    hops = [without(one, "source") for one in read["appearances"]]
    same: Json = {
        "quantities": read["quantities"],
        "appearances": hops,
        "topics": [topic["id"] for topic in read["topics"]],
        "translations": read["translations"],
    }

    answer = await change(editor, statement, **same)

    assert (answer.status_code, answer.headers["ETag"]) == (200, statement.etag)


async def test_another_speaker_by_id_replaces_the_anonymous_one(make: Make, editor: Client) -> None:
    speaker = await make.speaker()
    unknown = await make.statement(speaker_is_anonymous=True)

    changed = (await change(editor, unknown, speaker_id=speaker.id)).json()

    assert (changed["speaker_id"], changed["speaker_is_anonymous"]) == (speaker.id, False)


async def test_a_statement_keeps_what_was_archived_meanwhile(
    make: Make, statement: Made, editor: Client
) -> None:
    body = statement.body
    for path in (
        f"/v1/speakers/{body['speaker_id']}",
        f"/v1/sources/{body['appearances'][0]['source_id']}",
        f"/v1/topics/{body['topics'][0]['id']}",
    ):
        answer = await editor.delete(path, headers={"If-Match": "*"})
        assert answer.status_code == 204

    hops = [without(one, "source") for one in reversed(body["appearances"])]
    changed = await change(editor, statement, text="Other words", appearances=hops)

    assert changed.status_code == 200
    assert changed.json()["speaker"] == body["speaker"]
    assert changed.json()["topics"] == body["topics"]


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"text": None}, "/text", "missing"),
        ({"language": None}, "/language", "missing"),
        ({"nope": 1}, "/nope", "unknown_field"),
        ({"nope": None}, "/nope", "unknown_field"),
        ({"revision": 9}, "/revision", "unknown_field"),
        ({"speaker_id": None}, None, "one_of"),
        ({"speaker_id": NOTHING}, "/speaker_id", "reference"),
        ({"place": {"town": "Astana"}}, "/place/town", "unknown_field"),
        ({"quantities": [{"measure": "x"}]}, "/quantities/0", "numbers"),
        ({"appearances": [{"key": "a"}]}, "/appearances/0/role", "missing"),
        ({"summary": "Faux : non"}, "/summary", "rating_word"),
    ],
)
async def test_a_wrong_patch_changes_nothing(
    given: Json, pointer: str, code: str, statement: Made, editor: Client
) -> None:
    status, errors = wrong(await change(editor, statement, **given))

    assert status == 422
    assert (pointer, code) in errors
    assert (await editor.get(statement.path)).json() == statement.body


async def test_a_taken_ref_is_refused(make: Make, statement: Made, editor: Client) -> None:
    other = await make.statement()

    assert wrong(await change(editor, other, ref="cms-1")) == (409, {("/ref", "taken")})


async def test_a_statement_with_a_public_verdict_stays_public(make: Make, editor: Client) -> None:
    statement = await make.statement()
    await make.published(statement_id=statement.id)

    hidden = await change(editor, statement, visibility="internal")
    archived = await archive(editor, statement)

    assert (hidden.status_code, archived.status_code) == (409, 409)
    assert (await editor.get(statement.path)).json()["visibility"] == "public"


async def test_a_draft_doesnt_keep_a_statement_public(
    make: Make, editor: Client, anonymous: Client
) -> None:
    statement = await make.statement()
    await make.verdict(statement_id=statement.id)

    assert (await change(editor, statement, visibility="internal")).status_code == 200
    assert (await anonymous.get(statement.path)).status_code == 404


async def test_an_archived_statement_is_gone_from_everywhere(
    make: Make, editor: Client, anonymous: Client
) -> None:
    kept, statement = await make.statement(), await make.statement()

    assert (await archive(editor, statement)).status_code == 204

    answers: list[Any] = [
        await anonymous.get(statement.path),
        await editor.get(statement.path),
        await editor.get(f"{statement.path}/links"),
        await change(editor, statement, summary="Late"),
        await archive(editor, statement),
    ]
    assert [answer.status_code for answer in answers] == [410] * 5
    listed = (await anonymous.get("/v1/statements")).json()["items"]
    assert [item["id"] for item in listed] == [kept.id]
