"""From rows to items: what each row is to record, in the words of the rooms that record it.

A row may be what an export has: then all that is only shown is left out of it, and what isn't
known is refused, as in any body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.exports.schemas import Exported
from app.foundation.ids import new_id
from app.foundation.merging import Input, whole
from app.foundation.problems import MalformedRequest, Problem, invalid
from app.measures.schemas import NewMeasure
from app.organizations.schemas import NewOrganization
from app.ratings.schemas import NewRatingScale
from app.sources.schemas import NewSource
from app.speakers.schemas import NewSpeaker
from app.statements.schemas import NewLink, NewStatement
from app.topics.schemas import NewTopic
from app.verdicts.schemas import NewVerdict

Json = dict[str, Any]
_DEEPEST = 50
ORDER = tuple(Exported)
"""The order in which what a step reads is recorded: what is referred to comes first."""
MODELS: Mapping[Exported, type[Input]] = MappingProxyType(
    {
        Exported.ORGANIZATIONS: NewOrganization,
        Exported.RATING_SCALES: NewRatingScale,
        Exported.MEASURES: NewMeasure,
        Exported.TOPICS: NewTopic,
        Exported.SPEAKERS: NewSpeaker,
        Exported.SOURCES: NewSource,
        Exported.STATEMENTS: NewStatement,
        Exported.LINKS: NewLink,
        Exported.VERDICTS: NewVerdict,
    }
)
_ALWAYS = frozenset({"version", "created_at", "updated_at", "created_by"})
_ONLY_SHOWN: Mapping[Exported, frozenset[str]] = MappingProxyType(
    {
        Exported.RATING_SCALES: frozenset({"edition", "organization_id"}),
        Exported.SPEAKERS: frozenset({"merged_into_id"}),
        Exported.STATEMENTS: frozenset({"revision", "verdicts", "inherited_verdicts", "warnings"}),
        Exported.LINKS: frozenset({"method", "score", "decided_by", "decided_at"}),
        Exported.VERDICTS: frozenset(
            {"contacts", "stale_reasons", "change_kind", "change_reason", "published_version"}
            | {"publish_at"}
        ),
    }
)
TOLD = ("organization", "state", "published_at", "retracted", "notice", "author", "approver")
"""What a verdict tells of itself besides what is drafted."""
REFERENCES: Mapping[str, Exported] = MappingProxyType(
    {
        "speaker": Exported.SPEAKERS,
        "source": Exported.SOURCES,
        "publisher": Exported.SOURCES,
        "parent": Exported.TOPICS,
        "statement": Exported.STATEMENTS,
        "other": Exported.STATEMENTS,
    }
)
"""What a field that ends with `_ref` refers to, by what it begins with."""


@dataclass(slots=True)
class Item:
    """Something that a row is to record, and what became of it."""

    collection: Exported
    body: Json
    own_id: UUID
    is_named: bool
    """Whether the row itself says which id it has."""
    model: Input | None = None
    statement_id: UUID | None = None
    told: Json = field(default_factory=dict)
    key: bytes | None = None
    """A digest of what it is known by, where it has no id."""
    identity: bytes | None = None
    """A digest of what it is about, where its key is one of all that it says."""
    renews: UUID | None = None
    """The id of what it says something else of now than when that was imported."""
    is_loose: bool = False
    """Whether it only says which one is meant, and what else that says doesn't matter."""
    is_made: bool = False


@dataclass(slots=True)
class Row:
    """A row, its items, and what is said about it."""

    no: int
    text: bytes
    items: list[Item]
    warnings: list[Json] = field(default_factory=list)
    problem: Problem | None = None
    is_waiting: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether there is something left to do about it."""
        return self.problem is None

    def warn(self, pointer: str, code: str, detail: str) -> None:
        """Remark something that is not as it could be."""
        self.warnings.append({"pointer": pointer, "code": code, "detail": detail})


def refuse_depth(node: Any) -> None:  # noqa: ANN401 - any JSON.
    """Refuse what is nested beyond all sense. Raises `MalformedRequest`."""
    level = [node]
    for _ in range(_DEEPEST):
        level = [
            below
            for one in level
            for below in (one.values() if isinstance(one, dict) else one)
            if isinstance(below, dict | list)
        ]
        if not level:
            return
    raise MalformedRequest("The row is nested too deeply")


def of_body(no: int, text: bytes, body: Json) -> Row | None:
    """Read a row of NDJSON: a resource with its collection, or a bare statement.

    None for the last line of an export. Raises `InvalidInput` or `MalformedRequest`.
    """
    refuse_depth(body)
    if body.keys() == {"position", "rows"}:
        return None
    if body.keys() == {"collection", "document"}:
        collection, document = body["collection"], body["document"]
        if collection not in [one.value for one in Exported]:
            raise invalid("/collection", "collection", f"Known are {', '.join(Exported)}")
        if not isinstance(document, dict):
            raise invalid("/document", "dict_type", "This should be an object")
        return Row(no, text, [item(Exported(collection), document)])
    return Row(no, text, [item(Exported.STATEMENTS, body)])


def item(collection: Exported, document: Json) -> Item:
    """Take what is to be recorded out of a document. Raises `InvalidInput`."""
    left_out = _ALWAYS | _ONLY_SHOWN.get(collection, frozenset())
    body = {name: value for name, value in document.items() if name not in left_out}
    given = body.pop("id", None)
    made = Item(collection, body, _id(given) or new_id(), given is not None)
    if collection is Exported.VERDICTS:
        made.told = {name: body.pop(name, None) for name in TOLD}
        made.told["rating"] = body.get("rating")
        _undress_verdict(body)
    if collection is Exported.STATEMENTS:
        _undress_statement(body)
    if collection is Exported.SOURCES:
        _undress(body, "publisher")
    if given is None:
        made.key = digest(collection.value, dumps(document, sort_keys=True))
    return made


def digest(*words: str) -> bytes:
    """Give the digest of what something is known by."""
    return sha256("\x1f".join(words).encode(errors="replace")).digest()


def validated(one: Item) -> None:
    """Read an item as its room reads it. Raises `InvalidInput`."""
    body = one.body
    if one.collection is Exported.LINKS:
        body = {name: value for name, value in body.items() if (name, value) != ("ref", None)}
        one.statement_id = _id(body.pop("statement_id", None))
        if one.statement_id is None:
            raise invalid("/statement_id", "missing", "Field required")
    one.model = whole(MODELS[one.collection], body)


def _id(given: Any) -> UUID | None:  # noqa: ANN401 - it is whatever the row says.
    if given is None:
        return None
    try:
        found = UUID(given) if isinstance(given, str) else None
    except ValueError:
        found = None
    if found is None or str(found) != given:
        raise invalid("/id", "uuid", "This is no id, such as 01a20470-f7d1-7338-b238-e2669ef3aa40")
    return found


def _undress(body: Json, name: str) -> None:
    """Leave a summary out that is shown beside the id of what it is of."""
    shown = body.get(name)
    if (isinstance(shown, dict) and "id" in shown) or (shown is None and name in body):
        body.pop(name)


def _undress_statement(body: Json) -> None:
    _undress(body, "speaker")
    for hop in _objects(body.get("appearances")):
        _undress(hop, "source")
    topics = body.get("topics")
    if isinstance(topics, list):
        body["topics"] = [
            one["id"] if isinstance(one, dict) and "id" in one else one for one in topics
        ]


def _undress_verdict(body: Json) -> None:
    for cited in _objects(body.get("evidence")):
        _undress(cited, "source")
    rating = body.get("rating")
    if isinstance(rating, dict):
        only_shown = {"label", "normalized", "ordinal"}
        body["rating"] = {name: rating[name] for name in rating if name not in only_shown}


def _objects(found: Any) -> list[Json]:  # noqa: ANN401 - it is whatever the row says.
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
