"""A statement comes back as it went in: its words, its numbers, its dates."""

import pytest

from tests.making import Client, Make, change, ids

E_ACUTE = "e\u0301"


@pytest.mark.parametrize(
    "text",
    [
        "Ресей азаматтары келді",
        "جاء كثيرون من روسيا إلينا",
        "多くの人がロシアから来た",
        f"d{E_ACUTE}compos{E_ACUTE}",
        "décomposé",
        "𐌰𐌱 🇰🇿 👩🏽‍🚒 emoji",
        "À\u00a0ce jour, “environ 98.000” \u2013 l\u2019hémorragie\u202f!",
        "  spaces before\tand\r\nafter \n",
        'a "quote", a \\backslash, </script> & %s $1 {} \u2028',
        "x" * 5000,
        "\ufeffbyte order mark",
        "\u200f\u05de\u05d9\u05de\u05d9\u05df\u200e",
        "\x01\x1f\x7f",
    ],
)
async def test_words_come_back_to_the_last_character(
    text: str, make: Make, anonymous: Client
) -> None:
    made = await make.statement(text=text)

    fetched = (await anonymous.get(made.path)).json()

    assert made.body["text"] == fetched["text"] == text


@pytest.mark.parametrize(
    "value",
    [
        "98000",
        "1.50",
        "-0.000000000000000000000000000001",
        "123456789012345678901234567890.123456789012345678901234567890",
        "0",
        "100000000000000000000000000000",
    ],
)
async def test_a_number_comes_back_digit_by_digit(value: str, make: Make) -> None:
    given = {"measure": "border_entries", "value": value}

    made = await make.statement(quantities=[given])

    assert made.body["quantities"][0]["value"] == value


async def test_a_range_has_a_low_and_a_high(make: Make) -> None:
    given = {"measure": "border_entries", "comparator": "between", "low": "9.5", "high": "10"}

    quantity = (await make.statement(quantities=[given])).body["quantities"][0]

    assert (quantity["low"], quantity["high"], quantity["value"]) == ("9.5", "10", None)


@pytest.mark.parametrize("day", ["2022", "2022-09", "2022-09-27", "0001", "9999-12-31"])
async def test_a_date_is_kept_as_precise_as_it_is_known(day: str, make: Make) -> None:
    quantity = {"measure": "border_entries", "value": "1", "as_of": day, "period_start": day}

    made = await make.statement(said_on=day, quantities=[quantity | {"period_end": day}])

    kept = made.body["quantities"][0]
    assert made.body["said_on"] == day
    assert [kept[name] for name in ("as_of", "period_start", "period_end")] == [day] * 3


@pytest.mark.parametrize("language", ["fr", "sr-Latn-RS", "zh-Hant", "kk", "x-klingon", "de-1996"])
async def test_a_language_is_named_as_bcp_47_does(language: str, admin: Client) -> None:
    body = {"text": "Hm", "language": language, "speaker_is_anonymous": True}

    answer = await admin.post("/v1/statements", json=body)

    expected = 422 if language.startswith("x-") else 201
    assert answer.status_code == expected


async def test_kosovo_is_a_place(make: Make) -> None:
    made = await make.statement(place={"country": "XK"})

    assert made.body["place"] == {"name": None, "country": "XK"}


async def test_instants_are_in_utc(make: Make) -> None:
    made = await make.statement()

    assert made.body["created_at"].endswith("Z")
    assert made.body["created_at"] == made.body["updated_at"]


async def test_updated_since_takes_an_instant_with_any_offset(make: Make, admin: Client) -> None:
    older = await make.statement()
    newer = await make.statement()
    changed = await change(admin, older, summary="Newer still")
    since = changed.json()["updated_at"]

    assert await ids(admin, "/v1/statements", updated_since=since) == [older.id]
    assert await ids(admin, "/v1/statements", updated_since=newer.body["updated_at"]) == [
        newer.id,
        older.id,
    ]
    assert await ids(admin, "/v1/statements", updated_since="2999-01-01T05:00:00+05:00") == []
    assert await ids(admin, "/v1/statements", updated_since="2000-01-01T00:00:00-12:00") != []
