"""The few words that the service itself says to readers, by language; and how a language runs.

A language that isn't here gets English, and who shows it can say so: `phrase` gives both.
"""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Literal, TypeAlias

import langcodes

Direction: TypeAlias = Literal["ltr", "rtl"]
_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})
_ENGLISH = "en"


class Phrase(Enum):
    """Something that is said."""

    RETRACTED = "retracted"
    CORRECTION = "correction"
    CLAIM = "claim"
    READ_MORE = "read_more"


_WORDS: Mapping[Phrase, Mapping[str, str]] = {
    Phrase.RETRACTED: {
        "en": "Retracted", "ar": "مسحوب", "de": "Zurückgezogen", "es": "Retirado",
        "fr": "Rétracté", "it": "Ritirato", "pt": "Retirado", "ru": "Отозвано",
    },
    Phrase.CORRECTION: {
        "en": "Correction", "ar": "تصحيح", "de": "Korrektur", "es": "Corrección",
        "fr": "Correction", "it": "Correzione", "pt": "Correção", "ru": "Исправление",
    },
    Phrase.CLAIM: {
        "en": "Claim", "ar": "الادعاء", "de": "Behauptung", "es": "Afirmación",
        "fr": "Affirmation", "it": "Affermazione", "pt": "Alegação", "ru": "Утверждение",
    },
    Phrase.READ_MORE: {
        "en": "Read the fact check", "ar": "اقرأ التحقق", "de": "Zum Faktencheck",
        "es": "Leer la verificación", "fr": "Lire la vérification", "it": "Leggi la verifica",
        "pt": "Ler a verificação", "ru": "Читать проверку",
    },
}  # fmt: skip


def phrase(said: Phrase, language: str) -> tuple[str, str]:
    """Give the words in a language, or in English; and in which language they are."""
    base = primary(language)
    words = _WORDS[said]
    return (words[base], base) if base in words else (words[_ENGLISH], _ENGLISH)


def primary(language: str) -> str:
    """Give what a language tag begins with, without script, region and variants."""
    return language.partition("-")[0].lower()


@lru_cache(maxsize=1024)
def direction(language: str) -> Direction:
    """Say whether a language is written from left to right, by its likely script."""
    try:
        script = langcodes.get(language).maximize().script
    except ValueError:
        return "ltr"
    return "rtl" if script in _RIGHT_TO_LEFT else "ltr"
