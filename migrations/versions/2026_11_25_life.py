"""The life of a verdict: who wrote and approved a version, what is scheduled, whose work it is.

New columns that may be null or have a constant default, and indexes of parts that are empty yet: a
look at the table of verdicts each, which is small. Organisations get the gate as it is meant to be:
two publishers, a primary source, a second person; each may set it otherwise.

Versions that were published before don't say who wrote them, other than by name, and stay as they
are. Nobody can empty the tables of history at a stroke now, and what was public stays public: a
verdict's row can't be deleted or made to point at nothing, a retraction isn't taken back, and needs
a version that says so. Evidence isn't moved into what was published, and no period begins or ends
in the past.

An entry of the change log is never dated before the one about the same resource that it follows:
its transaction may have begun earlier and waited. So what was there at an instant is the last entry
until then.

Old code goes on working: it publishes drafts without asking for any of this.
"""

from alembic import op

revision = "2026_11_25_life"
down_revision = "2026_11_22_addresses"
branch_labels = None
depends_on = None

CHAIN = """
CREATE OR REPLACE FUNCTION chain_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before record;
BEGIN
    SELECT hash, at, public_document ->> 'version' AS shown INTO before
    FROM change
    WHERE resource_id = NEW.resource_id AND version < NEW.version
    ORDER BY version DESC LIMIT 1;
    NEW.at := greatest(NEW.at, before.at);
    NEW.is_public := before.shown IS DISTINCT FROM NEW.public_document ->> 'version';
    NEW.hash := hash_of_change(NEW, before.hash);
    INSERT INTO unsealed_change VALUES (NEW.id);
    RETURN NEW;
END
$$
"""
UNDATED = CHAIN.replace("hash, at, public", "hash, public").replace(
    "    NEW.at := greatest(NEW.at, before.at);\n", ""
)

EVIDENCE = """
CREATE OR REPLACE FUNCTION refuse_rewriting_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM verdict_version
        WHERE id IN (OLD.version_id, NEW.version_id) AND published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION '% of evidence would rewrite history', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$
"""
EVIDENCE_BEFORE = """
CREATE OR REPLACE FUNCTION refuse_rewriting_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cited uuid := CASE TG_OP WHEN 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
BEGIN
    IF EXISTS (
        SELECT FROM verdict_version WHERE id = cited AND published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION '% of evidence would rewrite history', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$
"""
ONLY_ENDS = """
CREATE TRIGGER publication_only_ends BEFORE UPDATE ON publication
FOR EACH ROW WHEN (
    NOT upper_inf(OLD.during)
    OR upper_inf(NEW.during)
    {}lower(NEW.during) <> lower(OLD.during)
    OR NEW.verdict_id <> OLD.verdict_id
    OR NEW.version_id <> OLD.version_id
) EXECUTE FUNCTION refuse_rewriting()
"""

UP = (
    CHAIN,
    EVIDENCE,
    "DROP TRIGGER publication_only_ends ON publication",
    ONLY_ENDS.format("OR upper(NEW.during) < now()\n    OR "),
    """
    CREATE FUNCTION refuse_made_up_publications() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT upper_inf(NEW.during) OR NOT EXISTS (
            SELECT FROM verdict_version
            WHERE id = NEW.version_id AND published_at = lower(NEW.during)
        ) THEN
            RAISE EXCEPTION 'a version is public from its publication on'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER publication_is_of_its_version BEFORE INSERT ON publication
    FOR EACH ROW EXECUTE FUNCTION refuse_made_up_publications()
    """,
    """
    CREATE TRIGGER verdict_version_is_published_now BEFORE UPDATE ON verdict_version
    FOR EACH ROW WHEN (OLD.published_at IS NULL AND NEW.published_at < now())
    EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE TRIGGER verdict_version_is_not_backdated BEFORE INSERT ON verdict_version
    FOR EACH ROW WHEN (NEW.published_at < now()) EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE FUNCTION refuse_silent_retractions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM verdict JOIN verdict_version ON verdict_version.id = public_id
            WHERE verdict.id = NEW.id AND change_kind = 'retraction'
        ) THEN
            RAISE EXCEPTION 'a verdict is retracted by a version that says so'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE CONSTRAINT TRIGGER ck_verdict_is_retracted_with_notice
    AFTER UPDATE OF retracted ON verdict DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.retracted AND NOT OLD.retracted)
    EXECUTE FUNCTION refuse_silent_retractions()
    """,
    """
    ALTER TABLE verdict
        ADD COLUMN publish_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN scheduled_by TEXT,
        ADD COLUMN assignee TEXT,
        ADD COLUMN due_on DATE
    """,
    """
    ALTER TABLE verdict ADD CONSTRAINT ck_verdict_is_scheduled_for_an_instant
        CHECK ((state = 'scheduled') = (publish_at IS NOT NULL))
    """,
    "CREATE INDEX ix_verdict_publish_at ON verdict (publish_at) WHERE state = 'scheduled'",
    """
    CREATE INDEX ix_verdict_assignee ON verdict (organization_id, lower(assignee))
    WHERE assignee IS NOT NULL AND archived_at IS NULL
    """,
    """
    ALTER TABLE verdict_version
        ADD COLUMN IF NOT EXISTS evidence_note TEXT,
        ADD COLUMN writers TEXT[] NOT NULL DEFAULT '{}',
        ADD COLUMN approver_marks TEXT[] NOT NULL DEFAULT '{}'
    """,
    """
    ALTER TABLE organization
        ADD COLUMN minimum_evidence INTEGER NOT NULL DEFAULT 1,
        ADD COLUMN minimum_publishers INTEGER NOT NULL DEFAULT 2,
        ADD COLUMN primary_source BOOLEAN NOT NULL DEFAULT true,
        ADD COLUMN second_person BOOLEAN NOT NULL DEFAULT true,
        ADD CONSTRAINT ck_organization_asks_for_what_can_be_given CHECK (
            minimum_evidence BETWEEN 0 AND 200 AND minimum_publishers BETWEEN 0 AND 200
        )
    """,
    "ALTER TABLE source ADD COLUMN gone_at TIMESTAMP WITH TIME ZONE",
    """
    CREATE TRIGGER verdict_version_is_not_emptied BEFORE TRUNCATE ON verdict_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE TRIGGER evidence_is_not_emptied BEFORE TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE TRIGGER publication_is_not_emptied BEFORE TRUNCATE ON publication
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE FUNCTION refuse_unpublishing() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of a verdict that was public would rewrite history', TG_OP
            USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER verdict_is_kept BEFORE DELETE ON verdict
    FOR EACH ROW WHEN (OLD.public_id IS NOT NULL) EXECUTE FUNCTION refuse_unpublishing()
    """,
    """
    CREATE TRIGGER verdict_stays_public BEFORE UPDATE ON verdict
    FOR EACH ROW WHEN (
        OLD.public_id IS NOT NULL AND (
            NEW.public_id IS NULL
            OR NEW.published_at IS DISTINCT FROM OLD.published_at
            OR NEW.statement_id <> OLD.statement_id
            OR NEW.check_type <> OLD.check_type
            OR NEW.organization_id IS DISTINCT FROM OLD.organization_id
            OR (OLD.retracted AND NOT NEW.retracted)
        )
    ) EXECUTE FUNCTION refuse_unpublishing()
    """,
)
DOWN = (
    "DROP TRIGGER ck_verdict_is_retracted_with_notice ON verdict",
    "DROP FUNCTION refuse_silent_retractions()",
    "DROP TRIGGER verdict_version_is_not_backdated ON verdict_version",
    "DROP TRIGGER verdict_version_is_published_now ON verdict_version",
    "DROP TRIGGER publication_is_of_its_version ON publication",
    "DROP FUNCTION refuse_made_up_publications()",
    "DROP TRIGGER publication_only_ends ON publication",
    ONLY_ENDS.format("OR "),
    EVIDENCE_BEFORE,
    UNDATED,
    "ALTER TABLE verdict DROP CONSTRAINT ck_verdict_is_scheduled_for_an_instant",
    "UPDATE verdict SET state = 'approved' WHERE state = 'scheduled'",
    "DROP TRIGGER verdict_stays_public ON verdict",
    "DROP TRIGGER verdict_is_kept ON verdict",
    "DROP FUNCTION refuse_unpublishing()",
    "DROP TRIGGER publication_is_not_emptied ON publication",
    "DROP TRIGGER evidence_is_not_emptied ON evidence",
    "DROP TRIGGER verdict_version_is_not_emptied ON verdict_version",
    "ALTER TABLE source DROP COLUMN gone_at",
    """
    ALTER TABLE organization
        DROP COLUMN minimum_evidence,
        DROP COLUMN minimum_publishers,
        DROP COLUMN primary_source,
        DROP COLUMN second_person
    """,
    """
    ALTER TABLE verdict_version
        DROP COLUMN writers,
        DROP COLUMN approver_marks
    """,
    """
    ALTER TABLE verdict
        DROP COLUMN publish_at,
        DROP COLUMN scheduled_by,
        DROP COLUMN assignee,
        DROP COLUMN due_on
    """,
)


def upgrade() -> None:
    """Make room for it."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Forget who wrote, approved and works on what; what was public stays.

    So `evidence_note`, which readers saw, is kept. What is scheduled goes back to `approved`: old
    code would never publish it.
    """
    for statement in DOWN:
        op.execute(statement)
