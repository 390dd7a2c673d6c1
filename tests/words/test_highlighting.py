"""A highlight shows why a text was found, and is safe as HTML."""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import json
import re
from pathlib import Path

import pytest

from app.words.highlighting import highlight
from app.words.letters import LAST_CASED, typed_as
from app.words.querying import understand
from app.words.stems import CHANGED_SECOND
from app.words.tokens import FOLD, NUMBER, STEM, slots, tokens
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
        ("de", "das hat er gemacht", "machen", "das hat er <mark>gemacht</mark>"),
        ("nl", "dat is gemaakt", "maken", "dat is <mark>gemaakt</mark>"),
        ("et", "ta tahab tuua", "tooma", "ta tahab <mark>tuua</mark>"),
        ("nl", "zijn ogen", "oog", "zijn <mark>ogen</mark>"),
        ("de", "das aerosol", "arosol", "das <mark>aerosol</mark>"),
        ("en", "he was dying", "die", "he was <mark>dying</mark>"),
        ("id", "mereka membuat roti", "buat", "mereka <mark>membuat</mark> roti"),
        ("ru", "о cлове", "слово", "о <mark>cлове</mark>"),
        ("fr", "les œuvres", "oeuvre", "les <mark>œuvres</mark>"),
        ("sr", "после рата", "rata", "после <mark>рата</mark>"),
        (None, "“said,” «said»…", "said", "“<mark>said</mark>,” «<mark>said</mark>»…"),
        ("th", "said คำsaid", "said", "<mark>said</mark> คำ<mark>said</mark>"),
        (None, "our ʻohana", "ohana", "our <mark>ʻohana</mark>"),
        (None, "the ʿulamāʾ said", "ʿulamāʾ", "the <mark>ʿulamāʾ</mark> said"),
        (None, "ſein ﬁnden", "finden sein", "<mark>ſein</mark> <mark>ﬁnden</mark>"),
    ],
)
def test_what_matched_is_marked(language: str | None, text: str, query: str, shown: str) -> None:
    assert marked(text, query, language) == shown


SAID = json.loads((Path(__file__).parents[1] / "search" / "languages.json").read_text("utf-8"))


@pytest.mark.parametrize("language", [*SAID["documents"], None])
def test_every_word_that_a_word_finds_is_marked(language: str | None) -> None:
    text = " ".join(SAID["documents"].values()) if language is None else SAID["documents"][language]
    read = [(one, slot) for one in tokens(text, language) for slot in slots(one, language)]

    for query in text.split():
        wanted = understand(query).marks.lexemes
        found = sum(not wanted.isdisjoint(slot.lexemes) for _, slot in read)
        shown, marks = highlight(text, language, understand(query), width=len(text))
        assert marks >= found, (query, shown)


STEMMED = (
    "verlorene Häuser überall entrés œuvre mañana ação łódź żółty çalışan øst ærlig åpen þing"
    " ъгъл щука їхати єдність ғылым қала өмір ұлт үй іс ёлка эхо юг яд άνθρωπος έτος իշխանություն"
    " najstarszy największych nejstarší önemli lying aeroporto uefa oeuvre"
)
WITHOUT_ACCENTS = re.compile("[a-z\u0430-\u052f]{2}")


STEMMING = (
    "ar az be bg ca cs da de el en es et eu fi fr gl he hi hu hy it ka kk ky lt mk nb ne nl nn"
    " no pl pt ro ru sk sv tr tt uk"
)


@pytest.mark.parametrize("language", STEMMING.split())
def test_a_word_in_small_letters_is_found_by_what_begins_as_it_does(language: str) -> None:
    for one in tokens(STEMMED.lower(), language):
        found = [known for slot in slots(one, language) for known in slot.lexemes]
        firsts = {known.removeprefix(STEM)[:1] for known in found if known[0] not in {FOLD, NUMBER}}
        assert one.text[0] <= LAST_CASED
        assert all(one.text[0] in typed_as()[first] for first in firsts), found


@pytest.mark.parametrize("language", [one for one in STEMMING.split() if one not in CHANGED_SECOND])
def test_its_second_letter_is_that_of_what_finds_it_or_an_e_or_y(language: str) -> None:
    for one in tokens(STEMMED.lower(), language):
        found = [known for slot in slots(one, language) for known in slot.lexemes]
        seconds = {known.removeprefix(STEM)[1] for known in found if known[0] not in {FOLD, NUMBER}}
        same = all(one.text[1] in typed_as()[second] for second in seconds)
        assert same or one.text[1] in "ey" or not WITHOUT_ACCENTS.match(one.text), found


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


@pytest.mark.parametrize("piece", ["1, ", "1a ", "ab ", "a1 ", "A ", "  "])
def test_what_is_passed_over_takes_time_in_proportion_too(piece: str) -> None:
    text = (piece * 100_000)[:100_000]

    with spending() as spent:
        highlight(text, "en", understand("zz"))

    assert spent.seconds < 1
