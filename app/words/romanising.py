"""Words of any script in ASCII letters, and the key in which their spellings fall together.

A table of letters (anyascii) reads every script, but letter by letter. Where a letter sounds
otherwise beside its neighbour, or a vowel goes unwritten, the text is rewritten before.
"""
# ruff: noqa: RUF001, SIM905 -- letters that look alike are what this is about; tables are read

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial

from anyascii import anyascii

LONGEST = 1000
LONGEST_WORD = 100

_Rules = list[tuple[re.Pattern[str], str]]


def romanised(text: str) -> str:
    """Write a text in lower-case ASCII words with one space between them.

    Every string has a reading, if only an empty one; of a very long one, the beginning is read.
    What syllabic scripts add to foreign words is left out: ストリックランド is "strikrand".
    """
    return _romanised(text[:LONGEST])


def folded(word: str) -> str:
    """Give the key in which the spellings of one word fall together: Tokaïev is Токаев."""
    return _folded(word[:LONGEST_WORD])


@lru_cache(maxsize=1024)
def _romanised(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _IGNORED.sub("", text))[:LONGEST].lower()
    for script, read in _SCRIPTS:
        if script.search(plain):
            plain = read(plain)
    spelt = anyascii(plain).lower()
    return _BETWEEN_WORDS.sub(" ", _APOSTROPHE.sub("", spelt))[:LONGEST].strip()


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    return _ruled(romanised(word).replace(" ", "")[:LONGEST_WORD], _FOLDS)


def _rules(*rules: tuple[str, str]) -> _Rules:
    return [(re.compile(pattern), replacement) for pattern, replacement in rules]


def _ruled(text: str, rules: _Rules) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _letters(table: str) -> dict[int, str]:
    """Read a table in which each letter stands before what it is replaced by."""
    return {ord(pair[0]): pair[1:] for pair in table.split()}


def _read(text: str, rules: _Rules, letters: dict[int, str]) -> str:
    return _ruled(text, rules).translate(letters)


def _read_cyrillic(text: str) -> str:
    if _UKRAINIAN.search(text):
        text = text.translate(_UKRAINIAN_LETTERS)
    return _read(text, _CYRILLIC_RULES, _CYRILLIC)


def _read_katakana(text: str) -> str:
    return _KATAKANA.sub(_foreign_word, text)


def _foreign_word(katakana: re.Match[str]) -> str:
    spelt = ""
    for letter in katakana[0].translate(_KATAKANA_SILENT):
        vowel = _KATAKANA_SMALL.get(letter)
        spelt = _with_vowel(spelt, vowel) if vowel else spelt + anyascii(letter)
    return _KATAKANA_FILLING.sub("", spelt)


def _with_vowel(spelt: str, vowel: str) -> str:
    """Replace the vowel of the syllable before a small vowel: テ and ィ are "ti"."""
    stem = spelt[:-1]
    if spelt.endswith("u") and stem[-1:] in {"", "a", "e", "i", "o", "u"}:
        stem += "w"
    soft = vowel.startswith("y") and stem.endswith(("sh", "ch", "j"))
    return stem + (vowel[1:] if soft else vowel)


def _read_hangul(text: str) -> str:
    return _HANGUL.sub(_syllable, text).replace("lr", "l")


def _syllable(hangul: re.Match[str]) -> str:
    """Spell a syllable by its arithmetic; an open 으 only separates the consonants of others."""
    onset, rest = divmod(ord(hangul[0]) - ord("가"), 588)
    vowel, coda = divmod(rest, 28)
    filling = _VOWELS[vowel] == "eu" and not coda and _ONSETS[onset]
    return _ONSETS[onset] + ("" if filling else _VOWELS[vowel]) + _CODAS[coda]


def _read_han(text: str) -> str:
    """Read the characters that stand for sounds, where a point between words says that they do."""
    return text.translate(_HAN_SOUNDS) if _HAN_POINT.search(text) else text


_IGNORED = re.compile(
    "[\ud800-\udfff\u00ad\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2190-\u2bff\ufe00-\ufe0f\ufeff"
    "\U0001f000-\U0001faff\U000e0000-\U000e0fff]"
)
_APOSTROPHE = re.compile("['`\"]")
_BETWEEN_WORDS = re.compile("[^a-z0-9]+")

_LATIN = _letters("əa ıi")

_UKRAINIAN = re.compile("[іїєґў]")
_UKRAINIAN_LETTERS = _letters("гh ґg иy")
_CYRILLIC_RULES = _rules(
    ("дж", "j"), ("(?<=[б-джзк-нп-тф-щ])ъ(?=[б-джзк-нп-тф-щ])", "a"), ("ъ", "")
)
_CYRILLIC = _letters(
    "хkh щshch цts ь ёyo эe єye їyi ўu јj љlj њnj ћc ђdj џj әa ғgh қq ңng өo ұu үu һh"
)

_GREEK_RULES = _rules(
    ("γγ", "ng"),
    ("γκ", "g"),
    ("γ(?=[ξχ])", "n"),
    ("μπ", "b"),
    ("(?<=[αάεέηήιίϊΐοόυύϋΰωώ])ντ", "nd"),
    ("ντ", "d"),
    ("τζ", "j"),
    ("ο[υύ]", "u"),
    (r"α[υύ](?=[θκξπσςτφχψ]|\b)", "af"),
    (r"ε[υύ](?=[θκξπσςτφχψ]|\b)", "ef"),
    ("α[υύ]", "av"),
    ("ε[υύ]", "ev"),
    ("α[ιί]", "e"),
    ("[εου][ιί]", "i"),
)
_GREEK = _letters("ηi ήi υi ύi ϋi ΰi χkh φf ωo ώo ξx")

_ARMENIAN_RULES = _rules(("ու", "u"), (r"\bո", "vo"))
_ARMENIAN = _letters("ըe ևev")

_HEBREW_RULES = _rules(
    ("ג['׳]", "j"),
    ("ז['׳]", "zh"),
    ("[צץ]['׳]", "ch"),
    ("ת['׳]", "th"),
    (r"\bא(?=[וי])", ""),
    ("וו", "v"),
    (r"\bו", "v"),
    (r"\bי", "y"),
    ("יי", "ei"),
    (r"ה\b", "a"),
)
_HEBREW = _letters(
    "אa בb גg דd הh וo זz חkh טt יi כk ךk לl מm םm נn ןn סs עa פp ףf צts ץts קk רr שsh תt"
)

_ARABIC_RULES = _rules(
    (r"\bال(?=\w\w)", "al "),
    (r"\b[اأإ]و", "u"),
    (r"\b[اأإ][يی]", "i"),
    (r"\bو|و(?=[اآ])", "w"),
    (r"\b[يی]", "y"),
)
_ARABIC = _letters(
    "اa أa إi آa ٱa بb پp تt ثth جj چch حh خkh دd ذdh رr زz ژzh سs شsh صs ضd طt ظz عa غgh فf ڤv قq"
    " كk کk گg لl مm نn هh ةa وu ؤu يi یi ىa ئi ء"
)

_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]+")
_KATAKANA_SILENT = _letters("ッ ー")
_KATAKANA_SMALL = {
    "ァ": "a",
    "ィ": "i",
    "ゥ": "u",
    "ェ": "e",
    "ォ": "o",
    "ャ": "ya",
    "ュ": "yu",
    "ョ": "yo",
}
_KATAKANA_FILLING = re.compile("(?<=[bcdfghjklmpqrstvz])(?:u|(?<=[td])o)(?=[bcdfghjkmnpqrstvz]|$)")

_HANGUL = re.compile("[가-힣]")
_ONSETS = tuple("g kk n d tt r m b pp s ss  j jj ch k t p h".split(" "))
_VOWELS = tuple("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(" "))
_CODAS = tuple(" k k k n n n t l l l l l l l l m p p t t ng t t k t p t".split(" "))

_HAN_POINT = re.compile("(?<=[一-鿿])[·・‧•∙](?=[一-鿿])")
_HAN_SOUNDS = _letters(
    "斯s 特t 克k 尔r 爾r 夫f 弗f 德d 格g 姆m 普p 茨ts 兹z 茲z 什sh 约jo 約jo 翰hn 乔jo 喬jo 希hi"
    " 西si 休hyu 夏sha 加ga 基ki 金kin 逊son 遜son 顿ton 頓ton 伦ren 倫ren 朗ron 奇ch 齐zi 齊zi"
    " 辛sin 雅ya 艾ai 埃e 杰je 傑je 乌u 烏u 伍wu 维vi 維vi 瓦va 沃wo 文vin 温win 溫win 冯von 馮von"
    " 福fo 霍ho 科ko 戈go 佐zo 罗ro 羅ro 洛lo 多do 托to 索so 诺no 諾no 博bo 波po 莫mo 若jo 国guo"
    " 奥o 奧o 欧o 歐o 扎za 泽ze 澤ze 切che 恰cha 廷tin 丁din 汀tin 汤tom 湯tom 松son 蒙mon 什sh"
    " 许hu 許hu 谢she 謝she 修hyu 昆quin 奎qui 贾ja 賈ja 吉gi 盖ge 蓋ge 凯kai 凱kai 圭gui 哥go 高go"
)

_INDIC = re.compile("[\u0900-\u0d7f]")
_INDIC_CONSONANTS = "".join(
    f"{chr(block + 0x15)}-{chr(block + 0x39)}{chr(block + 0x58)}-{chr(block + 0x5F)}"
    for block in range(0x900, 0xD80, 0x80)
)
_INDIC_FOLLOWED = "".join(
    f"{chr(block + 0x3C)}{chr(block + 0x3E)}-{chr(block + 0x4D)}{chr(block + 0x57)}"
    for block in range(0x900, 0xD80, 0x80)
)
_INDIC_RULES = _rules(
    ("[\u093c\u09bc\u0a3c\u0abc\u0b3c]", ""),
    (
        f"(?<=[{_INDIC_CONSONANTS}])(?![{_INDIC_FOLLOWED}])(?=[\u0900-\u0d7f])",
        "a",
    ),
    ("[ंँ](?![पफबभम])", "n"),
    ("च", "ch"),
    ("[शष]", "sh"),
)

_SCRIPTS: list[tuple[re.Pattern[str], Callable[[str], str]]] = [
    (re.compile("[əı]"), partial(_read, rules=[], letters=_LATIN)),
    (re.compile("[\u0400-\u052f]"), _read_cyrillic),
    (re.compile("[\u0370-\u03ff]"), partial(_read, rules=_GREEK_RULES, letters=_GREEK)),
    (re.compile("[\u0531-\u058f]"), partial(_read, rules=_ARMENIAN_RULES, letters=_ARMENIAN)),
    (re.compile("[\u05d0-\u05ea]"), partial(_read, rules=_HEBREW_RULES, letters=_HEBREW)),
    (re.compile("[\u0600-\u06ff]"), partial(_read, rules=_ARABIC_RULES, letters=_ARABIC)),
    (_KATAKANA, _read_katakana),
    (_HANGUL, _read_hangul),
    (_HAN_POINT, _read_han),
    (_INDIC, partial(_read, rules=_INDIC_RULES, letters={})),
]

_FOLDS = _rules(
    ("shch|schtsch|chtch|shh|tsch|tch|tsh|cz|tj", "ch"),
    ("sch|sz(?=[aeiouy])", "sh"),
    ("dzh|dsch|dj|zh", "j"),
    ("^x(?=[aeiou])|ks", "x"),
    ("ts|tz", "c"),
    ("ck|cq|qu(?=[ei])|q|c(?=[aourlnt]|$)", "k"),
    ("ph|ff", "f"),
    ("kh", "h"),
    ("(?<=[bdgrtlmnvw])h", ""),
    ("y|(?<=[aeou])j|j(?=[aeou])(?<=[lnmrv]j)", "i"),
    ("w|f", "v"),
    ("i*[ou][aeiou]*", "u"),
    ("i*a[aeiou]*", "a"),
    ("i*e[aeiou]*|i+[aeiou]*", "e"),
    (r"(.)\1+", r"\1"),
)
