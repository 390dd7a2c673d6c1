"""The words that tables are written in: partial dates, language tags, country codes.

Dates are known as precisely as they are known, so they are text; two functions say which day
such a date begins and ends with. They are immutable and refer to nothing but built-ins, so that
generated columns and constraints may use them and a dump restores in any order. The extensions
are those that the record is searched and kept consistent with.
"""

from alembic import op

revision = "2026_11_22_words"
down_revision = None
branch_labels = None
depends_on = None

WORDS = (
    "CREATE EXTENSION IF NOT EXISTS btree_gin",
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    """
    CREATE FUNCTION partial_date_first(known text) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT make_date(
            left(known, 4)::int,
            coalesce(nullif(substr(known, 6, 2), ''), '1')::int,
            coalesce(nullif(substr(known, 9, 2), ''), '1')::int
        )
    $$
    """,
    """
    CREATE FUNCTION partial_date_last(known text) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT (
            make_date(
                left(known, 4)::int,
                coalesce(nullif(substr(known, 6, 2), ''), '12')::int,
                coalesce(nullif(substr(known, 9, 2), ''), '1')::int
            )::timestamp
            + CASE WHEN length(known) < 10 THEN interval '1 month - 1 day' ELSE interval '0' END
        )::date
    $$
    """,
    """
    CREATE DOMAIN partial_date AS text CHECK (
        VALUE ~ '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'
        AND (VALUE IS NULL OR partial_date_first(VALUE) IS NOT NULL)
    )
    """,
    """
    CREATE DOMAIN language_tag AS text CHECK (VALUE ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$')
    """,
    "CREATE DOMAIN country_code AS text CHECK (VALUE ~ '^[A-Z]{2}$')",
)


def upgrade() -> None:
    """Create the functions and domains."""
    for statement in WORDS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them; the extensions stay, since others may use them."""
    op.execute("DROP DOMAIN country_code, language_tag, partial_date")
    op.execute("DROP FUNCTION partial_date_first(text), partial_date_last(text)")
