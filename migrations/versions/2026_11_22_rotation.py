"""Keys can be rotated: for a while, the secret before works beside the new one.

New columns that may be null, which takes no time, and a table of a few rows to look through. Old
code knows nothing of them: it takes the newest secret of a key alone.
"""

from alembic import op

revision = "2026_11_22_rotation"
down_revision = "2026_11_22_chain"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is kept of the secret before."""
    op.execute(
        """
        ALTER TABLE api_key
            ADD COLUMN previous_prefix TEXT,
            ADD COLUMN previous_hash BYTEA,
            ADD COLUMN previous_expires_at TIMESTAMP WITH TIME ZONE,
            ADD CONSTRAINT uq_api_key_previous_hash UNIQUE (previous_hash),
            ADD CONSTRAINT ck_api_key_stores_a_hash_of_the_previous
                CHECK (octet_length(previous_hash) = 32),
            ADD CONSTRAINT ck_api_key_ends_the_previous
                CHECK (num_nulls(previous_prefix, previous_hash, previous_expires_at) IN (0, 3))
        """
    )


def downgrade() -> None:
    """Forget the secrets before: they stop working at once."""
    op.execute(
        """
        ALTER TABLE api_key
            DROP COLUMN previous_prefix,
            DROP COLUMN previous_hash,
            DROP COLUMN previous_expires_at
        """
    )
