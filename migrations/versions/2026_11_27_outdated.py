"""Names that an older analyser has analysed, and the statements that came last, have indexes.

Whether there are such names was looked for among all, each second; and to find the shelves that
grew, all were counted. Built while others write; what is left half-built is begun anew.
"""

from alembic import op

revision = "2026_11_27_outdated"
down_revision = "2026_11_27_noting"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_name_key_analysed_with": "name_key (analysed_with, resource_id)",
    "ix_statement_search_serial": "statement_search (serial)",
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
