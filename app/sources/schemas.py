"""What comes in about sources."""

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.changes.batches import LARGEST, unread
from app.documents.names import NewExternalId, NewName
from app.foundation.dates import Instant, PartialDate, PastInstant
from app.foundation.merging import Input, MergePatch, listed
from app.foundation.pages import PageQuery
from app.foundation.text import Country, Language, Line, PageUrl, Paragraph, Ref, Typed, Url
from app.tables.source import OUTLETS, Access, SourceKind


class SourceFields(Input):
    """What every source may say of itself."""

    ref: Ref | None = None
    kind: SourceKind
    name: Line = Field(description="An outlet's name, or a document's title.")
    names: list[NewName] = listed(max_length=200)
    authors: list[Line] = listed(max_length=200)
    url: PageUrl | None = Field(
        default=None, description="Where it is. It is normalised, and no two sources have the same."
    )
    url_aliases: list[PageUrl] = listed(
        max_length=100, description="Other addresses of the same source."
    )
    archive_url: Url | None = None
    published_on: PartialDate | None = None
    language: Language | None = None
    country: Country | None = None
    is_primary: Annotated[bool, Field(strict=True)] = False
    access: Access = Access.OPEN
    external_ids: list[NewExternalId] = listed(max_length=50)
    note: Paragraph | None = None
    gone_at: PastInstant | None = Field(
        default=None,
        description="Since when it can't be looked up any more. What cites it becomes stale.",
    )


class NewPublisher(SourceFields):
    """An outlet to record together with what it published."""

    @model_validator(mode="after")
    def _is_an_outlet(self) -> "NewPublisher":
        if self.kind not in OUTLETS:
            raise PydanticCustomError("publisher", "A publisher is an outlet, not a document")
        return self


class NewSource(SourceFields):
    """A source to record. Its publisher is named by id, or recorded with it."""

    publisher_id: UUID | None = Field(default=None, description="An outlet.")
    publisher: NewPublisher | None = Field(
        default=None, description="An outlet to record with it, instead of `publisher_id`."
    )

    @model_validator(mode="after")
    def _has_one_publisher(self) -> "NewSource":
        if self.publisher_id is not None and self.publisher is not None:
            raise PydanticCustomError("one_of", "Give either publisher_id or publisher")
        return self


class NewSourceBatch(Input):
    """Sources to record in one request."""

    items: list[Annotated[Any, unread(NewSource)]] = Field(min_length=1, max_length=LARGEST)


class SourcePatch(MergePatch):
    """What to change of a source: what is absent stays, null removes, lists are replaced whole."""

    of: ClassVar = NewSource
    excludes: ClassVar = {"publisher": ("publisher_id",)}


class SourceFilter(PageQuery):
    """Which sources to list."""

    q: Annotated[Typed, Field(max_length=1000)] | None = Field(
        default=None,
        description="Only those with such a name, in whatever script and with a slip or two; the"
        " likeliest first, unless `sort` says otherwise.",
        examples=["Tokaïev"],
    )
    kind: SourceKind | None = Field(default=None, description="What they are.")
    publisher_id: UUID | None = Field(default=None, description="Who published them.")
    language: Language | None = Field(
        default=None, description="Exactly this one, as BCP 47 names it."
    )
    url: PageUrl | None = Field(
        default=None, description="An address of the source, in any spelling."
    )
    published_from: PartialDate | None = Field(
        default=None, description="Only those that may have been published then or later."
    )
    published_until: PartialDate | None = Field(
        default=None, description="Only those that may have been published then or earlier."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] = (
        "-created_at"
    )
