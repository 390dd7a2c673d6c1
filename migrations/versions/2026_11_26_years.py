"""Statements of some years are found year by year, and those known to the month or year apart.

Else the newest of some years are looked for among all that was recorded since, and what was said
from a day on among all of the year before. Built as the indexes before these, while others write.
"""

from alembic import op

revision = "2026_11_26_years"
down_revision = "2026_11_26_newest"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_statement_year": "statement (left(said_on::text, 4), created_at, id)",
    "ix_statement_said_in_part": "statement (said_first, id) WHERE said_last > said_first",
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
