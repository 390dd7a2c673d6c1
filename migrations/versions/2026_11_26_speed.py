"""Note what a source makes due by looks into indexes.

The statements that show a source were found by `changed.id IN (source.id, source.publisher_id)`,
for which no plan without that id is a good one: PostgreSQL planned it anew for each row that was
written. Old code sees no difference, for what is noted is the same.
"""

from alembic import op

revision = "2026_11_26_speed"
down_revision = "2026_11_26_mend"
branch_labels = None
depends_on = None

NOTING = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed {table} := coalesce(NEW, OLD);
BEGIN
    INSERT INTO search_due (collection, resource_id)
    SELECT * FROM ({what}) AS due (collection, resource_id)
    WHERE NOT EXISTS (
        SELECT FROM search_due AS known
        WHERE known.made_in = pg_current_xact_id() AND known.resource_id = due.resource_id
    );
    RETURN NULL;
END $$
"""
BEFORE = """
    SELECT 'statements', statement_id FROM appearance JOIN source ON source.id = source_id
    WHERE changed.{0} IN (source.id, source.publisher_id)
    UNION SELECT 'sources', changed.{0}
"""
AFTER = """
    SELECT 'statements', statement_id FROM appearance WHERE source_id = changed.{0}
    UNION SELECT 'statements', statement_id
    FROM source JOIN appearance ON source_id = source.id WHERE publisher_id = changed.{0}
    UNION SELECT 'sources', changed.{0}
"""
FUNCTIONS = (("note_source", "source", "id"), ("note_source_name", "source_name", "source_id"))


def upgrade() -> None:
    """Find the statements of a source by its id, and then those of what it publishes."""
    _note_by(AFTER)


def downgrade() -> None:
    """Find them as before."""
    _note_by(BEFORE)


def _note_by(what: str) -> None:
    for name, table, own in FUNCTIONS:
        op.execute(NOTING.format(name=name, table=table, what=what.format(own)))
