"""What waits to be sent to a webhook is read in its order, pings first; its log also by change.

Two indexes. That of what waits has the order in which it is sent, so that its first few are found
without looking at all of it; it takes the place of one with pings at its end. They are built while
others write (CONCURRENTLY), outside of a transaction; one that is left half-built is begun anew.
Old code uses the one by change as well, and sorts what waits.
"""

from alembic import op

revision = "2026_11_26_hooks"
down_revision = "2026_11_25_webhooks"
branch_labels = None
depends_on = None

PENDING = "ON webhook_delivery (webhook_id, position{}) WHERE state = 'pending'"


def upgrade() -> None:
    """Build the indexes, and drop the one that they replace."""
    _build("ix_webhook_delivery_due", PENDING.format(" NULLS FIRST"))
    _build("ix_webhook_delivery_updated_at", "ON webhook_delivery (webhook_id, updated_at, id)")
    _drop("ix_webhook_delivery_pending")


def downgrade() -> None:
    """Build the one that was replaced, and drop the others."""
    _build("ix_webhook_delivery_pending", PENDING.format(""))
    _drop("ix_webhook_delivery_due")
    _drop("ix_webhook_delivery_updated_at")


def _build(name: str, what: str) -> None:
    _drop(name)
    with op.get_context().autocommit_block():
        op.execute(f"CREATE INDEX CONCURRENTLY {name} {what}")


def _drop(name: str) -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
