"""Texts to search: sentences of real words in four languages, as often as they are really used.

The words and how often they occur are wordfreq's (Speer 2022); words follow Zipf's law, so a few
are in very many statements, and most in very few. The same seed gives the same sentences.
"""

import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

import wordfreq

SEED = 20220927
LANGUAGES = {"en": 0.4, "fr": 0.25, "ru": 0.25, "de": 0.1}
"""How many of the sentences are in which language."""
WORDS = 40_000
LENGTH = (8, 26)
"""How many words a sentence has, at least and at most."""


@cache
def vocabulary(language: str) -> tuple[list[str], list[float]]:
    """Give the words of a language, the commonest first, and their frequencies, summed up."""
    words = [word for word in wordfreq.top_n_list(language, WORDS) if word.isalpha()]
    frequencies = accumulate(wordfreq.word_frequency(word, language) for word in words)
    return words, list(frequencies)


def sentences(first: int, last: int) -> Iterator[tuple[int, str, str]]:
    """Give the sentences of these numbers, each with its language; numbers begin with 1."""
    for block in range(first // 1000, last // 1000 + 1):
        chance = random.Random(SEED * 1_000_003 + block)
        for number in range(block * 1000, block * 1000 + 1000):
            language = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
            words, frequencies = vocabulary(language)
            chosen = chance.choices(words, cum_weights=frequencies, k=chance.randint(*LENGTH))
            if first <= number <= last:
                yield number, language, " ".join(chosen).capitalize() + "."


def ranked(language: str, first: int, amount: int) -> list[str]:
    """Give words by their place in the order of frequency; 0 is the commonest."""
    return vocabulary(language)[0][first : first + amount]
