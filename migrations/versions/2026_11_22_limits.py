"""Callers are counted, so that none of them asks too often.

A new table, which nothing that ran before knows. Old code goes on as it did, without limits.

The table is unlogged: what it holds is of no use a minute later, and so a lease costs no write to
the log of PostgreSQL, and waits for no disk. After a crash of PostgreSQL, and on a restored backup
or a promoted standby, it is empty: every caller begins the current minute with a full budget.
"""

from alembic import op

revision = "2026_11_22_limits"
down_revision = "2026_11_22_rotation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and the index by which windows that are over are found."""
    op.execute(
        """
        CREATE UNLOGGED TABLE allowance (
            subject BYTEA NOT NULL,
            began_at TIMESTAMP WITH TIME ZONE NOT NULL,
            granted INTEGER NOT NULL,
            lease INTEGER NOT NULL,
            CONSTRAINT pk_allowance PRIMARY KEY (subject),
            CONSTRAINT ck_allowance_leases_what_it_grants
                CHECK (granted >= lease AND lease >= 0)
        )
        """
    )
    op.execute("CREATE INDEX ix_allowance_began_at ON allowance (began_at)")


def downgrade() -> None:
    """Drop the table; callers are counted no more."""
    op.execute("DROP TABLE allowance")
