"""What is known to the month or the year alone is found by its last day.

From a day on, what began before it may have been said later only if it is known to the month or
the year of that day, which end on two days. By the first day, one looked at all of a year before.
Built as the indexes before this one, while others write.
"""

from alembic import op

revision = "2026_11_27_in_part"
down_revision = "2026_11_26_years"
branch_labels = None
depends_on = None

NAME = "ix_statement_said_in_part"
BY_LAST, BY_FIRST = "said_last, said_first, id", "said_first, id"


def upgrade() -> None:
    """Build it by the last day."""
    _build(BY_LAST)


def downgrade() -> None:
    """Build it by the first one."""
    _build(BY_FIRST)


def _build(columns: str) -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        what = f"statement ({columns}) WHERE said_last > said_first"
        op.execute(f"CREATE INDEX CONCURRENTLY {NAME} ON {what}")
