"""What comes of an attempt: whether it was taken, when to try again, and when to give up."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.tables.webhook import DeliveryState, DisabledReason, WebhookAttempt, WebhookDelivery
from app.webhooks.actions import disable
from app.webhooks.taking import FAILED, Taken

if TYPE_CHECKING:
    from app.foundation.outgoing import Answer

PATIENCE: Final = timedelta(days=5)
"""After failing for so long, a webhook is disabled."""
LONGEST_REST: Final = 600.0
"""Seconds for which a webhook that fails and fails is left alone at most."""
LONGEST_WAIT: Final = 24 * 3600.0
"""Seconds of `Retry-After` that are heeded at most."""
_SPREAD: Final = 0.2
_GONE: Final = 410
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_CHANCE = secrets.SystemRandom()
_LOG = structlog.get_logger("onrecord.webhooks")
_WORKS = text("""
UPDATE webhook
SET failures = 0, failing_since = NULL, resting_until = NULL, delivered_at = now()
WHERE id = :id AND (
    failures > 0 OR failing_since IS NOT NULL OR delivered_at IS NULL
    OR delivered_at < now() - interval '1 minute'
)
""")
_FAILS = text("""
UPDATE webhook
SET failures = failures + 1,
    failing_since = coalesce(failing_since, now()),
    resting_until = greatest(resting_until, now() + make_interval(secs => greatest(
        :wait,
        CASE WHEN failures + 1 >= :failed
        THEN :varied * least(:longest, :first * power(2, least(failures + 1 - :failed, 20)))
        ELSE 0 END
    )))
WHERE id = :id
RETURNING failing_since <= now() - CAST(:patience AS interval) AS is_over
""")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: an answer, or why there was none."""

    at: datetime
    seconds: float
    body: bytes
    answer: "Answer | None" = None
    error: str | None = None

    @property
    def is_taken(self) -> bool:
        """Say whether the receiver has taken it: that is what 2xx says, and nothing else."""
        return self.answer is not None and self.answer.status // 100 == 2  # noqa: PLR2004 - 2xx.

    @property
    def is_gone(self) -> bool:
        """Say whether the receiver wants to hear nothing any more."""
        return self.answer is not None and self.answer.status == _GONE

    @property
    def wait(self) -> float:
        """Give for how many seconds the receiver asks to be left alone, within bounds."""
        asked = "" if self.answer is None else self.answer.headers.get("retry-after", "")
        return min(max(_seconds(asked.strip()), 0.0), LONGEST_WAIT)


async def note(
    session: AsyncSession, one: Taken, outcome: Outcome, retries: Sequence[float]
) -> None:
    """Write down what came of an attempt, and what follows from it.

    The webhook's row is written before the delivery's: everybody locks them in this order.
    """
    if outcome.is_taken:
        await session.execute(_WORKS, {"id": one.webhook_id})
    elif one.position is not None:
        await _note_failure(session, one, outcome, retries[0])
    row = await session.get(WebhookDelivery, one.id, with_for_update=True)
    if row is None:
        return
    row.attempts, row.body = row.attempts + 1, outcome.body.decode()
    row.updated_at = func.now()
    session.add(_attempt(row, outcome))
    if row.lease == one.lease:
        row.lease = row.leased_until = None
        _move(row, outcome, retries)


async def _note_failure(session: AsyncSession, one: Taken, outcome: Outcome, first: float) -> None:
    """Have the whole webhook rest when it fails and fails, or disable it."""
    given = {"id": one.webhook_id, "wait": outcome.wait, "first": first, "failed": FAILED}
    given |= {"longest": LONGEST_REST, "patience": PATIENCE, "varied": _varied()}
    is_over = await session.scalar(_FAILS, given)
    if outcome.is_gone or is_over:
        reason = DisabledReason.GONE if outcome.is_gone else DisabledReason.FAILING
        _LOG.warning("webhook disabled", webhook=str(one.webhook_id), why=reason.value)
        await disable(session, one.webhook_id, reason)


def _move(row: WebhookDelivery, outcome: Outcome, retries: Sequence[float]) -> None:
    """Move a delivery on: done, to be tried again, or given up."""
    if outcome.is_taken:
        row.state, row.delivered_at = DeliveryState.DELIVERED, func.now()
        return
    if row.position is None or (row.tries >= len(retries) and not outcome.is_gone):
        row.tries, row.state = row.tries + 1, DeliveryState.FAILED
        return
    row.tries = min(row.tries + 1, len(retries))
    row.due_at = func.now() + timedelta(seconds=pause(row.tries, outcome.wait, retries))


def pause(tries: int, wait: float, retries: Sequence[float]) -> float:
    """Give the pause after so many tries, in seconds: by schedule, and no shorter than asked for.

    It varies by a fifth, so that what failed together doesn't come back together.
    """
    return max(retries[tries - 1] * _varied(), wait)


def _varied() -> float:
    """Give a factor about 1, another each time."""
    return _CHANCE.uniform(1 - _SPREAD, 1 + _SPREAD)


def _attempt(row: WebhookDelivery, outcome: Outcome) -> WebhookAttempt:
    answer = outcome.answer
    said = None if answer is None else answer.body.decode(errors="replace")
    return WebhookAttempt(
        delivery_id=row.id,
        no=row.attempts,
        at=outcome.at,
        duration_ms=round(outcome.seconds * 1000),
        address=None if answer is None else answer.address,
        status=None if answer is None else answer.status,
        error=outcome.error,
        response_body=None if said is None else _CONTROL.sub("\ufffd", said),
    )


def _seconds(asked: str) -> float:
    """Read a `Retry-After`: seconds, or a date (RFC 9110 §10.2.3); 0 when it is neither."""
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return float(asked)
    try:
        return (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
