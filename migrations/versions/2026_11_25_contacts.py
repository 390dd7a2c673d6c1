"""Whom we asked about what we judge, and what we say to one another about it.

Two new tables, each with what every resource has. A contact is one attempt to reach somebody for a
verdict. A comment is about a statement or a verdict, and answers to another comment on the same
thing at most: that parent is named together with its organisation and what it is about, so that no
comment can be below one of somewhere else.

Old code knows neither, and goes on as before. Going back forgets them; their entries stay in the
change log.
"""

from alembic import op

revision = "2026_11_25_contacts"
down_revision = "2026_11_25_requests"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE contact (
        verdict_id UUID NOT NULL,
        speaker_id UUID,
        source_id UUID,
        name TEXT,
        purpose VARCHAR(32) NOT NULL,
        channel VARCHAR(32) NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        reply_by TIMESTAMP WITH TIME ZONE,
        state VARCHAR(32) NOT NULL,
        replied_at TIMESTAMP WITH TIME ZONE,
        reply TEXT,
        note TEXT,
        is_public BOOLEAN NOT NULL,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_contact PRIMARY KEY (id),
        CONSTRAINT ck_contact_has_organization CHECK (organization_id IS NOT NULL),
        CONSTRAINT ck_contact_asks_one_party CHECK (num_nonnulls(speaker_id, source_id, name) = 1),
        CONSTRAINT ck_contact_leaves_time CHECK (reply_by >= asked_at),
        CONSTRAINT ck_contact_is_replied_to_after_asking CHECK (replied_at >= asked_at),
        CONSTRAINT ck_contact_has_a_short_reply CHECK (length(reply) BETWEEN 1 AND 5000),
        CONSTRAINT ck_contact_has_a_reply_when_replied CHECK (num_nonnulls(replied_at, reply) =
            CASE state WHEN 'replied' THEN 2 ELSE 0 END),
        CONSTRAINT uq_contact_ref UNIQUE (organization_id, ref),
        CONSTRAINT fk_contact_verdict_id FOREIGN KEY(verdict_id) REFERENCES verdict (id),
        CONSTRAINT fk_contact_speaker_id FOREIGN KEY(speaker_id) REFERENCES speaker (id),
        CONSTRAINT fk_contact_source_id FOREIGN KEY(source_id) REFERENCES source (id),
        CONSTRAINT ck_contact_contactpurpose CHECK (purpose IN ('right_of_reply',
            'clarification', 'evidence', 'correction', 'other')),
        CONSTRAINT ck_contact_contactchannel CHECK (channel IN ('email', 'phone', 'letter',
            'social_media', 'web_form', 'in_person', 'other')),
        CONSTRAINT ck_contact_contactstate CHECK (state IN ('asked', 'replied', 'declined',
            'no_reply')),
        CONSTRAINT fk_contact_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_contact_verdict_id ON contact (verdict_id, asked_at, id)
    """,
    """
    CREATE INDEX ix_contact_speaker_id ON contact (speaker_id)
    """,
    """
    CREATE INDEX ix_contact_source_id ON contact (source_id)
    """,
    """
    CREATE INDEX ix_contact_updated_at ON contact (updated_at, id)
    """,
    """
    CREATE TABLE comment (
        statement_id UUID,
        verdict_id UUID,
        parent_id UUID,
        text TEXT NOT NULL,
        mentions TEXT[] DEFAULT '{}' NOT NULL,
        resolved_by TEXT,
        resolved_at TIMESTAMP WITH TIME ZONE,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_comment PRIMARY KEY (id),
        CONSTRAINT ck_comment_is_somebodys CHECK (organization_id IS NOT NULL
            AND created_by IS NOT NULL),
        CONSTRAINT ck_comment_is_about_one_thing CHECK (num_nonnulls(statement_id,
            verdict_id) = 1),
        CONSTRAINT ck_comment_has_text CHECK (length(text) BETWEEN 1 AND 5000),
        CONSTRAINT ck_comment_mentions_a_few CHECK (cardinality(mentions) <= 20),
        CONSTRAINT ck_comment_is_resolved_by_one CHECK (num_nulls(resolved_by,
            resolved_at) IN (0, 2)),
        CONSTRAINT uq_comment_ref UNIQUE (organization_id, ref),
        CONSTRAINT uq_comment_organization_id_statement_id_id
            UNIQUE (organization_id, statement_id, id),
        CONSTRAINT uq_comment_organization_id_verdict_id_id
            UNIQUE (organization_id, verdict_id, id),
        CONSTRAINT fk_comment_parent_on_statement
            FOREIGN KEY(organization_id, statement_id, parent_id)
            REFERENCES comment (organization_id, statement_id, id),
        CONSTRAINT fk_comment_parent_on_verdict
            FOREIGN KEY(organization_id, verdict_id, parent_id)
            REFERENCES comment (organization_id, verdict_id, id),
        CONSTRAINT fk_comment_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id),
        CONSTRAINT fk_comment_verdict_id FOREIGN KEY(verdict_id) REFERENCES verdict (id),
        CONSTRAINT fk_comment_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_comment_statement_id ON comment (statement_id, created_at, id)
    """,
    """
    CREATE INDEX ix_comment_verdict_id ON comment (verdict_id, created_at, id)
    """,
    """
    CREATE INDEX ix_comment_updated_at ON comment (updated_at, id)
    """,
)


def upgrade() -> None:
    """Create both tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop both tables."""
    op.execute("DROP TABLE comment")
    op.execute("DROP TABLE contact")
