"""Suggestions come while one types: of each kind, with what was typed marked."""

from tests.making import Client, Json, Make


async def suggested(client: Client, q: str, **given: str) -> list[Json]:
    """Ask for suggestions."""
    answer = await client.get("/v1/suggest", params={"q": q, **given})
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def test_every_kind_is_suggested_by_its_beginning(make: Make, anonymous: Client) -> None:
    speaker = await make.speaker(name="Aslan Atalykov")
    source = await make.source(name="Atalanta Times", kind="newspaper")
    topic = await make.topic(labels={"en": "Atavism"})
    statement = await make.statement(text="They attack at dawn", speaker_id=speaker.id)

    items = await suggested(anonymous, "ata")
    found = {(item["type"], item["id"]) for item in items}
    more = await suggested(anonymous, "they att")

    assert {("speaker", speaker.id), ("source", source.id), ("topic", topic.id)} <= found
    assert ("statement", statement.id) in {(item["type"], item["id"]) for item in more}
    by_type = {item["type"]: item for item in items}
    assert by_type["speaker"]["text"] == "Aslan Atalykov"
    assert by_type["speaker"]["highlight"] == "Aslan <mark>Atalykov</mark>"
    assert more[-1]["highlight"] == "<mark>They</mark> <mark>attack</mark> at dawn"


async def test_suggestions_cross_scripts_and_forgive_slips(make: Make, anonymous: Client) -> None:
    speaker = await make.speaker(name="Aslan Atalykov")

    for typed in ("ата", "Аслан Ат", "atalikov", "Atalykovn"):
        assert speaker.id in [item["id"] for item in await suggested(anonymous, typed)], typed


async def test_types_and_limit_narrow_what_is_suggested(make: Make, anonymous: Client) -> None:
    for number in range(5):
        await make.speaker(name=f"Atalykov {number}")
        await make.source(name=f"Atalykov's paper {number}")

    both = await suggested(anonymous, "ata", limit="4")
    only = await suggested(anonymous, "ata", types="source", limit="3")

    assert [item["type"] for item in both] == ["speaker"] * 2 + ["source"] * 2
    assert [item["type"] for item in only] == ["source"] * 3


async def test_what_one_may_not_see_is_not_suggested(
    make: Make, anonymous: Client, reader: Client, stranger: Client
) -> None:
    await make.statement(text="Quagmires everywhere", visibility="internal")
    await make.source(name="Quagmire papers", access="confidential")

    assert len(await suggested(reader, "quagm")) == 2
    assert await suggested(anonymous, "quagm") == []
    assert await suggested(stranger, "quagm") == []


async def test_the_newest_statements_are_suggested_first(make: Make, anonymous: Client) -> None:
    made = [
        (await make.statement(text=f"Quagmire in {year}", said_on=year)).id
        for year in ("2020", "2022", "2021")
    ]

    found = [item["id"] for item in await suggested(anonymous, "quag", types="statement")]

    assert found == [made[1], made[2], made[0]]


async def test_a_short_word_is_suggested_too(make: Make, anonymous: Client) -> None:
    made = await make.statement(text="The war is over")

    for typed in ("war", "the war", "the war "):
        assert [item["id"] for item in await suggested(anonymous, typed)] == [made.id], typed


async def test_words_that_come_late_in_the_alphabet_are_completed_too(
    make: Make, anonymous: Client
) -> None:
    red = await make.statement(text="Mars is red")
    earlier = [f"maa{one}{other}" for one in "abcdefghi" for other in "abcdefghi"]
    await make.statement(text=" ".join(earlier))

    items = await suggested(anonymous, "ma", types="statement")

    assert red.id in [item["id"] for item in items]


async def test_other_words_of_names_are_looked_at_though_some_have_many_names(
    make: Make, anonymous: Client
) -> None:
    for letter in "abcdefghijklmnopq":
        aliases = [{"name": f"Mohammed {letter}{no}", "kind": "alias"} for no in range(3)]
        await make.speaker(name=f"Mohammed {letter}", names=aliases)
    ali = await make.speaker(name="Ali Mohammed")

    items = await suggested(anonymous, "mohammed", types="speaker", limit="20")

    assert ali.id in [item["id"] for item in items]


async def test_a_later_word_of_a_former_name_is_not_suggested(
    make: Make, editor: Client, anonymous: Client
) -> None:
    speaker = await make.speaker(name="Aslan Atalykov")
    before = await suggested(anonymous, "atal", types="speaker")

    path, name = f"/v1/speakers/{speaker.id}", {"name": "Aslan Bekov"}
    changed = await editor.patch(path, json=name, headers=speaker.if_match)
    assert changed.status_code == 200

    assert [item["id"] for item in before] == [speaker.id]
    assert await suggested(anonymous, "atal", types="speaker") == []
    assert [item["id"] for item in await suggested(anonymous, "bek")] == [speaker.id]


async def test_whole_names_are_suggested_first_and_then_the_shortest(
    make: Make, anonymous: Client
) -> None:
    names = ["Ata Bek of Almaty", "Zhan Ata", "Ata Bek", "The long name of Ata"]
    made = {name: (await make.speaker(name=name)).id for name in names}

    items = await suggested(anonymous, "ata", types="speaker")

    first, second, third, last = "Ata Bek", "Ata Bek of Almaty", "Zhan Ata", "The long name of Ata"
    assert [item["id"] for item in items] == [made[one] for one in (first, second, third, last)]
