"""Quantities lie in time, and series of them are read in its order.

Two new columns say between which days a number lies: as it says itself, or else by the day it was
said. Triggers keep them, whoever writes, also when the day of a statement changes: old code doesn't
know them, and goes on as before. What is there is filled in at once; that locks rows, and not the
table. The indexes are built while others write (CONCURRENTLY), outside of a transaction; what
is left half-done is begun anew. That by measure takes the place of one without the time.

Going back forgets the columns, which can be worked out again.
"""

from alembic import op

revision = "2026_11_25_quantities"
down_revision = "2026_11_25_finding"
branch_labels = None
depends_on = None

PLACE = "lower(COALESCE(place, ''::text))"
INDEXES = {
    "ix_quantity_measure_id": "measure_id, last_on, id",
    "ix_quantity_series": f"measure_id, {PLACE}, last_on, id",
    "ix_quantity_place": f"{PLACE}, last_on, id",
    "ix_quantity_last_on": "last_on, id",
}
UP = (
    """
    ALTER TABLE quantity
        ADD COLUMN IF NOT EXISTS first_on DATE DEFAULT '-infinity'::date NOT NULL,
        ADD COLUMN IF NOT EXISTS last_on DATE DEFAULT '-infinity'::date NOT NULL
    """,
    """
    CREATE OR REPLACE FUNCTION place_quantity_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        said text := (SELECT said_on FROM statement WHERE id = NEW.statement_id);
    BEGIN
        NEW.first_on := coalesce(
            partial_date_first(NEW.period_start), partial_date_first(NEW.as_of),
            partial_date_first(NEW.period_end), partial_date_first(said), '-infinity'
        );
        NEW.last_on := coalesce(
            partial_date_last(NEW.period_end), partial_date_last(NEW.as_of),
            partial_date_last(said), partial_date_last(NEW.period_start), '-infinity'
        );
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER quantity_lies_in_time BEFORE INSERT OR UPDATE ON quantity
    FOR EACH ROW EXECUTE FUNCTION place_quantity_in_time()
    """,
    """
    CREATE OR REPLACE FUNCTION place_quantities_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE quantity SET position = position WHERE statement_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER statement_moves_in_time AFTER UPDATE OF said_on ON statement
    FOR EACH ROW WHEN (OLD.said_on IS DISTINCT FROM NEW.said_on)
    EXECUTE FUNCTION place_quantities_in_time()
    """,
)
DOWN = (
    "DROP TRIGGER statement_moves_in_time ON statement",
    "DROP TRIGGER quantity_lies_in_time ON quantity",
    "DROP FUNCTION place_quantities_in_time()",
    "DROP FUNCTION place_quantity_in_time()",
    "ALTER TABLE quantity DROP COLUMN last_on, DROP COLUMN first_on",
)


def upgrade() -> None:
    """Add the columns and what keeps them, fill them in, and build the indexes."""
    for statement in UP:
        op.execute(statement)
    with op.get_context().autocommit_block():
        op.execute("UPDATE quantity SET position = position")
        for name, what in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON quantity ({what})")


def downgrade() -> None:
    """Drop all of it, and index the measure as before."""
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute("CREATE INDEX CONCURRENTLY ix_quantity_measure_id ON quantity (measure_id)")
    for statement in DOWN:
        op.execute(statement)
