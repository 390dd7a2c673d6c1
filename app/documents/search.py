"""What is found, as shown: one item for each statement, speaker or source."""

from enum import StrEnum
from uuid import UUID

from pydantic import MISSING, Field

from app.documents.pages import Page
from app.documents.shape import Document
from app.documents.source import Source
from app.documents.speaker import Speaker
from app.documents.statement import Statement


class FoundType(StrEnum):
    """What can be found."""

    STATEMENT = "statement"
    SPEAKER = "speaker"
    SOURCE = "source"


class SuggestionType(StrEnum):
    """What can be suggested."""

    SPEAKER = "speaker"
    SOURCE = "source"
    TOPIC = "topic"
    STATEMENT = "statement"


class SearchResult(Document):
    """Something that was found; of the three, the one that `type` names is there."""

    type: FoundType
    id: UUID = Field(description="The id of what was found.")
    score: float = Field(ge=0, le=1, description="How well it matches; only good for comparing.")
    highlight: str = Field(
        description="HTML: the passage that matches, with what matches in `<mark>`; everything"
        " else is escaped.",
        examples=["environ 98.000 <mark>Russes</mark> sont entrés au <mark>Kazakhstan</mark>"],
    )
    statement: Statement | None
    speaker: Speaker | None
    source: Source | None


class FacetValue(Document):
    """A value of a facet, and how many of the statements have it."""

    value: str = Field(description="What to filter by.", examples=["false"])
    label: str = Field(description="What to show.", examples=["false"])
    count: int = Field(description="How many statements have it.", examples=[3])


class Facet(Document):
    """By what the statements that were found can be told apart."""

    values: list[FacetValue] = Field(description="The most frequent first; at most 20.")
    exact: bool = Field(
        description="False where more statements match than were counted: the newest were."
    )


class Facets(Document):
    """The facets that were asked for; the others are null."""

    speaker: Facet | None
    publisher: Facet | None
    normalized_rating: Facet | None
    check_type: Facet | None
    topic: Facet | None
    language: Facet | None
    year: Facet | None


class SearchResultPage(Page):
    """A page of what was found."""

    items: list[SearchResult]
    bounded: bool = Field(
        description="True where so many statements match that only the newest of them were ranked;"
        " older ones follow on later pages."
    )
    facets: Facets | MISSING = Field(default=MISSING, description="Only with `facets=`.")


class Suggestion(Document):
    """Something that one may be about to type."""

    type: SuggestionType
    id: UUID
    text: str = Field(
        description="Its name, its label, or the beginning of its words.",
        examples=["Aslan Atalykov"],
    )
    highlight: str = Field(
        description="The same as HTML, with what was typed in `<mark>`.",
        examples=["Aslan <mark>Ata</mark>lykov"],
    )


class Suggestions(Document):
    """What one may be about to type."""

    items: list[Suggestion] = Field(description="The likeliest first.")
