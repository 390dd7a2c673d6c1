"""What somebody asks for: the words, phrases, exclusions and alternatives of a query.

Every string is a query. What can't be understood as syntax is read as words, or left out.
"""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from app.words.letters import primary
from app.words.terms import Nearest, Part, Term, adjacent, either, term
from app.words.tokens import tokens

MOST_WORDS = 32
MOST_ITEMS = 200
LONGEST_QUERY = 10_000

_QUOTED = re.compile(
    '["＂]([^"＂]*)["＂]|[“„‟”]([^“”„‟"]*)[“”"]|«([^«»]*)»|»([^«»]*)«|‹([^‹›]*)›|「([^「」]*)」|『([^『』]*)』'
)
_EXCLUDING = re.compile(r"(?:^|[\s(|])[-−]$")
_OR = frozenset({"or", "Or", "OR"})

Phrase = tuple[Term, ...]


class Marks(NamedTuple):
    """What a highlighter looks for: words by their lexemes, phrases part by part, and runs."""

    lexemes: frozenset[str]
    phrases: tuple[tuple[frozenset[str], ...], ...]
    runs: tuple[str, ...]


NO_MARKS = Marks(frozenset(), (), ())


@dataclass(frozen=True)
class Asked:
    """A query that was understood, as texts to be cast to tsquery; "" where nothing is asked."""

    all: str = ""
    phrase: str = ""
    prefix: str | None = None
    some: str | None = None
    units: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    marks: Marks = NO_MARKS
    _groups: tuple[tuple[Phrase, ...], ...] = field(default=(), repr=False)
    _excluded: tuple[Phrase, ...] = field(default=(), repr=False)

    def corrected(self, nearest: Nearest) -> str | None:
        """Ask with the nearest words that exist beside each misspelt one, None if there are none.

        The keys of `nearest` are `spellings`, its values surface lexemes of the corpus.
        """
        if not any(nearest.get(spelling) for spelling in self.spellings):
            return None
        return _every(self._groups, self._excluded, nearest=nearest)


class _Item(NamedTuple):
    phrase: Phrase
    end: int
    excluded: bool = False
    follows_or: bool = False
    is_or: bool = False


@lru_cache(maxsize=512)
def understand(text: str, hint: str | None = None) -> Asked:
    """Read a query in whatever language it is; the hint is a likely one, and leaves none out."""
    items = _read(text[:LONGEST_QUERY], primary(hint))
    groups = _grouped([item for item in items if not item.excluded])
    excluded = tuple(item.phrase for item in items if item.excluded)
    if not groups:
        return Asked()
    asked = tuple(phrase for group in groups for phrase in group)
    words = [phrase[0] for phrase in asked if len(phrase) == 1]
    openings = tuple(dict.fromkeys(opening for word in words for opening in word.openings()))
    stripped = any(word.stripped for word in words)
    units = tuple(dict.fromkeys(_together(phrase) for phrase in asked))
    return Asked(
        all=_every(groups, excluded),
        phrase=adjacent([way for phrase in asked for word in phrase for way in word.exactly()]),
        prefix=_every(groups, excluded, beginning=True) if openings or stripped else None,
        some=_without(either(units), excluded) if len(units) > 1 else None,
        units=units,
        spellings=tuple(dict.fromkeys(way for word in words for way in word.spellings())),
        openings=openings,
        marks=_marks(asked),
        _groups=groups,
        _excluded=excluded,
    )


def beginnings(text: str, hint: str | None = None) -> tuple[tuple[str, ...], str]:
    """Give the finished words of what is being typed, and the surface form of the unfinished one.

    The latter is "" after a space, a digit or a character of a script without spaces.
    """
    typed = text[:LONGEST_QUERY]
    items = _read(typed, primary(hint))
    last = items[-1] if items and items[-1].end == len(typed) else None
    last = last if last and len(last.phrase) == 1 else None
    done = [_together(item.phrase) for item in items if not item.excluded and item is not last]
    if last is None or last.excluded:
        return tuple(done), ""
    part = last.phrase[-1].parts[-1]
    if last.phrase[-1].run or any(map(str.isdigit, part.surface)):
        return (*done, _together(last.phrase)), ""
    before = [each.found_by() for each in last.phrase[-1].parts[:-1]]
    return (*done, *([adjacent(before)] if before else [])), part.surface


@lru_cache(maxsize=8)
def _read(text: str, hint: str | None) -> tuple[_Item, ...]:
    """Read a query once, also where it is asked both what it means and what is unfinished in it."""
    return tuple(_operators(_bounded(_items(text, hint))))


def _items(text: str, hint: str | None) -> Iterator[_Item]:
    """Give the phrases and words of a query in order, and the words that may mean "or"."""
    position = 0
    for found in _QUOTED.finditer(text):
        if found.start() and text[found.start() - 1].isalnum() and found[0][0] == '"':
            continue
        yield from _words(text, position, found.start(), hint)
        inside = next(group for group in found.groups() if group is not None)
        words = tuple(
            word
            for token in islice(tokens(inside, hint), MOST_WORDS)
            if (word := term(token, hint))
        )
        if words:
            bar = text[position : found.start()].rstrip(" -").endswith("|")
            yield _Item(words, found.end(), _is_excluded(text, found.start()), bar)
        position = found.end()
    yield from _words(text, position, len(text), hint)


def _words(text: str, start: int, end: int, hint: str | None) -> Iterator[_Item]:
    last = start
    for token in tokens(text[start:end], hint):
        begins = start + token.start
        if word := term(token, hint):
            bar = "|" in text[last:begins]
            yield _Item(
                (word,), start + token.end, _is_excluded(text, begins), bar, token.text in _OR
            )
        last = start + token.end


def _is_excluded(text: str, start: int) -> bool:
    return _EXCLUDING.search(text, max(start - 2, 0), start) is not None


def _bounded(items: Iterator[_Item]) -> Iterator[_Item]:
    """Give the first items of a query, up to as many different words as count."""
    seen: set[Term] = set()
    for item in islice(items, MOST_ITEMS):
        if len(seen | set(item.phrase)) > MOST_WORDS:
            return
        seen.update(item.phrase)
        yield item


def _operators(items: Iterator[_Item]) -> Iterator[_Item]:
    """Take "or" for an operator where it stands between two words that are asked for."""
    known = list(items)
    follows_or = False
    for at, item in enumerate(known):
        between = 0 < at < len(known) - 1 and not known[at - 1].excluded
        if item.is_or and between and not known[at + 1].excluded and not follows_or:
            follows_or = True
            continue
        bar = item.follows_or and at > 0 and not known[at - 1].excluded
        yield item._replace(follows_or=(follows_or or bar) and not item.excluded)
        follows_or = False


def _grouped(items: list[_Item]) -> tuple[tuple[Phrase, ...], ...]:
    groups: list[list[Phrase]] = []
    for item in items:
        if item.follows_or and groups:
            groups[-1].append(item.phrase)
        else:
            groups.append([item.phrase])
    return tuple(dict.fromkeys(tuple(group) for group in groups))


def _together(phrase: Phrase, *, beginning: bool = False, nearest: Nearest | None = None) -> str:
    """Write a phrase as a tsquery; only a word by itself is completed or corrected."""
    if len(phrase) == 1:
        return phrase[0].found_by(beginning=beginning, nearest=nearest)
    return adjacent([word.found_by() for word in phrase])


def _every(
    groups: tuple[tuple[Phrase, ...], ...],
    excluded: tuple[Phrase, ...],
    *,
    beginning: bool = False,
    nearest: Nearest | None = None,
) -> str:
    ways = [
        either([_together(phrase, beginning=beginning, nearest=nearest) for phrase in group])
        for group in groups
    ]
    return _without(" & ".join(ways), excluded)


def _without(asked: str, excluded: tuple[Phrase, ...]) -> str:
    return " & ".join([asked, *(f"!{_together(phrase)}" for phrase in dict.fromkeys(excluded))])


def _marks(asked: tuple[Phrase, ...]) -> Marks:
    lexemes: set[str] = set()
    phrases: list[tuple[frozenset[str], ...]] = []
    runs: dict[str, None] = {}
    for phrase in asked:
        for word in phrase:
            lexemes.update(
                word.joined, word.apart, word.parts[0].lexemes if word.is_suffixed else ()
            )
            if word.run and len(phrase) == 1:
                runs |= dict.fromkeys((word.run, *word.stripped))
        slots = [_slot(part) for word in phrase for part in word.parts]
        if len(slots) == 1:
            lexemes |= slots[0]
        elif not (phrase[0].run and len(phrase) == 1):
            phrases.append(tuple(slots))
    return Marks(frozenset(lexemes), tuple(phrases), tuple(runs))


def _slot(part: Part) -> frozenset[str]:
    return frozenset(part.lexemes)
