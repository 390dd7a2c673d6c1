"""How two numbers compare: what each is about, and what each can mean."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.figures.comparing import balance, compare
from app.figures.figure import Comparison, Figure, Measured
from app.tables.measure import Dimension, Flow
from app.tables.quantity import Comparator

Change = dict[str, Any]
CROSSINGS = "border_crossings"
ENTRIES = Measured("border_entries", Dimension.COUNT, Flow.IN, CROSSINGS, "person")
EXITS = Measured("border_exits", Dimension.COUNT, Flow.OUT, CROSSINGS, "person")
NET = Measured("net_migration", Dimension.COUNT, Flow.NET, CROSSINGS, "person")
MOBILISED = Measured("mobilised_people", Dimension.COUNT, Flow.STOCK, None, "person")
BORDER = Measured("border_length", Dimension.LENGTH, Flow.STOCK, None, "km")
WAITING = Measured("waiting_time", Dimension.DURATION, Flow.STOCK, None, "hour")
WARMTH = Measured("temperature", Dimension.TEMPERATURE, None, None, "degC")
COST = Measured("cost", Dimension.MONEY, Flow.OUT, "costs", "EUR")


def about(measure: Measured, value: str | None, **given: Any) -> Figure:
    """Make a figure of a few words."""
    numbers: Change = {name: Decimal(given.pop(name)) for name in ("low", "high") if name in given}
    comparator = Comparator(given.pop("comparator", "eq"))
    number = None if value is None else Decimal(value)
    return Figure(measure, value=number, comparator=comparator, **numbers, **given)


SAID = about(
    ENTRIES, "98000", comparator="approx", unit="person", population="Russians", place="KZ",
    period_start="2022-09-21", period_end="2022-09-27", as_of="2022-09-27", said_on="2022-09-27",
)  # fmt: skip
HEADLINE = about(
    ENTRIES, "100000", comparator="approx", unit="person", population="Russians", place="KZ",
    as_of="2022-09-27", said_on="2022-09-27",
)  # fmt: skip
LEFT = about(
    EXITS, "260000", comparator="gt", unit="person", population="Russian citizens", place="RU"
)


def aspects(found: Comparison) -> list[str]:
    """Name the reasons why something can't be compared."""
    return [one.aspect.value for one in found.reasons]


def relation(found: Comparison) -> str | None:
    """Name the relation; null where there is none."""
    return None if found.relation is None else found.relation.value


def both_ways(a: Figure, b: Figure) -> str | None:
    """Give the relation of two figures, which must not depend on which comes first."""
    one, other = compare(a, b), compare(b, a)
    assert (one.relation, aspects(one)) == (other.relation, aspects(other))
    return relation(one)


def test_entering_one_country_and_leaving_another_are_not_comparable() -> None:
    found = compare(SAID, LEFT)

    assert not found.comparable
    assert aspects(found) == ["measure", "population", "place"]
    assert [one.detail for one in found.reasons] == [
        "a is about 'border_entries', b about 'border_exits': what comes in, and what goes out",
        "a counts 'Russians', b 'Russian citizens'",
        "a is about 'KZ', b about 'RU'",
    ]


def test_98000_and_nearly_100000_are_consistent() -> None:
    found = compare(SAID, HEADLINE)

    assert relation(found) == "consistent"
    assert found.detail == "a is 97000 to 99000, b is 90000 to 110000 (person)"
    assert [one.aspect.value for one in found.assumed] == ["period"]


def test_200000_a_week_later_is_a_later_point_of_the_series() -> None:
    later = replace(SAID, value=Decimal(200000), period_end="2022-10-04", as_of="2022-10-04")

    assert both_ways(SAID, later) == "later_in_series"
    assert [compare(SAID, later).later, compare(later, SAID).later] == ["b", "a"]


def test_all_reasons_are_given_at_once() -> None:
    other = about(
        BORDER, "7000", unit="km", population="men", place="RU", period_start="2021-01",
        period_end="2021-12",
    )  # fmt: skip

    assert aspects(compare(SAID, other)) == ["measure", "unit", "population", "place", "period"]


NUMBERS: list[tuple[Change, Change, str]] = [
    ({"value": "98000"}, {"value": "98000"}, "consistent"),
    ({"value": "98000"}, {"value": "98E+3"}, "consistent"),
    ({"value": "20E+4"}, {"value": "204999"}, "consistent"),
    ({"value": "98000"}, {"value": "98412"}, "consistent"),
    ({"value": "98000"}, {"value": "98600"}, "conflict"),
    ({"value": "98000"}, {"value": "100000"}, "consistent"),
    ({"value": "98000"}, {"value": "200000"}, "conflict"),
    ({"value": "98412"}, {"value": "98413"}, "conflict"),
    ({"value": "20"}, {"value": "21"}, "conflict"),
    ({"value": "300"}, {"value": "305"}, "consistent"),
    ({"value": "300"}, {"value": "320"}, "conflict"),
    ({"value": "3.5"}, {"value": "3.54"}, "consistent"),
    ({"value": "3.5"}, {"value": "3.6"}, "conflict"),
    ({"value": "0"}, {"value": "0.0"}, "consistent"),
    ({"value": "-98000"}, {"value": "98000"}, "conflict"),
    ({"value": "98000", "comparator": "approx"}, {"value": "98900"}, "consistent"),
    ({"value": "98000", "comparator": "approx"}, {"value": "99100"}, "conflict"),
    ({"value": "98000", "is_estimate": True}, {"value": "98900"}, "consistent"),
    ({"value": "100000", "comparator": "approx"}, {"value": "109999"}, "consistent"),
    ({"value": "100000", "comparator": "approx"}, {"value": "111111"}, "conflict"),
    ({"value": "48", "comparator": "approx"}, {"value": "49"}, "consistent"),
    ({"value": "260000", "comparator": "gt"}, {"value": "300001"}, "within_bound"),
    ({"value": "260001", "comparator": "gt"}, {"value": "260001"}, "violates_bound"),
    ({"value": "260001", "comparator": "gte"}, {"value": "260001"}, "within_bound"),
    ({"value": "260000", "comparator": "gt"}, {"value": "200000"}, "violates_bound"),
    ({"value": "11", "comparator": "lt"}, {"value": "11"}, "violates_bound"),
    ({"value": "11", "comparator": "lte"}, {"value": "11"}, "within_bound"),
    ({"value": "11", "comparator": "lt"}, {"value": "9", "comparator": "gt"}, "within_bound"),
    ({"value": "9", "comparator": "lt"}, {"value": "11", "comparator": "gt"}, "violates_bound"),
    ({"low": "90", "high": "99", "comparator": "between"}, {"value": "91"}, "within_bound"),
    ({"low": "90", "high": "99", "comparator": "between"}, {"value": "101"}, "violates_bound"),
    ({"value": "98000", "low": "90000", "high": "106000"}, {"value": "105111"}, "within_bound"),
    ({"value": "98000", "low": "97000"}, {"value": "90111"}, "violates_bound"),
    ({"value": "1" * 30}, {"value": "1" * 29 + "2"}, "conflict"),
    ({"value": "1" * 30 + "." + "1" * 30}, {"value": "1" * 30 + "." + "1" * 30}, "consistent"),
]


@pytest.mark.parametrize(("one", "other", "expected"), NUMBERS, ids=str)
def test_numbers_agree_where_there_is_one_that_both_can_mean(
    one: Change, other: Change, expected: str
) -> None:
    a, b = (about(MOBILISED, {**given}.pop("value", None), **rest(given)) for given in (one, other))

    assert both_ways(a, b) == expected


def rest(given: Change) -> Change:
    """Give all but the value."""
    return {name: value for name, value in given.items() if name != "value"}


UNITS: list[tuple[Measured, Change, Change, str | None]] = [
    (BORDER, {"value": "7000", "unit": "km"}, {"value": "7000000", "unit": "m"}, "consistent"),
    (BORDER, {"value": "7000", "unit": "km"}, {"value": "4349.6", "unit": "miles"}, "consistent"),
    (BORDER, {"value": "7000"}, {"value": "7000", "unit": "kilometers"}, "consistent"),
    (BORDER, {"value": "7000"}, {"value": "7000", "unit": "kg"}, None),
    (BORDER, {"value": "7000"}, {"value": "7000", "unit": "versts"}, None),
    (BORDER, {"value": "7", "unit": "versts"}, {"value": "7", "unit": "verst"}, "consistent"),
    (WAITING, {"value": "48", "unit": "hours"}, {"value": "2", "unit": "days"}, "consistent"),
    (WAITING, {"value": "48", "unit": "h"}, {"value": "3", "unit": "d"}, "conflict"),
    (WARMTH, {"value": "20", "unit": "°C"}, {"value": "68", "unit": "degF"}, "consistent"),
    (WARMTH, {"value": "20", "unit": "°C"}, {"value": "293.15", "unit": "kelvin"}, "consistent"),
    (WARMTH, {"value": "20", "unit": "dBm"}, {"value": "1", "unit": "W"}, None),
    (COST, {"value": "5", "unit": "EUR"}, {"value": "5", "unit": "USD"}, None),
    (COST, {"value": "5", "unit": "EUR"}, {"value": "5", "unit": "eur"}, "consistent"),
    (ENTRIES, {"value": "5", "unit": "people"}, {"value": "5", "unit": "person"}, "consistent"),
    (ENTRIES, {"value": "5", "unit": "points"}, {"value": "5", "unit": "inch"}, None),
    (ENTRIES, {"value": "5", "unit": "vehicles"}, {"value": "5", "unit": "person"}, None),
    (BORDER, {"value": "5", "unit": "km**999999999"}, {"value": "5", "unit": "m"}, None),
    (BORDER, {"value": "5", "unit": "km^3^3^3^3^3"}, {"value": "5", "unit": "m"}, None),
]


@pytest.mark.parametrize(("measure", "one", "other", "expected"), UNITS, ids=str)
def test_units_are_converted_exactly_or_compare_to_themselves_alone(
    measure: Measured, one: Change, other: Change, expected: str | None
) -> None:
    a, b = (about(measure, given["value"], **rest(given)) for given in (one, other))

    assert both_ways(a, b) == expected
    if expected is None:
        assert aspects(compare(a, b)) == ["unit"]


def test_without_any_unit_only_counting_is_understood() -> None:
    share = Measured("unemployment", Dimension.SHARE)
    counted = Measured("arrests", Dimension.COUNT)

    assert relation(compare(about(share, "5"), about(share, "5"))) == "consistent"
    assert aspects(compare(about(share, "5"), about(share, "5", unit="%"))) == ["unit"]
    found = compare(about(counted, "5"), about(counted, "5", unit="person"))
    assert (relation(found), [one.aspect.value for one in found.assumed]) == (
        "consistent",
        ["unit", "period"],
    )


FROM_RUSSIA = {"place": "KZ", "counterpart_place": "RU"}
PARTS: list[tuple[str, Measured, Change, Change, str | list[str]]] = [
    ("written otherwise", ENTRIES, {"place": "KZ"}, {"place": "Kazakhstan"}, "same"),
    ("by its other names", ENTRIES, {"place": "Russia"}, {"place": "Russian Federation"}, "same"),
    ("two countries", ENTRIES, {"place": "KZ"}, {"place": "RU"}, ["place"]),
    ("only one says where", ENTRIES, {"place": "KZ"}, {}, ["place"]),
    ("a city of unknown country", ENTRIES, {"place": "Almaty"}, {"place": "KZ"}, ["place"]),
    ("the same city", ENTRIES, {"place": "Almaty"}, {"place": "Almaty, KZ"}, "same"),
    ("two cities", MOBILISED, {"place": "Almaty, KZ"}, {"place": "Astana, KZ"}, ["place"]),
    ("a country with its code", ENTRIES, {"place": "Kazakhstan (KZ)"}, {"place": "KZ"}, "same"),
    ("and after a comma", ENTRIES, {"place": "Kazakhstan, KAZ"}, {"place": "KZ"}, "same"),
    ("a state named as a country", MOBILISED, {"place": "Georgia, US"}, {"place": "US"}, "part"),
    ("of what is there", MOBILISED, {"place": "Almaty (Kazakhstan)"}, {"place": "KZ"}, "part"),
    ("by ISO 3166-2", MOBILISED, {"place": "KZ-75"}, {"place": "KZ"}, "part"),
    ("moves inside count, too", ENTRIES, {"place": "Almaty, KZ"}, {"place": "KZ"}, ["place"]),
    (
        "from abroad",
        ENTRIES,
        {**FROM_RUSSIA, "place": "Almaty, KZ"},
        FROM_RUSSIA,
        "part",
    ),
    (
        "from a region",
        ENTRIES,
        {**FROM_RUSSIA, "counterpart_place": "Omsk, RU"},
        FROM_RUSSIA,
        "part",
    ),
    ("from one or any country", ENTRIES, FROM_RUSSIA, {"place": "KZ"}, "part"),
    (
        "from other countries",
        ENTRIES,
        FROM_RUSSIA,
        {"place": "KZ", "counterpart_place": "UZ"},
        ["place"],
    ),
    ("a length isn't shared out", BORDER, {"place": "Almaty, KZ"}, {"place": "KZ"}, ["place"]),
    ("of everybody", ENTRIES, {"population": "Russians"}, {}, "part"),
    ("of everybody, net", NET, {"population": "Russians"}, {}, ["population"]),
    ("of no sum", WAITING, {"population": "cars"}, {}, ["population"]),
    (
        "the same people",
        ENTRIES,
        {"population": "Russian citizens"},
        {"population": "russian citizen"},
        "same",
    ),
    ("others", ENTRIES, {"population": "men"}, {"population": "Russian citizens"}, ["population"]),
    (
        "torn",
        ENTRIES,
        {"population": "Russians", "place": "KZ"},
        FROM_RUSSIA,
        ["population", "place"],
    ),
]


@pytest.mark.parametrize(("name", "measure", "one", "other", "expected"), PARTS, ids=str)
def test_a_part_cannot_exceed_the_whole_where_parts_add_up(
    name: str, measure: Measured, one: Change, other: Change, expected: str | list[str]
) -> None:
    small, large = about(measure, "5", **one), about(measure, "9", **other)
    too_large = replace(small, value=Decimal(11))

    if isinstance(expected, list):
        assert both_ways(small, large) is None
        assert aspects(compare(small, large)) == expected
    elif expected == "same":
        assert both_ways(small, large) == "conflict"
    else:
        assert both_ways(small, large) == "within_bound"
        assert both_ways(too_large, large) == "violates_bound"


WEEK = {"period_start": "2022-09-21", "period_end": "2022-09-27"}
MONTH = {"period_start": "2022-09", "period_end": "2022-09"}
PERIODS: list[tuple[str, Measured, Change, Change, str | None]] = [
    ("a week of a month", ENTRIES, WEEK, MONTH, "within_bound"),
    ("a week of a month, net", NET, WEEK, MONTH, None),
    ("a week of a month, of what is there", MOBILISED, WEEK, MONTH, None),
    (
        "overlapping",
        ENTRIES,
        WEEK,
        {**WEEK, "period_start": "2022-09-20", "period_end": "2022-09-26"},
        None,
    ),
    (
        "one month and the next",
        ENTRIES,
        MONTH,
        {"period_start": "2022-10", "period_end": "2022-10"},
        "later_in_series",
    ),
    (
        "a quarter and the next but two",
        ENTRIES,
        {"period_start": "2022-01", "period_end": "2022-03"},
        {"period_start": "2022-10", "period_end": "2022-12"},
        "later_in_series",
    ),
    (
        "the shortest month and one of the longest",
        ENTRIES,
        {"period_start": "2022-02", "period_end": "2022-02"},
        {"period_start": "2022-03", "period_end": "2022-03"},
        "later_in_series",
    ),
    (
        "and a day more",
        ENTRIES,
        {"period_start": "2022-02", "period_end": "2022-02"},
        {"period_start": "2022-03-01", "period_end": "2022-04-01"},
        None,
    ),
    (
        "a month, and four weeks less a day",
        ENTRIES,
        {"period_start": "2022-10", "period_end": "2022-10"},
        {"period_start": "2022-09-01", "period_end": "2022-09-27"},
        None,
    ),
    (
        "a week, and eight days",
        ENTRIES,
        WEEK,
        {"period_start": "2022-10-01", "period_end": "2022-10-08"},
        None,
    ),
    ("a month and a year", ENTRIES, MONTH, {"period_start": "2021", "period_end": "2021"}, None),
    ("since the same day", ENTRIES, WEEK, {**WEEK, "period_end": "2022-10-04"}, "later_in_series"),
    (
        "one day and another",
        MOBILISED,
        {"as_of": "2022-09-27"},
        {"as_of": "2022-10-04"},
        "later_in_series",
    ),
    (
        "that day and some day of its month",
        MOBILISED,
        {"as_of": "2022-09-27"},
        {"as_of": "2022-09"},
        "conflict",
    ),
    (
        "said on different days",
        MOBILISED,
        {"said_on": "2022-09-27"},
        {"said_on": "2022-10-04"},
        "later_in_series",
    ),
    ("a length lasts", BORDER, {"said_on": "2022-09-27"}, {"said_on": "2022-10-04"}, "conflict"),
    ("unless somebody says when", BORDER, {"as_of": "2012"}, {"as_of": "2022"}, "later_in_series"),
    ("nobody says when", ENTRIES, {}, {}, "conflict"),
    ("one doesn't say when", ENTRIES, {}, WEEK, "conflict"),
    (
        "until said",
        ENTRIES,
        WEEK,
        {"period_start": "2022-09-21", "said_on": "2022-09-27"},
        "conflict",
    ),
    ("at the end of the calendar", ENTRIES, {"as_of": "9999"}, {"as_of": "9999-12-31"}, "conflict"),
]


@pytest.mark.parametrize(("name", "measure", "one", "other", "expected"), PERIODS, ids=str)
def test_periods_are_the_same_or_a_part_or_a_series_or_apart(
    name: str, measure: Measured, one: Change, other: Change, expected: str | None
) -> None:
    a, b = about(measure, "5", **one), about(measure, "9", **other)

    assert both_ways(a, b) == expected
    if expected is None:
        assert aspects(compare(a, b)) == ["period"]


def test_what_was_counted_since_a_day_cannot_become_less() -> None:
    later = replace(SAID, value=Decimal(60000), period_end="2022-10-04", as_of="2022-10-04")

    assert both_ways(SAID, later) == "violates_bound"
    assert both_ways(replace(SAID, measure=NET), replace(later, measure=NET)) == "later_in_series"


def test_a_part_of_another_time_has_no_bound() -> None:
    later = replace(SAID, population=None, period_end="2022-10-04", as_of="2022-10-04")

    assert aspects(compare(SAID, later)) == ["population"]


def test_what_only_one_says_is_told() -> None:
    told = {
        one.aspect.value: one.detail for one in compare(SAID, replace(SAID, as_of=None)).assumed
    }
    silent = compare(about(ENTRIES, "5", said_on="2022"), about(ENTRIES, "5", **WEEK)).assumed

    assert told == {}
    assert [one.detail for one in silent] == [
        (
            "only b says since when; both are taken to begin then; the days are known in part, and"
            " may be the same; a doesn't say when; it was said on 2022, and that is taken"
        )
    ]


NETS: list[tuple[str, str, str, str]] = [
    ("38000", "98000", "60000", "consistent"),
    ("20000", "98000", "60000", "conflict"),
    ("-162000", "98000", "260000", "consistent"),
]


@pytest.mark.parametrize(("net", "came", "went", "expected"), NETS)
def test_net_is_what_came_in_less_what_went_out(
    net: str, came: str, went: str, expected: str
) -> None:
    where = {"place": "KZ", **WEEK}
    figures = about(NET, net, **where), about(ENTRIES, came, **where), about(EXITS, went, **where)

    assert relation(balance(*figures)) == expected
    assert aspects(compare(figures[0], figures[1])) == ["measure"]


def test_net_is_no_difference_of_what_is_about_something_else() -> None:
    net, came = about(NET, "1", place="KZ", **WEEK), about(ENTRIES, "3", place="KZ", **WEEK)
    bound = about(EXITS, "2", place="KZ", comparator="gt", **WEEK)

    assert aspects(balance(net, came, about(EXITS, "2", place="RU", **WEEK))) == ["place"]
    assert aspects(balance(net, came, about(EXITS, "2", unit="vehicle", place="KZ"))) == ["unit"]
    assert relation(balance(net, came, bound)) == "violates_bound"
    assert relation(balance(replace(net, value=Decimal(0)), came, bound)) == "within_bound"


@pytest.mark.parametrize(
    ("aspect", "of_net", "of_in", "of_out"),
    [
        ("period", {}, {"as_of": "2021-09-27"}, {"as_of": "2022-09-27"}),
        ("period", {"as_of": "2022"}, {"as_of": "2022-03"}, {"as_of": "2022-09"}),
        ("place", {"place": "Georgetown"}, {"place": "Georgetown, GY"},
         {"place": "Georgetown, MY"}),
    ],
)  # fmt: skip
def test_what_came_in_and_what_went_out_are_to_be_about_the_same_too(
    aspect: str, of_net: Change, of_in: Change, of_out: Change
) -> None:
    net, came = about(NET, "38000", **of_net), about(ENTRIES, "98000", **of_in)

    assert aspects(balance(net, came, about(EXITS, "60000", **of_out))) == [aspect]
    assert relation(balance(net, came, about(EXITS, "60000", **of_in))) == "consistent"


SHOWN: list[tuple[Change, str]] = [
    ({"value": "98000", "comparator": "gt"}, "more than 98000"),
    ({"value": "98000", "comparator": "gte"}, "at least 98000"),
    ({"value": "98000", "comparator": "lt"}, "less than 98000"),
    ({"value": "98000", "comparator": "lte"}, "at most 98000"),
    ({"value": "98412"}, "98412"),
    ({"value": "3.5"}, "3.45 to 3.55"),
    ({"low": "1", "high": "2", "comparator": "between"}, "1 to 2"),
    ({"value": "98000", "comparator": "gt", "is_estimate": True}, "more than 97000"),
]


@pytest.mark.parametrize(("given", "expected"), SHOWN, ids=str)
def test_the_detail_tells_what_a_number_can_mean(given: Change, expected: str) -> None:
    one = about(WAITING, {**given}.pop("value", None), **rest(given))

    assert compare(one, one).detail == f"a is {expected}, b is {expected} (hour)"


CHANGES: list[Change] = [
    {"place": "Kazakhstan"},
    {"unit": "people"},
    {"population": "RUSSIAN"},
    {"as_of": None},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_number_agrees_with_itself_however_it_is_put(change: Change) -> None:
    assert both_ways(SAID, SAID) == "consistent"
    assert both_ways(SAID, replace(SAID, **change)) == "consistent"
