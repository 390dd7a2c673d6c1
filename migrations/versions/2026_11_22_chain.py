"""Every change carries a hash, and has its place in one chain.

A trigger writes the hash of an entry, so that nobody can leave it out: SHA-256 over the entry and
the hash of the entry before it about the same resource. Entries that are there already get theirs
in their order; the trigger that forbids rewriting is off for that, under a lock that lets nobody
else write. What they say stays as it is. It takes about a second for 20,000 entries.

Their places in the chain (`sealed_change`) are given once they are committed, by `seal_changes`,
when somebody reads the feed or by the service itself. `unsealed_change` is the queue for that.

Old code goes on writing while this is there: it doesn't name the new columns, and the trigger
fills them. The index on (xid, id) goes; nothing read by it.
"""

from alembic import op

revision = "2026_11_22_chain"
down_revision = "2026_11_22_retrying"
branch_labels = None
depends_on = None

HASH = """
CREATE FUNCTION hash_of_change(entry change, previous bytea) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        encode(previous, 'hex'),
        entry.id,
        entry.xid::text,
        to_char(timezone('UTC', entry.at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        entry.organization_id,
        entry.actor,
        entry.key_id,
        entry.request_id,
        entry.action,
        entry.collection,
        entry.resource_id,
        entry.version,
        entry.reason,
        entry.document,
        entry.public_document,
        entry.is_public
    )::text, 'UTF8'))
$$
"""

CHAIN = """
CREATE FUNCTION chain_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before record;
BEGIN
    SELECT hash, public_document ->> 'version' AS shown INTO before
    FROM change
    WHERE resource_id = NEW.resource_id AND version < NEW.version
    ORDER BY version DESC LIMIT 1;
    NEW.is_public := before.shown IS DISTINCT FROM NEW.public_document ->> 'version';
    NEW.hash := hash_of_change(NEW, before.hash);
    INSERT INTO unsealed_change VALUES (NEW.id);
    RETURN NEW;
END
$$
"""

SEAL = """
CREATE FUNCTION seal_changes(most integer, patient boolean) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    place bigint;
    link bytea;
    entry change;
    waiting bigint;
    done integer := 0;
BEGIN
    IF patient THEN
        PERFORM pg_advisory_xact_lock(6031769118547);
    ELSIF NOT pg_try_advisory_xact_lock(6031769118547) THEN
        RETURN NULL;
    END IF;
    SELECT position, hash INTO place, link FROM sealed_change ORDER BY position DESC LIMIT 1;
    place := coalesce(place, 0);
    link := coalesce(link, decode(repeat('00', 32), 'hex'));
    FOR waiting IN SELECT change_id FROM unsealed_change ORDER BY change_id LIMIT most LOOP
        DELETE FROM unsealed_change WHERE change_id = waiting;
        done := done + 1;
        SELECT * INTO entry FROM change WHERE id = waiting;
        CONTINUE WHEN NOT FOUND;
        place := place + 1;
        link := sha256(link || entry.hash || int8send(place));
        INSERT INTO sealed_change (position, change_id, hash, shown_in)
        VALUES (place, entry.id, link, CASE WHEN entry.is_public THEN entry.collection END);
    END LOOP;
    RETURN done;
END
$$
"""

FILL = """
DO $$
DECLARE
    entry change;
    resource uuid;
    shown text;
    link bytea;
BEGIN
    FOR entry IN SELECT * FROM change ORDER BY resource_id, version LOOP
        IF entry.resource_id IS DISTINCT FROM resource THEN
            resource := entry.resource_id;
            shown := NULL;
            link := NULL;
        END IF;
        entry.is_public := shown IS DISTINCT FROM entry.public_document ->> 'version';
        shown := entry.public_document ->> 'version';
        link := hash_of_change(entry, link);
        UPDATE change SET hash = link, is_public = entry.is_public WHERE id = entry.id;
    END LOOP;
    INSERT INTO unsealed_change SELECT id FROM change;
END
$$
"""

UP = (
    "ALTER TABLE change ADD COLUMN hash BYTEA, ADD COLUMN is_public BOOLEAN",
    """
    CREATE TABLE sealed_change (
        position BIGINT NOT NULL,
        change_id BIGINT NOT NULL,
        hash BYTEA NOT NULL,
        shown_in TEXT,
        CONSTRAINT pk_sealed_change PRIMARY KEY (position),
        CONSTRAINT uq_sealed_change_change_id UNIQUE (change_id),
        CONSTRAINT fk_sealed_change_change_id FOREIGN KEY(change_id) REFERENCES change (id)
    )
    """,
    """
    CREATE INDEX ix_sealed_change_shown ON sealed_change (position) WHERE shown_in IS NOT NULL
    """,
    """
    CREATE INDEX ix_sealed_change_shown_in ON sealed_change (shown_in, position)
    WHERE shown_in IS NOT NULL
    """,
    """
    CREATE TABLE unsealed_change (
        change_id BIGINT NOT NULL,
        CONSTRAINT pk_unsealed_change PRIMARY KEY (change_id)
    )
    """,
    """
    ALTER TABLE unsealed_change
    SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)
    """,
    HASH,
    "ALTER TABLE change DISABLE TRIGGER change_is_append_only",
    FILL,
    "ALTER TABLE change ENABLE TRIGGER change_is_append_only",
    """
    ALTER TABLE change ALTER COLUMN hash SET NOT NULL, ALTER COLUMN is_public SET NOT NULL
    """,
    CHAIN,
    """
    CREATE TRIGGER change_is_chained BEFORE INSERT ON change
    FOR EACH ROW EXECUTE FUNCTION chain_change()
    """,
    SEAL,
    """
    CREATE TRIGGER sealed_change_is_append_only BEFORE UPDATE OR DELETE ON sealed_change
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE TRIGGER sealed_change_is_kept BEFORE TRUNCATE ON sealed_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()
    """,
    "DROP INDEX ix_change_xid",
)

DOWN = (
    "CREATE INDEX ix_change_xid ON change (xid, id)",
    "DROP TRIGGER change_is_chained ON change",
    "DROP FUNCTION seal_changes(integer, boolean)",
    "DROP FUNCTION chain_change()",
    "DROP FUNCTION hash_of_change(change, bytea)",
    "DROP TABLE unsealed_change",
    "DROP TABLE sealed_change",
    "ALTER TABLE change DROP COLUMN hash, DROP COLUMN is_public",
)


def upgrade() -> None:
    """Chain what is there, and what comes."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Unchain it; what was done stays recorded."""
    for statement in DOWN:
        op.execute(statement)
