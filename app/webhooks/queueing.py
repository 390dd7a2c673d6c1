"""Queueing: the feed is gone through for each webhook, and what it wants to be told is noted.

Whoever holds a cursor's lock goes on with it; one that dies leaves it where it was. A webhook that
doesn't take what there is isn't given more: its cursor waits, and nothing is lost.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.documents.webhook import WebhookEvent
from app.foundation.database import Database
from app.foundation.ids import new_id
from app.tables.change import Change, SealedChange
from app.tables.record import core
from app.tables.webhook import DeliveryState, Webhook, WebhookCursor, WebhookDelivery

BATCH: Final = 500
"""Through how many changes one transaction goes."""
BACKLOG: Final = 10_000
"""A webhook for which more than so many deliveries wait isn't given more."""
_LAST = select(func.coalesce(func.max(SealedChange.position), 0)).scalar_subquery()
_WAITING = (
    select(func.count())
    .where(WebhookDelivery.webhook_id == Webhook.id, WebhookDelivery.state == DeliveryState.PENDING)
    .correlate(Webhook)
    .scalar_subquery()
)
IS_BEHIND: Final = (
    Webhook.enabled,
    Webhook.archived_at.is_(None),
    or_(WebhookCursor.position < _LAST, WebhookCursor.position >= WebhookCursor.until),
    _WAITING <= BACKLOG,
)
"""That a cursor has something to go through, or is done."""


async def queue(database: Database) -> bool:
    """Go on with one cursor; say whether there was one that nobody else goes on with."""
    async with database.sessions.begin() as session:
        free = (
            select(WebhookCursor)
            .join(Webhook, Webhook.id == WebhookCursor.webhook_id)
            .where(*IS_BEHIND)
            .order_by(func.random())
            .limit(1)
        )
        cursor = await session.scalar(free.with_for_update(of=WebhookCursor, skip_locked=True))
        if cursor is None:
            return False
        await _go_on(session, cursor)
        return True


async def _go_on(session: AsyncSession, cursor: WebhookCursor) -> None:
    """Queue the changes that follow, and end a replay that has come to its end."""
    own = select(Webhook.events).where(Webhook.id == cursor.webhook_id)
    events = (await session.scalars(own.with_for_update(read=True, key_share=True))).one()
    end = await session.scalar(select(_LAST)) or 0
    end = end if cursor.until is None else min(end, cursor.until)
    changes = (await session.execute(_following(cursor, end))).all()
    wanted = [one for one in changes if _is_wanted(one, cursor, events)]
    if wanted:
        await session.execute(_queued(cursor, wanted))
    cursor.position = changes[-1].position if len(changes) == BATCH else end
    if cursor.until is not None and cursor.position >= cursor.until:
        await session.execute(delete(WebhookCursor).where(WebhookCursor.id == cursor.id))
        session.expunge(cursor)


def _following(cursor: WebhookCursor, end: int) -> Any:  # noqa: ANN401 - a SELECT of rows.
    columns: list[InstrumentedAttribute[Any]] = [
        SealedChange.position, Change.action, Change.collection, Change.resource_id, Change.at,
    ]  # fmt: skip
    return (
        select(*columns)
        .join(Change, Change.id == SealedChange.change_id)
        .where(SealedChange.position > cursor.position, SealedChange.position <= end)
        .where(SealedChange.shown_in.is_not(None))
        .order_by(SealedChange.position)
        .limit(BATCH)
    )


def _is_wanted(change: Any, cursor: WebhookCursor, events: Sequence[str]) -> bool:  # noqa: ANN401
    if cursor.since is not None and change.at < cursor.since:
        return False
    if cursor.before is not None and change.at >= cursor.before:
        return False
    every = f"{change.action.partition('.')[0]}.*"
    return not {WebhookEvent.EVERYTHING.value, every, change.action}.isdisjoint(events)


def _queued(cursor: WebhookCursor, changes: Sequence[Any]) -> Any:  # noqa: ANN401 - an INSERT.
    """Queue changes; what is there already stays as it is, or is sent again by a replay."""
    table = core(WebhookDelivery)
    rows = [
        {
            "id": new_id(),
            "webhook_id": cursor.webhook_id,
            "message_id": f"msg_{cursor.webhook_id.hex}_{one.position}",
            "event": one.action,
            "position": one.position,
            "collection": one.collection,
            "resource_id": one.resource_id,
        }
        for one in changes
    ]
    queued = insert(table).values(rows)
    same = ["webhook_id", "position"]
    if cursor.until is None:
        return queued.on_conflict_do_nothing(index_elements=same)
    again = {"state": DeliveryState.PENDING.value, "tries": 0, "delivered_at": None}
    again |= {"due_at": func.now(), "updated_at": func.now()}
    return queued.on_conflict_do_update(index_elements=same, set_=again)
