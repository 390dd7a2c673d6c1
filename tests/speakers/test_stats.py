"""Statistics of a speaker: published verdicts counted, with what they are counted out of."""

from typing import Any

from tests.foundation.answers import NOBODY
from tests.making import Client, Json, Make, archive
from tests.speakers.merges import merged, unmerged

NONE: Json = {
    "statements": 0, "statements_with_verdict": 0, "verdicts": 0, "retracted": 0,
    "by_check_type": [],
}  # fmt: skip


async def stats(client: Client, speaker_id: str) -> Json:
    """Read a speaker's statistics, without the id."""
    answer = await client.get(f"/v1/speakers/{speaker_id}/stats")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    assert body.pop("speaker_id") == speaker_id
    return body


def ratings(**counts: int) -> list[dict[str, Any]]:
    """Write counts down as they are shown; `unmapped` is null."""
    return [
        {"normalized": None if name == "unmapped" else name, "count": count}
        for name, count in counts.items()
    ]


async def test_published_verdicts_are_counted_by_check_type_and_rating(
    make: Make, stranger: Client, anonymous: Client
) -> None:
    speaker = await make.speaker()
    said = [await make.statement(speaker_id=speaker.id) for _ in range(3)]
    unmapped = await make.scale(ratings=[{"key": "odd", "labels": {"en": "Odd"}}])
    odd = {"key": "odd", "scale": unmapped.body["key"]}
    await make.published(statement_id=said[0].id)
    await Make(stranger).published(statement_id=said[0].id, rating={"key": "true"})
    await make.published(statement_id=said[1].id)
    await make.published(statement_id=said[1].id, check_type="promise", rating=odd)
    await make.published(
        statement_id=said[1].id, check_type="attribution", rating={"key": "confirmed"}
    )

    assert await stats(anonymous, speaker.id) == {
        "statements": 3,
        "statements_with_verdict": 2,
        "verdicts": 5,
        "retracted": 0,
        "by_check_type": [
            {"check_type": "content", "verdicts": 3, "statements": 2,
             "ratings": ratings(true=1, false=2)},
            {"check_type": "attribution", "verdicts": 1, "statements": 1,
             "ratings": ratings(other=1)},
            {"check_type": "promise", "verdicts": 1, "statements": 1,
             "ratings": ratings(unmapped=1)},
        ],
    }  # fmt: skip


async def test_nothing_counts_that_is_not_out(make: Make, admin: Client, anonymous: Client) -> None:
    speaker = await make.speaker()
    drafted, said, gone = [await make.statement(speaker_id=speaker.id) for _ in range(3)]
    await make.statement(speaker_id=speaker.id, visibility="internal")
    await make.verdict(statement_id=drafted.id)
    taken_back = await make.published(statement_id=said.id)
    await archive(admin, gone)
    await make.move(taken_back, "retracted", notice="It was wrong")

    expected = NONE | {"statements": 2, "retracted": 1}
    assert await stats(anonymous, speaker.id) == expected
    assert await stats(admin, speaker.id) == expected
    assert await stats(anonymous, (await make.speaker()).id) == NONE


async def test_they_are_cached_as_what_is_public_is(
    make: Make, anonymous: Client, reader: Client
) -> None:
    said = await make.statement()
    path = f"/v1/speakers/{said.body['speaker_id']}"

    read, speaker = await anonymous.get(f"{path}/stats"), await anonymous.get(path)
    headers = {"If-None-Match": read.headers["ETag"]}
    same = await anonymous.get(f"{path}/stats", headers=headers)
    await make.published(statement_id=said.id)
    other = await anonymous.get(f"{path}/stats", headers=headers)

    for name in ("Cache-Control", "Vary"):
        assert read.headers[name] == speaker.headers[name]
    shown = {"shows/statements", "shows/verdicts", "shows/rating-scales"}
    assert shown <= set(read.headers["Surrogate-Key"].split())
    assert (same.status_code, other.status_code) == (304, 200)
    keyed = await reader.get(f"{path}/stats")
    assert keyed.headers["Cache-Control"] == "private, no-cache"
    assert keyed.content == other.content


async def test_of_a_merged_speaker_they_are_the_survivors(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other = await make.speaker(), await make.speaker()
    for speaker in (one, other):
        await make.published(statement_id=(await make.statement(speaker_id=speaker.id)).id)

    await merged(editor, one, other)
    together = await stats(anonymous, other.id)
    await unmerged(editor, one)

    assert (together["verdicts"], together["by_check_type"][0]["ratings"]) == (2, ratings(false=2))
    assert (await stats(anonymous, one.id))["verdicts"] == 1


async def test_of_nobody_there_are_none(make: Make, admin: Client, anonymous: Client) -> None:
    gone = await make.speaker()
    await archive(admin, gone)

    assert (await anonymous.get(f"/v1/speakers/{NOBODY}/stats")).status_code == 404
    assert (await anonymous.get(f"{gone.path}/stats")).status_code == 410
