"""Names that begin as what was typed are found along an index, and new words at once.

What was typed was looked for in all words of all names, also where hundreds of names begin so. And
new words waited in a list that every look for words like another went through.
"""

from alembic import op

revision = "2026_11_27_begun"
down_revision = "2026_11_27_in_part"
branch_labels = None
depends_on = None

BEGINS = "ix_name_key_begins"
COLUMNS = "name_key (collection, ascii text_pattern_ops) INCLUDE (resource_id)"
LIKENESS = "ix_search_word_likeness"


def upgrade() -> None:
    """Build the index while others write, and empty the list of new words."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {BEGINS}")
        op.execute(f"CREATE INDEX CONCURRENTLY {BEGINS} ON {COLUMNS}")
        op.execute(f"ALTER INDEX {LIKENESS} SET (fastupdate = false)")
        op.execute(f"SELECT gin_clean_pending_list('{LIKENESS}')")


def downgrade() -> None:
    """Drop the index, and have new words wait again."""
    with op.get_context().autocommit_block():
        op.execute(f"ALTER INDEX {LIKENESS} RESET (fastupdate)")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {BEGINS}")
