"""Statements without a public verdict, and those in a state, are found along an index.

Where nearly all have one, all verdicts were read for a page of those that don't; and nearly all
statements for those in a state that few are in. Built while others write; what is left half-built
is begun anew.
"""

from alembic import op

revision = "2026_11_27_unchecked"
down_revision = "2026_11_27_begun"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_statement_search_unchecked": (
        "statement_search (is_public, statement_id) WHERE check_types = '{}'"
    ),
    "ix_statement_state": "statement (state, created_at, id)",
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
