"""The index of words tells when each of them was recorded.

What is begun is completed with the first that were; they were looked up one by one. Built while
others write, beside the old one.
"""

from alembic import op

revision = "2026_11_27_completed"
down_revision = "2026_11_27_outdated"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the index anew."""
    _build(" INCLUDE (id)")


def downgrade() -> None:
    """Build it as it was."""
    _build("")


def _build(more: str) -> None:
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_search_word_new")
        op.execute(
            "CREATE INDEX CONCURRENTLY ix_search_word_new"
            f" ON search_word (word text_pattern_ops){more}"
        )
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_search_word_word")
        op.execute("ALTER INDEX ix_search_word_new RENAME TO ix_search_word_word")
