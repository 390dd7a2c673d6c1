"""Readers can say what is wrong with a verdict, and newsrooms answer them in time.

Two new tables, which nothing that ran before knows. Who sent a request stands in a table of its
own, encrypted, so that it can be erased while the request and its history stay.

An organisation gets two columns: one that may be null, and one with a default that is the same for
all, so that no row is rewritten. Its check looks through a table of a few rows. Old code doesn't
name the columns: what it inserts gets the default.

Going back drops the requests. What the log of changes says of them stays, as it must.
"""

from alembic import op

revision = "2026_11_25_requests"
down_revision = "2026_11_25_life"
branch_labels = None
depends_on = None

UP = (
    """
    ALTER TABLE organization
        ADD COLUMN escalation_url TEXT,
        ADD COLUMN correction_days INTEGER DEFAULT '7' NOT NULL,
        ADD CONSTRAINT ck_organization_answers_in_time
            CHECK (correction_days BETWEEN 1 AND 90)
    """,
    """
    CREATE TABLE correction_request (
        verdict_id UUID NOT NULL,
        message TEXT NOT NULL,
        proposed_correction TEXT,
        links TEXT[] DEFAULT '{}' NOT NULL,
        language language_tag,
        state VARCHAR(32) NOT NULL,
        due_on DATE NOT NULL,
        assignee TEXT,
        resolution TEXT,
        resolved_at TIMESTAMP WITH TIME ZONE,
        resolved_by TEXT,
        resulting_version INTEGER,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_correction_request PRIMARY KEY (id),
        CONSTRAINT ck_correction_request_has_organization CHECK (organization_id IS NOT NULL),
        CONSTRAINT ck_correction_request_has_a_message
            CHECK (length(message) BETWEEN 1 AND 5000),
        CONSTRAINT ck_correction_request_has_few_links CHECK (cardinality(links) <= 10),
        CONSTRAINT ck_correction_request_is_resolved_with_a_note CHECK (
            CASE WHEN state IN ('accepted', 'rejected', 'duplicate')
            THEN resolution IS NOT NULL AND resolved_at IS NOT NULL
            ELSE num_nonnulls(resolution, resolved_at, resolved_by) = 0 END
        ),
        CONSTRAINT ck_correction_request_results_when_accepted
            CHECK (resulting_version IS NULL OR state = 'accepted'),
        CONSTRAINT ck_correction_request_correctionrequeststate CHECK (state IN ('received',
            'in_review', 'accepted', 'rejected', 'duplicate')),
        CONSTRAINT uq_correction_request_ref UNIQUE (organization_id, ref),
        CONSTRAINT fk_correction_request_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id),
        CONSTRAINT fk_correction_request_verdict_id FOREIGN KEY(verdict_id)
            REFERENCES verdict (id),
        CONSTRAINT fk_correction_request_resulting_version
            FOREIGN KEY(verdict_id, resulting_version) REFERENCES verdict_version (verdict_id, no)
    )
    """,
    "CREATE INDEX ix_correction_request_updated_at ON correction_request (updated_at, id)",
    "CREATE INDEX ix_correction_request_verdict_id ON correction_request (verdict_id)",
    """
    CREATE INDEX ix_correction_request_due ON correction_request (organization_id, due_on, id)
    """,
    """
    CREATE TABLE requester (
        correction_request_id UUID NOT NULL,
        sealed BYTEA NOT NULL,
        CONSTRAINT pk_requester PRIMARY KEY (correction_request_id),
        CONSTRAINT fk_requester_correction_request_id FOREIGN KEY(correction_request_id)
            REFERENCES correction_request (id)
    )
    """,
)
DOWN = (
    "DROP TABLE requester",
    "DROP TABLE correction_request",
    "ALTER TABLE organization DROP COLUMN escalation_url, DROP COLUMN correction_days",
)


def upgrade() -> None:
    """Create the tables, and tell organisations by when they answer."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop the requests, and who sent them."""
    for statement in DOWN:
        op.execute(statement)
