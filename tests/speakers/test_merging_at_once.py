"""Merges at the same moment, and edits meanwhile: each is done whole, or not at all."""

from asyncio import gather
from itertools import permutations

import asyncpg
import pytest

from tests.making import Client, Made, Make, change
from tests.speakers.merges import merge, merged

DANGLING = """
    SELECT count(*) FROM statement JOIN speaker ON speaker.id = speaker_id
    WHERE merged_into_id IS NOT NULL
"""


async def said_by(database: asyncpg.Connection, speaker: Made) -> int:
    """Count what a speaker said."""
    asked = "SELECT count(*) FROM statement WHERE speaker_id = $1"
    counted: int = await database.fetchval(asked, speaker.id)
    return counted


async def test_of_two_who_merge_it_into_different_ones_one_wins_it_whole(
    make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    one, *others = [await make.speaker() for _ in range(3)]
    for _ in range(3):
        await make.statement(speaker_id=one.id)

    answers = await gather(*(merge(editor, one, other) for other in others))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (won,) = [at for at, answer in enumerate(answers) if answer.status_code == 200]
    assert answers[1 - won].json()["survivor_id"] == others[won].id
    assert await said_by(database, others[won]) == 3
    assert await database.fetchval("SELECT count(*) FROM speaker_merge") == 1
    changed = "SELECT count(*) FROM change WHERE action IN ('statement.changed', 'speaker.merged')"
    assert await database.fetchval(changed) == 4


async def test_merges_the_other_way_round_and_in_a_ring_dont_wait_for_each_other_for_ever(
    make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    three = [await make.speaker() for _ in range(3)]
    for one in three:
        await make.statement(speaker_id=one.id)
        await make.speaker(affiliations=[{"organization_id": one.id}])

    answers = await gather(*(merge(editor, one, other) for one, other in permutations(three, 2)))

    assert {answer.status_code for answer in answers} == {200, 409, 422}
    (last,) = await database.fetch(
        "SELECT id FROM speaker WHERE merged_into_id IS NULL AND id = ANY ($1)",
        [one.id for one in three],
    )
    (end,) = [one for one in three if one.id == str(last["id"])]
    assert await said_by(database, end) == 3


async def test_no_statement_is_left_with_a_speaker_that_is_merged_meanwhile(
    make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    one, other, third = [await make.speaker() for _ in range(3)]
    theirs = [await make.statement(speaker_id=third.id) for _ in range(3)]
    mine = [await make.statement(speaker_id=one.id) for _ in range(3)]
    body = {"text": "So", "language": "en", "speaker_id": one.id}

    answers = await gather(
        *(editor.post("/v1/statements", json=body) for _ in range(3)),
        *(change(editor, said, speaker_id=one.id) for said in theirs),
        merge(editor, one, other),
        *(editor.post("/v1/statements", json=body) for _ in range(3)),
        *(change(editor, said, speaker_id=other.id) for said in mine),
    )

    statuses = [answer.status_code for answer in answers]
    assert statuses[6] == 200
    assert set(statuses) <= {200, 201, 409, 412, 422}, statuses
    assert await database.fetchval(DANGLING) == 0
    versions = "SELECT count(*) FROM statement s WHERE version <> (SELECT max(version) FROM change"
    assert await database.fetchval(f"{versions} WHERE resource_id = s.id)") == 0


@pytest.mark.parametrize("who", ["organisation", "member"])
async def test_an_edit_of_an_affiliation_and_a_merge_of_either_end_go_one_after_the_other(
    make: Make, editor: Client, database: asyncpg.Connection, who: str
) -> None:
    one, other, party = [await make.speaker() for _ in range(3)]
    member = await make.speaker(affiliations=[{"organization_id": one.id}])
    roles = [{"organization_id": party.id}, {"organization_id": one.id}]

    edited, done = await gather(
        change(editor, member, affiliations=roles),
        merge(editor, one if who == "organisation" else member, other),
    )

    assert done.status_code == 200
    assert edited.status_code in {200, 308, 412}
    left = "SELECT count(*) FROM affiliation WHERE organization_id = $1"
    assert await database.fetchval(left, one.id) == (0 if who == "organisation" else 1)


async def test_what_is_refused_at_the_end_leaves_nothing_of_the_merge(
    make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    one, other = await make.speaker(), await make.speaker()
    await make.statement(speaker_id=one.id)
    await database.execute(
        "CREATE FUNCTION pg_temp.stop() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE unique_violation; END$$"
    )
    await database.execute(
        "CREATE TRIGGER stop BEFORE INSERT ON change FOR EACH ROW"
        " WHEN (NEW.action = 'statement.changed') EXECUTE FUNCTION pg_temp.stop()"
    )
    try:
        refused = await merge(editor, one, other)
    finally:
        await database.execute("DROP FUNCTION pg_temp.stop() CASCADE")

    assert refused.status_code == 409
    assert (await editor.get(one.path)).json() == one.body
    assert await said_by(database, one) == 1
    await merged(editor, one, other)
