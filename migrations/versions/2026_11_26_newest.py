"""Speakers and sources are listed by when they were recorded, and verdicts by when they came out.

These orders had no index: each page was sorted out of all there are. They are built while others
write (CONCURRENTLY), outside of a transaction; one that is left half-built is begun anew. Old code
uses them, too.
"""

from alembic import op

revision = "2026_11_26_newest"
down_revision = "2026_11_26_matching"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_speaker_created_at": "speaker (created_at, id)",
    "ix_source_created_at": "source (created_at, id)",
    "ix_verdict_published_at": "verdict (coalesce(published_at, created_at), id)",
}


def upgrade() -> None:
    """Build the indexes."""
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")


def downgrade() -> None:
    """Drop them."""
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
