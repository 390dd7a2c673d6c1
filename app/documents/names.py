"""Other names and external identifiers of speakers and sources, as given and as shown."""

from typing import Any

from pydantic import Field
from sqlalchemy import select

from app.documents.shape import Column, Document, json_list, json_object
from app.foundation.merging import Input
from app.foundation.text import Key, Language, Line, Script
from app.tables.names import NameKind


class OtherName(Document):
    """Another name by which somebody or something is known."""

    name: str = Field(examples=["Tokaïev"])
    kind: NameKind
    language: str | None = Field(examples=["fr"])
    script: str | None = Field(examples=["Latn"])


class ExternalId(Document):
    """An identifier that somebody else's register gave."""

    scheme: str = Field(examples=["wikidata"])
    value: str = Field(examples=["Q7747"])


class NewName(Input):
    """Another name, as given."""

    name: Line
    kind: NameKind = NameKind.ALIAS
    language: Language | None = None
    script: Script | None = None


class NewExternalId(Input):
    """An identifier in somebody else's register, as given."""

    scheme: Key
    value: Line


def names(table: Any, belongs: Column, of: Any) -> Column:  # noqa: ANN401 - tables or aliases.
    """Build the list of other names of a record."""
    item = json_object(
        name=table.name, kind=table.kind, language=table.language, script=table.script
    )
    return json_list(item, select(table).where(belongs).correlate(of), table.position)


def external_ids(table: Any, belongs: Column, of: Any) -> Column:  # noqa: ANN401 - as above.
    """Build the list of external identifiers of a record."""
    item = json_object(scheme=table.scheme, value=table.value)
    return json_list(item, select(table).where(belongs).correlate(of), table.position)
