"""Sources, as shown. A confidential one shows others its kind, and that it is confidential."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import case, false, func, literal_column, null, select
from sqlalchemy.orm import aliased

from app.documents import names
from app.documents.names import ExternalId, OtherName
from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    head_fields,
    instant,
    json_list,
    json_object,
    one,
    owned,
    record_fields,
)
from app.tables import source as stored
from app.tables.source import Access, SourceKind

_HIDDEN = "Null where the source is confidential and you may not see it."


class PublisherSummary(Document):
    """An outlet, as shown with what it published."""

    id: UUID
    kind: SourceKind
    name: str = Field(examples=["RIA Novosti"])
    country: str | None


class SourceSummary(Document):
    """A source, as shown inside other resources."""

    id: UUID
    kind: SourceKind
    name: str | None = Field(description=_HIDDEN, examples=["RIA Novosti"])
    url: str | None
    published_on: str | None
    access: Access
    is_primary: bool
    publisher: PublisherSummary | None


class Source(Resource):
    """Where a statement can be looked up: an outlet, or a document."""

    kind: SourceKind
    name: str | None = Field(description=_HIDDEN, examples=["RIA Novosti"])
    names: list[OtherName]
    publisher_id: UUID | None
    publisher: PublisherSummary | None
    authors: list[str]
    url: str | None = Field(description="Normalised; no two sources have the same.")
    url_aliases: list[str] = Field(description="Other addresses of the same source.")
    archive_url: str | None
    published_on: str | None = Field(examples=["2022-09-27"])
    language: str | None = Field(examples=["fr"])
    country: str | None = Field(examples=["FR"])
    is_primary: bool
    access: Access
    external_ids: list[ExternalId]
    note: str | None
    gone_at: datetime | None = Field(
        description="Since when it can't be looked up any more; null while it can."
    )


_TABLE = stored.Source
_NAME = stored.SourceName
_EXTERNAL = stored.SourceExternalId
_ALIAS = stored.SourceAlias
_PUBLISHER = aliased(stored.Source, name="publisher")
_EMPTY: Column = literal_column("'[]'::json")


def hidden(view: View, table: Any = _TABLE) -> Column:  # noqa: ANN401 - the table, or an alias.
    """Say whether a source is confidential, and not the viewer's."""
    confidential: Column = table.access == Access.CONFIDENTIAL
    return confidential if view is View.PUBLIC else confidential & ~owned_by_viewer(table, view)


def owned_by_viewer(table: Any, view: View) -> Column:  # noqa: ANN401 - as above.
    """Say whether a source is the viewer's; what nobody owns is nobody's."""
    return func.coalesce(owned(table, view), false())


def _publisher(view: View) -> Column:
    item = json_object(
        id=_PUBLISHER.id, kind=_PUBLISHER.kind, name=_PUBLISHER.name, country=_PUBLISHER.country
    )
    rows = select(_PUBLISHER).where(
        _PUBLISHER.id == _TABLE.publisher_id, ~hidden(view, _PUBLISHER), ~hidden(view)
    )
    return one(item, rows.correlate(_TABLE))


def summary(view: View) -> Column:
    """Build a source's summary."""

    def shown(column: Any) -> Column:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
        return case((hidden(view), null()), else_=column)

    return json_object(
        id=_TABLE.id,
        kind=_TABLE.kind,
        name=shown(_TABLE.name),
        url=shown(_TABLE.url),
        published_on=shown(_TABLE.published_on),
        access=_TABLE.access,
        is_primary=_TABLE.is_primary & ~hidden(view),
        publisher=_publisher(view),
    )


def document(view: View) -> Column:
    """Build the whole document."""

    def shown(column: Any, otherwise: Any = None) -> Column:  # noqa: ANN401 - SQL.
        return case((hidden(view), null() if otherwise is None else otherwise), else_=column)

    aliases = select(_ALIAS).where(_ALIAS.source_id == _TABLE.id).correlate(_TABLE)
    ids = names.external_ids(_EXTERNAL, _EXTERNAL.source_id == _TABLE.id, _TABLE)
    return json_object(
        **head_fields(_TABLE) | {"ref": shown(_TABLE.ref)},
        kind=_TABLE.kind,
        name=shown(_TABLE.name),
        names=shown(names.names(_NAME, _NAME.source_id == _TABLE.id, _TABLE), _EMPTY),
        publisher_id=shown(_TABLE.publisher_id),
        publisher=_publisher(view),
        authors=shown(func.to_json(_TABLE.authors), _EMPTY),
        url=shown(_TABLE.url),
        url_aliases=shown(json_list(func.to_json(_ALIAS.url), aliases, _ALIAS.position), _EMPTY),
        archive_url=shown(_TABLE.archive_url),
        published_on=shown(_TABLE.published_on),
        language=shown(_TABLE.language),
        country=shown(_TABLE.country),
        is_primary=_TABLE.is_primary & ~hidden(view),
        access=_TABLE.access,
        external_ids=shown(ids, _EMPTY),
        note=shown(_TABLE.note),
        gone_at=shown(instant(_TABLE.gone_at)),
        **record_fields(_TABLE, view),
    )


SOURCE = Kind("source", "sources", _TABLE, document, lasts=True)
