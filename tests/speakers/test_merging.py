"""Merging: a speaker turned out to be another one, and all that refers to it moves."""

from time import perf_counter

import asyncpg
import pytest

from app.speakers.moves import REFERENCES
from tests.foundation.answers import NOBODY, problem
from tests.making import Client, Made, Make, archive, change, ids, wrong
from tests.speakers.merges import fetched, history, merge, merged, unmerged

PATH = "/v1/speakers"
OWN = {
    "speaker_name.speaker_id",
    "speaker_external_id.speaker_id",
    "affiliation.speaker_id",
    "speaker.merged_into_id",
    "speaker_merge.speaker_id",
    "speaker_merge.into_id",
}
"""What refers to a speaker as a part of it, or as its merges."""
FOREIGN_KEYS = """
    SELECT conrelid::regclass::text || '.' || attname FROM pg_constraint
    JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
    WHERE contype = 'f' AND confrelid = 'speaker'::regclass
"""


async def test_all_that_refers_to_it_moves_and_the_survivor_is_answered(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other = await make.speaker(name="Atalykovn"), await make.speaker(name="Atalykov")
    said = [await make.statement(speaker_id=one.id) for _ in range(2)]
    role = {"organization_id": one.id, "role": "aide"}
    aide = await make.speaker(affiliations=[{"organization_name": "A party"}, role])
    asked = await make.contact(speaker_id=one.id)

    answer = await merged(editor, one, other)

    assert (answer.json(), answer.headers["ETag"]) == (other.body, other.etag)
    assert answer.headers["Content-Location"] == other.path
    for statement in said:
        shown = (await anonymous.get(statement.path)).json()
        assert (shown["speaker_id"], shown["speaker"]["name"]) == (other.id, "Atalykov")
        assert (shown["version"], shown["revision"]) == (2, 1)
    kept, moved = (await anonymous.get(aide.path)).json()["affiliations"]
    assert (kept["organization_id"], moved["organization_id"]) == (None, other.id)
    assert moved["role"] == "aide"
    contact = (await editor.get(asked.path)).json()
    assert (contact["speaker_id"], contact["speaker"]["name"]) == (other.id, "Atalykov")
    assert contact["version"] == 2


async def test_every_column_that_refers_to_a_speaker_is_moved_or_its_own(
    database: asyncpg.Connection,
) -> None:
    found = {row[0] for row in await database.fetch(FOREIGN_KEYS)}

    moved = {f"{one.class_.__tablename__}.{one.key}" for one in REFERENCES.values()}
    assert found == moved | OWN
    assert not moved & OWN


async def test_its_address_leads_to_the_survivor_for_whoever_asks(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other, last = await make.speaker(ref="cms-1"), await make.speaker(), await make.speaker()
    await merged(editor, one, other)
    await merged(editor, other, last)

    for answer, suffix in (
        (await anonymous.get(one.path), ""),
        (await anonymous.head(one.path), ""),
        (await anonymous.get(f"{one.path}/stats"), "/stats"),
        (await editor.get(one.path, headers={"If-None-Match": "*"}), ""),
        (await editor.get(f"{PATH}/by-ref/cms-1"), ""),
        (await change(editor, one, name="A"), ""),
        (await editor.patch(one.path, json={"name": "A"}), ""),
        (await archive(editor, one), ""),
    ):
        assert (answer.status_code, answer.content) == (308, b"")
        assert answer.headers["Location"] == f"{last.path}{suffix}"
    assert (await editor.get(last.path)).json() == last.body


async def test_a_redirection_is_cached_as_what_is_read_and_purged_with_the_next_merge(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other = await make.speaker(), await make.speaker()
    await merged(editor, one, other)

    public, keyed = await anonymous.get(one.path), await editor.get(one.path)

    read = await anonymous.get(other.path)
    assert public.headers["Cache-Control"] == read.headers["Cache-Control"]
    assert keyed.headers["Cache-Control"] == "private, no-cache"
    assert public.headers["Vary"] == "Authorization"
    keys = f"speakers speakers/{one.id} shows/speakers"
    assert public.headers["Surrogate-Key"] == keys


async def test_it_leaves_the_lists_and_filters_find_the_survivor(
    make: Make, editor: Client, anonymous: Client
) -> None:
    mine = [{"scheme": "wikidata", "value": "Q1"}]
    one, other = await make.speaker(external_ids=mine), await make.speaker()
    said = await make.statement(speaker_id=one.id)
    await merged(editor, one, other)

    assert await ids(anonymous, PATH) == [other.id]
    assert await ids(anonymous, PATH, external_id="wikidata:Q1") == [other.id]
    assert await ids(anonymous, "/v1/statements", speaker_id=one.id) == [said.id]
    assert await ids(anonymous, "/v1/statements", speaker_id=other.id) == [said.id]
    assert await ids(anonymous, "/v1/statements", speaker_id=NOBODY) == []


async def test_nothing_new_refers_to_it_and_the_refusal_names_the_survivor(
    make: Make, editor: Client
) -> None:
    one, other, third = [await make.speaker() for _ in range(3)]
    said = await make.statement(speaker_id=third.id)
    await merged(editor, one, other)
    body = {"text": "So", "language": "en", "speaker_id": one.id}

    for answer, pointer in (
        (await editor.post("/v1/statements", json=body), "/speaker_id"),
        (await change(editor, said, speaker_id=one.id), "/speaker_id"),
        (
            await change(editor, third, affiliations=[{"organization_id": one.id}]),
            "/affiliations/0/organization_id",
        ),
        (await merge(editor, third, one), "/into"),
    ):
        assert wrong(answer) == (422, {(pointer, "reference")})
        assert other.id in answer.json()["detail"]


async def test_the_database_refuses_it_too(
    make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    one, other = await make.speaker(), await make.speaker()
    await make.statement(speaker_id=other.id)
    await make.speaker(affiliations=[{"organization_id": other.id}])
    await make.contact(speaker_id=other.id)
    await merged(editor, one, other)

    for refer in (
        "UPDATE statement SET speaker_id = $1",
        "UPDATE affiliation SET organization_id = $1",
        "UPDATE contact SET speaker_id = $1",
    ):
        with pytest.raises(asyncpg.ForeignKeyViolationError, match="was merged into"):
            await database.execute(refer, one.id)


async def test_what_cannot_be_merged_is_refused(make: Make, editor: Client) -> None:
    one, other, gone = [await make.speaker() for _ in range(3)]
    await archive(editor, gone)

    assert wrong(await merge(editor, one, one)) == (422, {("/into", "same")})
    assert wrong(await merge(editor, one, gone)) == (422, {("/into", "reference")})
    nobody = Made(f"{PATH}/{NOBODY}", {"id": NOBODY}, "")
    assert wrong(await merge(editor, one, nobody)) == (422, {("/into", "reference")})
    assert (await merge(editor, gone, one)).status_code == 410
    assert (await merge(editor, nobody, one)).status_code == 404
    stale = await editor.post(
        f"{one.path}/merge", json={"into": other.id}, headers={"If-Match": '"7-x"'}
    )
    told = problem(stale, 412, "stale-version")
    assert (told["version"], stale.headers["ETag"]) == (1, one.etag)
    again = [await merge(editor, one, other) for _ in range(2)]
    assert again[0].status_code == 200
    assert problem(again[1], 409, "already-merged")["survivor_id"] == other.id


async def test_the_version_may_be_named(make: Make, editor: Client) -> None:
    one, other = await make.speaker(), await make.speaker()

    answer = await editor.post(f"{one.path}/merge", json={"into": other.id}, headers=one.if_match)
    stale = await editor.post(f"{one.path}/unmerge", json={}, headers=one.if_match)
    present = await editor.post(
        f"{one.path}/unmerge", json={}, headers={"If-Match": stale.headers["ETag"]}
    )

    assert (answer.status_code, stale.status_code, stale.json()["version"]) == (200, 412, 2)
    assert present.status_code == 200


async def test_history_tells_of_it_and_the_survivor_stays_as_it_is(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other = await make.speaker(), await make.speaker()
    said = await make.statement(speaker_id=one.id)
    member = await make.speaker(affiliations=[{"organization_id": one.id}])
    await merged(editor, one, other, reason="A misspelling")

    told = [(await history(editor, made))[0] for made in (one, said, member, other)]

    assert [(entry["action"], entry["version"]) for entry in told] == [
        ("speaker.merged", 2), ("statement.changed", 2), ("speaker.changed", 2),
        ("speaker.created", 1),
    ]  # fmt: skip
    assert [entry["changed"] for entry in told[:3]] == [
        ["merged_into_id"], ["speaker", "speaker_id"], ["affiliations"],
    ]  # fmt: skip
    assert {entry["reason"] for entry in told[:3]} == {"A misspelling"}
    feed = (await anonymous.get("/v1/changes?limit=1000")).json()["items"]
    (public,) = [item for item in feed if item["action"] == "speaker.merged"]
    assert (public["tombstone"], public["document"]["merged_into_id"]) == (False, other.id)


async def test_another_newsrooms_statement_moves_and_its_history_tells_it_alone(
    make: Make, reader: Client, stranger: Client, anonymous: Client
) -> None:
    one, other = await make.speaker(), await make.speaker()
    draft = await make.statement(speaker_id=one.id, visibility="internal", summary="Not yet")
    await merged(stranger, one, other, reason="Ours alone")

    entry = (await history(reader, draft))[0]

    assert (entry["version"], entry["after"]["speaker_id"]) == (2, other.id)
    assert (entry["before"]["summary"], entry["after"]["summary"]) == ("Not yet", "Not yet")
    assert [entry[name] for name in ("actor", "reason", "request_id")] == [None] * 3
    assert (await stranger.get(f"{draft.path}/history")).status_code == 404
    published = await change(make.client, await fetched(reader, draft), visibility="public")
    assert published.status_code == 200, published.text
    for outsider in (stranger, anonymous):
        assert "Not yet" not in str((await history(outsider, draft))[1:])


async def test_what_is_archived_moves_too(make: Make, editor: Client, reader: Client) -> None:
    one, other = await make.speaker(), await make.speaker()
    said = await make.statement(speaker_id=one.id)
    await archive(editor, said)

    await merged(editor, one, other)

    told = (await history(reader, said))[0]
    assert (told["version"], told["after"]["speaker_id"]) == (3, other.id)


async def test_a_nested_speaker_that_was_merged_is_recognised(make: Make, editor: Client) -> None:
    nested = {"name": "Atalykovn", "external_ids": [{"scheme": "viaf", "value": "1"}]}
    body = {"text": "So", "language": "en", "speaker": nested}
    made = await editor.put("/v1/statements/by-ref/cms-1", json=body)
    one = Made(f"{PATH}/{made.json()['speaker_id']}", {"id": made.json()["speaker_id"]}, "")
    other = await make.speaker()
    await merged(editor, one, other)

    for speaker in (
        nested,
        {**nested, "name": "Another"},
        {"name": other.body["name"], "kind": "person"},
    ):
        again = await editor.put(
            "/v1/statements/by-ref/cms-1",
            json=body | {"speaker": speaker},
            headers={"If-Match": "*"},
        )
        assert (again.status_code, again.json()["speaker_id"]) == (200, other.id), again.text
        assert again.json()["version"] == 2


async def test_a_put_by_reference_says_which_speaker_it_is_now(make: Make, editor: Client) -> None:
    one, other = await make.speaker(ref="cms-1"), await make.speaker()
    await merged(editor, one, other)

    answer = await editor.put(f"{PATH}/by-ref/cms-1", json={"name": "A"}, headers={"If-Match": "*"})

    assert problem(answer, 409, "already-merged")["survivor_id"] == other.id


async def test_a_thousand_statements_move_within_a_second_or_so(
    make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    one, other = await make.speaker(), await make.speaker()
    said = await make.statement(speaker_id=one.id)
    columns = await database.fetchval(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
        " WHERE attrelid = 'statement'::regclass AND attnum > 0 AND attgenerated = ''"
        " AND attname NOT IN ('id', 'ref')"
    )
    await database.execute(
        f"INSERT INTO statement (id, {columns}) SELECT gen_random_uuid(), {columns}"  # noqa: S608
        " FROM statement, generate_series(2, 1000) WHERE id = $1",
        said.id,
    )

    start = perf_counter()
    await merged(editor, one, other)
    took = perf_counter() - start

    moved = "SELECT count(*) FROM change WHERE action = 'statement.changed'"
    assert await database.fetchval(moved) == 1000
    await unmerged(editor, one)
    assert await database.fetchval(moved) == 2000
    assert took < 3
