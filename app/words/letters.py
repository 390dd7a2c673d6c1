"""The plain form of a word: one spelling for all the ways in which its letters may be typed."""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

LONGEST = 80
LAST_CASED = "\u058f"
"""The last of the first scripts, from Latin to Armenian: those that have small letters."""

BIGRAMS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f"
    "\u1100-\u11ff\u1780-\u17d3\u17d7\u17dc\u17dd\u3005-\u3007\u3041-\u3096\u3099\u309a\u309d\u309e"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufad9\uff66-\uff9f\uffa1-\uffdc\U00020000-\U0003fffd"
)
"""Scripts that are written without spaces, or whose words begin like each other (Hangul)."""

MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u07a6-\u07b0\u08d3-\u08e1\u08e3-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963"
    "\u0981-\u0983\u09bc\u09be-\u09cd\u09d7\u09e2\u09e3\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71"
    "\u0a75\u0a81-\u0a83\u0abc\u0abe-\u0acd\u0ae2\u0ae3\u0b01-\u0b03\u0b3c\u0b3e-\u0b57\u0b62"
    "\u0b63\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c56\u0c62\u0c63\u0c81-\u0c83"
    "\u0cbc\u0cbe-\u0cd6\u0ce2\u0ce3\u0d00-\u0d03\u0d3b\u0d3c\u0d3e-\u0d4d\u0d57\u0d62\u0d63"
    "\u0d81-\u0d83\u0dca-\u0ddf\u0df2\u0df3\u0f18\u0f19\u0f35\u0f37\u0f39\u0f3e\u0f3f\u0f71-\u0f84"
    "\u135d-\u135f\u1ab0-\u1ace\u1dc0-\u1dff\u20d0-\u20f0\ua66f-\ua672\ufb1e\ufe20-\ufe2f"
)
INVISIBLE = (
    "\u00ad\u061c\u0640\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
)
APOSTROPHES = "'’‘ʼʹ`´′＇ʻ׳״\u02bb"
HYPHENS = "\\-\u2010\u2011\ufe63\uff0d\u200c·"

_STRESSED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u093c\u09bc\u0a3c\u1ab0-\u1ace\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+"
)
_STRANGE = re.compile(rf"(?:(?![{MARKS}])[\W_]|[{APOSTROPHES}{INVISIBLE}])+")
_SHORT_I = "\x01"

_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "æ": "a", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th",
        "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "a", "ǝ": "a", "ſ": "s",
        "ς": "σ",
        "ё": "е", "і": "и", "ї": "и", "є": "е", "ґ": "г", "ў": "у", "ә": "а", "ғ": "г", "қ": "к",
        "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "ѓ": "г", "ќ": "к", "ӣ": "и", "ҷ": "ч",
        "ҳ": "х", "ӯ": "у", "ѣ": "е", "ѵ": "и", "ђ": "д", "ћ": "ч", "ј": _SHORT_I,
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ئ": "ي",
        "ؤ": "و", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ک": "ك", "ڪ": "ك", "ء": "",
        "ँ": "ं",
    }
)  # fmt: skip
_DIGRAPHS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "o"}
)
_LOOKALIKES = str.maketrans("aceikmhopxyt", "асеікмһорхут")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z]")
ARTICLE = re.compile(r"^(?:[وف]?[بك]?ال|[وف]?لل)(?=\w{3})")

_SCRIPTS = (
    ("latin", 0x024F), ("latin", 0x036F), ("greek", 0x03FF), ("cyrillic", 0x052F),
    ("armenian", 0x058F), ("hebrew", 0x05FF), ("arabic", 0x08FF), ("devanagari", 0x097F),
    ("bengali", 0x09FF), ("other", 0x0B7F), ("tamil", 0x0BFF), ("other", 0x109F),
    ("georgian", 0x10FF), ("other", 0x1DFF), ("latin", 0x1EFF), ("greek", 0x1FFF),
)  # fmt: skip


def small(word: str) -> str:
    """Write a word in small letters, whichever compatible characters it was typed with."""
    folded = unicodedata.normalize("NFKC", word[: 4 * LONGEST]).casefold()
    if folded.isascii():
        return folded
    if _CYRILLIC.search(folded) and _LATIN.search(folded):
        folded = folded.translate(_LOOKALIKES)
    return unicodedata.normalize("NFKC", folded)


def primary(tag: str | None) -> str | None:
    """Give the language of a tag without region or script, None where it is not known."""
    language = (tag or "").partition("-")[0].lower()
    return None if language in {"", "und", "mul", "zxx"} else language


def compatible(text: str) -> str:
    """Write a text with the usual characters for compatible ones: ｶﾞ is ガ."""
    return unicodedata.normalize("NFKC", text)


def plain(word: str) -> str:
    """Give the surface form of a word: small letters without accents, "" if there are none.

    Kazakh and Ukrainian letters become those of a Russian keyboard, Turkish i's are one, the Arabic
    article goes. Indic vowel signs stay: they are letters.
    """
    return _plain(small(word))


def digraph(word: str) -> str:
    """Give the surface form with ae, oe, ue for ä, ö, ü: the same as `plain` where none is."""
    return _plain(small(word).translate(_DIGRAPHS))


def _plain(letters: str) -> str:
    if letters.isascii():
        return letters[:LONGEST] if letters.isalnum() else _STRANGE.sub("", letters)[:LONGEST]
    bare = letters.replace("й", _SHORT_I).translate(_LETTERS)
    bare = _STRESSED.sub("", unicodedata.normalize("NFD", bare).translate(_LETTERS))
    bare = unicodedata.normalize("NFC", bare.replace(_SHORT_I, "й"))
    return ARTICLE.sub("", _STRANGE.sub("", bare)[:LONGEST])


@cache
def typed_as() -> Mapping[str, frozenset[str]]:
    """Give the small letters up to `LAST_CASED` that a plain form may have been typed with.

    That is by the first letter of the form. A Latin letter may stand for a Cyrillic one that looks
    like it.
    """
    found = defaultdict(set)
    for typed in filter(str.islower, map(chr, range(ord(LAST_CASED) + 1))):
        found[plain(typed)[:1]].add(typed)
        found[plain(typed.translate(_LOOKALIKES))[:1]].add(typed)
    return {first: frozenset(ones) for first, ones in found.items()}


def letters_only(word: str) -> str:
    """Leave out of a word in small letters what is no letter, accents kept, for stemmers."""
    return word if word.isalnum() else _STRANGE.sub("", word)[:LONGEST]


def script(word: str) -> str:
    """Name the script of a word by its first letter, `other` where nothing depends on it."""
    code = ord(word[0]) if word else 0
    return next((name for name, last in _SCRIPTS if code <= last), "other")
