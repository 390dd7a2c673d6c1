"""Numbers are one value however a newsroom writes them."""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import pytest

from app.words import numbers
from tests.pace import spending


def values(text: str, language: str | None = None) -> list[str]:
    return [value for number in numbers.normalised(text, language) for value in number.values]


@pytest.mark.parametrize(
    "written",
    [
        "98.000", "98 000", "98,000", "98000", "98'000", "98’000", "98\u00a0000", "98\u202f000",
        "98 k", "98k", "98 тыс.", "98 тысяч", "98 мың", "98 мыңға", "98 миң", "98 mil", "98 mille",
        "98 bin", "98 tys.", "98 tisíc", "98 de mii", "98 ezer", "98 ألف", "٩٨ ألف", "٩٨٬٠٠٠",
        "98 אלף", "98 हज़ार", "९८,०००", "98 χιλιάδες", "9.8万", "9万8000", "9万8千", "9만8000",
        "9만 8000", "９８，０００", "9.8หมื่น",
    ],
)  # fmt: skip
def test_ninety_eight_thousand_is_one_value(written: str) -> None:
    assert values(f"({written})") == ["98000"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1,5 million", ["1500000"]),
        ("1 млн 200 тыс.", ["1200000"]),
        ("98 mil millones", ["98000000000"]),
        ("1.234,56", ["1234.56"]),
        ("1,234.50", ["1234.5"]),
        ("1,00,000", ["100000"]),
        ("2 lakh", ["200000"]),
        ("0.125", ["0.125"]),
        ("50 %", ["50"]),
        ("007", ["007"]),
        ("2022", ["2022"]),
        ("€5bn", ["5000000000"]),
        ("5 m", ["5"]),
        ("98 к 2", ["98", "2"]),
        ("3 millionaires", ["3"]),
    ],
)
def test_a_number_keeps_its_scale_and_its_decimals(written: str, read: list[str]) -> None:
    assert values(written) == read


def test_a_point_before_a_multiplier_may_be_either() -> None:
    assert values("1.234 billion") == ["1234000000000", "1234000000"]


def test_a_billion_is_what_it_is_in_the_language() -> None:
    assert values("5 billion", "en") == ["5000000000"]
    assert values("5 Billionen", "de") == values("5 billion", "fr") == ["5000000000000"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("21.09.2022", ["21", "9", "2022"]),
        ("2022-09-21", ["2022", "9", "21"]),
        ("1.2.3", ["1", "2", "3"]),
        ("300-400", ["300", "400"]),
        ("98,000,12", ["98", "000", "12"]),
    ],
)
def test_dates_versions_and_ranges_stay_apart(written: str, read: list[str]) -> None:
    assert values(written) == read


def test_digits_within_a_word_are_no_number() -> None:
    assert values("covid19") == []


def test_a_number_says_where_it_stands() -> None:
    text = "Ещё 64 тыс. человек"
    (number,) = numbers.normalised(text)
    assert text[number.start : number.end] == "64 тыс."
    assert number.words == ("тыс",)


def test_what_is_too_long_is_no_number() -> None:
    assert values("1" * 100) == []


@pytest.mark.parametrize("piece", ["1", "1 ", "98 000 ", "1.", "1,234,", "9万", "1 million "])
def test_the_worst_case_takes_time_in_proportion(piece: str) -> None:
    text = (piece * 20_000)[:20_000]

    with spending() as spent:
        list(numbers.normalised(text))

    assert spent.seconds < 1
