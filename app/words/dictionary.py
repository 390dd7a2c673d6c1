"""The dictionary of names that may be switched on: which words are forms of one name.

It is rigour's (MIT, made from Wikidata): only its compiled core is loaded, which needs no other
package, so it is installed without its dependencies (`make names`). It takes 270 MB and some
seconds when it is first asked.
"""

import importlib
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

from app.words.romanising import LONGEST, romanised

MOST_WORDS = 12

_BETWEEN_WORDS = re.compile('[\\s\\-\u2010-\u2015·・\uff1d=.,;:()/"«»]+')
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def is_installed() -> bool:
    """Say whether the dictionary is there to be switched on."""
    return find_spec("rigour") is not None


def symbols_by_word(name: str) -> dict[str, tuple[str, ...]]:
    """Give, for each romanised word of a name, the names that it is a form of."""
    words = _BETWEEN_WORDS.split(_NOT_TEXT.sub("", name[:LONGEST]))[:MOST_WORDS]
    return {part: symbols(word) for word in words for part in romanised(word).split()}


@lru_cache(maxsize=16_384)
def symbols(word: str) -> tuple[str, ...]:
    """Give the names that a word is a form of, in its own script: Билл and William share one.

    Raises `ModuleNotFoundError` where the dictionary isn't installed.
    """
    core = _core()
    found = core.analyze_names(core.NameTypeTag.PER, [word], rewrite=False, numerics=False)
    return tuple(sorted({symbol.id for name in found for symbol in name.symbols}))


def forget() -> None:
    """Let go of what has been looked up."""
    symbols.cache_clear()
    _core.cache_clear()


@cache
def _core() -> Any:  # noqa: ANN401 -- a module that may not be installed has no types
    return importlib.import_module("rigour._core")
