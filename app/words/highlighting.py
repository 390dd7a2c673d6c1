"""The passage of a text that answers a query best, with what matched in it marked."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache
from html import escape
from itertools import islice
from typing import NamedTuple

from app.words.letters import primary, typed_as
from app.words.querying import Asked, Marks
from app.words.stems import CHANGED_FIRST, CHANGED_SECOND
from app.words.tokens import FOLD, NUMBER, STEM, Begun, Slot, Token, even, slots, tokens

OPEN, CLOSE, CUT = "<mark>", "</mark>", "…"
MOST_POSITIONS = 4_000
LONGEST_CACHED = 64
_NO_LETTER = (FOLD, NUMBER)
_CUT_AFTER = "g"
"""Of words that begin with ge, German and Dutch stems may be what comes after it."""
_BARE = frozenset(map(chr, range(ord("a"), ord("z") + 1))) | {
    one for one in map(chr, range(0x0430, 0x0530)) if one.islower()
}
"""Small Latin and Cyrillic letters: those by which one knows how a plain form goes on."""
_STEADY = _BARE - {"e", "y"}
"""What comes second in a word does so in its stem."""
_JOINERS = re.compile(r"[^\w\s<>]?")
_SPACE = re.compile(r"\s")


class _Found(NamedTuple):
    start: int
    end: int
    tokens: int


def highlight(
    text: str,
    language: str | None,
    asked: Asked,
    *,
    width: int = 300,
    lexemes: Collection[str] = (),
    openings: tuple[str, ...] = (),
) -> tuple[str, int]:
    """Give the best passage of a text as safe HTML with `<mark>`, and how many tokens are marked.

    `lexemes` are further surface forms that were searched for (the corrected stage), `openings`
    beginnings of words (the prefix stage: `asked.openings`).
    """
    unmerged = _found(text, primary(language), asked.marks, lexemes, openings)
    found = list(_merged(text, sorted(unmerged)))
    start, end = _window(text, found, width)
    inside = [each for each in found if start <= each.start and each.end <= end]
    passage = "".join(_pieces(text, start, end, inside))
    before = CUT if start else ""
    after = CUT if end < len(text) else ""
    return f"{before}{passage}{after}", sum(each.tokens for each in inside)


def _found(
    text: str,
    language: str | None,
    marks: Marks,
    lexemes: Collection[str],
    openings: tuple[str, ...],
) -> Iterator[_Found]:
    wanted = marks.lexemes
    if lexemes:
        wanted = wanted.union(lexemes, (STEM + lexeme for lexeme in lexemes))
    # What is found by a name's spelling in all scripts, or a number, is no word in small letters.
    is_whole = marks.phrases or language in CHANGED_FIRST
    second = language not in CHANGED_SECOND
    begun = None if is_whole else _begun(wanted, openings, second=second)
    read = list(islice(tokens(text, language, begun), MOST_POSITIONS))
    for begin, slot in islice(_placed(read, language), MOST_POSITIONS):
        start, end, known = slot
        if not wanted.isdisjoint(known) or (openings and _opens(known, openings)):
            yield _Found(begin + start, begin + end, 1)
    if marks.phrases:
        placed = islice(_placed(read, language), MOST_POSITIONS)
        sequence = [Slot(begin + slot.start, begin + slot.end, slot[2]) for begin, slot in placed]
        for phrase in marks.phrases:
            yield from _phrases(sequence, phrase)
    if marks.runs:
        for token in read:
            if token.kind == "run":
                yield from _in_run(token.text, token.start, marks.runs)


@lru_cache(maxsize=8)
def _begun(lexemes: frozenset[str], openings: tuple[str, ...], *, second: bool) -> Begun:
    """Give how a word in small letters begins that these may find: in its `second` letter, too."""
    plain = (one.removeprefix(STEM) for one in (*lexemes, *openings) if one[:1] not in _NO_LETTER)
    then: dict[str, set[str]] = defaultdict(set, {_CUT_AFTER: set()})
    for begin in {one[:2] for one in plain}:
        then[begin[:1]] |= typed_as().get(begin[1:], frozenset()) if begin[1:] else _BARE
    found: dict[str, frozenset[str]] = {}
    for first, seconds in then.items():
        others = _STEADY - seconds if second else frozenset[str]()
        for typed in typed_as().get(first, ()):
            alike = others if typed in _BARE else frozenset[str]()
            found[typed] = found[typed] & alike if typed in found else alike
    return found


def _placed(read: list[Token], language: str | None) -> Iterator[tuple[int, Slot]]:
    """Give the positions of the tokens of a text, each after where its token begins."""
    for token in read:
        kind, typed, begin, _, _ = token
        cached = kind != "number" and len(typed) <= LONGEST_CACHED
        for slot in _slots(kind, typed, language) if cached else slots(token, language):
            yield begin, slot


@lru_cache(maxsize=6144)
def _slots(kind: str, text: str, language: str | None) -> tuple[Slot, ...]:
    return slots(Token(kind, text, 0, len(text)), language)


def _opens(known: tuple[str, ...], openings: tuple[str, ...]) -> bool:
    for lexeme in known:  # noqa: SIM110 -- a generator takes three times as long
        if lexeme.startswith(openings):
            return True
    return False


def _in_run(run: str, begin: int, runs: tuple[str, ...]) -> Iterator[_Found]:
    typed = even(run)
    for wanted in runs:
        at = typed.find(wanted)
        while at >= 0:
            if len(typed) != len(run):
                yield _Found(begin, begin + len(run), 1)
                break
            yield _Found(begin + at, begin + at + len(wanted), 1)
            at = typed.find(wanted, at + len(wanted))


def _phrases(sequence: list[Slot], phrase: tuple[frozenset[str], ...]) -> Iterator[_Found]:
    first, size = phrase[0], len(phrase)
    for at in range(len(sequence) - size + 1):
        if first.isdisjoint(sequence[at].lexemes):
            continue
        here = sequence[at : at + size]
        if all(not way.isdisjoint(slot.lexemes) for way, slot in zip(phrase, here, strict=True)):
            yield _Found(here[0].start, here[-1].end, size)


def _merged(text: str, found: list[_Found]) -> Iterator[_Found]:
    """Make one mark of those that overlap, or that only a hyphen or an apostrophe parts."""
    last: _Found | None = None
    for each in found:
        if last is None:
            last = each
        elif each.end <= last.end:
            continue
        elif each.start < last.end or _JOINERS.fullmatch(text, last.end, each.start):
            apart = each.tokens if each.start >= last.end else max(each.tokens - 1, 0)
            last = _Found(last.start, each.end, last.tokens + apart)
        else:
            yield last
            last = each
    if last:
        yield last


def _window(text: str, found: list[_Found], width: int) -> tuple[int, int]:
    """Choose where a passage of about the width begins and ends: where most tokens are marked."""
    if len(text) <= width:
        return 0, len(text)
    start, end = _densest(found, width)
    room = max(width - (end - start), 0)
    start = max(min(start - room // 3, len(text) - width), 0)
    end = min(max(start + width, end), len(text))
    return _after_space(text, start, found), _before_space(text, end, found)


def _densest(found: list[_Found], width: int) -> tuple[int, int]:
    best, span, last, tokens_in = 0, (0, 0), 0, 0
    for at, first in enumerate(found):
        while last < len(found) and (found[last].end - first.start <= width or last == at):
            tokens_in += found[last].tokens
            last += 1
        if tokens_in > best:
            best, span = tokens_in, (first.start, found[last - 1].end)
        tokens_in -= first.tokens
    return span


def _after_space(text: str, start: int, found: list[_Found]) -> int:
    """Move a beginning to the next word, without leaving out what is marked."""
    if not start or text[start - 1].isspace():
        return start
    space = _SPACE.search(text, start, min(start + 40, len(text)))
    moved = space.end() if space else start
    at = bisect_left(found, start, key=lambda each: each.end)
    return min(moved, max(found[at].start, 0)) if at < len(found) else moved


def _before_space(text: str, end: int, found: list[_Found]) -> int:
    """Move an end to the last word, without leaving out what is marked."""
    if end >= len(text) or text[end].isspace():
        return end
    moved = next((at for at in range(end, max(end - 40, 0), -1) if text[at].isspace()), end)
    at = bisect_left(found, end, key=lambda each: each.end)
    last = found[at - 1].end if at else 0
    return max(moved, last) if last <= end else moved


def _pieces(text: str, start: int, end: int, found: list[_Found]) -> Iterator[str]:
    position = start
    for each in found:
        yield escape(text[position : each.start])
        yield f"{OPEN}{escape(text[each.start : each.end])}{CLOSE}"
        position = each.end
    yield escape(text[position:end])
