"""A text is found by its words, however they are typed or inflected, and by its numbers."""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import re
from itertools import pairwise

import pytest

from app.words.analysis import LAST_POSITION, Passage, vector


def lexemes(text: str, language: str | None = None, *, names: bool = False) -> set[str]:
    return set(re.findall(r"'([^']+)'", vector([Passage(text, language, "A", names)])))


def positions(text: str) -> dict[str, int]:
    found = re.findall(r"'([^']+)':(\d+)", vector([Passage(text, "en", "A")]))
    return {lexeme: int(position) for lexeme, position in found}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("ENTRÉS", "entres"),
        ("Müller", "muller"),
        ("Müller", "mueller"),
        ("Großstraße", "grossstrasse"),
        ("København", "koebenhavn"),
        ("İbrahim", "ibrahim"),
        ("Kazakistan’a", "kazakistan"),
        ("l’inflation", "inflation"),
        ("в'їхали", "вихали"),
        ("вʼїхали", "вихали"),
        ("Тоқаев", "токаев"),
        ("ещё", "еще"),
        ("الرئيس", "رييس"),
        ("Łódź", "lodz"),
        ("Τοκάγεφ", "τοκαγεφ"),
        ('צה"ל', "צהל"),
        ("ﬁnance", "finance"),
        ("U.S.A.", "usa"),
        ("می‌روند", "ميروند"),
        ("in\u00adfla\u00adtion", "inflation"),
    ],
)
def test_the_surface_form_is_what_a_keyboard_gives(text: str, typed: str) -> None:
    assert typed in lexemes(text)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "entering", "entered"),
        ("fr", "entrer", "entrés"),
        ("es", "entraron", "entrado"),
        ("ru", "сентябрь", "сентября"),
        ("uk", "вересень", "вересня"),
        ("kk", "Қазақстанға", "Қазақстаннан"),
        ("pl", "wrzesień", "września"),
        ("he", "רוסי", "רוסים"),
        ("ka", "სექტემბერი", "სექტემბრიდან"),
        ("el", "Ρώσος", "Ρώσοι"),
        ("fi", "venäläinen", "venäläistä"),
    ],
)
def test_inflected_forms_share_a_stem(language: str, one: str, other: str) -> None:
    def stems(word: str) -> set[str]:
        found = lexemes(word, language)
        return {lexeme.removeprefix("~") for lexeme in found if not lexeme.startswith("^")}

    assert stems(one) & stems(other)


def test_a_language_may_come_with_its_region() -> None:
    assert lexemes("entraram", "pt-BR") == lexemes("entraram", "pt")
    assert lexemes("entered", "und") == lexemes("entered")


def test_a_name_is_the_same_in_every_script() -> None:
    spelt = [lexemes(name) for name in ("Tokaïev", "Tokayev", "Токаев", "Тоқаев", "توكاييف")]
    assert set.intersection(*spelt) == {"^tukav"}


def test_names_are_not_inflected() -> None:
    assert not [lexeme for lexeme in lexemes("Rules", "en", names=True) if lexeme[0] == "~"]


def test_a_number_is_found_by_its_value_alone() -> None:
    assert lexemes("98.000") == lexemes("98 000") == {"#98000"}
    assert lexemes("300-400") == {"#300", "#400"}


def test_the_parts_of_a_compound_stand_next_to_each_other_and_are_joined() -> None:
    placed = positions("COVID-19 rules")
    assert (placed["covid"], placed["#19"], placed["rules"]) == (1, 2, 3)
    assert "covid19" in placed


def test_scripts_without_spaces_are_found_by_pairs() -> None:
    assert lexemes("俄罗斯人") == {"俄罗", "罗斯", "斯人", "人"}
    assert "รั" in lexemes("รัสเซีย")


def test_a_weight_says_the_field_and_phrases_end_with_it() -> None:
    written = vector([Passage("one", None, "A"), Passage("two", None, "D")])
    assert ":1A" in written
    assert ":12D" in written


def test_no_text_makes_a_lexeme_that_needs_escaping() -> None:
    hostile = "'\\:*&|!()<->\0\ud800\ufffd\u202e😀 a'b\\c ``"
    assert set(re.sub(r"'[\w~^#.]+':\d+A ", "", vector([Passage(hostile, "en", "A")]))) == set()


def test_a_long_text_stays_small_and_within_the_positions() -> None:
    written = vector([Passage(f"w{at} " * 3000, None, "A") for at in range(9)])
    places = [int(place) for place in re.findall(r":(\d+)", written)]
    assert len(written.encode()) < 1_000_000
    assert max(places) <= LAST_POSITION
    assert all(one <= other for one, other in pairwise(places))


def test_a_long_word_is_cut() -> None:
    assert max(map(len, lexemes("x" * 5000))) <= 81
