"""Queueing: the feed is gone through for each webhook, and what it wants to be told is noted.

Whoever holds a cursor's lock goes on with it; one that dies leaves it where it was. A webhook that
doesn't take what there is isn't given more: its cursor waits, and nothing is lost.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, delete, func, literal_column, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.documents.webhook import WebhookEvent
from app.foundation.ids import new_id
from app.tables.change import Change, SealedChange
from app.tables.record import core
from app.tables.webhook import DeliveryState, Webhook, WebhookCursor, WebhookDelivery

BATCH: Final = 500
"""How many deliveries one transaction queues at most."""
TOGETHER: Final = 100
"""How many webhooks that have come equally far go on together."""
BACKLOG: Final = 10_000
"""A webhook for which more than so many deliveries wait isn't given more."""
_LAST = select(func.coalesce(func.max(SealedChange.position), 0)).scalar_subquery()
_PENDING: ColumnElement[str] = literal_column(f"'{DeliveryState.PENDING}'")
_WAITS = (WebhookDelivery.webhook_id == Webhook.id, WebhookDelivery.state == _PENDING)
_WAITING = select(func.count()).where(*_WAITS).correlate(Webhook).scalar_subquery()
_FIRST = select(func.min(WebhookDelivery.position)).where(*_WAITS).correlate(Webhook)
_HAS_ROOM = case(
    # No more can wait than there are positions between; only then it is worth while to count.
    (WebhookCursor.position - func.coalesce(_FIRST.scalar_subquery(), _LAST) <= BACKLOG, true()),
    else_=_WAITING <= BACKLOG,
)
IS_BEHIND: Final = (
    Webhook.enabled,
    Webhook.archived_at.is_(None),
    or_(WebhookCursor.position < _LAST, WebhookCursor.position >= WebhookCursor.until),
    _HAS_ROOM,
)
"""That a cursor has something to go through, or is done."""


async def queue(session: AsyncSession) -> bool:
    """Go on with cursors that have come equally far; say whether there were any to go on with.

    What is new comes before what is replayed.
    """
    first = _behind(1).order_by(WebhookCursor.until.is_not(None), func.random())
    one = await session.scalar(first)
    if one is None:
        return False
    cursors = [one]
    if one.until is None:
        same = WebhookCursor.until.is_(None), WebhookCursor.position == one.position
        others = _behind(TOGETHER - 1).where(*same, WebhookCursor.id != one.id)
        cursors += await session.scalars(others)
    await _go_on(session, cursors)
    return True


def _behind(most: int) -> Select[WebhookCursor]:
    """Select cursors that nobody else goes on with."""
    joined = select(WebhookCursor).join(Webhook, Webhook.id == WebhookCursor.webhook_id)
    found = joined.where(*IS_BEHIND).limit(most)
    return found.with_for_update(of=WebhookCursor, skip_locked=True)


async def _go_on(session: AsyncSession, cursors: Sequence[WebhookCursor]) -> None:
    """Queue the changes that follow, and end a replay that has come to its end."""
    events = await _events(session, cursors)
    one, most = cursors[0], BATCH // len(cursors)
    end = await session.scalar(select(_LAST)) or 0
    end = end if one.until is None else min(end, one.until)
    changes = (await session.execute(_following(one, end, most))).all()
    rows = [
        _row(cursor, change)
        for cursor in cursors
        for change in changes
        if _is_wanted(change, cursor, events[cursor.webhook_id])
    ]
    if rows:
        await session.execute(_queued(one), rows)
    reached = changes[-1].position if len(changes) == most else end
    for cursor in cursors:
        cursor.position = reached
    if one.until is not None and reached >= one.until:
        await session.execute(delete(WebhookCursor).where(WebhookCursor.id == one.id))
        session.expunge(one)


async def _events(
    session: AsyncSession, cursors: Sequence[WebhookCursor]
) -> dict[UUID, Sequence[str]]:
    """Tell what each webhook wants to be told; nobody disables one of them meanwhile."""
    own = select(Webhook.id, Webhook.events).where(
        Webhook.id.in_([one.webhook_id for one in cursors])
    )
    locked = own.order_by(Webhook.id).with_for_update(read=True, key_share=True)
    return {row.id: row.events for row in await session.execute(locked)}


def _following(cursor: WebhookCursor, end: int, most: int) -> Any:  # noqa: ANN401 - a SELECT.
    columns: list[InstrumentedAttribute[Any]] = [
        SealedChange.position, Change.action, Change.collection, Change.resource_id, Change.at,
        Change.hash,
    ]  # fmt: skip
    return (
        select(*columns)
        .join(Change, Change.id == SealedChange.change_id)
        .where(SealedChange.position > cursor.position, SealedChange.position <= end)
        .where(SealedChange.shown_in.is_not(None))
        .order_by(SealedChange.position)
        .limit(most)
    )


def _is_wanted(change: Any, cursor: WebhookCursor, events: Sequence[str]) -> bool:  # noqa: ANN401
    if cursor.since is not None and change.at < cursor.since:
        return False
    if cursor.before is not None and change.at >= cursor.before:
        return False
    every = f"{change.action.partition('.')[0]}.*"
    return not {WebhookEvent.EVERYTHING.value, every, change.action}.isdisjoint(events)


def _row(cursor: WebhookCursor, change: Any) -> dict[str, Any]:  # noqa: ANN401 - a row.
    """Make a delivery of a change.

    Its name has some of the entry's hash: after a backup was restored, another change can come to
    stand at the same position, and whoever keeps names would take it for what they have.
    """
    return {
        "id": new_id(),
        "webhook_id": cursor.webhook_id,
        "message_id": f"msg_{cursor.webhook_id.hex}_{change.position}_{change.hash.hex()[:8]}",
        "event": change.action,
        "position": change.position,
        "collection": change.collection,
        "resource_id": change.resource_id,
    }


def _queued(cursor: WebhookCursor) -> Any:  # noqa: ANN401 - an INSERT.
    """Queue changes; what is there already stays as it is, or is sent again by a replay."""
    queued = insert(core(WebhookDelivery))
    same = ["webhook_id", "position"]
    if cursor.until is None:
        return queued.on_conflict_do_nothing(index_elements=same)
    again = {"state": DeliveryState.PENDING.value, "tries": 0, "delivered_at": None}
    again |= {"due_at": func.now(), "updated_at": func.now()}
    return queued.on_conflict_do_update(index_elements=same, set_=again)
