"""Finding statements: each filter alone, several together, and every order."""

from typing import Any

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids

PATH = "/v1/statements"


@pytest.fixture
async def two(make: Make) -> tuple[Made, Made]:
    """Two statements that differ in everything that can be asked for."""
    wire = {"kind": "wire", "name": "A wire", "publisher": {"kind": "news_agency", "name": "RIA"}}
    hops = [
        {"key": "a", "source": wire, "role": "agency", "mode": "direct_quote"},
        {
            "key": "b",
            "parent_key": "a",
            "source": {"kind": "article", "name": "An article"},
            "role": "outlet",
            "mode": "summary",
        },
    ]
    parent = await make.topic(key="movement")
    child = {"key": "migration", "labels": {"en": "Migration"}, "parent_id": parent.id}
    one = await make.statement(
        language="fr-CA",
        kind="quantitative",
        state="open",
        said_on="2022-09-27",
        appearances=hops,
        topics=[child],
    )
    other = await make.statement(said_on="2023")
    return one, other


async def asked(one: Made) -> Json:
    first, second = one.body["appearances"]
    return {
        "speaker_id": one.body["speaker_id"],
        "source_id": second["source_id"],
        "publisher_id": first["source"]["publisher"]["id"],
        "topic": "migration",
        "language": "fr-CA",
        "kind": "quantitative",
        "state": "open",
        "said_from": "2022-09-27",
        "said_until": "2022-09-27",
    }


async def test_each_filter_finds_what_it_asks_for(
    two: tuple[Made, Made], anonymous: Client
) -> None:
    one, other = two
    filters = await asked(one)

    for name, value in filters.items():
        expected = [other.id, one.id] if name == "said_from" else [one.id]
        assert await ids(anonymous, PATH, **{name: value}) == expected, name
    assert await ids(anonymous, PATH, **filters) == [one.id]


async def test_filters_combine_to_what_satisfies_all(
    two: tuple[Made, Made], anonymous: Client
) -> None:
    one, other = two
    filters = await asked(one) | {"said_from": "2022", "speaker_id": other.body["speaker_id"]}
    elsewhere = {"speaker_id", "said_from"}

    for name in filters.keys() - elsewhere:
        both = {"speaker_id": filters["speaker_id"], name: filters[name]}
        assert await ids(anonymous, PATH, **both) == [], name
    assert await ids(anonymous, PATH, **{name: filters[name] for name in elsewhere}) == [other.id]


async def test_a_day_known_in_part_may_be_the_last_that_it_can_mean(
    make: Make, anonymous: Client
) -> None:
    year, month = await make.statement(said_on="2024"), await make.statement(said_on="2024-02")
    await make.statement(said_on=None)

    assert await ids(anonymous, PATH, said_from="2024-02-29") == [month.id, year.id]
    assert await ids(anonymous, PATH, said_from="2024-12-31") == [year.id]
    assert await ids(anonymous, PATH, said_from="2025-01-01") == []


async def test_any_hop_counts_for_source_and_publisher(
    two: tuple[Made, Made], anonymous: Client
) -> None:
    one, _ = two

    for hop in one.body["appearances"]:
        assert await ids(anonymous, PATH, source_id=hop["source_id"]) == [one.id]
        assert await ids(anonymous, PATH, publisher_id=hop["source_id"]) == [one.id]


async def test_topics_below_count_too_by_key_and_by_id(
    two: tuple[Made, Made], anonymous: Client
) -> None:
    one, _ = two
    (topic,) = one.body["topics"]
    above = (await anonymous.get(f"/v1/topics/{topic['id']}")).json()["parent_id"]

    for name in ("movement", above, "migration", topic["id"]):
        assert await ids(anonymous, PATH, topic=name) == [one.id]
    assert await ids(anonymous, PATH, topic="nothing-known") == []


async def test_a_topic_above_is_not_found_by_the_one_below(make: Make, anonymous: Client) -> None:
    parent = await make.topic()
    child = await make.topic(parent_id=parent.id)
    await make.statement(topics=[parent.id])

    assert await ids(anonymous, PATH, topic=child.id) == []


@pytest.mark.parametrize(
    ("asked_for", "found"), [("fr", 1), ("fr-CA", 1), ("fr-FR", 0), ("frr", 0)]
)
async def test_a_language_finds_its_regional_kinds(
    asked_for: str, found: int, two: tuple[Made, Made], anonymous: Client
) -> None:
    assert await ids(anonymous, PATH, language=asked_for) == [two[0].id] * found


async def test_a_language_doesnt_find_one_that_begins_alike(make: Make, anonymous: Client) -> None:
    await make.statement(language="fil")

    assert await ids(anonymous, PATH, language="fi") == []


@pytest.mark.parametrize(
    ("said_on", "said_from", "said_until", "found"),
    [
        ("2022-09-27", "2022-09-27", "2022-09-27", True),
        ("2022-09-27", "2022-09-28", None, False),
        ("2022-09-27", None, "2022-09-26", False),
        ("2022-09", "2022-09-30", None, True),
        ("2022-09", "2022-10", None, False),
        ("2022-09", None, "2022-09-01", True),
        ("2022-09", None, "2022-08", False),
        ("2022", "2022-12-31", None, True),
        ("2022", "2023", None, False),
        ("2022", None, "2022-01", True),
        ("2022", None, "2021", False),
        ("2024-02", "2024-02-29", None, True),
        ("2023-12-31", "2023", "2023", True),
        (None, "0001", None, False),
        (None, None, "9999", False),
    ],
)
async def test_a_date_matches_when_it_may_lie_in_what_is_asked(
    said_on: str | None,
    said_from: str | None,
    said_until: str | None,
    found: bool,  # noqa: FBT001 - a case.
    make: Make,
    anonymous: Client,
) -> None:
    made = await make.statement(said_on=said_on)
    given = {"said_from": said_from, "said_until": said_until}

    parameters = {name: value for name, value in given.items() if value}

    assert await ids(anonymous, PATH, **parameters) == [made.id] * found


async def test_everyone_lists_what_they_may_see(
    make: Make, stranger: Client, reader: Client, anonymous: Client
) -> None:
    public = await make.statement()
    internal = await make.statement(visibility="internal")
    theirs = await Make(stranger).statement(visibility="internal")

    assert await ids(anonymous, PATH) == [public.id]
    assert await ids(reader, PATH) == [internal.id, public.id]
    assert await ids(stranger, PATH) == [theirs.id, public.id]
    assert (await anonymous.get(internal.path)).status_code == 404
    assert (await stranger.get(internal.path)).status_code == 404
    assert (await reader.get(internal.path)).status_code == 200


async def test_every_order_sorts_both_ways(make: Make, editor: Client) -> None:
    late = await make.statement(said_on="2023")
    undated = await make.statement()
    early = await make.statement(said_on="2022-12-31")
    middle = await make.statement(said_on="2023-01-01")
    await change(editor, undated, summary="The last to change")

    orders: dict[str, list[Made]] = {
        "created_at": [late, undated, early, middle],
        "updated_at": [late, early, middle, undated],
        "said_on": [undated, early, late, middle],
    }
    for name, expected in orders.items():
        assert await ids(editor, PATH, sort=name) == [made.id for made in expected]
        assert await ids(editor, PATH, sort=f"-{name}") == [made.id for made in expected[::-1]]
    assert await ids(editor, PATH) == await ids(editor, PATH, sort="-created_at")


async def test_undated_statements_are_paged_through_like_others(
    make: Make, anonymous: Client
) -> None:
    made = [await make.statement(said_on=day) for day in (None, "2022", None, "2022")]
    seen: list[str] = []
    parameters: dict[str, Any] = {"sort": "said_on", "limit": 1}

    for _ in made:
        page = (await anonymous.get(PATH, params=parameters)).json()
        seen += [item["id"] for item in page["items"]]
        parameters["cursor"] = page["next"]

    assert page["next"] is None
    assert seen == [made[place].id for place in (0, 2, 1, 3)]


async def test_what_is_archived_is_not_counted(make: Make, admin: Client) -> None:
    await make.statement()
    await archive(admin, await make.statement())

    page = (await admin.get(PATH, params={"count": "true"})).json()

    assert page["count"] == {"value": 1, "exact": True}
