"""Every string is a query: an odd one finds less, and never fails."""

import pytest

from tests.making import Client, Make
from tests.search.looking import found, highlight, statements

ODD = {
    "nothing": "",
    "a space": " ",
    "stop words": "the of and",
    "punctuation": "?!… ()",
    "an unbalanced quote": '"russes entrés',
    "an unbalanced guillemet": "«russes",
    "only what is excluded": "-russes",
    "hyphens": "-" * 33,
    "operators": "a & | ! <-> ( b:*A",
    "a wildcard": "rus* %_",
    "a backslash": "\\' ' \\",
    "control characters": "russes\x00\x01\x1f\x7f kazakhstan",
    "a lone surrogate": "\ud800",
    "directions": "\u202erusses\u202c",
    "an emoji": "🇰🇿 👩‍👩‍👧",
    "marks without end": "e" + "\u0301" * 1000,
    "or alone": "or OR |",
    "the longest": "x" * 10_000,
    "many words": "word " * 2000,
    "many different words": " ".join(f"w{number}" for number in range(1600)),
    "a long number": "9" * 400,
    "SQL": "'; DROP TABLE statement; --",
}
PLACES = ["/v1/search", "/v1/statements", "/v1/speakers", "/v1/sources", "/v1/suggest"]
LENGTHS = {"/v1/search": 10_000, "/v1/statements": 10_000, "/v1/suggest": 200}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("path", PLACES)
async def test_an_odd_query_is_answered(
    path: str, name: str, make: Make, anonymous: Client
) -> None:
    await make.statement(text="Russes et Kazakhstan")
    query = ODD[name].encode("utf-8", "surrogatepass").decode("utf-8", "replace")

    answer = await anonymous.get(path, params={"q": query[: LENGTHS.get(path, 1000)]})

    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json()["items"], list)


@pytest.mark.parametrize("path", PLACES)
async def test_what_is_longer_than_anybody_types_is_refused(path: str, anonymous: Client) -> None:
    longest = LENGTHS.get(path, 1000)

    answer = await anonymous.get(path, params={"q": "x" * (longest + 1)})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "q"


async def test_phrases_exclusions_and_alternatives_are_understood(
    make: Make, anonymous: Client
) -> None:
    one = (await make.statement(text="The bridge was closed in May")).id
    other = (await make.statement(text="In May the tunnel and the bridge were open")).id

    assert set(await statements(anonymous, "bridge")) == {one, other}
    assert await statements(anonymous, '"the bridge was"') == [one]
    assert await statements(anonymous, "bridge -closed") == [other]
    assert await statements(anonymous, 'bridge -"was closed"') == [other]
    assert set(await statements(anonymous, "closed or tunnel")) == {one, other}
    assert set(await statements(anonymous, "closed OR tunnel")) == {one, other}


async def test_numbers_are_found_however_they_are_written(make: Make, anonymous: Client) -> None:
    made = (await make.statement(text="Environ 98.000 Russes", language="fr")).id

    for query in ("98000", "98 000", "98,000", "98.000", "98'000", "98 k", "98 тыс.", "9.8万"):
        assert await statements(anonymous, query) == [made], query
    for query in ("9800", "980000", "98001"):
        assert await statements(anonymous, query) == [], query


async def test_a_slip_or_a_beginning_finds_where_the_word_itself_finds_nothing(
    make: Make, anonymous: Client
) -> None:
    made = (await make.statement(text="Mobilisation in Kazakhstan")).id

    assert await statements(anonymous, "mobil") == [made]
    assert await statements(anonymous, "moblisation") == [made]
    assert await highlight(anonymous, "moblisation") == "<mark>Mobilisation</mark> in Kazakhstan"
    assert await statements(anonymous, "xqzzw") == []


async def test_highlights_mark_what_matches_and_escape_the_rest(
    make: Make, anonymous: Client
) -> None:
    await make.statement(text="<script>alert('Russes & \"autres\"')</script> sont entrés")

    marked = await highlight(anonymous, "russe entrer")

    assert marked == (
        "&lt;script&gt;alert(&#x27;<mark>Russes</mark> &amp; &quot;autres&quot;&#x27;)"
        "&lt;/script&gt; sont <mark>entrés</mark>"
    )


async def test_a_highlight_comes_from_the_text_that_matches(make: Make, anonymous: Client) -> None:
    translation = {"language": "en", "text": "They crossed the border", "translator": "human"}
    await make.statement(
        text="Ils ont passé la frontière", language="fr", translations=[translation]
    )

    assert await highlight(anonymous, "border") == "They crossed the <mark>border</mark>"


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("types", "verdict"),
        ("facets", "colour"),
        ("facets", ""),
        ("limit", "0"),
        ("sort", "said_on"),
    ],
)
async def test_a_parameter_that_means_nothing_is_refused_by_name(
    parameter: str, value: str, anonymous: Client
) -> None:
    answer = await anonymous.get("/v1/search", params={"q": "a", parameter: value})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == parameter


async def test_what_was_public_once_is_not_searched(anonymous: Client) -> None:
    asked = {"q": "rain", "as_of": "2022-09-27T00:00:00Z"}

    answer = await anonymous.get("/v1/statements", params=asked)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "as_of"


async def test_a_search_without_a_query_is_refused(anonymous: Client) -> None:
    answer = await anonymous.get("/v1/search")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "q"


async def test_nothing_found_is_an_empty_page(anonymous: Client) -> None:
    page = await found(anonymous, "nothing", count="true", facets="speaker")

    assert page["items"] == []
    assert page["next"] is None
    assert page["count"] == {"value": 0, "exact": True}
    assert page["facets"]["speaker"] == {"values": [], "exact": True}
