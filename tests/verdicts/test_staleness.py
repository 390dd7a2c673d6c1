"""Verdicts that should be judged again: why, and the work list of the desk."""

from datetime import UTC, datetime

import pytest

from tests.making import Client, Made, Make, archive, ids, wrong

PATH = "/v1/verdicts"
ANY = {"If-Match": "*"}


async def cited(make: Make) -> tuple[Made, Made]:
    """Publish a verdict with a source, and give both."""
    source = await make.source()
    evidence = {"source_id": source.id, "stance": "refutes", "role": "primary"}
    return await make.published(evidence=[evidence]), source


async def test_the_work_list_has_what_is_stale_and_the_rest_has_not(
    make: Make, reader: Client, anonymous: Client
) -> None:
    stale, source = await cited(make)
    fresh = await make.published()
    await archive(make.client, source)

    for client in (reader, anonymous):
        assert await ids(client, PATH, stale="true") == [stale.id]
        assert await ids(client, PATH, stale="false") == [fresh.id]


async def test_a_source_that_is_gone_makes_it_stale_until_it_is_judged_again(
    make: Make, reader: Client, anonymous: Client
) -> None:
    verdict, source = await cited(make)
    gone = {"gone_at": datetime.now(UTC).isoformat()}
    await make.client.patch(source.path, json=gone, headers=ANY)
    shown = (await anonymous.get(verdict.path)).json()

    revised = await make.revise(verdict, summary="The copy says the same.")
    out = await make.publish(revised, change_kind="update")

    assert shown["stale_reasons"] == ["evidence_gone"]
    assert out.body["stale_reasons"] == []
    assert await ids(reader, PATH, stale="true") == []


async def test_nobody_is_asked_to_judge_again_what_was_taken_back(
    make: Make, anonymous: Client
) -> None:
    verdict, source = await cited(make)
    await archive(make.client, source)
    last = await make.move(verdict, "retracted", notice="It was wrong")
    await make.client.patch(
        f"/v1/statements/{last.body['statement_id']}", json={"text": "Other"}, headers=ANY
    )

    assert (await anonymous.get(verdict.path)).json()["stale_reasons"] == ["statement_revised"]
    assert await ids(anonymous, PATH, stale="true") == []


async def test_nothing_is_gone_that_is_not_gone_yet(make: Make) -> None:
    source = await make.source()

    refused = await make.client.patch(
        source.path, json={"gone_at": "2999-01-01T00:00:00Z"}, headers=ANY
    )

    assert wrong(refused) == (422, {("/gone_at", "future")})


async def test_a_source_that_was_found_again_makes_nothing_stale(
    make: Make, anonymous: Client
) -> None:
    verdict, source = await cited(make)
    for gone_at in (datetime.now(UTC).isoformat(), None):
        await make.client.patch(source.path, json={"gone_at": gone_at}, headers=ANY)

    assert (await anonymous.get(verdict.path)).json()["stale_reasons"] == []


async def test_what_was_gone_before_it_was_judged_makes_nothing_stale(
    make: Make, anonymous: Client
) -> None:
    source = await make.source(gone_at="2020-01-01T00:00:00Z")
    evidence = {"source_id": source.id, "stance": "refutes", "role": "primary"}
    verdict = await make.published(evidence=[evidence])

    assert (await anonymous.get(verdict.path)).json()["stale_reasons"] == []


@pytest.mark.parametrize("type_", ["updates", "contradicts"])
async def test_a_suggestion_makes_it_stale_once_it_is_confirmed_and_no_more_when_rejected(
    type_: str, make: Make, anonymous: Client
) -> None:
    verdict, newer = await make.published(), await make.statement()
    body = {"other_id": verdict.body["statement_id"], "type": type_}
    link = await make.post(f"{newer.path}/links", body)
    reasons = []
    for state in (None, "confirmed", "rejected"):
        if state is not None:
            decided = {"state": state, "reason": "So it is"}
            await make.client.patch(link.path, json=decided, headers=ANY)
        reasons.append((await anonymous.get(verdict.path)).json()["stale_reasons"])

    told = "statement_updated" if type_ == "updates" else "statement_contradicted"
    assert reasons == [[], [told], []]


async def test_all_reasons_are_told_together(make: Make, anonymous: Client) -> None:
    verdict, source = await cited(make)
    statement = f"/v1/statements/{verdict.body['statement_id']}"
    await make.client.patch(statement, json={"text": "Other words"}, headers=ANY)
    gone = {"gone_at": datetime.now(UTC).isoformat()}
    await make.client.patch(source.path, json=gone, headers=ANY)
    await make.client.delete(source.path, headers=ANY)
    for type_ in ("updates", "contradicts"):
        newer = await make.statement()
        body = {"other_id": verdict.body["statement_id"], "type": type_, "state": "confirmed"}
        await make.post(f"{newer.path}/links", body)

    assert (await anonymous.get(verdict.path)).json()["stale_reasons"] == [
        "statement_revised",
        "statement_updated",
        "statement_contradicted",
        "evidence_archived",
        "evidence_gone",
    ]


async def test_the_desk_filters_by_assignee_and_day_and_others_learn_nothing_by_it(
    make: Make, reader: Client, stranger: Client, anonymous: Client
) -> None:
    mine = await make.published()
    body = {"assignee": "Ada Lovelace", "due_on": "2026-12-24"}
    await make.client.patch(mine.path, json=body, headers=ANY)
    await make.published()

    assert await ids(reader, PATH, assignee="ada lovelace") == [mine.id]
    assert await ids(reader, PATH, due_until="2026-12-24") == [mine.id]
    assert await ids(reader, PATH, due_until="2026-12-23") == []
    for outsider in (stranger, anonymous):
        assert await ids(outsider, PATH, assignee="Ada Lovelace") == []
        assert await ids(outsider, PATH, due_until="2999-01-01") == []
