"""Speakers can be merged, and unmerged: which references moved with each merge is written down.

Two new tables; a function that follows merges to the speaker that one is now; and triggers that
refuse new references to a speaker that was merged, so that none can come in while a merge is made.
They hold a share lock on the speaker until the transaction ends.

Where this comes back after it was taken away, all of it is worked out anew from the log: merges
have an entry of their own, and what they moved has entries of the same transaction. A statement is
named by its entry; an affiliation is the one at the same place of its speaker.

Old code sees a merged speaker as any other, with `merged_into_id` filled, and lists it. It may
change and archive it; what it lets refer to it anew is refused (409).
"""

from alembic import op

revision = "2026_11_25_speakers"
down_revision = "2026_11_25_contacts"
branch_labels = None
depends_on = None

MERGES_OF_THE_LOG = """
INSERT INTO speaker_merge (speaker_id, into_id, merged_at, unmerged_at)
SELECT merged.resource_id, (merged.document ->> 'merged_into_id')::uuid, merged.at, (
    SELECT min(unmerged.at) FROM change AS unmerged
    WHERE unmerged.resource_id = merged.resource_id AND unmerged.version > merged.version
        AND unmerged.action = 'speaker.unmerged'
)
FROM change AS merged
WHERE merged.action = 'speaker.merged' AND merged.collection = 'speakers'
ORDER BY merged.id
"""

MERGES_OF_BEFORE = """
INSERT INTO speaker_merge (speaker_id, into_id)
SELECT id, merged_into_id FROM speaker
WHERE merged_into_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM speaker_merge WHERE speaker_id = speaker.id AND unmerged_at IS NULL
)
"""

MOVES_OF_THE_LOG = """
WITH merge AS (
    SELECT speaker_merge.id, change.xid, speaker_id, into_id
    FROM speaker_merge JOIN change ON change.resource_id = speaker_id
        AND change.action = 'speaker.merged' AND change.at = merged_at
), told AS (
    SELECT merge.id AS merge_id, speaker_id, into_id, entry.*
    FROM merge JOIN change AS entry ON entry.xid = merge.xid
)
INSERT INTO speaker_move (merge_id, row_id, reference)
SELECT merge_id, resource_id, split_part(action, '.', 1) FROM told
WHERE action IN ('statement.changed', 'contact.changed')
UNION ALL
SELECT merge_id, affiliation.id, 'affiliation'
FROM told
CROSS JOIN LATERAL (
    SELECT document -> 'affiliations' AS affiliations FROM change AS previous
    WHERE previous.resource_id = told.resource_id AND previous.version < told.version
    ORDER BY previous.version DESC LIMIT 1
) AS before
JOIN affiliation ON affiliation.speaker_id = told.resource_id
WHERE action = 'speaker.changed'
    AND before.affiliations -> position ->> 'organization_id' = told.speaker_id::text
    AND document -> 'affiliations' -> position ->> 'organization_id' = told.into_id::text
"""

UP = (
    """
    CREATE TABLE speaker_merge (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        speaker_id UUID NOT NULL,
        into_id UUID NOT NULL,
        merged_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        unmerged_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_speaker_merge PRIMARY KEY (id),
        CONSTRAINT ck_speaker_merge_is_of_two CHECK (speaker_id <> into_id),
        CONSTRAINT fk_speaker_merge_speaker_id FOREIGN KEY(speaker_id) REFERENCES speaker (id),
        CONSTRAINT fk_speaker_merge_into_id FOREIGN KEY(into_id) REFERENCES speaker (id)
    )
    """,
    """
    CREATE UNIQUE INDEX uq_speaker_merge_speaker_id ON speaker_merge (speaker_id)
    WHERE unmerged_at IS NULL
    """,
    """
    CREATE TABLE speaker_move (
        merge_id BIGINT NOT NULL,
        row_id UUID NOT NULL,
        reference VARCHAR(32) NOT NULL,
        CONSTRAINT pk_speaker_move PRIMARY KEY (merge_id, row_id),
        CONSTRAINT ck_speaker_move_reference CHECK (
            reference IN ('statement', 'affiliation', 'contact')
        ),
        CONSTRAINT fk_speaker_move_merge_id FOREIGN KEY(merge_id) REFERENCES speaker_merge (id)
    )
    """,
    "CREATE INDEX ix_speaker_move_row_id ON speaker_move (row_id)",
    """
    CREATE FUNCTION speaker_now(asked uuid) RETURNS uuid
    LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
        WITH RECURSIVE way AS (
            SELECT id, merged_into_id FROM speaker WHERE id = asked
            UNION
            SELECT following.id, following.merged_into_id
            FROM way JOIN speaker AS following ON following.id = way.merged_into_id
        )
        SELECT id FROM way WHERE merged_into_id IS NULL
    $$
    """,
    """
    CREATE FUNCTION refuse_merged_speakers() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        named uuid;
        survivor uuid;
    BEGIN
        IF TG_TABLE_NAME = 'affiliation' THEN
            named := NEW.organization_id;
        ELSE
            named := NEW.speaker_id;
        END IF;
        SELECT merged_into_id INTO survivor FROM speaker WHERE id = named FOR SHARE;
        IF survivor IS NOT NULL THEN
            RAISE EXCEPTION 'the speaker % was merged into %', named, survivor
                USING ERRCODE = 'foreign_key_violation', COLUMN = TG_ARGV[0],
                    TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER statement_is_of_no_merged_speaker
    AFTER INSERT OR UPDATE OF speaker_id ON statement
    FOR EACH ROW WHEN (NEW.speaker_id IS NOT NULL)
    EXECUTE FUNCTION refuse_merged_speakers('speaker_id')
    """,
    """
    CREATE TRIGGER affiliation_is_with_no_merged_speaker
    AFTER INSERT OR UPDATE OF organization_id ON affiliation
    FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL)
    EXECUTE FUNCTION refuse_merged_speakers('organization_id')
    """,
    """
    CREATE TRIGGER contact_is_with_no_merged_speaker
    AFTER INSERT OR UPDATE OF speaker_id ON contact
    FOR EACH ROW WHEN (NEW.speaker_id IS NOT NULL)
    EXECUTE FUNCTION refuse_merged_speakers('speaker_id')
    """,
    MERGES_OF_THE_LOG,
    MERGES_OF_BEFORE,
    MOVES_OF_THE_LOG,
)

DOWN = (
    "DROP TRIGGER contact_is_with_no_merged_speaker ON contact",
    "DROP TRIGGER affiliation_is_with_no_merged_speaker ON affiliation",
    "DROP TRIGGER statement_is_of_no_merged_speaker ON statement",
    "DROP FUNCTION refuse_merged_speakers()",
    "DROP FUNCTION speaker_now(uuid)",
    "DROP TABLE speaker_move",
    "DROP TABLE speaker_merge",
)


def upgrade() -> None:
    """Write merges down from now on, and those that the log knows."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Leave what is merged as it is; how to undo it is in the log."""
    for statement in DOWN:
        op.execute(statement)
