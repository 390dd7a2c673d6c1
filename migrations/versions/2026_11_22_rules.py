"""Rules that no constraint can say: history is append-only, and trees have no circles.

What was public is never erased or silently changed, whoever asks and by whatever way: the
database itself refuses. The period of a publication may end, once; nothing else of it moves.
"""

from alembic import op

revision = "2026_11_22_rules"
down_revision = "2026_11_22_tables"
branch_labels = None
depends_on = None

RULES = (
    """
    CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % would rewrite history', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER change_is_append_only BEFORE UPDATE OR DELETE ON change
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE TRIGGER change_is_kept BEFORE TRUNCATE ON change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE TRIGGER verdict_version_is_kept BEFORE UPDATE OR DELETE ON verdict_version
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE FUNCTION refuse_rewriting_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
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
    """,
    """
    CREATE TRIGGER evidence_is_kept BEFORE INSERT OR UPDATE OR DELETE ON evidence
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_evidence()
    """,
    """
    CREATE TRIGGER publication_is_kept BEFORE DELETE ON publication
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE TRIGGER publication_only_ends BEFORE UPDATE ON publication
    FOR EACH ROW WHEN (
        NOT upper_inf(OLD.during)
        OR upper_inf(NEW.during)
        OR lower(NEW.during) <> lower(OLD.during)
        OR NEW.verdict_id <> OLD.verdict_id
        OR NEW.version_id <> OLD.version_id
    ) EXECUTE FUNCTION refuse_rewriting()
    """,
    """
    CREATE FUNCTION refuse_changing_used_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM verdict_version WHERE rating_id = OLD.id) THEN
            RAISE EXCEPTION 'a rating that verdicts use is frozen'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END
    $$
    """,
    """
    CREATE TRIGGER rating_is_frozen_once_used BEFORE UPDATE OR DELETE ON rating
    FOR EACH ROW EXECUTE FUNCTION refuse_changing_used_ratings()
    """,
    """
    CREATE FUNCTION refuse_circles() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        found boolean;
    BEGIN
        EXECUTE format(
            'WITH RECURSIVE up AS (
                SELECT parent_id FROM %1$I WHERE id = $1
                UNION
                SELECT t.parent_id FROM %1$I t JOIN up ON t.id = up.parent_id
            ) SELECT EXISTS (SELECT FROM up WHERE parent_id = $1)',
            TG_TABLE_NAME
        ) INTO found USING NEW.id;
        IF found THEN
            RAISE EXCEPTION 'a % can''t be below itself', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', COLUMN = 'parent_id', TABLE = TG_TABLE_NAME,
                    CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE CONSTRAINT TRIGGER ck_appearance_is_a_tree
    AFTER INSERT OR UPDATE OF parent_id ON appearance DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION refuse_circles()
    """,
    """
    CREATE CONSTRAINT TRIGGER ck_topic_is_a_tree
    AFTER INSERT OR UPDATE OF parent_id ON topic DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION refuse_circles()
    """,
    """
    CREATE FUNCTION same_claim_as(statement uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
        WITH RECURSIVE twin AS (
            SELECT statement AS id
            UNION
            SELECT CASE link.statement_id WHEN twin.id THEN link.other_id ELSE link.statement_id END
            FROM twin
            JOIN link ON twin.id IN (link.statement_id, link.other_id)
            WHERE link.type = 'same_claim' AND link.state = 'confirmed'
                AND link.archived_at IS NULL
        )
        SELECT id FROM twin WHERE id <> statement
    $$
    """,
)

TRIGGERS = (
    ("change_is_append_only", "change"),
    ("change_is_kept", "change"),
    ("verdict_version_is_kept", "verdict_version"),
    ("evidence_is_kept", "evidence"),
    ("publication_is_kept", "publication"),
    ("publication_only_ends", "publication"),
    ("rating_is_frozen_once_used", "rating"),
    ("ck_appearance_is_a_tree", "appearance"),
    ("ck_topic_is_a_tree", "topic"),
)
FUNCTIONS = (
    "same_claim_as(uuid)",
    "refuse_circles()",
    "refuse_changing_used_ratings()",
    "refuse_rewriting_evidence()",
    "refuse_rewriting()",
)


def upgrade() -> None:
    """Create the rules."""
    for statement in RULES:
        op.execute(statement)


def downgrade() -> None:
    """Drop the rules."""
    for trigger, table in TRIGGERS:
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
