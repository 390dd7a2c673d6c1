"""Statements without a public verdict are found along an index.

Where nearly all have one, all verdicts were read for a page of those that don't. Built while others
write; one that is left half-built is begun anew.
"""

from alembic import op

revision = "2026_11_27_unchecked"
down_revision = "2026_11_27_begun"
branch_labels = None
depends_on = None

NAME = "ix_statement_search_unchecked"
WHAT = "statement_search (is_public, statement_id) WHERE check_types = '{}'"


def upgrade() -> None:
    """Build the index."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.execute(f"CREATE INDEX CONCURRENTLY {NAME} ON {WHAT}")


def downgrade() -> None:
    """Drop it."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
