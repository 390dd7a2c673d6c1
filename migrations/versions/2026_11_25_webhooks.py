"""Where public changes are sent, how far each webhook has come, and what became of each delivery.

Four new tables. A webhook is a resource like all others. Its cursors say how far the feed was gone
through for it; a delivery is one change that is to be sent to it, or was, with its attempts. A
unique index keeps two processes from sending deliveries of the same resource at once.

Old code knows none of it, and goes on as before; what it writes is in the feed, and so is sent.
Going back forgets the webhooks, their secrets and what was still to be sent; their entries stay in
the change log.
"""

from alembic import op

revision = "2026_11_25_webhooks"
down_revision = "2026_11_25_exchange"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE webhook (
        url TEXT NOT NULL,
        description TEXT,
        events TEXT[] DEFAULT '{}' NOT NULL,
        enabled BOOLEAN NOT NULL,
        disabled_at TIMESTAMP WITH TIME ZONE,
        disabled_reason VARCHAR(32),
        sealed BYTEA NOT NULL,
        previous_sealed BYTEA,
        previous_expires_at TIMESTAMP WITH TIME ZONE,
        delivered_at TIMESTAMP WITH TIME ZONE,
        failures INTEGER DEFAULT '0' NOT NULL,
        failing_since TIMESTAMP WITH TIME ZONE,
        resting_until TIMESTAMP WITH TIME ZONE,
        id UUID NOT NULL,
        ref TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        created_by TEXT,
        archived_at TIMESTAMP WITH TIME ZONE,
        organization_id UUID,
        CONSTRAINT pk_webhook PRIMARY KEY (id),
        CONSTRAINT ck_webhook_has_organization CHECK (organization_id IS NOT NULL),
        CONSTRAINT ck_webhook_is_about_something CHECK (cardinality(events) > 0),
        CONSTRAINT ck_webhook_says_why_it_is_disabled CHECK (num_nulls(disabled_at,
            disabled_reason) = CASE WHEN enabled THEN 2 ELSE 0 END),
        CONSTRAINT ck_webhook_ends_the_previous CHECK (num_nulls(previous_sealed,
            previous_expires_at) IN (0, 2)),
        CONSTRAINT uq_webhook_ref UNIQUE (organization_id, ref),
        CONSTRAINT ck_webhook_disabledreason CHECK (disabled_reason IN ('asked', 'gone',
            'failing')),
        CONSTRAINT fk_webhook_organization_id FOREIGN KEY(organization_id) REFERENCES
            organization (id)
    )
    """,
    """
    CREATE INDEX ix_webhook_updated_at ON webhook (updated_at, id)
    """,
    """
    CREATE TABLE webhook_cursor (
        id UUID NOT NULL,
        webhook_id UUID NOT NULL,
        position BIGINT NOT NULL,
        until BIGINT,
        since TIMESTAMP WITH TIME ZONE,
        before TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_webhook_cursor PRIMARY KEY (id),
        CONSTRAINT fk_webhook_cursor_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id)
    )
    """,
    """
    CREATE INDEX ix_webhook_cursor_webhook_id ON webhook_cursor (webhook_id)
    """,
    """
        CREATE UNIQUE INDEX uq_webhook_cursor_following ON webhook_cursor (webhook_id) WHERE
    until IS NULL
    """,
    """
    CREATE TABLE webhook_delivery (
        id UUID NOT NULL,
        webhook_id UUID NOT NULL,
        message_id TEXT NOT NULL,
        event TEXT NOT NULL,
        position BIGINT,
        collection TEXT,
        resource_id UUID NOT NULL,
        state VARCHAR(32) DEFAULT 'pending' NOT NULL,
        attempts INTEGER DEFAULT '0' NOT NULL,
        tries INTEGER DEFAULT '0' NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        lease UUID,
        leased_until TIMESTAMP WITH TIME ZONE,
        delivered_at TIMESTAMP WITH TIME ZONE,
        body TEXT,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_webhook_delivery PRIMARY KEY (id),
        CONSTRAINT ck_webhook_delivery_ends_the_lease CHECK (num_nulls(lease,
            leased_until) IN (0, 2)),
        CONSTRAINT ck_webhook_delivery_is_a_change_or_a_ping CHECK (num_nulls(position,
            collection) IN (0, 2)),
        CONSTRAINT ck_webhook_delivery_says_when CHECK ((delivered_at IS NOT NULL) =
            (state = 'delivered')),
        CONSTRAINT fk_webhook_delivery_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id),
        CONSTRAINT ck_webhook_delivery_deliverystate CHECK (state IN ('pending',
            'delivered', 'failed'))
    )
    """,
    """
    CREATE INDEX ix_webhook_delivery_created_at ON webhook_delivery (webhook_id, created_at, id)
    """,
    """
        CREATE INDEX ix_webhook_delivery_done ON webhook_delivery (updated_at) WHERE state <>
    'pending'
    """,
    """
        CREATE INDEX ix_webhook_delivery_pending ON webhook_delivery (webhook_id, position)
    WHERE state = 'pending'
    """,
    """
        CREATE INDEX ix_webhook_delivery_waiting ON webhook_delivery (webhook_id, resource_id,
    position) WHERE state = 'pending'
    """,
    """
        CREATE UNIQUE INDEX uq_webhook_delivery_leased ON webhook_delivery (webhook_id,
    resource_id) WHERE lease IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX uq_webhook_delivery_position ON webhook_delivery (webhook_id, position)
    """,
    """
    CREATE TABLE webhook_attempt (
        delivery_id UUID NOT NULL,
        no INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        duration_ms INTEGER NOT NULL,
        address TEXT,
        status INTEGER,
        error TEXT,
        response_body TEXT,
        CONSTRAINT pk_webhook_attempt PRIMARY KEY (delivery_id, no),
        CONSTRAINT ck_webhook_attempt_has_an_answer_or_none CHECK (num_nulls(status, error) = 1),
        CONSTRAINT fk_webhook_attempt_delivery_id FOREIGN KEY(delivery_id) REFERENCES
            webhook_delivery (id) ON DELETE CASCADE
    )
    """,
)


def upgrade() -> None:
    """Create the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop them, what refers to others first."""
    for table in ("webhook_attempt", "webhook_delivery", "webhook_cursor", "webhook"):
        op.execute(f"DROP TABLE {table}")
