"""Numbers as newsrooms write them: 98.000, 98 000, 98,000, 98 k, 98 тыс. and 9.8万 are one value.

A point or comma before exactly three digits separates thousands, in whatever language: 98.000 is
never 98. Only before a multiplier may it be either, and 1.234 billion has both values.
"""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import re
from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import NamedTuple

from app.words.letters import BIGRAMS, MARKS, plain

LONGEST = 30
LONGEST_DAY = 2
LONGEST_ABBREVIATION = 4
MOST_MULTIPLIERS = 2

_SPACE = " \u00a0\u202f\u2009"
_GROUPING = rf".,'’٬،，{_SPACE}"
_DIGITS = re.compile(
    rf"(?:(?P<grouped>[^\D0٠۰०]\d{{0,2}}(?P<by>[{_GROUPING}])\d{{3}}(?:(?P=by)\d{{3}}){{0,9}})"
    r"(?!\d)"
    r"|(?P<indian>[^\D0]\d?(?:,\d\d)+,\d{3})(?!\d)"
    r"|\d++)"
    r"(?:(?!(?P=by))[.,٫．](?P<fraction>\d++)(?![.,]\d))?"
)
_PLAIN = re.compile(r"\d++")
_LEADING_ZEROS = re.compile(r"[0٠۰०]\d\d+")
_DOTTED = re.compile(r"\d[.,]$")
_POINTS = frozenset(".,،，")
_NO_DIGIT = re.compile(r"\D+")
_GOES_ON = re.compile(r"[.,]\d")
_TAIL = re.compile(
    rf"([{_SPACE}-]?(?:de )?)([^\W\d_{BIGRAMS}](?:[^\W\d_{BIGRAMS}]++|[{MARKS}]++)*+)\.?"
)
_EAST_ASIAN = re.compile("([ ]?)([十百千万萬億亿兆십백천만억조]{1,2}|พัน|หมื่น|แสน|ล้าน)")
_NEXT = re.compile(rf"[{_SPACE}]?(?=\d)")

_MULTIPLIERS = {
    100: "百 백 hundred",
    1000: (
        "k к тыс тысяч тысяча тысячи тысячу тысячей тысячам тысячами тысячах тис тисяч тисяча"
        " тисячи тисячу тисячам тисячами тисячах хил хиляди хиляда хилјади илјади хиљада хиљаде"
        ""
        " mille milles mil mila mii mije thousand thousands tausend tausende tausenden tsd"
        " duizend tusen tusind tusinde þusund tuhat tuhatta ezer tys tysiac tysiace tysiecy"
        " tis tisic tisice tisicu tisíc hiljada hiljade tisuca tisuce tisoc bin ming ribu nghin"
        " ngan elfu mije tukst tukstanciu tuhat tuhande χιλ χιλιαδες χιλιαδων χιλιάδες"
        " الف الاف הלף אלף אלפים אלפי هزار ہزار हजार हज़ार হাজার ஆயிரம் ათასი ათასმა ათასს ათასის"
        " հազար 千 천 พัน"
    ),
    10_000: "万 萬 만 หมื่น",
    100_000: "lakh lakhs लाख লাখ لاکھ แสน",
    1_000_000: (
        "m mn mln mio million millions millionen milion miliony milionow miliona milionu milionow"
        " milione milioni milioane milionai milijun milijuna milijon milijona milijonai miljoen"
        " miljoner miljon miljonen millioner millioona miljoonaa miljoona milljo millio millón"
        " millon millones milhao milhoes milio milions milyon juta trieu млн миллион миллиона"
        " миллионов миллиону миллионам миллионе миллионами миллионом мільйон мильйон мильйона"
        " мильйонив мильйони милион милиона милиони милиони милионга миллионга миллионнан"
        " εκατ εκατομμυριο εκατομμυρια εκατομμυριων مليون ملايين ميليون ملیون میلیون מיליון"
        " מיליוני מליון मिलियन მილიონი մլն միլիոն ล้าน"
    ),
    10_000_000: "crore crores करोड़ करोड कोटि কোটি",
    100_000_000: "億 亿 억",
    1_000_000_000: (
        "bn bln mrd mld md mds mia mlrd miliard miliardy miliardow miliarde miliardi miliardo"
        " miliarda miliardu milliard milliards milliarden milliarde milliarder miljard miljarder"
        " miljarden miljardia miljardi milijarda milijarde milijardi milyar milyard billion"
        " billions bilhao bilhoes miliar ty млрд миллиард миллиарда миллиардов миллиарду миллиардам"
        " мильярд мильярда мильярдив мильярди милиард милиарда милиарди"
        " δισ δισεκατομμυρια δισεκατομμυριων"
        " مليار مليارات ملیارد میلیارد מיליארד अरब მილიარდი մլրդ միլիարդ tỷ"
    ),
    1_000_000_000_000: (
        "tn trn trln trillion trillions billionen bilion biliony bilionow billon billones bilioes"
        " biliao biljoen biljoner bilione bilioni trilhao trilhoes trilyon триллион триллиона"
        " триллионов трлн трильйон трильйона трильйонив تريليون ترليون 兆 조 τρισ"
    ),
}
_LONG_SCALE = frozenset(
    ["de", "fr", "es", "nl", "sv", "da", "no", "nb", "nn", "pl", "cs", "hu", "fi", "it", "pt"]
)
_LONG_BILLION = frozenset({"billion", "billions"})
_ONLY_ATTACHED = frozenset({"m", "к", "мин"})
_TURKIC_THOUSAND = ("мың", "миң")
_ATTACHED_OR_NOT = frozenset({"m"})


class Number(NamedTuple):
    """A number in a text: from where to where, its values (rarely two), and its multipliers."""

    start: int
    end: int
    values: tuple[str, ...]
    words: tuple[str, ...]


class _Digits(NamedTuple):
    end: int
    whole: str
    decimals: int = 0
    may_be_fraction: bool = False


class _Amount(NamedTuple):
    end: int
    values: tuple[int, ...]
    decimals: int
    multiplier: int
    words: tuple[str, ...]


def digits(decimals: str) -> str:
    """Write the digits of any script as ours, and 09 as 9; longer ones keep their zeros."""
    return _western(decimals) if len(decimals) > LONGEST_DAY else str(int(decimals))


def normalised(text: str, language: str | None = None) -> Iterator[Number]:
    """Give the numbers of a text in order, with their values in plain digits."""
    position = 0
    while found := _PLAIN.search(text, position):
        begins_word = not text[max(found.start() - 1, 0) : found.start()].isalpha()
        number = read(text, found.start(), language) if begins_word else None
        if number:
            yield number
        position = number.end if number else found.end()


def read(text: str, start: int, language: str | None = None) -> Number | None:
    """Read the number that begins at a digit of a text, None where it is too long to be one."""
    amount = _amount(text, start, language)
    if amount is None:
        return None
    while amount.multiplier > 1 and (rest := _remainder(text, amount, language)):
        amount = rest._replace(
            values=(amount.values[0] + rest.values[0],), words=amount.words + rest.words
        )
    typed = text[start : amount.end]
    if _LEADING_ZEROS.fullmatch(typed):
        return Number(start, amount.end, (_western(typed),), ())
    values = tuple(_written(value, amount.decimals) for value in amount.values)
    return Number(start, amount.end, values, amount.words)


def _remainder(text: str, amount: _Amount, language: str | None) -> _Amount | None:
    """Read what is added to a whole amount: 8000 in 9万8000, 2 k in 1 million 2 k."""
    if amount.decimals or not (gap := _NEXT.match(text, amount.end)):
        return None
    rest = _amount(text, gap.end(), language)
    if rest is None or rest.decimals or rest.values[0] >= amount.multiplier:
        return None
    together = text[amount.end - 1] > "\u0e00"
    return rest if rest.multiplier > 1 or together else None


def _amount(text: str, start: int, language: str | None) -> _Amount | None:
    found = _digits(text, start)
    if found is None or len(found.whole) > LONGEST:
        return None
    end, multiplier, words = _multiplied(text, found.end, language)
    value = int(found.whole)
    readings = [value * multiplier]
    if multiplier > 1 and found.may_be_fraction:
        readings.append(value * multiplier // 1000)
    if words and words[0].casefold() in _ATTACHED_OR_NOT:
        readings.append(value)
    decimals = found.decimals
    while decimals and all(reading % 10 == 0 for reading in readings):
        readings, decimals = [reading // 10 for reading in readings], decimals - 1
    return _Amount(end, tuple(readings), decimals, multiplier, words)


def _digits(text: str, start: int) -> _Digits | None:
    """Match the digits, in groups or with a fraction unless they are a date, a version or so."""
    if not _DOTTED.search(text, max(start - 2, 0), start):
        found = _DIGITS.match(text, start)
        if found and not _GOES_ON.match(text, found.end()):
            return _matched(found)
    plainly = _PLAIN.match(text, start)
    return _Digits(plainly.end(), plainly[0]) if plainly else None


def _matched(found: re.Match[str]) -> _Digits:
    by, fraction = found["by"], found["fraction"] or ""
    if found[0].isdecimal():
        return _Digits(found.end(), found[0])
    one_group = by in _POINTS and not fraction and found[0].count(by) == 1
    return _Digits(found.end(), _NO_DIGIT.sub("", found[0]), len(fraction), one_group)


def _multiplied(text: str, end: int, language: str | None) -> tuple[int, int, tuple[str, ...]]:
    """Read up to two multipliers after a number: k, thousand, mil millones."""
    total = 1
    words: tuple[str, ...] = ()
    while len(words) < MOST_MULTIPLIERS and (tail := _tail(text, end)):
        multiplier = _multiplier(tail[2], language, attached=not tail[1])
        if multiplier == 1 or (words and multiplier < total):
            break
        total, words = total * multiplier, (*words, tail[2])
        abbreviated = tail[0].endswith(".") and len(tail[2]) <= LONGEST_ABBREVIATION
        end = tail.end() if abbreviated else tail.end(2)
    return end, total, words


def _tail(text: str, end: int) -> re.Match[str] | None:
    return _EAST_ASIAN.match(text, end) or _TAIL.match(text, end)


@lru_cache(maxsize=4096)
def _multiplier(word: str, language: str | None, *, attached: bool) -> int:
    if len(word) > LONGEST:
        return 1
    if word.casefold().startswith(_TURKIC_THOUSAND):
        return 1000
    folded = plain(word)
    if folded in _ONLY_ATTACHED and not attached:
        return 1
    if folded in _LONG_BILLION and language in _LONG_SCALE:
        return 10**12
    characters = folded if word[0] > "\u3000" and folded not in _known() else [folded]
    return prod(_known().get(each, 1) for each in characters)


@lru_cache(maxsize=1)
def _known() -> dict[str, int]:
    return {plain(word): value for value, words in _MULTIPLIERS.items() for word in words.split()}


def _western(digits: str) -> str:
    return "".join(str(int(digit)) for digit in digits)


def _written(value: int, decimals: int) -> str:
    if not decimals:
        return str(value)
    digits = str(value).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")
