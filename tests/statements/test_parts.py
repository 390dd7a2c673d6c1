"""Quantities and appearances keep their ids when a statement is corrected."""

from typing import Any

import pytest

from tests.making import Client, Json, Made, Make, change, wrong

ENTRIES: Json = {"measure": "border_entries", "value": "98000"}
EXITS: Json = {"measure": "border_exits", "value": "260000"}


@pytest.fixture
async def source(make: Make) -> Made:
    return await make.source()


@pytest.fixture
async def statement(make: Make, source: Made) -> Made:
    hop = {"source_id": source.id, "role": "outlet", "mode": "summary"}
    return await make.statement(
        quantities=[ENTRIES, EXITS],
        appearances=[
            hop | {"key": "wire"},
            hop | {"key": "paper", "parent_key": "wire"},
            hop | {"key": "blog", "parent_key": "paper"},
        ],
    )


def by_key(document: Json) -> Json:
    return {one["key"]: one["id"] for one in document["appearances"]}


def hop(source: Made, **given: Any) -> Json:
    return {"source_id": source.id, "role": "outlet", "mode": "headline"} | given


async def test_an_appearance_keeps_its_id_by_its_key(
    statement: Made, source: Made, editor: Client
) -> None:
    hops = [
        hop(source, key="blog"),
        hop(source, key="tv", parent_id="wire"),
        hop(source, key="wire"),
    ]

    changed = (await change(editor, statement, appearances=hops)).json()

    before, after = by_key(statement.body), by_key(changed)
    assert list(after) == ["blog", "tv", "wire"]
    assert (after["blog"], after["wire"]) == (before["blog"], before["wire"])
    assert after["tv"] not in before.values()
    assert changed["appearances"][1]["parent_id"] == before["wire"]
    assert changed["revision"] == 1


async def test_an_appearance_keeps_its_id_by_its_id_under_a_new_key(
    statement: Made, source: Made, editor: Client
) -> None:
    wire, paper = (one["id"] for one in statement.body["appearances"][:2])
    hops = [
        hop(source, id=paper, key="newspaper", parent_id=wire),
        hop(source, id=wire),
    ]

    changed = (await change(editor, statement, appearances=hops)).json()

    assert by_key(changed) == {"newspaper": paper, "wire": wire}
    assert changed["appearances"][0]["parent_id"] == wire


async def test_a_parent_that_was_left_out_is_no_parent(
    statement: Made, source: Made, editor: Client
) -> None:
    refused = await change(
        editor, statement, appearances=[hop(source, key="blog", parent_key="paper")]
    )

    assert wrong(refused) == (422, {("/appearances/0/parent_key", "reference")})


async def test_a_correction_makes_no_circle(statement: Made, source: Made, editor: Client) -> None:
    hops = [
        hop(source, key="wire", parent_key="blog"),
        hop(source, key="paper", parent_key="wire"),
        hop(source, key="blog", parent_key="paper"),
    ]

    refused = await change(editor, statement, appearances=hops)

    assert wrong(refused) == (422, {("/appearances/0/parent_id", "circle")})


async def test_one_appearance_is_not_there_twice(
    statement: Made, source: Made, editor: Client
) -> None:
    wire = statement.body["appearances"][0]["id"]
    hops = [hop(source, id=wire, key="first"), hop(source, key="wire")]

    refused = await change(editor, statement, appearances=hops)

    assert wrong(refused) == (422, {("/appearances/1/id", "repeated")})


async def test_an_appearance_of_another_statement_is_no_parent_and_is_not_kept(
    make: Make, statement: Made, source: Made, editor: Client
) -> None:
    other = await make.statement(appearances=[hop(source)])
    stolen = other.body["appearances"][0]["id"]

    parent = await change(editor, statement, appearances=[hop(source, parent_id=stolen)])
    kept = await change(editor, statement, appearances=[hop(source, id=stolen)])

    assert wrong(parent) == (422, {("/appearances/0/parent_id", "reference")})
    assert wrong(kept) == (422, {("/appearances/0/id", "reference")})


async def test_a_nested_source_may_come_with_a_correction(statement: Made, editor: Client) -> None:
    new = {"source": {"kind": "article", "name": "New"}, "role": "outlet", "mode": "summary"}

    changed = (await change(editor, statement, appearances=[new | {"key": "wire"}])).json()

    (appearance,) = changed["appearances"]
    assert appearance["id"] == by_key(statement.body)["wire"]
    assert appearance["source"]["name"] == "New"


async def test_a_quantity_keeps_its_id_by_its_place_and_measure(
    statement: Made, editor: Client
) -> None:
    corrected = [ENTRIES | {"value": "98001"}, ENTRIES]

    changed = (await change(editor, statement, quantities=corrected)).json()

    before = [one["id"] for one in statement.body["quantities"]]
    after = [one["id"] for one in changed["quantities"]]
    assert after[0] == before[0]
    assert after[1] not in before
    assert changed["revision"] == 2


async def test_a_quantity_keeps_its_id_by_its_id(statement: Made, editor: Client) -> None:
    before = [one["id"] for one in statement.body["quantities"]]
    moved = [EXITS | {"id": before[1]}, ENTRIES | {"id": before[0]}]

    changed = (await change(editor, statement, quantities=moved)).json()

    assert [one["id"] for one in changed["quantities"]] == before[::-1]


async def test_a_quantity_is_not_there_twice(statement: Made, editor: Client) -> None:
    first = statement.body["quantities"][0]["id"]

    refused = await change(
        editor, statement, quantities=[ENTRIES | {"id": first}, ENTRIES | {"id": first}]
    )

    assert wrong(refused) == (422, {("/quantities/1/id", "repeated")})


async def test_quantities_go_on_naming_a_measure_that_was_archived(
    make: Make, editor: Client
) -> None:
    measure = await make.measure()
    quantity = {"measure": measure.body["key"], "value": "1"}
    statement = await make.statement(quantities=[quantity])
    await editor.delete(measure.path, headers=measure.if_match)

    changed = await change(editor, statement, quantities=[quantity | {"value": "2"}])

    assert changed.status_code == 200
    assert changed.json()["quantities"][0]["measure"] == measure.body["key"]


async def test_changed_facts_are_kept_through_other_corrections(
    make: Make, source: Made, editor: Client
) -> None:
    facts = [{"field": "value", "from": "98000", "to": None}]
    statement = await make.statement(appearances=[hop(source, changed_facts=facts)])

    changed = (await change(editor, statement, summary="Shorter")).json()

    assert changed["appearances"][0]["changed_facts"] == facts
