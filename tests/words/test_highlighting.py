"""A highlight shows why a text was found, and is safe as HTML."""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import pytest

from app.words.highlighting import highlight
from app.words.querying import understand
from tests.pace import spending


def marked(text: str, query: str, language: str | None = None) -> str:
    return highlight(text, language, understand(query))[0]


@pytest.mark.parametrize(
    ("language", "text", "query", "shown"),
    [
        ("fr", "98.000 Russes", "98 k", "<mark>98.000</mark> Russes"),
        ("ru", "уехали 64 тыс. человек", "64000", "уехали <mark>64 тыс.</mark> человек"),
        ("fr", "sont entrés", "entrer", "sont <mark>entrés</mark>"),
        ("fr", "l’inflation", "inflation", "l’<mark>inflation</mark>"),
        ("tr", "Kazakistan’a girdi", "kazakistan", "<mark>Kazakistan</mark>’a girdi"),
        ("ru", "сообщил Токаев.", "Tokayev", "сообщил <mark>Токаев</mark>."),
        ("en", "the COVID-19 rules", "covid 19", "the <mark>COVID-19</mark> rules"),
        ("zh", "约有俄罗斯人进入", "俄罗斯", "约有<mark>俄罗斯</mark>人进入"),
        ("de", "sagte Müller", "mueller", "sagte <mark>Müller</mark>"),
        ("en", "a b c a", '"a b"', "<mark>a b</mark> c a"),
    ],
)
def test_what_matched_is_marked(language: str, text: str, query: str, shown: str) -> None:
    assert marked(text, query, language) == shown


def test_what_is_left_out_is_not_marked() -> None:
    assert marked("russe chinois", "russe -chinois") == "<mark>russe</mark> chinois"


def test_beginnings_and_nearest_words_are_marked() -> None:
    asked = understand("kaza")
    assert highlight("Kazakhstan", "en", asked, openings=asked.openings)[1] == 1
    assert highlight("Kazakhstan", "en", understand("kazahstn"), lexemes={"kazakhstan"})[1] == 1


def test_everything_else_is_escaped() -> None:
    shown = marked("<script>alert('1')</script> AT&amp;T \"x\"", "script")
    assert shown.startswith("&lt;<mark>script</mark>&gt;alert(&#x27;1&#x27;)")
    assert "AT&amp;amp;T &quot;x&quot;" in shown


def test_the_best_passage_of_a_long_text_is_shown() -> None:
    text = f"{'lorem ipsum ' * 100}russes {'dolor sit ' * 100}russes entrés {'amet ' * 200}"
    shown, count = highlight(text, "fr", understand("russes entrer"), width=120)
    assert "<mark>russes</mark> <mark>entrés</mark>" in shown
    assert count == 2
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 120 + 60


def test_without_a_match_the_beginning_is_shown() -> None:
    shown, count = highlight("lorem ipsum " * 100, None, understand("x"), width=50)
    assert shown.startswith("lorem ipsum")
    assert (count, len(shown) <= 51) == (0, True)


@pytest.mark.parametrize("piece", ["a", "a'", "1.2 ", "9万", "俄", "<", "\u0301", "a b "])
def test_the_worst_case_takes_time_in_proportion(piece: str) -> None:
    text = (piece * 20_000)[:20_000]

    with spending() as spent:
        highlight(text, "en", understand('a b 俄 "a a a"'))

    assert spent.seconds < 1
