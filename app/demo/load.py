"""Loads the demo through the same actions as any write."""

from typing import Any
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.access.scopes import ROLES
from app.demo import written
from app.finding import keeping
from app.foundation.refusal import Refusal
from app.keys.first_start import session_of
from app.sources import actions as sources
from app.sources.schemas import NewSource
from app.speakers import actions as speakers
from app.speakers.schemas import NewSpeaker
from app.statements import actions as statements
from app.statements import links
from app.statements.schemas import NewLink, NewStatement
from app.tables.api_key import Role
from app.tables.organization import Organization
from app.tables.statement import Statement
from app.tables.verdict import VerdictState
from app.topics import actions as topics
from app.topics.schemas import NewTopic
from app.verdicts import actions as verdicts
from app.verdicts import moving
from app.verdicts.schemas import NewTransition, NewVerdict

Body = dict[str, Any]
_REF = "_ref"


class NoOrganization(Refusal):
    """The demo needs an organisation to record it."""


async def is_wanted(database_url: str) -> bool:
    """Say whether the database holds no statement yet."""
    async with session_of(database_url) as session:
        return (await session.scalars(select(Statement.id).limit(1))).first() is None


async def load(database_url: str) -> int:
    """Load the demo in one transaction, and give the number of statements.

    Raises `NoOrganization`; whatever is there already under the demo's refs is a `Conflict`.
    """
    async with session_of(database_url) as session:
        rows = select(Organization.id).order_by(Organization.created_at).limit(1)
        organization_id = (await session.scalars(rows)).one_or_none()
        if organization_id is None:
            raise NoOrganization("There is no organisation yet: onrecord serve makes the first")
        author, editor = (
            Caller(person, organization_id, None, ROLES[Role.ADMIN])
            for person in ("onrecord demo", "onrecord demo's editor")
        )
        event.listen(session.sync_session, "before_commit", keeping.analyse_own)
        return await _Loading(session, author, editor).everything()


class _Loading:
    """One load: what was recorded so far, by kind and ref."""

    def __init__(self, session: AsyncSession, by: Caller, editor: Caller) -> None:
        self.session = session
        self.by = by
        self.editor = editor
        self.ids: dict[str, UUID] = {}

    async def everything(self) -> int:
        """Record it all, each after what it refers to."""
        for body in _read("topics"):
            new = NewTopic.model_validate(self._named(body))
            self.ids[f"topic {new.ref}"] = (await topics.add(self.session, self.by, new)).id
        for body in _read("speakers"):
            new_speaker = NewSpeaker.model_validate(self._named(body))
            written = await speakers.add(self.session, self.by, new_speaker)
            self.ids[f"speaker {new_speaker.ref}"] = written.id
        for body in _read("sources"):
            new_source = NewSource.model_validate(self._named(body))
            written = await sources.add(self.session, self.by, new_source)
            self.ids[f"source {new_source.ref}"] = written.id
        recorded = [await self._statement(body) for body in _read("statements")]
        for body in _read("links"):
            await self._link(self._named(body))
        for body in _read("verdicts"):
            await self._verdict(self._named(body))
        return len(recorded)

    async def _statement(self, body: Body) -> UUID:
        new = NewStatement.model_validate(self._named(body))
        written = await statements.add(self.session, self.by, new)
        self.ids[f"statement {new.ref}"] = written.id
        return written.id

    async def _link(self, body: Body) -> None:
        statement_id = body.pop("statement_id")
        body.pop("ref", None)
        await links.add(self.session, self.by, statement_id, NewLink.model_validate(body))

    async def _verdict(self, body: Body) -> None:
        draft = await verdicts.add(self.session, self.by, NewVerdict.model_validate(body))
        for to, by in (
            (VerdictState.IN_REVIEW, self.by),
            (VerdictState.APPROVED, self.editor),
            (VerdictState.PUBLISHED, self.editor),
        ):
            await moving.move(self.session, by, draft.id, "*", NewTransition(to=to))

    def _named(self, value: Any) -> Any:  # noqa: ANN401 - it is whatever the YAML says.
        """Put ids in place of refs: `source_ref: ria` becomes `source_id`."""
        if isinstance(value, list):
            return [self._named(item) for item in value]
        if not isinstance(value, dict):
            return value
        return dict(self._field(name, item) for name, item in value.items())

    def _field(self, name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401 - as above.
        if not name.endswith(_REF) or name == "ref":
            return name, self._named(value)
        field = name.removesuffix(_REF)
        kind = _KINDS.get(field, field)
        return f"{field}_id", self.ids[f"{kind} {value}"]


_KINDS = {
    "publisher": "source", "parent": "topic", "organization": "speaker", "other": "statement"
}  # fmt: skip


def _read(name: str) -> list[Body]:
    bodies: list[Body] = written.read(name)
    return bodies
