"""How statements relate: links, told from either side."""

import pytest

from tests.making import Client, Made, Make, archive, ids, wrong

NOTHING = "0192d3a4-0000-7000-8000-000000000000"
DIRECTED = ["repeats", "qualifies", "updates", "omits_context_of", "part_of", "translation_of"]


async def link(make: Make, one: Made, other: Made, type_: str, state: str = "confirmed") -> Made:
    body = {"other_id": other.id, "type": type_, "state": state}
    return await make.post(f"{one.path}/links", body)


@pytest.mark.parametrize("type_", DIRECTED)
async def test_a_directed_link_goes_from_one_to_the_other(type_: str, make: Make) -> None:
    one, other = await make.statement(), await make.statement()

    forth = await link(make, other, one, type_)
    back = await link(make, one, other, type_)

    assert (forth.body["statement_id"], forth.body["other_id"]) == (other.id, one.id)
    assert (back.body["statement_id"], back.body["other_id"]) == (one.id, other.id)


@pytest.mark.parametrize("type_", ["same_claim", "contradicts"])
async def test_a_symmetric_link_is_one_from_whichever_side_it_is_told(
    type_: str, make: Make, admin: Client
) -> None:
    one, other = await make.statement(), await make.statement()

    told = await link(make, other, one, type_)
    again = {"other_id": other.id, "type": type_}
    refused = await admin.post(f"{one.path}/links", json=again)

    assert {told.body["statement_id"], told.body["other_id"]} == {one.id, other.id}
    assert wrong(refused) == (409, {("/other_id", "taken")})


async def test_links_are_listed_and_fetched_from_both_ends(make: Make, anonymous: Client) -> None:
    one, other, third = [await make.statement() for _ in range(3)]
    made = await link(make, one, other, "repeats")

    for end in (one, other):
        assert await ids(anonymous, f"{end.path}/links") == [made.id]
        fetched = await anonymous.get(f"{end.path}/links/{made.id}")
        assert fetched.json()["statement_id"] == one.id
    assert await ids(anonymous, f"{third.path}/links") == []
    assert (await anonymous.get(f"{third.path}/links/{made.id}")).status_code == 404


async def test_the_answer_is_what_is_fetched_afterwards(make: Make, admin: Client) -> None:
    one, other = await make.statement(), await make.statement()
    body = {"other_id": other.id, "type": "qualifies", "reason": "Says when"}

    made = await admin.post(f"{one.path}/links", json=body)
    fetched = await admin.get(made.headers["Location"])

    assert made.headers["Location"] == f"{one.path}/links/{made.json()['id']}"
    assert fetched.json() == made.json()
    assert fetched.headers["ETag"] == made.headers["ETag"]
    assert made.json()["reason"] == "Says when"


@pytest.mark.parametrize("state", ["suggested", "confirmed", "rejected"])
async def test_who_decided_is_noted_when_it_is_decided(state: str, make: Make) -> None:
    made = await link(make, await make.statement(), await make.statement(), "updates", state)

    decided = state != "suggested"
    assert made.body["state"] == state
    assert made.body["decided_by"] == ("Administrator" if decided else None)
    assert (made.body["decided_at"] is not None) is decided


async def test_the_public_sees_confirmed_links_only(
    make: Make, anonymous: Client, stranger: Client, reader: Client
) -> None:
    one, other = await make.statement(), await make.statement()
    confirmed = await link(make, one, other, "repeats")
    suggested = await link(make, one, other, "updates", "suggested")
    rejected = await link(make, one, other, "part_of", "rejected")

    path = f"{one.path}/links"
    for outsider in (anonymous, stranger):
        assert await ids(outsider, path) == [confirmed.id]
        assert (await outsider.get(f"{path}/{rejected.id}")).status_code == 404
    everything = [confirmed.id, suggested.id, rejected.id]
    assert await ids(reader, path) == everything
    assert await ids(reader, path, sort="-created_at") == everything[::-1]
    assert await ids(reader, path, type="updates") == [suggested.id]
    assert await ids(reader, path, state="rejected") == [rejected.id]
    assert (await anonymous.get(f"{path}/{confirmed.id}")).json()["decided_by"] is None


async def test_a_link_to_an_internal_statement_is_internal(
    make: Make, anonymous: Client, reader: Client
) -> None:
    public, internal = await make.statement(), await make.statement(visibility="internal")
    made = await link(make, public, internal, "repeats")

    path = f"{public.path}/links"
    assert await ids(anonymous, path) == []
    assert (await anonymous.get(f"{path}/{made.id}")).status_code == 404
    assert (await anonymous.get(f"{internal.path}/links")).status_code == 404
    assert await ids(reader, path) == [made.id]


async def test_a_statement_is_not_linked_to_itself_or_to_what_is_not_there(
    make: Make, admin: Client, stranger: Client
) -> None:
    one, internal = await make.statement(), await make.statement(visibility="internal")
    path = f"{one.path}/links"
    itself = {"other_id": one.id, "type": "repeats"}
    nothing = {"other_id": NOTHING, "type": "repeats"}
    hidden = {"other_id": internal.id, "type": "repeats"}

    assert wrong(await admin.post(path, json=itself)) == (422, {("/other_id", "same")})
    assert wrong(await admin.post(path, json=nothing)) == (422, {("/other_id", "reference")})
    assert wrong(await stranger.post(path, json=hidden)) == (422, {("/other_id", "reference")})
    theirs = await stranger.post(f"{internal.path}/links", json=itself)
    assert theirs.status_code == 404


async def test_a_link_of_a_type_is_there_once(make: Make, admin: Client) -> None:
    one, other = await make.statement(), await make.statement()
    await link(make, one, other, "repeats", "rejected")

    again = await admin.post(f"{one.path}/links", json={"other_id": other.id, "type": "repeats"})

    assert wrong(again) == (409, {("/other_id", "taken")})
    assert "rejected" in again.json()["detail"]


async def test_nothing_is_linked_with_what_was_archived(make: Make, admin: Client) -> None:
    one, other = await make.statement(), await make.statement()
    await archive(admin, other)

    to = await admin.post(f"{one.path}/links", json={"other_id": other.id, "type": "repeats"})
    of = await admin.post(f"{other.path}/links", json={"other_id": one.id, "type": "repeats"})

    assert (to.status_code, of.status_code) == (410, 410)


async def test_a_link_leaves_the_public_with_its_end(
    make: Make, anonymous: Client, admin: Client
) -> None:
    one, other = await make.statement(), await make.statement()
    await link(make, one, other, "repeats")

    await archive(admin, other)

    assert await ids(anonymous, f"{one.path}/links") == []


async def test_a_stranger_may_link_what_is_public_for_their_own_newsroom(
    make: Make, stranger: Client, reader: Client
) -> None:
    one, other = await make.statement(), await make.statement()

    made = await link(Make(stranger), one, other, "repeats", "suggested")

    assert await ids(stranger, f"{one.path}/links") == [made.id]
    assert await ids(reader, f"{one.path}/links") == []
