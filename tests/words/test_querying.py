"""Every string is a query, and is read as people type it."""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words import terms
from app.words.querying import Asked, beginnings, understand

LEXEME = r"'[^'\\\0]+'(?::\*)?"


def words(query: str) -> set[str]:
    return set(re.findall(r"'([^']+)'", query))


@pytest.mark.parametrize("text", ["", " ", "-", "!!!", '""', "'", "\0", "\ud800", "- -", "|", "😀"])
def test_nothing_is_asked_where_there_is_nothing_to_find(text: str) -> None:
    assert understand(text) == Asked()


def test_words_are_all_asked_for() -> None:
    assert understand("covid rules").all.count(" & ") == 1


def test_a_word_is_asked_for_in_every_likely_form() -> None:
    asked = words(understand("Russians").all)
    assert {"russians", "russian", "~russian"} <= asked
    assert "^tukav" in words(understand("Tokayev").all)


def test_a_phrase_is_asked_for_in_order() -> None:
    assert understand('"21 septembre"').all.startswith("('#21' <-> ")


@pytest.mark.parametrize(
    "quoted", ['"a b"', "«a b»", "“a b”", "„a b“", "„a b”", "»a b«", "「a b」"]
)
def test_quotation_marks_of_any_language_make_a_phrase(quoted: str) -> None:
    assert understand(quoted).units == understand('"a b"').units


@pytest.mark.parametrize("text", ["russe -chinois", 'russe -"les chinois"', "-chinois russe"])
def test_a_minus_before_a_word_leaves_it_out(text: str) -> None:
    asked = understand(text)
    assert " & !" in asked.all
    assert len(asked.units) == 1


@pytest.mark.parametrize("text", ["covid-19", "a - b", "a -", "-" * 33 + "a", "a--b", "300-400"])
def test_any_other_minus_is_harmless(text: str) -> None:
    assert "!" not in understand(text).all


def test_only_what_is_left_out_finds_nothing() -> None:
    assert understand("-russe").all == ""


@pytest.mark.parametrize("text", ["xx or yy", "xx OR yy", "xx|yy", "xx | yy"])
def test_or_between_two_words_means_either(text: str) -> None:
    asked = understand(text)
    assert "&" not in asked.all
    assert len(asked.units) == 2


@pytest.mark.parametrize("text", ["or xx", "xx or", "xx or -yy"])
def test_or_elsewhere_is_a_word(text: str) -> None:
    assert "or" in words(understand(text).all)


def test_or_binds_its_two_neighbours() -> None:
    assert re.fullmatch(r"\(.*\) & \(\(.*\) \| \(.*\)\)", understand("xx yy or zz").all)


def test_a_number_is_asked_for_by_its_value() -> None:
    for written in ("98.000", "98,000", "98000", "98 k", "98 тыс.", "98 мың", "9.8万"):
        assert understand(written).all == "'#98000'"


def test_numbers_with_a_space_between_may_be_two() -> None:
    assert understand("300 400").all == "('#300400' | ('#300' & '#400'))"


def test_digits_are_never_the_beginning_of_a_word() -> None:
    assert understand("9800").prefix is None
    assert understand("covid19").prefix is None
    assert "'vacci':*" in (understand("vacci 9800").prefix or "")


def test_some_needs_more_than_one_unit() -> None:
    assert understand("russe").some is None
    assert understand("russe entre").some == "({} | {})".format(*understand("russe entre").units)


def test_the_nearest_words_are_asked_for_too() -> None:
    asked = understand("kazahkstan -russe")
    assert asked.spellings == ("kazahkstan",)
    corrected = asked.corrected({"kazahkstan": ["kazakhstan", "it's"]})
    assert corrected is not None
    assert {"kazakhstan", "its"} <= words(corrected)
    assert " & !" in corrected
    assert asked.corrected({}) is None


def test_the_exact_words_are_told_for_ranking() -> None:
    assert understand("Entrés au Kazakhstan").phrase == "('entres' <-> 'au' <-> 'kazakhstan')"
    assert understand("Entrés").phrase == "'entres'"


def test_a_compound_is_found_together_or_joined() -> None:
    assert understand("covid-19").all.endswith(" <-> '#19') | 'covid19')")


def test_an_ending_after_an_apostrophe_may_be_another() -> None:
    assert "| ('kazakistan' |" in understand("Kazakistan'da").all


def test_a_run_may_end_otherwise_when_nothing_else_is_found() -> None:
    assert understand("入国する").prefix == "(('入国' <-> '国す' <-> 'する') | '入国')"


def test_pairs_of_characters_stand_next_to_each_other() -> None:
    assert understand("俄罗斯").all == "('俄罗' <-> '罗斯')"
    assert understand("人").all == "'人':*"


def test_thirty_two_words_count() -> None:
    assert len(understand(" ".join(f"w{at}x" for at in range(90))).units) == 32


def test_the_unfinished_word_is_told_apart() -> None:
    assert beginnings("Russes entr")[1] == "entr"
    assert len(beginnings("Russes entr")[0]) == 1
    assert beginnings("russes ")[1] == ""
    assert beginnings("9800") == (("'#9800'",), "")
    assert beginnings("covid-19")[1] == ""
    assert beginnings("俄罗") == (("'俄罗'",), "")
    assert beginnings("russes -entr")[1] == ""
    assert beginnings("") == ((), "")


def test_the_hint_leaves_nothing_out() -> None:
    assert words(understand("russes").all) <= words(understand("russes", "eu").all)


@given(st.text(alphabet=st.sampled_from("ab1é俄ا '\"«»-|()&!:*\\\0\ud800.,’or\u0301"), max_size=60))
def test_any_string_gives_quoted_lexemes_and_operators(text: str) -> None:
    asked = understand(text)
    for query in (asked.all, asked.phrase, asked.prefix or "", asked.some or "", *asked.units):
        assert not re.sub(rf"{LEXEME}|<->| |[()&|!]", "", query)
        assert query.count("(") == query.count(")")
    beginnings(text)


@pytest.mark.parametrize(
    ("asked", "own", "forms"),
    [
        ("'a'", "'a':A", 1),
        ("('a' | '~b' | '^c d')", "('a':A | '~b':A | '^c d':A)", 3),
        ("('ab':* | 'ab')", "('ab':*A | 'ab':A)", 1),
        ("('a' <-> 'b')", "('a':A <-> 'b':A)", 0),
        ("'a' & !'b'", "'a':A & !'b':A", 0),
        ("", "", 0),
    ],
)
def test_a_tsquery_asks_of_own_words_alone_and_says_of_how_many_forms_one_will_do(
    asked: str, own: str, forms: int
) -> None:
    assert (terms.own(asked), terms.forms(asked)) == (own, forms)
