"""Imports, what became of their rows, and what others' labels are taken to mean.

New tables, and a column that tells imported organisations from those that work here. A rating that
verdicts use stays frozen, with one exception: what the label of an imported organisation means
here can be said at any time, for that is not the publisher's word.

Old code knows none of it, and goes on as before. Going back forgets imports and maps; what was
imported stays, its entries in the change log, too.
"""

from alembic import op

revision = "2026_11_25_imports"
down_revision = "2026_11_25_quantities"
branch_labels = None
depends_on = None

FROZEN = """
CREATE OR REPLACE FUNCTION refuse_changing_used_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {}EXISTS (SELECT FROM verdict_version WHERE rating_id = OLD.id) THEN
        RAISE EXCEPTION 'a rating that verdicts use is frozen'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$
"""
UNLESS_MAPPED = """NOT (
        TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - 'normalized' = to_jsonb(OLD) - 'normalized'
        AND EXISTS (SELECT FROM rating_map WHERE rating_id = OLD.id)
    ) AND """
TABLES = (
    """
    CREATE TABLE rating_map (
        of_organization_id UUID NOT NULL,
        label TEXT NOT NULL,
        rating_id UUID NOT NULL,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_rating_map PRIMARY KEY (id),
        CONSTRAINT uq_rating_map_of_organization_id_label UNIQUE (of_organization_id,
            label),
        CONSTRAINT ck_rating_map_has_label CHECK (label <> ''),
        CONSTRAINT uq_rating_map_ref UNIQUE (organization_id, ref),
        CONSTRAINT fk_rating_map_of_organization_id FOREIGN KEY(of_organization_id)
            REFERENCES organization (id),
        CONSTRAINT uq_rating_map_rating_id UNIQUE (rating_id),
        CONSTRAINT fk_rating_map_rating_id FOREIGN KEY(rating_id) REFERENCES rating (id),
        CONSTRAINT fk_rating_map_organization_id FOREIGN KEY(organization_id) REFERENCES
            organization (id)
    )
    """,
    "CREATE INDEX ix_rating_map_updated_at ON rating_map (updated_at, id)",
    """
    CREATE TABLE import_job (
        format VARCHAR(32) NOT NULL,
        dry_run BOOLEAN NOT NULL,
        language language_tag,
        state VARCHAR(32) NOT NULL,
        key_id UUID,
        scopes TEXT[] DEFAULT '{}' NOT NULL,
        identity TEXT NOT NULL,
        size BIGINT NOT NULL,
        place BIGINT NOT NULL,
        bytes_read BIGINT NOT NULL,
        rows_read BIGINT NOT NULL,
        made BIGINT NOT NULL,
        unchanged BIGINT NOT NULL,
        refused BIGINT NOT NULL,
        waiting BIGINT NOT NULL,
        waited BIGINT NOT NULL,
        warnings BIGINT NOT NULL,
        seconds DOUBLE PRECISION NOT NULL,
        failure TEXT,
        started_at TIMESTAMP WITH TIME ZONE,
        finished_at TIMESTAMP WITH TIME ZONE,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_import_job PRIMARY KEY (id),
        CONSTRAINT ck_import_job_is_somebodys CHECK (organization_id IS NOT NULL AND
            created_by IS NOT NULL),
        CONSTRAINT ck_import_job_is_finished_at_some_time CHECK ((state IN ('done',
            'failed', 'cancelled')) = (finished_at IS NOT NULL)),
        CONSTRAINT ck_import_job_says_why_it_failed CHECK ((state = 'failed') = (failure IS
            NOT NULL)),
        CONSTRAINT uq_import_job_ref UNIQUE (organization_id, ref),
        CONSTRAINT ck_import_job_importformat CHECK (format IN ('ndjson', 'csv',
            'claimreview', 'html')),
        CONSTRAINT ck_import_job_importstate CHECK (state IN ('queued', 'running', 'done',
            'failed', 'cancelled')),
        CONSTRAINT fk_import_job_key_id FOREIGN KEY(key_id) REFERENCES api_key (id),
        CONSTRAINT fk_import_job_organization_id FOREIGN KEY(organization_id) REFERENCES
            organization (id)
    )
    """,
    "CREATE INDEX ix_import_job_created_at ON import_job (organization_id, created_at, id)",
    """
    CREATE INDEX ix_import_job_open ON import_job (created_at, id) WHERE state IN ('queued',
    'running')
    """,
    "CREATE INDEX ix_import_job_updated_at ON import_job (updated_at, id)",
    """
    CREATE TABLE import_piece (
        job_id UUID NOT NULL,
        no INTEGER NOT NULL,
        body BYTEA NOT NULL,
        CONSTRAINT pk_import_piece PRIMARY KEY (job_id, no),
        CONSTRAINT fk_import_piece_job_id FOREIGN KEY(job_id) REFERENCES import_job (id)
    )
    """,
    """
    CREATE TABLE import_row (
        job_id UUID NOT NULL,
        no BIGINT NOT NULL,
        state VARCHAR(32) NOT NULL,
        collection TEXT,
        name TEXT,
        problem TEXT,
        errors JSONB NOT NULL,
        warnings JSONB NOT NULL,
        body BYTEA,
        CONSTRAINT pk_import_row PRIMARY KEY (job_id, no),
        CONSTRAINT ck_import_row_is_kept_while_it_waits CHECK ((state = 'waiting') = (body
            IS NOT NULL)),
        CONSTRAINT fk_import_row_job_id FOREIGN KEY(job_id) REFERENCES import_job (id),
        CONSTRAINT ck_import_row_rowstate CHECK (state IN ('warned', 'waiting', 'refused'))
    )
    """,
    "CREATE INDEX ix_import_row_waiting ON import_row (job_id, no) WHERE state = 'waiting'",
    """
    CREATE TABLE imported (
        organization_id UUID NOT NULL,
        digest BYTEA NOT NULL,
        collection TEXT NOT NULL,
        resource_id UUID NOT NULL,
        CONSTRAINT pk_imported PRIMARY KEY (organization_id, digest),
        CONSTRAINT ck_imported_has_digest CHECK (octet_length(digest) = 32),
        CONSTRAINT fk_imported_organization_id FOREIGN KEY(organization_id) REFERENCES
            organization (id)
    )
    """,
)
NAMES = ("imported", "import_row", "import_piece", "import_job", "rating_map")


def upgrade() -> None:
    """Create the tables, and let maps be changed."""
    op.execute("ALTER TABLE organization ADD COLUMN is_imported BOOLEAN NOT NULL DEFAULT false")
    for statement in TABLES:
        op.execute(statement)
    op.execute(FROZEN.format(UNLESS_MAPPED))


def downgrade() -> None:
    """Drop them."""
    op.execute(FROZEN.format(""))
    for table in NAMES:
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE organization DROP COLUMN is_imported")
