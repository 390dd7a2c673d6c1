"""Stems: what the inflected forms of a word have in common, by Snowball and by rules of our own.

Snowball has no Ukrainian, Kazakh, Bulgarian, Hebrew or Georgian: for these the commonest endings
are cut. A word may have several stems; two words meet when any of theirs, or one itself, is shared.
"""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import re
from collections.abc import Callable, Iterator
from functools import cache

import Stemmer  # type: ignore[import-not-found] # it comes without types

from app.words import letters

SHORTEST = 3
CHANGED_FIRST = frozenset({"bs", "ga", "hr", "id", "ms", "sr"})
"""Where a stem may begin with another letter than its word: beginnings are cut, or Serbian's
Cyrillic becomes Latin. Elsewhere this is so only of words that begin with ge."""
CHANGED_SECOND = frozenset({"et", "nl"})
"""Where the second letter of a stem may be any other: too of tuua, eef of even. Elsewhere, where a
word begins with two letters without accents, this is so only of an e (the German ae is an a) or a y
(dying)."""

_SNOWBALL = {
    "ar": "arabic", "az": "turkish", "bs": "serbian", "ca": "catalan", "cs": "czech",
    "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "gl": "portuguese", "hi": "hindi", "hr": "serbian", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ms": "indonesian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sk": "czech",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

_WRITTEN_IN = {
    "latin": (
        "az bs ca cs da de en es et eu fi fr ga gl hr hu id it lt ms nb nl nn no pl pt ro sk sr"
        " sv tr"
    ),
    "cyrillic": "ru uk be bg mk kk ky tt sr",
    "greek": "el",
    "arabic": "ar fa",
    "armenian": "hy",
    "devanagari": "hi ne",
    "tamil": "ta",
    "hebrew": "he",
    "georgian": "ka",
}
_UNTOLD = {"latin": "en fr de es", "cyrillic": "ru uk kk", "arabic": "ar", "devanagari": "hi"}
_ASKED = {
    "latin": "en fr de es it pt nl sv da no fi pl cs ro tr hu ca id lt et sr",
    "cyrillic": "ru uk bg kk sr",
}
_ALL_WRITTEN_IN = {script: tuple(codes.split()) for script, codes in _WRITTEN_IN.items()}
_UNTOLD_IN = {script: tuple(codes.split()) for script, codes in _UNTOLD.items()}
_ASKED_IN = {script: tuple(codes.split()) for script, codes in _ASKED.items()}

_UKRAINIAN = (
    "(?:(?:ють|уть|ать|ять|еть|ить|[иаея]ти|[ауюе]?ть)ся"
    "|ували|увала|увати|ують|ував|ують|ання|ення|ями|ами|ыми|ими|ого|его|ому|ему"
    "|ови|еви|ють|уть|ать|ять|ить|еть|али|ала|ало|или|ила|ило|ати|ити|яти|ять"
    "|ами|ах|ях|ам|ям|ив|ев|ов|ей|ой|ый|ий|ою|ею|ом|ем|им|ым|их|ых|ую|юю|ая|яя|ое|ее|ав|ти"
    "|ию|ия|ие|ии|у|ю|а|я|и|о|е|ь|й|ы)"
)
_BULGARIAN = "(?:ите|ата|ята|ето|ото|ият|ията|ът|ят|та|то|те|а|я|и|о|е|у|ъ)"
_KAZAKH_CASE = "(?:[ндт][ыи]н|[гк][ае]|[ндт][ыи]|[ндт][ае]н?|н[дт][ае]|[мбп]ен|[дт][ае]г[ыи]|н[ае])"
_KAZAKH_OWNER = "(?:[ыи]?м[ыи]з|[ыи]?н[ыи]з|[ыи]м|[ыи]н|с[ыи]н?|[ыи])"
_KAZAKH_MANY = "(?:[лдт][ае]р)"
_ROMANCE = (
    "(?:a(?:r(?:[oa]n|am|ono|[ae]|em)?|[dt][oaei]s?|ndo|[bv]a(?:[nms]|no)?|[nmi]|no|mos)"
    "|[ie](?:eron|ram|rono|[dt][oaei]s?|ndo|end[oa]|r[ae]?|r[ae]n|[nm]|an?|mos|v[ae]no?)"
    "|i[ao]m|ut[oaei]|ono|ou|eu|iu)"
)
_FRENCH = (
    "(?:e(?:e?s?|r(?:a[is]?|ai[st]|ait|aient|ons|ont|ez)?|z|nt|urs?)|a(?:i[st]?|ient|nts?)?|ons"
    "|i[es]s?)"
)
_POLISH = (
    "(?:[oi]?ami|ach|om|owi|owie|ow|iem|em|ego|emu|ymi|imi|ych|ich|ym|im|ej|ie|ia|iu|iow|[aueiyo])"
)
_CZECH = "(?:[aeiu]mi|ech|ich|ach|ovi|ove|ou|em|um|um|ho|mu|ym|im|ej|a|u|e|i|y|o)"
_GERMAN = "(?:te|ten|test|tet)"
_TURKISH = (
    "(?:m[ae]k(?:t[ae])?|[dt][iu](?:k|m|n|l[ae]r)?|[iu]yor(?:du|l[ae]r)?|[ae]c[ae]k(?:l[ae]r)?"
    "|m[iu]s(?:l[ae]r)?)"
)
_FINNISH = "(?:i(?:nen|s[aeit]\\w{0,4}))"
_ARMENIAN = "(?:ներից|ներին|ներով|ների|ները|ներ|երից|երի|երը|եր|ից|ին|ում|ով|ի|ը|ն|ս)"
_INDONESIAN = "(?:kan|nya|an|i)"
_GEORGIAN = (
    "(?:ებისთვის|ებიდან|ებთან|ებზე|ებში|ების|ებმა|ებით|ებს|ები|ებ|ისთვის|იდან|დან|თან|ზე|ში|მა|ის|ით|ად"
    "|მდე|ს|ი|ა|ო|მ)"
)
_ENDINGS = {
    "es": (_ROMANCE,),
    "uk": (_UKRAINIAN,),
    "bg": (_BULGARIAN, _UKRAINIAN, "(?:ците|ци|кът|ка|к)"),
    "kk": (
        f"{_KAZAKH_CASE}",
        f"{_KAZAKH_OWNER}{_KAZAKH_CASE}?",
        f"{_KAZAKH_MANY}{_KAZAKH_OWNER}?{_KAZAKH_CASE}?",
    ),
    "fr": (_FRENCH,),
    "de": (_GERMAN,),
    "tr": (_TURKISH,),
    "pl": (_POLISH,),
    "cs": (_CZECH,),
    "fi": (_FINNISH,),
    "hy": (_ARMENIAN,),
    "id": (_INDONESIAN,),
    "he": ("(?:יים|יות|ים|ות|ית|יה|ה|י)",),
    "ka": (_GEORGIAN,),
    "ar": ("(?:ون|ين|ات|ان|ها|هم|ه|ي)",),
}
_ENDINGS |= {"be": _ENDINGS["uk"], "mk": _ENDINGS["bg"], "ky": _ENDINGS["kk"]}
_ENDINGS |= {"tt": _ENDINGS["kk"], "pt": _ENDINGS["es"], "it": _ENDINGS["es"]}
_ENDINGS |= {"gl": _ENDINGS["es"], "ca": _ENDINGS["es"]}
_ENDINGS |= {"sk": _ENDINGS["cs"], "ms": _ENDINGS["id"]}
_BEGINNINGS = {
    "id": ("(?:me(?:m(?=[bpf])|n(?=[dtcj])|ng(?=[aeioukgh]))?|di|ber|ter)",),
    "he": ("[הובכלמש]", "[ושמלכ][הבלכמש]"),
    "ar": ("[وفبكل]",),
}
_CYRILLIC_FLEETING = re.compile("(?<=[^аеиоуыэюяй])[еои](?=[^аеиоуыэюяй]$)")
_LATIN_FLEETING = re.compile("(?<=[^aeiouy])(?:ie(?=[^aeiouy]$)|e(?=[nkc]$))")
_PARTICIPLE = re.compile(
    "^(ab|an|auf|aus|bei|durch|ein|fest|her|hin|los|mit|nach|statt|teil|um|vor|weg|zu|zuruck)?"
    "ge(.{3,}?)(?:e?t|en)$"
)
_FLEETING = {
    **dict.fromkeys(("ru", "uk", "be", "bg"), _CYRILLIC_FLEETING),
    **dict.fromkeys(("pl", "cs", "sk"), _LATIN_FLEETING),
    "ka": re.compile("(?<=[^აეიოუ])[აეო](?=[რლნმვ]$)"),
}
_ENGLISH_ENDING = re.compile("[a-z](?<![aiouy])$")
_SHORTEST_FLEETING = 5
_SHORTEST_CUT = dict.fromkeys(("es", "pt", "it", "gl", "ca", "fr", "pl", "cs", "sk", "id", "ms"), 4)
_WRITTEN_IN_LATIN_TOO = frozenset({"sr", "hr", "bs"})


def of_text(plain: str, small: str, language: str | None) -> tuple[str, ...]:
    """Give the stems of a word of a text, by the text's language or by the script's commonest."""
    script = letters.script(plain)
    if language in _ALL_WRITTEN_IN.get(script, ()):
        return _stems(plain, small, (language,))
    usual = _UNTOLD_IN.get(script, _ALL_WRITTEN_IN.get(script, ()))
    return _stems(plain, small, usual if language is None else usual[:1])


def of_query(plain: str, small: str, hint: str | None) -> tuple[str, ...]:
    """Give the stems of a word of a query, by every language that its script is likely to hold.

    Short Latin words that end as English ones do are read so: some language makes "new" of "news".
    """
    script = letters.script(plain)
    asked = _ASKED_IN.get(script, _ALL_WRITTEN_IN.get(script, ()))
    if len(plain) == SHORTEST + 1 and plain == small and _ENGLISH_ENDING.search(plain):
        asked = asked[:1]
    more = (hint,) if hint in _ALL_WRITTEN_IN.get(script, ()) and hint not in asked else ()
    return _stems(plain, small, asked + more)


def _stems(plain: str, small: str, languages: tuple[str | None, ...]) -> tuple[str, ...]:
    if len(plain) <= SHORTEST:
        return ()
    spelt = letters.letters_only(small)
    found: dict[str, None] = {}
    for language in languages:
        for stem in _in_language(plain, spelt, language or ""):
            found[stem] = None
    found.pop(plain, None)
    return tuple(stem for stem in found if len(stem) >= SHORTEST)


def _in_language(plain: str, spelt: str, language: str) -> Iterator[str]:
    if language in _SNOWBALL:
        stem = snowball(language)
        for spelling in dict.fromkeys((plain, spelt)):
            found = letters.plain(stem(spelling))
            if found.isascii() or language not in _WRITTEN_IN_LATIN_TOO:
                yield found
                yield _steady(found, language)
    for beginning in _patterns(language, beginnings=True):
        if len(without := beginning.sub("", plain, count=1)) > SHORTEST:
            yield without
            yield from _without_endings(without, language)
    if language == "de" and (participle := _PARTICIPLE.match(plain)):
        yield (participle[1] or "") + participle[2]
    yield from _without_endings(plain, language)


def _without_endings(word: str, language: str) -> Iterator[str]:
    for ending in _patterns(language, beginnings=False):
        yield (stem := ending.sub("", word, count=1))
        yield _steady(stem, language)


def _steady(stem: str, language: str) -> str:
    """Leave out the vowel that comes and goes at the end of a Slavic stem: вересень, вересня."""
    if len(stem) < _SHORTEST_FLEETING or language not in _FLEETING:
        return stem
    return _FLEETING[language].sub("", stem)


@cache
def snowball(language: str) -> Callable[[str], str]:
    """Give Snowball's stemmer for a language; words are kept elsewhere, so it keeps none."""
    stem: Callable[[str], str] = Stemmer.Stemmer(_SNOWBALL[language], 0).stemWord
    return stem


@cache
def _patterns(language: str, *, beginnings: bool) -> tuple[re.Pattern[str], ...]:
    if beginnings:
        return tuple(re.compile(f"^{cut}") for cut in _BEGINNINGS.get(language, ()))
    shortest = _SHORTEST_CUT.get(language, SHORTEST)
    return tuple(re.compile(f"(?<=.{{{shortest}}}){cut}$") for cut in _ENDINGS.get(language, ()))


_PARTICLES = re.compile(
    "(?<=..)(?:에서는|에게서|으로서|으로는|에서|에게|까지|부터|으로|이라고|라고|하다|했다|한다|합니다|했습니다"
    "|하는|은|는|이|가|을|를|의|에|로|와|과|도|만|들)$"
)
_KANA_ENDING = re.compile("(?<=[\u30a1-\u30ff\u3400-\u9fff]{2})[\u3041-\u3096]+$")


def of_run(run: str) -> Iterator[str]:
    """Give a run of Hangul or Japanese without the particle or the ending at its end."""
    for ending in (_PARTICLES, _KANA_ENDING):
        if (without := ending.sub("", run)) != run:
            yield without
