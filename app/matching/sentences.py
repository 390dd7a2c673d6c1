"""The sentences of an article, each with its place, and which of them can't be a claim."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.documents.match import SkippedBecause
from app.foundation.optional import later
from app.words.letters import primary
from app.words.tokens import tokens

sentencex = later("sentencex")
SHORTEST: Final = 3
"""How many words a claim has at least; in scripts without spaces, pairs of characters."""
_QUESTION: Final = re.compile("[?\uff1f\u061f;]+[\\s\"'\u00bb\u201d\u2019)\\]]*$")
_GREEK_QUESTION: Final = ";"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: from where to where it goes in the text, in characters, and its words."""

    start: int
    end: int
    text: str
    skipped: SkippedBecause | None


def split(text: str, language: str | None) -> list[Sentence]:
    """Split a text into its sentences.

    What goes on in small letters is no new sentence: the point before it stood for an abbreviation.
    """
    return [_sentence(text, *one, language) for one in _joined(text, _bounds(text, language))]


def _bounds(text: str, language: str | None) -> Iterator[tuple[int, int]]:
    for one in sentencex.get_sentence_boundaries(primary(language) or "en", text):
        start, end = one["start_index"], one["end_index"]
        words = text[start:end].strip()
        if words:
            begins = start + text[start:end].index(words[0])
            yield begins, begins + len(words)


def _joined(text: str, bounds: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Put together what was parted after an abbreviation, within a paragraph."""
    held: tuple[int, int] | None = None
    for start, end in bounds:
        if held is not None and _goes_on(text, held[1], start):
            held = held[0], end
            continue
        if held is not None:
            yield held
        held = start, end
    if held is not None:
        yield held


def _goes_on(text: str, end: int, start: int) -> bool:
    first = text[start]
    return text[end - 1] == "." and "\n" not in text[end:start] and first.islower()


def _sentence(text: str, start: int, end: int, language: str | None) -> Sentence:
    words = text[start:end]
    return Sentence(start, end, words, _skipped(words, language))


def _skipped(words: str, language: str | None) -> SkippedBecause | None:
    """Say why a sentence can't be a claim: there is nothing that could hold, or not hold."""
    read = list(tokens(words, primary(language)))
    has_words = any(token.kind != "number" for token in read)
    if not has_words:
        return SkippedBecause.NO_WORDS
    found = _QUESTION.search(words)
    is_greek = primary(language) == "el"
    if found and (found[0].strip()[0] != _GREEK_QUESTION or is_greek):
        return SkippedBecause.QUESTION
    length = sum(max(1, len(token.text) // 2) if token.kind == "run" else 1 for token in read)
    return SkippedBecause.TOO_SHORT if length < SHORTEST else None
