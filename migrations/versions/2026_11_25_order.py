"""Statements and verdicts are listed by when they were recorded, and so are those of the past.

The log of corrections is listed by when they were published. Indexes in these orders, which are
those of the lists unless somebody asks for another: a page is read from their end, and needs no
look at everything else. They are built while others write (CONCURRENTLY), outside of a transaction;
one that is left half-built is begun anew. Old code uses them, too.
"""

from alembic import op

revision = "2026_11_25_order"
down_revision = "2026_11_25_speakers"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_statement_created_at": "statement (created_at, id)",
    "ix_verdict_created_at": "verdict (created_at, id)",
    "ix_verdict_version_corrections": "verdict_version (published_at, id)"
    " WHERE published_at IS NOT NULL AND change_kind <> 'initial'",
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
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
