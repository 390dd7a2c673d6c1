"""How candidates are told from what only sounds like them."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching import weighing
from app.matching.weighing import MATCH, Candidate, scores
from tests.pace import spending

POST = "Scientists confirm that 122 detainees released from Guantanamo went back to war! #Obama"
CLAIM = "122 detainees released from Guantanamo Bay have gone back to war."
OTHER = "A photograph shows a shark swimming on a flooded street in Houston."
MORE = (
    "Prayers are requested for a three-year-old girl from Amarillo, Texas, who was injured in an"
    " automobile accident, and polls show him losing by twelve points in every county but one."
)


def usual(count: int = 100) -> list[Candidate]:
    """Make the candidates that any post has: some words in common, by chance."""
    return [Candidate((OTHER,), 8.0 + at % 7) for at in range(count)]


def with_cosines(count: int = 100) -> list[Candidate]:
    return [Candidate((OTHER,), 8.0 + at % 7, 0.75 + at % 7 / 100) for at in range(count)]


def test_a_claim_that_stands_out_is_a_match() -> None:
    first, *rest = scores(POST, [Candidate((CLAIM,), 60.0), *usual()])

    assert first > MATCH
    assert max(rest) < 0.1


def test_no_candidate_is_a_match_where_none_stands_out() -> None:
    assert max(scores(POST, usual())) < 0.1


def test_the_same_bm25_means_less_where_others_have_nearly_as_much() -> None:
    alone = scores(POST, [Candidate((OTHER,), 40.0), *usual()])[0]
    crowd = [Candidate((OTHER,), 30.0 + at % 7) for at in range(100)]

    assert scores(POST, [Candidate((OTHER,), 40.0), *crowd])[0] < alone


def test_the_same_cosine_means_less_where_others_have_nearly_as_much() -> None:
    near = Candidate((OTHER,), 0.0, 0.9)
    crowd = [Candidate((OTHER,), 8.0 + at % 7, 0.86 + at % 7 / 100) for at in range(100)]

    assert scores(POST, [near, *crowd])[0] < scores(POST, [near, *with_cosines()])[0]


def test_what_another_model_calls_near_is_taken_by_how_it_stands_out() -> None:
    one = [Candidate((CLAIM,), 30.0, 0.9), *with_cosines()]
    shifted = [Candidate(it.texts, it.lexical, (it.cosine or 0) * 2 - 1.2) for it in one]

    assert scores(POST, shifted) == pytest.approx(scores(POST, one))


def test_a_claim_in_other_words_is_found_by_what_it_means() -> None:
    told = scores(POST, [Candidate((OTHER,), 25.0, 0.93), *with_cosines()])[0]
    without = scores(POST, [Candidate((OTHER,), 25.0, 0.75), *with_cosines()])[0]

    assert told > 0.5 > without


def test_the_words_of_the_claim_in_the_post_make_it_likelier() -> None:
    said, unsaid = scores(POST, [Candidate((CLAIM,), 30.0), Candidate((OTHER,), 30.0), *usual()])[
        :2
    ]

    assert said > unsaid


def test_a_summary_that_the_post_repeats_makes_it_likelier() -> None:
    told = scores(POST, [Candidate((OTHER, CLAIM), 30.0), *usual()])[0]

    assert told > scores(POST, [Candidate((OTHER,), 30.0), *usual()])[0]


def test_a_number_that_the_post_lacks_makes_it_less_likely() -> None:
    other_number = CLAIM.replace("122", "617")
    same, other = scores(
        POST, [Candidate((CLAIM,), 30.0), Candidate((other_number,), 30.0), *usual()]
    )[:2]

    assert same > other


def test_a_copy_is_a_match_in_the_smallest_corpus() -> None:
    assert scores(CLAIM, [Candidate((CLAIM.upper(),), 2.0)])[0] > MATCH
    assert scores(CLAIM, [Candidate((CLAIM,), 2.0, 0.99)])[0] > MATCH


def test_a_copy_with_another_number_is_none() -> None:
    assert scores(CLAIM, [Candidate((CLAIM.replace("122", "617"),), 2.0)])[0] < MATCH


def test_a_claim_that_says_all_of_a_short_post_and_little_more_is_a_match() -> None:
    short = "Detainees released from Guantanamo have gone back to war"
    assert scores(short, [Candidate((CLAIM,), 2.0)])[0] >= MATCH
    assert scores("Detainees released", [Candidate((CLAIM,), 2.0)])[0] < MATCH
    longer = f"{CLAIM} {OTHER} {MORE}"
    assert scores(short, [Candidate((longer,), 2.0)])[0] < MATCH
    assert scores(f"617 {short}", [Candidate((CLAIM,), 2.0)])[0] < MATCH


def test_a_candidate_whose_vector_is_not_there_yet_is_weighed_by_its_words() -> None:
    assert scores(POST, [Candidate((CLAIM,), 60.0), *with_cosines()])[0] > MATCH


def test_the_best_by_its_words_and_by_its_meaning_is_first() -> None:
    found = scores(POST, [*with_cosines(50), Candidate((CLAIM,), 50.0, 0.9), *with_cosines(50)])

    assert max(range(len(found)), key=found.__getitem__) == 50


def test_no_candidates_have_no_scores() -> None:
    assert scores(POST, []) == []


CANDIDATE = st.builds(
    Candidate,
    st.lists(st.text(max_size=40), max_size=6).map(tuple),
    st.floats(0, 1e6),
    st.none() | st.floats(-1, 1),
)


@given(st.text(max_size=60), st.lists(CANDIDATE, max_size=20))
@settings(deadline=None)
def test_every_candidate_has_a_score_from_0_to_1(text: str, candidates: list[Candidate]) -> None:
    found = scores(text, candidates)

    assert len(found) == len(candidates)
    assert all(0 <= score <= 1 for score in found)


@given(st.lists(CANDIDATE, min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_candidates_changes_no_score(
    candidates: list[Candidate], random: Random
) -> None:
    order = list(range(len(candidates)))
    random.shuffle(order)
    before = scores(POST, candidates)

    assert scores(POST, [candidates[at] for at in order]) == [before[at] for at in order]


@pytest.mark.parametrize("piece", ["1,", "1 ", "aB", "\ud800", "\x00", "İ", "กด", "﷽"])
def test_hostile_texts_are_weighed_in_no_time(piece: str) -> None:
    text = piece * 5000

    with spending() as spent:
        scores(text, [Candidate((text, text), 5.0, 0.5)] * 100)

    assert spent.seconds < 1


def test_numbers_are_read_as_newsrooms_write_them() -> None:
    assert weighing.numbers_of("98 тыс. и 1.5 million") == {"98000", "1500000"}
