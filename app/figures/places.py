"""Places: which are the same, and which lies in which.

A place is a country (its code of ISO 3166-1, or its English name), a place in a country (`Almaty,
KZ`, or a code of ISO 3166-2), or a name alone, of which nobody knows where it lies.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

import iso3166

from app.figures import wording
from app.figures.looks import SAME, Fit, Look, contained, told

_SUBDIVISION = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
_IN_A_COUNTRY = re.compile(r"(.*\S)\s*(?:,\s*([^,()]+)|\(\s*([^()]+?)\s*\))\s*")
_AMBIGUOUS = {"congo", "korea", "virgin islands", "saint helena", "bonaire", "saint martin"}
_ALSO = {
    "america": "US", "britain": "GB", "burma": "MM", "brunei": "BN", "cape verde": "CV",
    "czech republic": "CZ", "dr congo": "CD", "great britain": "GB", "ivory coast": "CI",
    "kosovo": "XK", "laos": "LA", "macedonia": "MK", "north korea": "KP", "russia": "RU",
    "south korea": "KR", "swaziland": "SZ", "syria": "SY", "the netherlands": "NL", "turkey": "TR",
    "turkiye": "TR", "uae": "AE", "uk": "GB", "united kingdom": "GB", "united states": "US",
    "us": "US", "usa": "US", "vatican": "VA", "vietnam": "VN", "xk": "XK",
}  # fmt: skip
"""What countries are called besides their names in ISO 3166-1."""


class Where(NamedTuple):
    """A place: in which country, if that is known, and under which name there, if it is a part."""

    country: str | None
    name: str | None


@cache
def _countries() -> dict[str, str]:
    found = dict(_ALSO)
    for one in iso3166.countries:
        short = wording.plain(re.split(r"[,(]", one.name)[0])
        if short not in _AMBIGUOUS:
            found.setdefault(short, one.alpha2)
        found |= {wording.plain(name): one.alpha2 for name in (one.name, one.alpha3, one.alpha2)}
    return found


def names() -> dict[str, str]:
    """Give what countries are called, as `wording.plain` writes it, with their codes."""
    return dict(_countries())


def country(text: str) -> str | None:
    """Give the code of the country that a text names, if it names one."""
    return _countries().get(wording.plain(text))


def spellings(text: str) -> list[str]:
    """Give the ways, in small letters, in which the place of a text is written."""
    code = country(text)
    known = _countries().items()
    also = [] if code is None else [name for name, one in known if one == code]
    return sorted({text.lower(), *also, *_official(code)})


def _official(code: str | None) -> list[str]:
    found = iso3166.countries_by_alpha2.get(code or "")
    return [] if found is None else [found.name.lower()]


@lru_cache(maxsize=512)
def where(text: str) -> Where:
    """Read a place."""
    whole = country(text)
    if whole is not None:
        return Where(whole, None)
    coded = _SUBDIVISION.fullmatch(text)
    if coded and country(coded[1]) == coded[1]:
        return Where(coded[1], coded[2].lower())
    parts = _IN_A_COUNTRY.fullmatch(text)
    within = country(parts[2] or parts[3]) if parts else None
    if parts and within is not None:
        return Where(within, None if country(parts[1]) == within else wording.plain(parts[1]))
    return Where(None, wording.plain(text) or text)


def look(a: str | None, b: str | None) -> Look:
    """See how the places of two figures stand to each other."""
    if a == b:
        return SAME
    if a is None or b is None:
        return Look(Fit.APART, f"a says {told(a)} of the place, b says {told(b)}")
    here, there = where(a), where(b)
    return SAME if here == there else _apart_or_in(a, b, here, there)


def _apart_or_in(a: str, b: str, here: Where, there: Where) -> Look:
    if here.name == there.name and None in {here.country, there.country}:
        return Look(Fit.SAME, assumed=f"'{a}' and '{b}' are taken for one place")
    if here.country is not None and here.country == there.country:
        if there.name is None:
            return contained(a_in_b=True, why=f"'{a}' lies in '{b}'")
        if here.name is None:
            return contained(a_in_b=False, why=f"'{b}' lies in '{a}'")
    return Look(Fit.APART, _apart(a, b))


def _apart(a: str, b: str) -> str:
    for inner, outer in ((a, b), (b, a)):
        if where(inner).country is None and where(outer).name is None:
            return f"nothing says whether '{inner}' lies in '{outer}'"
    return f"a is about '{a}', b about '{b}'"
