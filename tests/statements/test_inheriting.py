"""A verdict counts for what was confirmed to be the same claim; it is never copied."""

import pytest

from tests.making import Client, Json, Made, Make


async def same(make: Make, one: Made, other: Made, state: str = "confirmed") -> None:
    body = {"other_id": other.id, "type": "same_claim", "state": state}
    await make.post(f"{one.path}/links", body)


async def inherited(client: Client, statement: Made) -> list[Json]:
    found: list[Json] = (await client.get(statement.path)).json()["inherited_verdicts"]
    return found


async def test_a_verdict_is_inherited_in_both_directions(make: Make, anonymous: Client) -> None:
    one, other = await make.statement(), await make.statement()
    verdict = await make.published(statement_id=one.id)
    await same(make, other, one)

    (found,) = await inherited(anonymous, other)

    assert (found["id"], found["statement_id"]) == (verdict.id, one.id)
    assert found["rating"]["normalized"] == "false"
    assert await inherited(anonymous, one) == []


async def test_it_is_inherited_along_chains_and_around_circles(
    make: Make, anonymous: Client
) -> None:
    first, second, third, fourth = [await make.statement() for _ in range(4)]
    verdict = await make.published(statement_id=first.id)
    for one, other in ((first, second), (second, third), (third, first), (third, fourth)):
        await same(make, one, other)

    for heir in (second, third, fourth):
        assert [found["id"] for found in await inherited(anonymous, heir)] == [verdict.id]
    assert await inherited(anonymous, first) == []


async def test_each_inherits_from_all_in_the_order_of_publication(
    make: Make, anonymous: Client
) -> None:
    statements = [await make.statement() for _ in range(3)]
    one, other, heir = statements
    later = await make.published(statement_id=other.id)
    latest = await make.published(statement_id=one.id)
    await same(make, heir, one)
    await same(make, one, other)

    assert [found["id"] for found in await inherited(anonymous, heir)] == [later.id, latest.id]
    assert [found["id"] for found in await inherited(anonymous, one)] == [later.id]


@pytest.mark.parametrize("state", ["suggested", "rejected"])
async def test_only_what_is_confirmed_passes_a_verdict_on(
    state: str, make: Make, reader: Client
) -> None:
    one, other = await make.statement(), await make.statement()
    await make.published(statement_id=one.id)
    await same(make, other, one, state)

    assert await inherited(reader, other) == []


async def test_a_chain_is_broken_by_one_link_that_is_not_confirmed(
    make: Make, anonymous: Client
) -> None:
    first, second, third = [await make.statement() for _ in range(3)]
    await make.published(statement_id=first.id)
    await same(make, first, second, "suggested")
    await same(make, second, third)

    assert await inherited(anonymous, third) == []


@pytest.mark.parametrize("type_", ["repeats", "contradicts", "translation_of", "part_of"])
async def test_other_links_pass_nothing_on(type_: str, make: Make, anonymous: Client) -> None:
    one, other = await make.statement(), await make.statement()
    await make.published(statement_id=one.id)
    body = {"other_id": one.id, "type": type_, "state": "confirmed"}
    await make.post(f"{other.path}/links", body)

    assert await inherited(anonymous, other) == []


async def test_a_draft_is_not_inherited_even_by_its_own_people(make: Make, reader: Client) -> None:
    one, other = await make.statement(), await make.statement()
    draft = await make.verdict(statement_id=one.id)
    await same(make, one, other)

    assert await inherited(reader, other) == []
    await make.publish(draft)
    assert len(await inherited(reader, other)) == 1


async def test_what_is_inherited_is_public_for_everybody(
    make: Make, stranger: Client, reader: Client
) -> None:
    one, other = await make.statement(), await make.statement()
    theirs = await Make(stranger).published(statement_id=one.id)
    await same(make, one, other)

    for client in (reader, stranger):
        (found,) = await inherited(client, other)
        assert found["id"] == theirs.id
        assert found["organization"]["name"] == "Another newsroom"


async def test_a_retracted_verdict_is_inherited_no_more(make: Make, anonymous: Client) -> None:
    one, other = await make.statement(), await make.statement()
    verdict = await make.published(statement_id=one.id)
    await same(make, one, other)

    await make.move(verdict, "retracted", notice="It was wrong")

    assert await inherited(anonymous, other) == []
    (summary,) = (await anonymous.get(one.path)).json()["verdicts"]
    assert (summary["state"], summary["retracted"]) == ("retracted", True)
