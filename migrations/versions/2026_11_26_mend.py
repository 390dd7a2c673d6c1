"""A page of the latest numbers that begin by a day is read without those that begin later.

Lists of quantities end their indexes with the first day, so that `sort=-period` with an early `to`
passes over what came since in the index alone, and reads no row of it. Each index is built beside
the one that it replaces, while others read and write (CONCURRENTLY), outside of a transaction; one
that is left half-built is begun anew. Old code uses them as before.
"""

from alembic import op

revision = "2026_11_26_mend"
down_revision = "2026_11_26_hooks"
branch_labels = None
depends_on = None

PLACE = "lower(COALESCE(place, ''::text))"
INDEXES = {
    "ix_quantity_measure_id": "measure_id, last_on, id",
    "ix_quantity_series": f"measure_id, {PLACE}, last_on, id",
    "ix_quantity_place": f"{PLACE}, last_on, id",
    "ix_quantity_last_on": "last_on, id",
}


def rebuilt(more: str) -> None:
    """Build the indexes with these columns at their end, and put them in the place of the old."""
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}_new")
            op.execute(f"CREATE INDEX CONCURRENTLY {name}_new ON quantity ({what}{more})")
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"ALTER INDEX {name}_new RENAME TO {name}")


def upgrade() -> None:
    """Add the first day to the indexes."""
    rebuilt(", first_on")


def downgrade() -> None:
    """Build them without it."""
    rebuilt("")
