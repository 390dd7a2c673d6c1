"""All tables of the record.

The first shape of the data. It is written as SQL, as it will stand in the database, since that is
what whoever looks into one will read. `tests/house` proves that it is what `app/tables` says.
"""

from alembic import op

revision = "2026_11_22_tables"
down_revision = "2026_11_22_words"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE organization (
        name TEXT NOT NULL,
        url TEXT,
        description TEXT,
        country country_code,
        language language_tag,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_organization PRIMARY KEY (id),
        CONSTRAINT ck_organization_has_name CHECK (name <> ''),
        CONSTRAINT uq_organization_ref UNIQUE (organization_id, ref),
        CONSTRAINT fk_organization_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_organization_updated_at ON organization (updated_at, id)
    """,
    """
    CREATE TABLE api_key (
        name TEXT NOT NULL,
        person TEXT NOT NULL,
        prefix TEXT NOT NULL,
        secret_hash BYTEA NOT NULL,
        role VARCHAR(32),
        scopes TEXT[] DEFAULT '{}' NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE,
        last_used_at TIMESTAMP WITH TIME ZONE,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_api_key PRIMARY KEY (id),
        CONSTRAINT ck_api_key_stores_a_hash CHECK (octet_length(secret_hash) = 32),
        CONSTRAINT ck_api_key_has_known_scopes CHECK (scopes <@ ARRAY['read', 'write',
            'review', 'publish', 'admin'] AND cardinality(scopes) > 0),
        CONSTRAINT ck_api_key_has_organization CHECK (organization_id IS NOT NULL),
        CONSTRAINT uq_api_key_ref UNIQUE (organization_id, ref),
        CONSTRAINT uq_api_key_secret_hash UNIQUE (secret_hash),
        CONSTRAINT ck_api_key_role CHECK (role IN ('reader', 'contributor', 'checker',
            'reviewer', 'editor', 'admin')),
        CONSTRAINT fk_api_key_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_api_key_updated_at ON api_key (updated_at, id)
    """,
    """
    CREATE TABLE measure (
        key TEXT NOT NULL,
        labels JSONB NOT NULL,
        description TEXT,
        dimension VARCHAR(32) NOT NULL,
        flow VARCHAR(32),
        family TEXT,
        unit TEXT,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_measure PRIMARY KEY (id),
        CONSTRAINT ck_measure_flows_in_a_family CHECK (family IS NOT NULL OR flow IS NULL
            OR flow = 'stock'),
        CONSTRAINT uq_measure_ref UNIQUE (organization_id, ref),
        CONSTRAINT uq_measure_key UNIQUE (key),
        CONSTRAINT ck_measure_dimension CHECK (dimension IN ('count', 'share', 'money',
            'length', 'area', 'volume', 'mass', 'duration', 'temperature', 'energy', 'power',
            'speed', 'other')),
        CONSTRAINT ck_measure_flow CHECK (flow IN ('in', 'out', 'net', 'stock')),
        CONSTRAINT fk_measure_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_measure_updated_at ON measure (updated_at, id)
    """,
    """
    CREATE UNIQUE INDEX uq_measure_family_flow ON measure (family, flow)
        WHERE archived_at IS NULL
    """,
    """
    CREATE TABLE rating_scale (
        key TEXT NOT NULL,
        edition INTEGER NOT NULL,
        labels JSONB NOT NULL,
        description TEXT,
        check_types TEXT[] NOT NULL,
        supersedes_id UUID,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_rating_scale PRIMARY KEY (id),
        CONSTRAINT uq_rating_scale_ref UNIQUE (organization_id, ref),
        CONSTRAINT uq_rating_scale_supersedes_id UNIQUE (supersedes_id),
        CONSTRAINT fk_rating_scale_supersedes_id FOREIGN KEY(supersedes_id)
            REFERENCES rating_scale (id),
        CONSTRAINT fk_rating_scale_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_rating_scale_updated_at ON rating_scale (updated_at, id)
    """,
    """
    CREATE UNIQUE INDEX uq_rating_scale_key_edition ON rating_scale (organization_id, key,
        edition) NULLS NOT DISTINCT
    """,
    """
    CREATE TABLE source (
        kind VARCHAR(32) NOT NULL,
        name TEXT NOT NULL,
        publisher_id UUID,
        authors TEXT[] DEFAULT '{}' NOT NULL,
        url TEXT,
        archive_url TEXT,
        published_on partial_date,
        language language_tag,
        country country_code,
        is_primary BOOLEAN NOT NULL,
        access VARCHAR(32) NOT NULL,
        note TEXT,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_source PRIMARY KEY (id),
        CONSTRAINT ck_source_has_name CHECK (name <> ''),
        CONSTRAINT ck_source_does_not_publish_itself CHECK (publisher_id <> id),
        CONSTRAINT uq_source_ref UNIQUE (organization_id, ref),
        CONSTRAINT ck_source_sourcekind CHECK (kind IN ('news_agency', 'newspaper',
            'magazine', 'broadcaster', 'website', 'social_platform', 'government', 'company',
            'ngo', 'other_outlet', 'article', 'wire', 'press_release', 'report',
            'transcript', 'speech', 'interview', 'video', 'audio', 'social_post', 'dataset',
            'law', 'letter', 'leak', 'photo', 'other_document')),
        CONSTRAINT fk_source_publisher_id FOREIGN KEY(publisher_id) REFERENCES source (id),
        CONSTRAINT ck_source_access CHECK (access IN ('open', 'paywalled', 'offline',
            'confidential')),
        CONSTRAINT fk_source_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_source_name ON source (name, id)
    """,
    """
    CREATE INDEX ix_source_publisher_id ON source (publisher_id)
    """,
    """
    CREATE INDEX ix_source_updated_at ON source (updated_at, id)
    """,
    """
    CREATE UNIQUE INDEX uq_source_url ON source (url)
    """,
    """
    CREATE TABLE speaker (
        kind VARCHAR(32) NOT NULL,
        name TEXT NOT NULL,
        description TEXT,
        country country_code,
        image_url TEXT,
        merged_into_id UUID,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_speaker PRIMARY KEY (id),
        CONSTRAINT ck_speaker_has_name CHECK (name <> ''),
        CONSTRAINT ck_speaker_is_not_merged_into_itself CHECK (merged_into_id <> id),
        CONSTRAINT uq_speaker_ref UNIQUE (organization_id, ref),
        CONSTRAINT ck_speaker_speakerkind CHECK (kind IN ('person', 'organization', 'office',
            'group', 'unknown')),
        CONSTRAINT fk_speaker_merged_into_id FOREIGN KEY(merged_into_id) REFERENCES speaker
            (id),
        CONSTRAINT fk_speaker_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_speaker_merged_into_id ON speaker (merged_into_id)
    """,
    """
    CREATE INDEX ix_speaker_name ON speaker (name, id)
    """,
    """
    CREATE INDEX ix_speaker_updated_at ON speaker (updated_at, id)
    """,
    """
    CREATE TABLE topic (
        key TEXT NOT NULL,
        labels JSONB NOT NULL,
        description TEXT,
        parent_id UUID,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_topic PRIMARY KEY (id),
        CONSTRAINT ck_topic_is_not_its_own_parent CHECK (parent_id <> id),
        CONSTRAINT uq_topic_ref UNIQUE (organization_id, ref),
        CONSTRAINT uq_topic_key UNIQUE (key),
        CONSTRAINT fk_topic_parent_id FOREIGN KEY(parent_id) REFERENCES topic (id),
        CONSTRAINT fk_topic_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_topic_parent_id ON topic (parent_id)
    """,
    """
    CREATE INDEX ix_topic_updated_at ON topic (updated_at, id)
    """,
    """
    CREATE TABLE affiliation (
        speaker_id UUID NOT NULL,
        organization_id UUID,
        organization_name TEXT,
        role TEXT,
        since partial_date,
        until partial_date,
        acting BOOLEAN NOT NULL,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_affiliation PRIMARY KEY (id),
        CONSTRAINT ck_affiliation_names_one_organization CHECK (num_nonnulls(organization_id,
            organization_name) = 1),
        CONSTRAINT ck_affiliation_is_a_period CHECK
            (partial_date_first(since) <= partial_date_last(until)),
        CONSTRAINT fk_affiliation_speaker_id FOREIGN KEY(speaker_id) REFERENCES speaker (id),
        CONSTRAINT fk_affiliation_organization_id FOREIGN KEY(organization_id)
            REFERENCES speaker (id)
    )
    """,
    """
    CREATE INDEX ix_affiliation_organization_id ON affiliation (organization_id)
    """,
    """
    CREATE INDEX ix_affiliation_speaker_id ON affiliation (speaker_id)
    """,
    """
    CREATE TABLE change (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        organization_id UUID,
        actor TEXT,
        key_id UUID,
        request_id TEXT,
        action TEXT NOT NULL,
        collection TEXT NOT NULL,
        resource_id UUID NOT NULL,
        version INTEGER NOT NULL,
        reason TEXT,
        document JSONB NOT NULL,
        public_document JSONB,
        CONSTRAINT pk_change PRIMARY KEY (id),
        CONSTRAINT fk_change_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id),
        CONSTRAINT fk_change_key_id FOREIGN KEY(key_id) REFERENCES api_key (id)
    )
    """,
    """
    CREATE INDEX ix_change_xid ON change (xid, id)
    """,
    """
    CREATE UNIQUE INDEX uq_change_resource_version ON change (resource_id, version)
    """,
    """
    CREATE TABLE default_scale (
        organization_id UUID NOT NULL,
        check_type VARCHAR(32) NOT NULL,
        scale_id UUID NOT NULL,
        CONSTRAINT pk_default_scale PRIMARY KEY (organization_id, check_type),
        CONSTRAINT fk_default_scale_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id),
        CONSTRAINT ck_default_scale_checktype CHECK (check_type IN ('content', 'attribution',
            'context', 'promise')),
        CONSTRAINT fk_default_scale_scale_id FOREIGN KEY(scale_id) REFERENCES rating_scale (id)
    )
    """,
    """
    CREATE TABLE rating (
        scale_id UUID NOT NULL,
        key TEXT NOT NULL,
        labels JSONB NOT NULL,
        definition TEXT,
        ordinal INTEGER,
        normalized VARCHAR(32),
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_rating PRIMARY KEY (id),
        CONSTRAINT uq_rating_scale_id_key UNIQUE (scale_id, key),
        CONSTRAINT uq_rating_scale_id_ordinal UNIQUE (scale_id, ordinal),
        CONSTRAINT ck_rating_starts_at_one CHECK (ordinal >= 1),
        CONSTRAINT fk_rating_scale_id FOREIGN KEY(scale_id) REFERENCES rating_scale (id),
        CONSTRAINT ck_rating_normalizedrating CHECK (normalized IN ('true', 'mostly_true',
            'mixed', 'mostly_false', 'false', 'misleading', 'missing_context',
            'unverifiable', 'satire', 'altered', 'misattributed', 'outdated', 'not_a_claim',
            'other'))
    )
    """,
    """
    CREATE TABLE source_alias (
        source_id UUID NOT NULL,
        url TEXT NOT NULL,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_source_alias PRIMARY KEY (id),
        CONSTRAINT fk_source_alias_source_id FOREIGN KEY(source_id) REFERENCES source (id),
        CONSTRAINT uq_source_alias_url UNIQUE (url)
    )
    """,
    """
    CREATE INDEX ix_source_alias_source_id ON source_alias (source_id)
    """,
    """
    CREATE TABLE source_external_id (
        source_id UUID NOT NULL,
        scheme TEXT NOT NULL,
        value TEXT NOT NULL,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_source_external_id PRIMARY KEY (id),
        CONSTRAINT uq_source_external_id_scheme_value UNIQUE (scheme, value),
        CONSTRAINT fk_source_external_id_source_id FOREIGN KEY(source_id) REFERENCES source (id)
    )
    """,
    """
    CREATE INDEX ix_source_external_id_source_id ON source_external_id (source_id)
    """,
    """
    CREATE TABLE source_name (
        source_id UUID NOT NULL,
        name TEXT NOT NULL,
        kind VARCHAR(32) NOT NULL,
        language language_tag,
        script TEXT,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_source_name PRIMARY KEY (id),
        CONSTRAINT fk_source_name_source_id FOREIGN KEY(source_id) REFERENCES source (id),
        CONSTRAINT ck_source_name_namekind CHECK (kind IN ('alias', 'transliteration',
            'former', 'misspelling'))
    )
    """,
    """
    CREATE INDEX ix_source_name_source_id ON source_name (source_id)
    """,
    """
    CREATE TABLE speaker_external_id (
        speaker_id UUID NOT NULL,
        scheme TEXT NOT NULL,
        value TEXT NOT NULL,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_speaker_external_id PRIMARY KEY (id),
        CONSTRAINT uq_speaker_external_id_scheme_value UNIQUE (scheme, value),
        CONSTRAINT fk_speaker_external_id_speaker_id FOREIGN KEY(speaker_id)
            REFERENCES speaker (id)
    )
    """,
    """
    CREATE INDEX ix_speaker_external_id_speaker_id ON speaker_external_id (speaker_id)
    """,
    """
    CREATE TABLE speaker_name (
        speaker_id UUID NOT NULL,
        name TEXT NOT NULL,
        kind VARCHAR(32) NOT NULL,
        language language_tag,
        script TEXT,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_speaker_name PRIMARY KEY (id),
        CONSTRAINT fk_speaker_name_speaker_id FOREIGN KEY(speaker_id) REFERENCES speaker (id),
        CONSTRAINT ck_speaker_name_namekind CHECK (kind IN ('alias', 'transliteration',
            'former', 'misspelling'))
    )
    """,
    """
    CREATE INDEX ix_speaker_name_speaker_id ON speaker_name (speaker_id)
    """,
    """
    CREATE TABLE statement (
        text TEXT NOT NULL,
        language language_tag NOT NULL,
        summary TEXT,
        kind VARCHAR(32) NOT NULL,
        utterance VARCHAR(32) NOT NULL,
        speaker_id UUID,
        speaker_is_anonymous BOOLEAN NOT NULL,
        speaker_role TEXT,
        said_on partial_date,
        said_first DATE GENERATED ALWAYS AS (coalesce(partial_date_first(said_on),
            '-infinity'::date)) STORED NOT NULL,
        said_last DATE GENERATED ALWAYS AS (partial_date_last(said_on)) STORED,
        occasion TEXT,
        place_name TEXT,
        place_country country_code,
        checkability_state VARCHAR(32) NOT NULL,
        checkability_reason VARCHAR(32),
        state VARCHAR(32) NOT NULL,
        visibility VARCHAR(32) NOT NULL,
        origin VARCHAR(32) NOT NULL,
        revision INTEGER NOT NULL,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_statement PRIMARY KEY (id),
        CONSTRAINT ck_statement_has_text CHECK (length(text) BETWEEN 1 AND 5000),
        CONSTRAINT ck_statement_has_a_short_summary CHECK (length(summary) <= 300),
        CONSTRAINT ck_statement_has_speaker CHECK (speaker_id IS NOT NULL
            OR speaker_is_anonymous),
        CONSTRAINT ck_statement_gives_a_reason_when_not_checkable CHECK
            (checkability_state = 'not_checkable' OR checkability_reason IS NULL),
        CONSTRAINT uq_statement_ref UNIQUE (organization_id, ref),
        CONSTRAINT ck_statement_statementkind CHECK (kind IN ('factual', 'quantitative',
            'prediction', 'promise', 'opinion', 'question')),
        CONSTRAINT ck_statement_utterance CHECK (utterance IN ('quote', 'indirect',
            'headline', 'document', 'image_text')),
        CONSTRAINT fk_statement_speaker_id FOREIGN KEY(speaker_id) REFERENCES speaker (id),
        CONSTRAINT ck_statement_checkabilitystate CHECK (checkability_state IN ('checkable',
            'not_checkable', 'undecided')),
        CONSTRAINT ck_statement_checkabilityreason CHECK (checkability_reason IN ('opinion',
            'prediction', 'vague', 'private', 'no_public_interest', 'duplicate', 'other')),
        CONSTRAINT ck_statement_statementstate CHECK (state IN ('captured', 'triaged',
            'open', 'closed', 'duplicate', 'rejected')),
        CONSTRAINT ck_statement_visibility CHECK (visibility IN ('internal', 'public')),
        CONSTRAINT ck_statement_origin CHECK (origin IN ('human', 'import', 'machine')),
        CONSTRAINT fk_statement_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_statement_organization_id ON statement (organization_id, id)
    """,
    """
    CREATE INDEX ix_statement_public ON statement (id) WHERE visibility = 'public'
        AND archived_at IS NULL
    """,
    """
    CREATE INDEX ix_statement_said_first ON statement (said_first, id)
    """,
    """
    CREATE INDEX ix_statement_speaker_id ON statement (speaker_id, said_first, id)
    """,
    """
    CREATE INDEX ix_statement_updated_at ON statement (updated_at, id)
    """,
    """
    CREATE TABLE appearance (
        statement_id UUID NOT NULL,
        key TEXT NOT NULL,
        parent_id UUID,
        source_id UUID NOT NULL,
        role VARCHAR(32) NOT NULL,
        mode VARCHAR(32) NOT NULL,
        text TEXT,
        language language_tag,
        published_on partial_date,
        locator TEXT,
        is_first_known BOOLEAN NOT NULL,
        fidelity VARCHAR(32) NOT NULL,
        drift_note TEXT,
        changed_facts JSON DEFAULT '[]'::json NOT NULL,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_appearance PRIMARY KEY (id),
        CONSTRAINT uq_appearance_statement_id_id UNIQUE (statement_id, id),
        CONSTRAINT uq_appearance_statement_id_key UNIQUE (statement_id, key),
        CONSTRAINT fk_appearance_parent FOREIGN KEY(statement_id, parent_id)
            REFERENCES appearance (statement_id, id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT ck_appearance_is_not_its_own_parent CHECK (parent_id <> id),
        CONSTRAINT fk_appearance_statement_id FOREIGN KEY(statement_id) REFERENCES statement
            (id),
        CONSTRAINT fk_appearance_source_id FOREIGN KEY(source_id) REFERENCES source (id),
        CONSTRAINT ck_appearance_appearancerole CHECK (role IN ('origin', 'agency', 'outlet',
            'republisher', 'platform')),
        CONSTRAINT ck_appearance_appearancemode CHECK (mode IN ('direct_quote',
            'translated_quote', 'indirect', 'paraphrase', 'summary', 'headline',
            'republication')),
        CONSTRAINT ck_appearance_fidelity CHECK (fidelity IN ('verbatim', 'faithful',
            'truncated', 'altered', 'misattributed', 'unknown'))
    )
    """,
    """
    CREATE INDEX ix_appearance_source_id ON appearance (source_id)
    """,
    """
    CREATE UNIQUE INDEX uq_appearance_first_known ON appearance (statement_id)
        WHERE is_first_known
    """,
    """
    CREATE TABLE link (
        statement_id UUID NOT NULL,
        other_id UUID NOT NULL,
        type VARCHAR(32) NOT NULL,
        state VARCHAR(32) NOT NULL,
        method TEXT,
        score NUMERIC,
        reason TEXT,
        decided_by TEXT,
        decided_at TIMESTAMP WITH TIME ZONE,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_link PRIMARY KEY (id),
        CONSTRAINT uq_link_statement_id_other_id_type UNIQUE (statement_id, other_id, type),
        CONSTRAINT ck_link_joins_two_statements CHECK (statement_id <> other_id),
        CONSTRAINT ck_link_is_told_one_way CHECK (type NOT IN ('same_claim',
            'contradicts') OR statement_id < other_id),
        CONSTRAINT ck_link_has_a_probable_score CHECK (score BETWEEN 0 AND 1),
        CONSTRAINT ck_link_is_decided_at_some_time CHECK ((state = 'suggested') =
            (decided_at IS NULL)),
        CONSTRAINT uq_link_ref UNIQUE (organization_id, ref),
        CONSTRAINT fk_link_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id),
        CONSTRAINT fk_link_other_id FOREIGN KEY(other_id) REFERENCES statement (id),
        CONSTRAINT ck_link_linktype CHECK (type IN ('same_claim', 'repeats', 'contradicts',
            'qualifies', 'updates', 'omits_context_of', 'part_of', 'translation_of')),
        CONSTRAINT ck_link_linkstate CHECK (state IN ('suggested', 'confirmed', 'rejected')),
        CONSTRAINT fk_link_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_link_other_id ON link (other_id)
    """,
    """
    CREATE INDEX ix_link_same_claim ON link (other_id, statement_id)
        WHERE type = 'same_claim' AND state = 'confirmed'
    """,
    """
    CREATE INDEX ix_link_same_claim_from ON link (statement_id, other_id)
        WHERE type = 'same_claim' AND state = 'confirmed'
    """,
    """
    CREATE INDEX ix_link_updated_at ON link (updated_at, id)
    """,
    """
    CREATE TABLE quantity (
        statement_id UUID NOT NULL,
        measure_id UUID NOT NULL,
        value NUMERIC,
        low NUMERIC,
        high NUMERIC,
        comparator VARCHAR(32) NOT NULL,
        unit TEXT,
        population TEXT,
        place TEXT,
        counterpart_place TEXT,
        period_start partial_date,
        period_end partial_date,
        as_of partial_date,
        verbatim TEXT,
        is_estimate BOOLEAN NOT NULL,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_quantity PRIMARY KEY (id),
        CONSTRAINT ck_quantity_has_its_numbers CHECK (CASE
            WHEN comparator = 'between' THEN low <= high AND value IS NULL
            ELSE value IS NOT NULL END),
        CONSTRAINT ck_quantity_is_a_range CHECK (low <= high),
        CONSTRAINT ck_quantity_is_a_period CHECK
            (partial_date_first(period_start) <= partial_date_last(period_end)),
        CONSTRAINT fk_quantity_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id),
        CONSTRAINT fk_quantity_measure_id FOREIGN KEY(measure_id) REFERENCES measure (id),
        CONSTRAINT ck_quantity_comparator CHECK (comparator IN ('eq', 'approx', 'gt', 'gte',
            'lt', 'lte', 'between'))
    )
    """,
    """
    CREATE INDEX ix_quantity_measure_id ON quantity (measure_id)
    """,
    """
    CREATE INDEX ix_quantity_statement_id ON quantity (statement_id)
    """,
    """
    CREATE TABLE statement_topic (
        statement_id UUID NOT NULL,
        topic_id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_statement_topic PRIMARY KEY (statement_id, topic_id),
        CONSTRAINT fk_statement_topic_statement_id FOREIGN KEY(statement_id)
            REFERENCES statement (id),
        CONSTRAINT fk_statement_topic_topic_id FOREIGN KEY(topic_id) REFERENCES topic (id)
    )
    """,
    """
    CREATE INDEX ix_statement_topic_topic_id ON statement_topic (topic_id)
    """,
    """
    CREATE TABLE translation (
        statement_id UUID NOT NULL,
        language language_tag NOT NULL,
        text TEXT NOT NULL,
        translator VARCHAR(32) NOT NULL,
        translator_name TEXT,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_translation PRIMARY KEY (id),
        CONSTRAINT fk_translation_statement_id FOREIGN KEY(statement_id)
            REFERENCES statement (id),
        CONSTRAINT ck_translation_translator CHECK (translator IN ('human', 'machine',
            'agency'))
    )
    """,
    """
    CREATE INDEX ix_translation_statement_id ON translation (statement_id)
    """,
    """
    CREATE TABLE verdict (
        statement_id UUID NOT NULL,
        check_type VARCHAR(32) NOT NULL,
        state VARCHAR(32) NOT NULL,
        working_id UUID,
        public_id UUID,
        public_record_version INTEGER,
        published_at TIMESTAMP WITH TIME ZONE,
        retracted BOOLEAN NOT NULL,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_verdict PRIMARY KEY (id),
        CONSTRAINT ck_verdict_has_the_version_of_its_state CHECK (CASE WHEN state IN
            ('published', 'retracted') THEN public_id IS NOT NULL AND working_id IS NULL
            WHEN state = 'revising' THEN public_id IS NOT NULL ELSE working_id IS NOT NULL END),
        CONSTRAINT ck_verdict_knows_when_it_was_published CHECK ((public_id IS NULL) =
            (published_at IS NULL)),
        CONSTRAINT ck_verdict_is_retracted_not_archived CHECK (public_id IS NULL
            OR archived_at IS NULL),
        CONSTRAINT uq_verdict_ref UNIQUE (organization_id, ref),
        CONSTRAINT fk_verdict_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id),
        CONSTRAINT ck_verdict_checktype CHECK (check_type IN ('content', 'attribution',
            'context', 'promise')),
        CONSTRAINT ck_verdict_verdictstate CHECK (state IN ('draft', 'in_review', 'approved',
            'scheduled', 'published', 'revising', 'retracted')),
        CONSTRAINT fk_verdict_organization_id FOREIGN KEY(organization_id)
            REFERENCES organization (id)
    )
    """,
    """
    CREATE INDEX ix_verdict_public_id ON verdict (public_id)
    """,
    """
    CREATE INDEX ix_verdict_updated_at ON verdict (updated_at, id)
    """,
    """
    CREATE INDEX ix_verdict_working_id ON verdict (working_id)
    """,
    """
    CREATE UNIQUE INDEX uq_verdict_statement_organization_check_type ON verdict
        (statement_id, organization_id, check_type) WHERE archived_at IS NULL
    """,
    """
    CREATE TABLE verdict_version (
        id UUID NOT NULL,
        verdict_id UUID NOT NULL,
        no INTEGER NOT NULL,
        rating_id UUID,
        headline TEXT,
        summary TEXT,
        explanation TEXT,
        language language_tag NOT NULL,
        uncertainty VARCHAR(32) NOT NULL,
        url TEXT,
        statement_revision INTEGER NOT NULL,
        change_kind VARCHAR(32),
        change_reason VARCHAR(32),
        notice TEXT,
        author TEXT NOT NULL,
        approver TEXT,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_verdict_version PRIMARY KEY (id),
        CONSTRAINT uq_verdict_version_verdict_id_no UNIQUE (verdict_id, no),
        CONSTRAINT uq_verdict_version_verdict_id_id UNIQUE (verdict_id, id),
        CONSTRAINT ck_verdict_version_counts_from_one CHECK (no >= 1),
        CONSTRAINT ck_verdict_version_has_a_short_summary CHECK (length(summary) <= 600),
        CONSTRAINT ck_verdict_version_is_rated_when_published CHECK (published_at IS NULL OR
            (rating_id IS NOT NULL AND change_kind IS NOT NULL)),
        CONSTRAINT ck_verdict_version_gives_notice CHECK (published_at IS NULL
            OR change_kind NOT IN ('correction', 'retraction') OR notice IS NOT NULL),
        CONSTRAINT fk_verdict_version_verdict_id FOREIGN KEY(verdict_id) REFERENCES verdict
            (id),
        CONSTRAINT fk_verdict_version_rating_id FOREIGN KEY(rating_id) REFERENCES rating (id),
        CONSTRAINT ck_verdict_version_uncertainty CHECK (uncertainty IN ('none', 'low',
            'medium', 'high')),
        CONSTRAINT ck_verdict_version_changekind CHECK (change_kind IN ('initial', 'minor',
            'update', 'correction', 'retraction')),
        CONSTRAINT ck_verdict_version_changereason CHECK (change_reason IN ('new_evidence',
            'factual_error', 'source_gone', 'source_corrected', 'rating_error', 'wording',
            'legal', 'claimant_response'))
    )
    """,
    """
    CREATE INDEX ix_verdict_version_rating_id ON verdict_version (rating_id)
    """,
    """
    CREATE TABLE evidence (
        version_id UUID NOT NULL,
        source_id UUID NOT NULL,
        stance VARCHAR(32) NOT NULL,
        role VARCHAR(32) NOT NULL,
        excerpt TEXT,
        locator TEXT,
        note TEXT,
        id UUID NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_evidence PRIMARY KEY (id),
        CONSTRAINT fk_evidence_version_id FOREIGN KEY(version_id) REFERENCES verdict_version
            (id),
        CONSTRAINT fk_evidence_source_id FOREIGN KEY(source_id) REFERENCES source (id),
        CONSTRAINT ck_evidence_stance CHECK (stance IN ('supports', 'refutes',
            'contextualizes', 'neutral')),
        CONSTRAINT ck_evidence_evidencerole CHECK (role IN ('primary', 'secondary', 'expert',
            'dataset', 'absence'))
    )
    """,
    """
    CREATE INDEX ix_evidence_source_id ON evidence (source_id)
    """,
    """
    CREATE INDEX ix_evidence_version_id ON evidence (version_id)
    """,
    """
    CREATE TABLE publication (
        version_id UUID NOT NULL,
        verdict_id UUID NOT NULL,
        during TSTZRANGE NOT NULL,
        CONSTRAINT pk_publication PRIMARY KEY (version_id),
        CONSTRAINT ex_publication_during EXCLUDE USING gist (verdict_id WITH =, during WITH &&),
        CONSTRAINT ck_publication_is_a_period CHECK (NOT isempty(during)
            AND NOT lower_inf(during)),
        CONSTRAINT fk_publication_version_id FOREIGN KEY(version_id)
            REFERENCES verdict_version (id),
        CONSTRAINT fk_publication_verdict_id FOREIGN KEY(verdict_id) REFERENCES verdict (id)
    )
    """,
    """
    ALTER TABLE verdict ADD CONSTRAINT fk_verdict_public FOREIGN KEY(id, public_id)
        REFERENCES verdict_version (verdict_id, id) DEFERRABLE INITIALLY DEFERRED
    """,
    """
    ALTER TABLE verdict ADD CONSTRAINT fk_verdict_working FOREIGN KEY(id,
        working_id) REFERENCES verdict_version (verdict_id, id) DEFERRABLE INITIALLY DEFERRED
    """,
)

NAMES = """
organization api_key measure rating_scale source speaker topic affiliation change
default_scale rating source_alias source_external_id source_name speaker_external_id
speaker_name statement appearance link quantity statement_topic translation verdict
verdict_version evidence publication
"""


def upgrade() -> None:
    """Create every table with its constraints and indexes."""
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop every table."""
    for table in reversed(NAMES.split()):
        op.execute(f"DROP TABLE {table} CASCADE")
