"""What is out is fed by when it came out, and found by the site of its public article.

Two indexes, built while others write (CONCURRENTLY), outside of a transaction; one that is left
half-built is begun anew. Old code passes them over. That of sites isn't partial: PostgreSQL keeps
no statistics for planning of one that is, and would take each site for equally rare.
"""

from alembic import op

revision = "2026_11_25_exchange"
down_revision = "2026_11_25_imports"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_verdict_version_published_at": "(published_at, id) WHERE published_at IS NOT NULL",
    "ix_verdict_version_site": "(lower(substring(url, '(?i)^https?://(?:[w]{3}[.])?([^/:?#]+)')))",
}


def upgrade() -> None:
    """Build the indexes."""
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON verdict_version {what}")


def downgrade() -> None:
    """Drop them."""
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
