"""An address is one source's alone, whether it is its own or one of its others.

Each of the two tables kept its addresses unique, and nothing looked across them: two who wrote at
once, or two items of a batch, could give the same address to two sources. A trigger now looks when
the transaction ends, or earlier where it is asked to, and holds a lock on the address until then.

Pairs that are there already stay as they are; they are found when either is changed. Old code gets
the same refusal as for an address that is taken.
"""

from alembic import op

revision = "2026_11_22_addresses"
down_revision = "2026_11_22_limits"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE FUNCTION refuse_shared_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('address ' || NEW.url, 0));
        IF EXISTS (
            SELECT FROM source JOIN source_alias USING (url) WHERE url = NEW.url
        ) THEN
            RAISE EXCEPTION 'the address % is two sources'' or twice one''s', NEW.url
                USING ERRCODE = 'unique_violation', COLUMN = 'url', TABLE = TG_TABLE_NAME,
                    CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE CONSTRAINT TRIGGER uq_source_address
    AFTER INSERT OR UPDATE OF url ON source DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.url IS NOT NULL) EXECUTE FUNCTION refuse_shared_addresses()
    """,
    """
    CREATE CONSTRAINT TRIGGER uq_source_alias_address
    AFTER INSERT OR UPDATE OF url ON source_alias DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_shared_addresses()
    """,
)


def upgrade() -> None:
    """Look across both tables from now on."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Look at each table alone again."""
    op.execute("DROP TRIGGER uq_source_alias_address ON source_alias")
    op.execute("DROP TRIGGER uq_source_address ON source")
    op.execute("DROP FUNCTION refuse_shared_addresses()")
