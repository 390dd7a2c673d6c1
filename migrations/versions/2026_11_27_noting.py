"""A new source is noted as it is, and circles are looked for by a plan that is kept.

Nothing refers to a source that is being inserted; yet for each, PostgreSQL planned anew how to look
for the statements that show it, and did so for the look whether a new appearance is below itself,
which was put together as a text. Old code sees no difference.
"""

from alembic import op

revision = "2026_11_27_noting"
down_revision = "2026_11_27_unchecked"
branch_labels = None
depends_on = None

NOTING = """
CREATE OR REPLACE FUNCTION note_source() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed source := coalesce(NEW, OLD);
BEGIN{new}
    INSERT INTO search_due (collection, resource_id)
    SELECT * FROM (
        SELECT 'statements', statement_id FROM appearance WHERE source_id = changed.id
        UNION SELECT 'statements', statement_id
        FROM source JOIN appearance ON source_id = source.id WHERE publisher_id = changed.id
        UNION SELECT 'sources', changed.id
    ) AS due (collection, resource_id)
    WHERE NOT EXISTS (
        SELECT FROM search_due AS known
        WHERE known.made_in = pg_current_xact_id() AND known.resource_id = due.resource_id
    );
    RETURN NULL;
END $$
"""
NEW = """
    IF TG_OP = 'INSERT' THEN
        INSERT INTO search_due (collection, resource_id) VALUES ('sources', NEW.id);
        RETURN NULL;
    END IF;"""
REFUSING = """
CREATE OR REPLACE FUNCTION refuse_circles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found boolean;
BEGIN
    {look}
    IF found THEN
        RAISE EXCEPTION 'a % can''t be below itself', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', COLUMN = 'parent_id', TABLE = TG_TABLE_NAME,
                CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END
$$
"""
LOOK = """WITH RECURSIVE up AS (
            SELECT parent_id FROM {table} WHERE id = {id}
            UNION
            SELECT t.parent_id FROM {table} t JOIN up ON t.id = up.parent_id
        ) SELECT EXISTS (SELECT FROM up WHERE parent_id = {id})"""
KEPT = f"""CASE TG_TABLE_NAME
    WHEN 'appearance' THEN
        found := ({LOOK.format(table="appearance", id="NEW.id")});
    WHEN 'topic' THEN
        found := ({LOOK.format(table="topic", id="NEW.id")});
    END CASE;"""
PUT_TOGETHER = f"""EXECUTE format(
        '{LOOK.format(table="%1$I", id="$1")}',
        TG_TABLE_NAME
    ) INTO found USING NEW.id;"""


def upgrade() -> None:
    """Note new sources as they are, and keep the plans."""
    op.execute(NOTING.format(new=NEW))
    op.execute(REFUSING.format(look=KEPT))


def downgrade() -> None:
    """Do both as before."""
    op.execute(NOTING.format(new=""))
    op.execute(REFUSING.format(look=PUT_TOGETHER))
