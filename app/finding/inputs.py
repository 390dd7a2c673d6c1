"""What is analysed of a statement, a speaker or a source: every text by which it can be found.

What only some may see is left out for everybody: the names of confidential sources, and the words
of verdicts that are not published. Nobody can find out about them by searching.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import (
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.orm import aliased

from app.documents.shape import Column, json_list, json_object
from app.foundation.reads import Query, compiled, one_of
from app.tables.appearance import Appearance
from app.tables.finding import NameKey
from app.tables.source import Access, Source, SourceName
from app.tables.speaker import Speaker, SpeakerName
from app.tables.statement import Statement, StatementTopic
from app.tables.topic import Topic
from app.tables.translation import Translation
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion
from app.words.analysis import Passage

SHELVING: Final = 6031769118543
"""The number of the advisory lock that is shared by who writes, and held by who puts up shelves."""
IDS = bindparam("ids", type_=ARRAY(Uuid()))
_PUBLISHER = aliased(Source, name="publisher")


@cache
def statements(number: int) -> Query:
    """Compile the SELECT of what is analysed of so many statements (`ids`): id, and the texts.

    From then on, no shelf is put up until the transaction ends, so that each gets to its own.
    """
    texts = json_object(
        language=Statement.language,
        text=Statement.text,
        summary=Statement.summary,
        context=func.json_build_array(
            Statement.speaker_role, Statement.occasion, Statement.place_name, type_=JSON()
        ),
        speaker=_speaker(),
        topics=_topics(),
        translations=_translations(),
        appearances=_appearances(),
        verdicts=_verdicts("headline", "summary", "explanation"),
    )
    undisturbed: Any = select(func.pg_advisory_xact_lock_shared(literal_column(str(SHELVING))))
    wanted: Any = select(
        Statement.id, cast(texts, Text()).label("texts"), undisturbed.scalar_subquery()
    )
    asked = one_of(Statement.id, "ids", Uuid(), number)
    return compiled(wanted.where(asked, Statement.archived_at.is_(None)))


def passages(texts: Mapping[str, Any]) -> Iterator[Passage]:
    """Give the texts of a statement, the weightiest first: its own, those that say it, the rest."""
    language = texts["language"]
    yield Passage(texts["text"], language, "A")
    for one in texts["translations"]:
        yield Passage(one["text"], one["language"], "B")
    yield from _given(texts["summary"], None, "B")
    for name in texts["speaker"]:
        yield from _given(name, None, "C", names=True)
    for text in (*texts["topics"], *texts["context"]):
        yield from _given(text, None, "C")
    for one in texts["appearances"]:
        yield from _given(one["text"], one["language"], "C")
        for name in dict.fromkeys((one["source"], one["publisher"], *one["names"])):
            yield from _given(name, None, "C", names=True)
    for one in texts["verdicts"]:
        for part in ("headline", "summary", "explanation"):
            yield from _given(one[part], one["language"], "D")


def claim_texts() -> Column:
    """Build, of the statement in the query, what `claim_passages` reads, as text."""
    texts = json_object(
        language=Statement.language,
        text=Statement.text,
        summary=Statement.summary,
        translations=_translations(),
        verdicts=_verdicts("headline"),
    )
    return cast(texts, Text())


def claim_passages(texts: Mapping[str, Any]) -> Iterator[Passage]:
    """Give the texts of a statement that say what is claimed: its own, and what sums it up."""
    yield Passage(texts["text"], texts["language"], "A")
    yield from _given(texts["summary"], None, "B")
    for one in texts["translations"]:
        yield Passage(one["text"], one["language"], "B")
    for one in texts["verdicts"]:
        yield from _given(one["headline"], one["language"], "D")


def _given(
    text: str | None, language: str | None, weight: Literal["B", "C", "D"], *, names: bool = False
) -> Iterator[Passage]:
    if text:
        yield Passage(text, language, weight, names)


def _speaker() -> Column:
    """Build the names of the speaker, and of those that were merged into it."""
    of = Statement.speaker_id
    own = select(Speaker.name.label("name")).where(Speaker.id == of)
    others = select(NameKey.name).where(NameKey.resource_id == of)
    return _names(own.correlate(Statement).union(others.correlate(Statement)).subquery("called"))


def _names(called: Any) -> Column:  # noqa: ANN401 - a subquery of SQLAlchemy's.
    found = func.json_agg(called.c.name, type_=JSON())
    empty: Column = literal_column("'[]'::json")
    return select(func.coalesce(found, empty, type_=JSON())).select_from(called).scalar_subquery()


def _topics() -> Column:
    label = (
        func.jsonb_each_text(Topic.labels)
        .table_valued("key", "value", name="label")
        .render_derived()
    )
    rows = (
        select(label.c.value.label("name"))
        .select_from(StatementTopic)
        .join(Topic, Topic.id == StatementTopic.topic_id)
        .join(label, literal_column("true"))
        .where(StatementTopic.statement_id == Statement.id)
        .correlate(Statement)
    )
    return _names(rows.subquery("labels"))


def _translations() -> Column:
    item = json_object(language=Translation.language, text=Translation.text)
    rows = select(Translation).where(Translation.statement_id == Statement.id)
    return json_list(item, rows.correlate(Statement), Translation.position)


def _appearances() -> Column:
    """Build what was carried where; of a confidential source there is nothing."""
    published = and_(_PUBLISHER.id == Source.publisher_id, _PUBLISHER.access != Access.CONFIDENTIAL)
    either = or_(NameKey.resource_id == Source.id, NameKey.resource_id == _PUBLISHER.id)
    others = select(NameKey.name).where(either).correlate(Source, _PUBLISHER)
    item = json_object(
        text=Appearance.text,
        language=Appearance.language,
        source=Source.name,
        publisher=_PUBLISHER.name,
        names=_names(others.subquery("called")),
    )
    rows = (
        select(Appearance)
        .join(Source, Source.id == Appearance.source_id)
        .outerjoin(_PUBLISHER, published)
        .where(Appearance.statement_id == Statement.id, Source.access != Access.CONFIDENTIAL)
    )
    return json_list(item, rows.correlate(Statement), Appearance.position)


def _verdicts(*parts: str) -> Column:
    """Build these parts of what is public of verdicts."""
    texts = {part: getattr(VerdictVersion, part) for part in parts}
    item = json_object(language=VerdictVersion.language, **texts)
    rows = (
        select(Verdict)
        .join(VerdictVersion, VerdictVersion.id == Verdict.public_id)
        .where(Verdict.statement_id == Statement.id, Verdict.archived_at.is_(None))
    )
    return json_list(item, rows.correlate(Statement), Verdict.id)


@cache
def names(collection: str, number: int) -> Query:
    """Compile the SELECT of the names of so many speakers or sources (`ids`): id, name."""
    return compiled(_OF[collection](number))


def _of_speakers(number: int) -> Select[Any]:
    """Select the names of speakers, and of those that were merged into them."""
    one = (
        select(Speaker.id.label("id"), Speaker.id.label("survivor"))
        .where(one_of(Speaker.id, "ids", Uuid(), number), Speaker.merged_into_id.is_(None))
        .where(Speaker.archived_at.is_(None))
        .cte("one", recursive=True)
    )
    merged = select(Speaker.id, one.c.survivor).join(one, Speaker.merged_into_id == one.c.id)
    one = one.union(merged)
    own = select(one.c.survivor.label("id"), Speaker.name).join(one, Speaker.id == one.c.id)
    others = select(one.c.survivor, SpeakerName.name).join(one, SpeakerName.speaker_id == one.c.id)
    return select(own.union(others).subquery("called"))


def _of_sources(number: int) -> Select[Any]:
    known = one_of(Source.id, "ids", Uuid(), number), Source.archived_at.is_(None)
    own = select(Source.id.label("id"), Source.name).where(*known)
    others = select(SourceName.source_id, SourceName.name).join(
        Source, Source.id == SourceName.source_id
    )
    return select(own.union(others.where(*known)).subquery("called"))


_OF = {"speakers": _of_speakers, "sources": _of_sources}
