"""Statements and verdicts are listed by when they were recorded, and so are those of the past.

Two indexes in that order, which is the order of lists unless somebody asks for another: a page is
read from their end, and needs no look at everything else. They are built while others write
(CONCURRENTLY), outside of a transaction; one that is left half-built is begun anew. Old code uses
them, too.
"""

from alembic import op

revision = "2026_11_25_order"
down_revision = "2026_11_25_speakers"
branch_labels = None
depends_on = None

TABLES = ("statement", "verdict")


def upgrade() -> None:
    """Build the indexes."""
    with op.get_context().autocommit_block():
        for table in TABLES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_created_at")
            op.execute(
                f"CREATE INDEX CONCURRENTLY ix_{table}_created_at ON {table} (created_at, id)"
            )


def downgrade() -> None:
    """Drop them."""
    with op.get_context().autocommit_block():
        for table in TABLES:
            op.execute(f"DROP INDEX CONCURRENTLY ix_{table}_created_at")
