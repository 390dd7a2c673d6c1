"""What comes in about speakers."""

import re
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.changes.batches import LARGEST, unread
from app.documents.names import NewExternalId, NewName
from app.foundation.dates import Instant, PartialDate, is_after
from app.foundation.merging import Input, MergePatch, listed
from app.foundation.pages import PageQuery
from app.foundation.text import Country, Line, Paragraph, Ref, Typed, Url
from app.tables.speaker import SpeakerKind


class NewAffiliation(Input):
    """A role that a speaker has, or had, in an organisation."""

    organization_id: UUID | None = Field(
        default=None, description="The organisation, where it is a speaker itself."
    )
    organization_name: Line | None = Field(
        default=None, description="Its name, where it is not. One of the two is needed."
    )
    role: Line | None = None
    since: PartialDate | None = None
    until: PartialDate | None = None
    acting: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _is_somewhere_some_time(self) -> "NewAffiliation":
        if (self.organization_id is None) == (self.organization_name is None):
            raise PydanticCustomError("one_of", "Give either organization_id or organization_name")
        if self.since and self.until and is_after(self.since, self.until):
            raise PydanticCustomError("period", "'since' is after 'until'")
        return self


class NewSpeaker(Input):
    """A speaker to record."""

    ref: Ref | None = None
    kind: SpeakerKind = SpeakerKind.UNKNOWN
    name: Line = Field(examples=["Kassym-Jomart Tokayev"])
    names: list[NewName] = listed(max_length=200)
    description: Paragraph | None = None
    country: Country | None = None
    image_url: Url | None = None
    external_ids: list[NewExternalId] = listed(max_length=50)
    affiliations: list[NewAffiliation] = listed(max_length=100)


class NewSpeakerBatch(Input):
    """Speakers to record in one request."""

    items: list[Annotated[Any, unread(NewSpeaker)]] = Field(min_length=1, max_length=LARGEST)


class SpeakerPatch(MergePatch):
    """What to change of a speaker: what is absent stays, null removes, lists are replaced whole."""

    of: ClassVar = NewSpeaker


class SpeakerMerge(Input):
    """Into which speaker to merge one, and why."""

    into: UUID = Field(description="The speaker that it turned out to be.")
    reason: Paragraph | None = Field(default=None, description="For the history, in words.")


class SpeakerUnmerge(Input):
    """Why a merge is taken back."""

    reason: Paragraph | None = Field(default=None, description="For the history, in words.")


def scheme_and_value(text: str) -> str:
    """Refuse what isn't `scheme:value`."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}:[^\x00-\x1f\ud800-\udfff]{1,500}", text):
        raise PydanticCustomError("external_id", "This is not scheme:value, as in wikidata:Q7747")
    return text


class SpeakerFilter(PageQuery):
    """Which speakers to list."""

    q: Annotated[Typed, Field(max_length=1000)] | None = Field(
        default=None,
        description="Only those with such a name, in whatever script and with a slip or two; the"
        " likeliest first, unless `sort` says otherwise.",
        examples=["Tokaïev"],
    )
    kind: SpeakerKind | None = Field(default=None, description="What they are.")
    country: Country | None = Field(default=None, description="As ISO 3166-1 alpha-2 names it.")
    external_id: Annotated[str, AfterValidator(scheme_and_value)] | None = Field(
        default=None, description="An external identifier.", examples=["wikidata:Q7747"]
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] = (
        "-created_at"
    )
