"""What claims are weighed by, whatever posts look like."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.words import claims
from app.words.analysis import Passage
from tests.pace import spending

HOSTILE = [
    "a'", "#@", "#A", "1,", "﷽", "กด", "aB", "-", "www.", "http://", "#aB1_", "@a.b", "é\u0301",
    "1.000 ", "🤦🏽\u200d♂️", "\u200d", "a-1-", "\ud800", "\x00", "İ", "“”", "A.B.", "漢字",
    "pic.twitter.com/",
]  # fmt: skip


def of_document(text: str, language: str | None = "en") -> dict[str, float]:
    return claims.of_document([Passage(text, language, "A")])[0]


def shared(post: str, claim: str, asked_in: str | None = None, said_in: str = "en") -> set[str]:
    return set(claims.of_query(post, asked_in)) & set(of_document(claim, said_in))


@pytest.mark.parametrize(
    ("post", "cleaned"),
    [
        ("It burns! https://t.co/Cs2gQjrT7S", "It burns!"),
        ("It burns pic.twitter.com/0eJtwJyS1J now", "It burns now"),
        ("#DefundTheCBChttps://t.co/CsHG8R9cHp", "Defund The CBC"),
        ("#COVID19 and #climate_change", "COVID 19 and climate change"),
        ("— Brad Trost 🇨🇦 (@BradTrostCPC)", "— Brad Trost ( Brad Trost CPC )"),
        ("see www.example.org/a?b=c, please", "see please"),
        ("@@ ## 🔥🔥", ""),
        ("  98 000\n people ", "98 000 people"),
    ],
)
def test_links_and_pictures_go_and_tags_come_apart(post: str, cleaned: str) -> None:
    assert claims.clean(post) == cleaned


@given(st.text(st.characters(codec=None) | st.sampled_from("#@_aB1 :/.wht🔥"), max_size=900))
@settings(deadline=None)
def test_what_is_clean_stays_as_it_is(post: str) -> None:
    cleaned = claims.clean(post)

    assert claims.clean(cleaned) == cleaned
    assert len(cleaned) <= claims.LONGEST_QUERY


def test_a_post_is_read_no_further_than_its_beginning() -> None:
    post = "word " * 200 + "hurricane"

    assert "~hurrican" not in claims.of_query(post, "en")


@pytest.mark.parametrize("language", ["en", None])
def test_a_claim_is_found_by_inflected_words_whether_or_not_the_language_is_known(
    language: str | None,
) -> None:
    assert "~vaccin" in shared("They are vaccinating us", "Vaccines kill", language)


def test_the_stem_in_the_language_of_the_post_counts_most() -> None:
    asked = claims.of_query("vaccinations", "en")

    assert max(asked, key=lambda lexeme: asked[lexeme]) == "~vaccin"
    assert asked["vaccinations"] < asked["~vaccin"]


def test_a_name_is_found_in_another_script() -> None:
    assert "^tukav" in shared("Tokayev said so", "Токаев это сказал", "en", "ru")
    assert "^tukav" in shared("Tokayev said so", "Слова Токаева", "en", "ru")


def test_a_number_is_found_however_it_is_written() -> None:
    assert "#98000" in shared("98.000 people", "98 тыс. человек", "fr", "ru")


def test_a_hashtag_is_found_by_its_words() -> None:
    assert {"~australian", "~fire"} <= shared("#AustralianFires", "Australian fires", "en")


def test_scripts_without_spaces_are_found_by_pairs_of_characters() -> None:
    assert {"疫苗", "苗有"} <= shared("这种疫苗有毒", "疫苗有毒", "zh", "zh")


def test_fields_count_as_much_as_they_say_of_the_claim() -> None:
    own, length = claims.of_document([Passage("cats", "en", "A")])
    both, longer = claims.of_document([Passage("cats", "en", "A"), Passage("cats", "en", "D")])

    assert (length, longer) == (1, 2)
    assert own["~cat"] < both["~cat"] < 2 * own["~cat"]


def test_a_word_said_again_counts_a_little_more() -> None:
    once, often = (claims.of_query("vaccine " * times, "en")["~vaccin"] for times in (1, 50))

    assert once < often < 2 * once


def test_a_word_takes_few_rows() -> None:
    claim = "President Obama released 122 detainees from Guantanamo Bay, who went back to war."
    lexemes, length = claims.of_document([Passage(claim, "en", "A")])

    assert len(lexemes) <= 1.6 * length


@pytest.mark.parametrize("empty", ["", " ", "!?", "🔥", "https://t.co/x"])
def test_nothing_is_found_by_nothing(empty: str) -> None:
    assert claims.of_query(empty, None) == {}


def test_no_passages_have_no_length() -> None:
    assert claims.of_document([]) == ({}, 0)


@pytest.mark.parametrize("piece", HOSTILE)
def test_odd_texts_have_short_lexemes_without_quotes(piece: str) -> None:
    text = (piece * 5000)[:5000]

    for lexeme in (*claims.of_query(text, None), *of_document(text, None)):
        assert 0 < len(lexeme) <= 100
        assert lexeme.isprintable()
        assert not set(lexeme) & set("'\\\0")


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("read", [of_document, lambda text: claims.of_query(text, None)])
def test_the_time_grows_as_the_text_does(read: Callable[[str], object], piece: str) -> None:
    took = []
    for length in (1250, 2500, 5000, 10_000):
        with spending() as spent:
            read((piece * length)[:length])
        took.append(spent.seconds)

    assert all(later < max(4 * earlier, 0.1) for earlier, later in pairwise(took))
