"""Unmerging: a merge is taken back exactly, and with it nothing that came since."""

from tests.foundation.answers import NOBODY, problem
from tests.making import Client, Made, Make, archive, change, ids
from tests.speakers.merges import fetched, history, merged, unmerged

PATH = "/v1/speakers"


async def says(client: Client, speaker: Made) -> set[str]:
    """Tell which statements are a speaker's, whom it isn't merged."""
    found = (await client.get("/v1/statements", params={"limit": 100})).json()["items"]
    return {one["id"] for one in found if one["speaker_id"] == speaker.id}


async def test_everything_is_as_it_was(make: Make, editor: Client, anonymous: Client) -> None:
    names = [{"name": "Atalykovn"}]
    one = await make.speaker(names=names, external_ids=[{"scheme": "viaf", "value": "1"}])
    other = await make.speaker()
    said, theirs = [await make.statement(speaker_id=by.id) for by in (one, other)]
    member = await make.speaker(affiliations=[{"organization_id": by.id} for by in (one, other)])
    await merged(editor, one, other)

    answer = await unmerged(editor, one, reason="Two people")

    assert answer.headers["Content-Location"] == one.path
    read = await fetched(editor, one)
    assert (read.body, read.etag) == (answer.json(), answer.headers["ETag"])
    assert read.body == one.body | {"version": 3, "updated_at": read.body["updated_at"]}
    assert await ids(anonymous, PATH, external_id="viaf:1") == [one.id]
    assert (await says(anonymous, one), await says(anonymous, other)) == ({said.id}, {theirs.id})
    now = (await fetched(anonymous, member)).body
    assert (now["affiliations"], now["version"]) == (member.body["affiliations"], 3)
    assert (await fetched(anonymous, said)).body["revision"] == 1
    told = [(await history(editor, made))[0] for made in (one, said, member)]
    assert [entry["action"] for entry in told] == [
        "speaker.unmerged", "statement.changed", "speaker.changed",
    ]  # fmt: skip
    assert {entry["reason"] for entry in told} == {"Two people"}
    assert (await fetched(editor, other)).body == other.body


async def test_what_came_since_stays_and_what_was_edited_stays_edited(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other, third = [await make.speaker() for _ in range(3)]
    kept, given_away, reworded = [await make.statement(speaker_id=one.id) for _ in range(3)]
    await merged(editor, one, other)
    new = await make.statement(speaker_id=other.id)
    await change(editor, await fetched(editor, given_away), speaker_id=third.id)
    await change(editor, await fetched(editor, reworded), text="Otherwise")

    await unmerged(editor, one)

    assert await says(anonymous, one) == {kept.id, reworded.id}
    assert await says(anonymous, other) == {new.id}
    assert await says(anonymous, third) == {given_away.id}


async def test_an_affiliation_is_known_again_after_its_speaker_was_edited(
    make: Make, editor: Client
) -> None:
    one, other, party = [await make.speaker() for _ in range(3)]
    roles = [{"organization_id": one.id, "role": "head"}, {"organization_id": other.id}]
    member = await make.speaker(affiliations=roles)
    await merged(editor, one, other)
    was = await fetched(editor, member)
    head, plain = was.body["affiliations"]
    roles = [{"organization_id": party.id}, plain, {**head, "role": "former head"}]
    assert (await change(editor, was, affiliations=roles)).status_code == 200

    await unmerged(editor, one)

    now = (await fetched(editor, member)).body["affiliations"]
    assert [role["organization_id"] for role in now] == [party.id, other.id, one.id]
    assert now[2]["role"] == "former head"


async def test_from_the_end_of_a_chain_each_takes_back_what_is_its_own(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other, last = [await make.speaker() for _ in range(3)]
    mine, theirs, lasts = [await make.statement(speaker_id=by.id) for by in (one, other, last)]
    await merged(editor, one, other)
    came = await make.statement(speaker_id=other.id)
    await merged(editor, other, last)
    assert len(await says(anonymous, last)) == 4

    await unmerged(editor, one)

    assert await says(anonymous, one) == {mine.id}
    assert await says(anonymous, last) == {theirs.id, came.id, lasts.id}
    assert (await anonymous.get(other.path)).headers["Location"] == last.path
    await merged(editor, one, last)
    await unmerged(editor, other)
    assert await says(anonymous, other) == {theirs.id, came.id}
    assert await says(anonymous, last) == {mine.id, lasts.id}


async def test_in_the_middle_of_a_chain_it_takes_back_what_had_come_to_it(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other, last = [await make.speaker() for _ in range(3)]
    mine, theirs = [await make.statement(speaker_id=by.id) for by in (one, other)]
    await merged(editor, one, other)
    await merged(editor, other, last)

    await unmerged(editor, other)

    assert await says(anonymous, other) == {mine.id, theirs.id}
    assert await says(anonymous, last) == set()
    assert (await anonymous.get(one.path)).headers["Location"] == other.path
    await unmerged(editor, one)
    assert (await says(anonymous, one), await says(anonymous, other)) == ({mine.id}, {theirs.id})


async def test_what_came_to_the_survivor_by_another_way_stays_there(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other, third = [await make.speaker() for _ in range(3)]
    said = await make.statement(speaker_id=one.id)
    await merged(editor, one, other)
    await change(editor, await fetched(editor, said), speaker_id=third.id)
    await merged(editor, third, other)

    await unmerged(editor, one)

    assert await says(anonymous, other) == {said.id}
    await unmerged(editor, third)
    assert await says(anonymous, third) == {said.id}


async def test_it_can_be_done_and_undone_again(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other, third = [await make.speaker() for _ in range(3)]
    said = await make.statement(speaker_id=one.id)

    for into in (other, third, other):
        await merged(editor, one, into)
        assert await says(anonymous, into) == {said.id}
        await unmerged(editor, one)
        assert await says(anonymous, one) == {said.id}
    assert (await fetched(anonymous, one)).body["version"] == 7


async def test_it_comes_back_from_a_survivor_that_was_archived(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other = await make.speaker(), await make.speaker()
    said = await make.statement(speaker_id=one.id)
    await merged(editor, one, other)
    await archive(editor, other)
    redirected = await anonymous.get(one.path)
    assert (redirected.status_code, (await anonymous.get(other.path)).status_code) == (308, 410)

    await unmerged(editor, one)

    assert await says(anonymous, one) == {said.id}


async def test_a_merge_of_two_that_are_affiliated_is_undone_too(make: Make, editor: Client) -> None:
    one = await make.speaker(kind="organization")
    other = await make.speaker(affiliations=[{"organization_id": one.id, "role": "head"}])
    await merged(editor, one, other)
    assert (await fetched(editor, other)).body["affiliations"][0]["organization_id"] == other.id

    await unmerged(editor, one)

    assert (await fetched(editor, other)).body["affiliations"] == other.body["affiliations"]


async def test_what_is_not_merged_cannot_be_unmerged(make: Make, editor: Client) -> None:
    one, gone = await make.speaker(), await make.speaker()
    await archive(editor, gone)

    problem(await editor.post(f"{one.path}/unmerge", json={}), 409, "not-merged")
    problem(await editor.post(f"{gone.path}/unmerge", json={}), 410, "gone")
    problem(await editor.post(f"{PATH}/{NOBODY}/unmerge", json={}), 404, "not-found")
