"""Answers are remembered, so that a POST can be repeated safely.

A new table, which nothing that ran before knows. Old code goes on as it did, without repeating
answers.
"""

from alembic import op

revision = "2026_11_22_retrying"
down_revision = "2026_11_22_seeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and the index by which expired answers are found."""
    op.execute(
        """
        CREATE TABLE remembered_answer (
            caller TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint BYTEA NOT NULL,
            status INTEGER NOT NULL,
            headers JSONB NOT NULL,
            body BYTEA NOT NULL,
            is_sealed BOOLEAN NOT NULL,
            expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
            CONSTRAINT pk_remembered_answer PRIMARY KEY (caller, key),
            CONSTRAINT ck_remembered_answer_has_fingerprint
                CHECK (octet_length(fingerprint) = 32)
        )
        """
    )
    op.execute("CREATE INDEX ix_remembered_answer_expires_at ON remembered_answer (expires_at)")


def downgrade() -> None:
    """Drop the table; answers that were remembered can't be given again."""
    op.execute("DROP TABLE remembered_answer")
