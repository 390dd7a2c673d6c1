"""Other names and external identifiers, as speakers and sources both have them."""

from enum import StrEnum

from sqlalchemy.orm import Mapped

from app.tables.record import LanguageTag, Part


class NameKind(StrEnum):
    """Why somebody or something has another name."""

    ALIAS = "alias"
    TRANSLITERATION = "transliteration"
    FORMER = "former"
    MISSPELLING = "misspelling"


class OtherName(Part):
    """Another name: an alias, a transliteration, a former name or a misspelling."""

    __abstract__ = True

    name: Mapped[str]
    kind: Mapped[NameKind]
    language: Mapped[LanguageTag | None]
    script: Mapped[str | None]


class ExternalId(Part):
    """An identifier that somebody else's register gave, such as wikidata:Q7747."""

    __abstract__ = True

    scheme: Mapped[str]
    value: Mapped[str]
