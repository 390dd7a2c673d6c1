"""Statements, as shown."""

from uuid import UUID

from pydantic import Field
from sqlalchemy import and_, case, func, literal_column, null, or_, select
from sqlalchemy.dialects.postgresql import JSON

from app.documents import appearance, quantity, speaker, topic, verdict, version
from app.documents.appearance import Appearance
from app.documents.quantity import Quantity
from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    head_fields,
    json_list,
    json_object,
    one,
    owned,
    record_fields,
)
from app.documents.speaker import SpeakerSummary
from app.documents.topic import TopicSummary
from app.documents.verdict import InheritedVerdict, VerdictSummary
from app.tables.link import Link, LinkState, LinkType
from app.tables.speaker import Speaker
from app.tables.statement import (
    CheckabilityReason,
    CheckabilityState,
    Origin,
    StatementKind,
    StatementState,
    StatementTopic,
    Utterance,
    Visibility,
)
from app.tables.statement import Statement as Stored
from app.tables.topic import Topic
from app.tables.translation import Translation as StoredTranslation
from app.tables.translation import Translator
from app.tables.verdict import Verdict

ADVISED = 75
"""The length of a claim that ClaimReview advises, in characters."""
_EMPTY: Column = literal_column("'[]'::json")


class Place(Document):
    """Where a statement was made."""

    name: str | None = Field(examples=["Turkistan Region"])
    country: str | None = Field(examples=["KZ"])


class Checkability(Document):
    """Whether a statement can be checked, and why not."""

    state: CheckabilityState
    reason: CheckabilityReason | None


class Translation(Document):
    """A statement's words in another language."""

    language: str = Field(examples=["en"])
    text: str
    translator: Translator
    translator_name: str | None


class Advice(Document):
    """Something that is accepted, and could be better."""

    pointer: str = Field(examples=["/summary"])
    code: str = Field(examples=["long"])
    detail: str


class Statement(Resource):
    """One act of asserting: these words, by this speaker, on this day."""

    text: str = Field(
        description="Verbatim, in `language`.",
        examples=["environ 98.000 Russes sont entrés au Kazakhstan depuis le 21 septembre"],
    )
    language: str = Field(examples=["fr"])
    summary: str | None = Field(
        description="Neutral, at most 300 characters, best below 75.",
        examples=["About 98,000 Russians have entered Kazakhstan since 21 September"],
    )
    kind: StatementKind
    utterance: Utterance
    speaker_id: UUID | None = Field(description="Null only when the speaker is anonymous.")
    speaker: SpeakerSummary | None
    speaker_is_anonymous: bool
    speaker_role: str | None = Field(description="As it was that day.")
    said_on: str | None = Field(examples=["2022-09-27"])
    occasion: str | None
    place: Place | None
    translations: list[Translation]
    quantities: list[Quantity]
    appearances: list[Appearance]
    topics: list[TopicSummary]
    checkability: Checkability
    state: StatementState
    visibility: Visibility
    origin: Origin
    revision: int = Field(description="Grows with each change of what was said.")
    verdicts: list[VerdictSummary] = Field(description="Those that you may see.")
    inherited_verdicts: list[InheritedVerdict] = Field(
        description="Those of statements confirmed to be the same claim; worked out when read."
    )
    warnings: list[Advice] = Field(description="What is accepted, and could be better.")


def _warnings() -> Column:
    long = json_object(
        pointer=literal_column("'/summary'"),
        code=literal_column("'long'"),
        detail=literal_column(f"'ClaimReview advises fewer than {ADVISED + 1} characters'"),
    )
    found = func.json_build_array(long, type_=JSON())
    return case((func.length(Stored.summary) > ADVISED, found), else_=_EMPTY)


def spoken_by() -> Column:
    """Build the summary of who said the statement in the query; null when nobody knows."""
    return one(
        speaker.summary(), select(Speaker).where(Speaker.id == Stored.speaker_id).correlate(Stored)
    )


def _place() -> Column:
    shown = json_object(name=Stored.place_name, country=Stored.place_country)
    nowhere = and_(Stored.place_name.is_(None), Stored.place_country.is_(None))
    return case((nowhere, null()), else_=shown)


def translations() -> Column:
    """Build the list of a statement's translations."""
    row = StoredTranslation
    item = json_object(
        language=row.language,
        text=row.text,
        translator=row.translator,
        translator_name=row.translator_name,
    )
    rows = select(row).where(row.statement_id == Stored.id).correlate(Stored)
    return json_list(item, rows, row.position)


def _topics() -> Column:
    rows = (
        select(Topic)
        .join(StatementTopic, StatementTopic.topic_id == Topic.id)
        .where(StatementTopic.statement_id == Stored.id)
        .correlate(Stored)
    )
    return json_list(topic.summary(), rows, StatementTopic.position)


def verdicts(view: View) -> Column:
    """Build the summaries of a statement's verdicts, those that a view may see."""
    rows = (
        select(Verdict)
        .select_from(version.rows(view))
        .where(Verdict.statement_id == Stored.id, Verdict.archived_at.is_(None))
        .where(verdict.visible(view))
        .correlate(Stored)
    )
    return json_list(verdict.summary(view), rows, Verdict.published_at, Verdict.id)


def _inherited() -> Column:
    """Build the inherited verdicts; for most statements, a look at the links is all it takes."""
    twin = func.same_claim_as(Stored.id).table_valued("id", name="twin").render_derived()
    twins = select(twin.c.id)
    rows = (
        select(Verdict)
        .select_from(version.rows(View.PUBLIC))
        .where(Verdict.statement_id.in_(twins.correlate(Stored)))
        .where(Verdict.archived_at.is_(None), ~Verdict.retracted)
        .correlate(Stored)
    )
    has_twin = (
        select(Link.id)
        .where(Link.type == LinkType.SAME_CLAIM, Link.state == LinkState.CONFIRMED)
        .where(or_(Link.statement_id == Stored.id, Link.other_id == Stored.id))
        .correlate(Stored)
        .exists()
    )
    found = json_list(verdict.inherited(), rows, Verdict.published_at, Verdict.id)
    return case((has_twin, found), else_=_EMPTY)


def document(view: View) -> Column:
    """Build the whole document."""
    return json_object(
        **head_fields(Stored),
        text=Stored.text,
        language=Stored.language,
        summary=Stored.summary,
        kind=Stored.kind,
        utterance=Stored.utterance,
        speaker_id=Stored.speaker_id,
        speaker=spoken_by(),
        speaker_is_anonymous=Stored.speaker_is_anonymous,
        speaker_role=Stored.speaker_role,
        said_on=Stored.said_on,
        occasion=Stored.occasion,
        place=_place(),
        translations=translations(),
        quantities=quantity.quantities(),
        appearances=appearance.appearances(view),
        topics=_topics(),
        checkability=json_object(
            state=Stored.checkability_state, reason=Stored.checkability_reason
        ),
        state=Stored.state,
        visibility=Stored.visibility,
        origin=Stored.origin,
        revision=Stored.revision,
        verdicts=verdicts(view),
        inherited_verdicts=_inherited(),
        warnings=_warnings(),
        **record_fields(Stored, view),
    )


def visible(view: View) -> Column:
    """Show what is public to everybody, and everything to the organisation whose it is."""
    return or_(Stored.visibility == Visibility.PUBLIC, owned(Stored, view))


def is_hidden(row: Stored) -> bool:
    """Say whether a new statement is internal."""
    return row.visibility is Visibility.INTERNAL


STATEMENT = Kind(
    "statement", "statements", Stored, document, visible, lasts=True, is_hidden=is_hidden
)
