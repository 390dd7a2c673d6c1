"""Links are suggested, confirmed or rejected; a rejected pair stays so until somebody says why."""

import pytest

from tests.making import Client, Json, Made, Make, ids, wrong

ANY = {"If-Match": "*"}


async def decide(client: Client, link: Made, **changes: object) -> tuple[int, Json]:
    answer = await client.patch(link.path, json=changes, headers=ANY)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("state", ["confirmed", "rejected"])
async def test_a_suggestion_is_decided_once_and_says_by_whom(
    state: str, make: Make, contributor: Client
) -> None:
    link = await make.link()

    status, decided = await decide(contributor, link, state=state, reason="Seen both")

    assert (status, decided["state"], decided["reason"]) == (200, state, "Seen both")
    assert (decided["decided_by"], decided["version"]) == ("Contributor", 2)
    assert decided["decided_at"] == decided["updated_at"]


async def test_a_decision_is_changed_with_a_reason_only(make: Make, admin: Client) -> None:
    link = await make.link(state="rejected")

    silent = await decide(admin, link, state="confirmed")
    spoken = await decide(admin, link, state="confirmed", reason="The same day after all")
    back = await decide(admin, link, state="rejected", reason="No, another year")

    assert silent[0] == 422
    assert [error["pointer"] for error in silent[1]["errors"]] == ["/reason"]
    assert (spoken[0], spoken[1]["state"]) == (200, "confirmed")
    assert (back[0], back[1]["state"]) == (200, "rejected")


@pytest.mark.parametrize("state", ["confirmed", "rejected"])
async def test_what_was_decided_is_no_suggestion_again(
    state: str, make: Make, admin: Client
) -> None:
    link = await make.link(state=state)

    status, refused = await decide(admin, link, state="suggested", reason="Look again")

    assert (status, refused["type"]) == (409, "/problems/illegal-transition")
    assert refused["legal"] == [{"confirmed": "rejected", "rejected": "confirmed"}[state]]


@pytest.mark.parametrize("type_", ["same_claim", "contradicts", "repeats"])
async def test_a_rejected_pair_is_not_suggested_again_from_its_side_or_both(
    type_: str, make: Make, admin: Client
) -> None:
    link = await make.link(type=type_)
    await decide(admin, link, state="rejected")
    one, other = link.body["statement_id"], link.body["other_id"]
    ways = [(one, other), (other, one)] if type_ != "repeats" else [(one, other)]

    for start, end in ways:
        body = {"other_id": end, "type": type_}
        again = await admin.post(f"/v1/statements/{start}/links", json=body)
        assert wrong(again) == (409, {("/other_id", "taken")})
        assert "rejected" in again.json()["detail"]
    assert (await admin.get(link.path)).json()["state"] == "rejected"


async def test_what_is_rejected_leaves_the_public_and_passes_no_verdict_on(
    make: Make, admin: Client, anonymous: Client
) -> None:
    link = await make.link(type="same_claim", state="confirmed")
    one, other = (f"/v1/statements/{link.body[end]}" for end in ("statement_id", "other_id"))
    verdict = await make.published(statement_id=link.body["statement_id"])
    heir = (await anonymous.get(other)).json()["inherited_verdicts"]

    await decide(admin, link, state="rejected", reason="Another year")

    assert [found["id"] for found in heir] == [verdict.id]
    assert (await anonymous.get(other)).json()["inherited_verdicts"] == []
    assert await ids(anonymous, f"{one}/links") == []
    told = (await anonymous.get("/v1/changes?collection=links")).json()["items"]
    assert [one["tombstone"] for one in told][-1] is True


async def test_a_link_is_its_newsrooms_to_decide(
    make: Make, stranger: Client, reader: Client, anonymous: Client
) -> None:
    suggested, confirmed = await make.link(), await make.link(state="confirmed")

    assert [(await decide(who, suggested, state="rejected"))[0] for who in (anonymous, reader)] == [
        401,
        403,
    ]
    assert (await decide(stranger, suggested, state="confirmed"))[0] == 404
    assert (await decide(stranger, confirmed, state="rejected", reason="No"))[0] == 403


async def test_a_link_is_decided_at_a_statement_that_it_is_of(make: Make, admin: Client) -> None:
    link, other = await make.link(), await make.statement()

    elsewhere = Made(f"{other.path}/links/{link.id}", {}, "*")
    from_the_end = Made(f"/v1/statements/{link.body['other_id']}/links/{link.id}", {}, "*")

    assert (await decide(admin, elsewhere, state="confirmed"))[0] == 404
    assert (await decide(admin, from_the_end, state="confirmed"))[0] == 200


async def test_a_reason_alone_decides_nothing(make: Make, admin: Client) -> None:
    link = await make.link()

    status, changed = await decide(admin, link, reason="Perhaps")
    same, again = await decide(admin, link, reason="Perhaps")

    assert (status, changed["state"], changed["decided_at"]) == (200, "suggested", None)
    assert (same, again["version"]) == (200, changed["version"])
