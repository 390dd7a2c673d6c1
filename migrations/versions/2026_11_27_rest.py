"""Names from their later words on, so that what begins within a name is found along an index.

It was looked for by its groups of three letters, which gathers all names with a word that begins
so, however few are wanted: 45 ms among 380,000. Triggers keep them, so that old code does, too.
Filled while others write; what is left half-filled is begun anew.
"""

from alembic import op

revision = "2026_11_27_rest"
down_revision = "2026_11_27_completed"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE name_word (
    key_id bigint NOT NULL,
    at smallint NOT NULL,
    collection text NOT NULL,
    rest text NOT NULL,
    resource_id uuid NOT NULL,
    CONSTRAINT pk_name_word PRIMARY KEY (key_id, at)
)
"""
LATER = """
SELECT id, length(ascii) - length(rest) + 1, collection, rest, resource_id
FROM {names}, string_to_array(ascii, ' ') AS said,
    generate_series(2, cardinality(said)) AS no,
    array_to_string(said[no:], ' ') AS rest
"""
INSERT = "INSERT INTO name_word (key_id, at, collection, rest, resource_id)"
INDEX = (
    "CREATE INDEX ix_name_word_begins ON name_word"
    " (collection, rest text_pattern_ops) INCLUDE (resource_id, at)"
)
KEEPING = f"""
CREATE FUNCTION keep_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {INSERT} {LATER.format(names="added")};
    RETURN NULL;
END $$
"""
DROPPING = """
CREATE FUNCTION drop_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM name_word USING removed WHERE key_id = removed.id;
    RETURN NULL;
END $$
"""

EMPTYING = """
CREATE FUNCTION empty_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE name_word;
    RETURN NULL;
END $$
"""
TRIGGERS = {
    "keep_name_words": "INSERT ON name_key REFERENCING NEW TABLE AS added",
    "drop_name_words": "DELETE ON name_key REFERENCING OLD TABLE AS removed",
    "empty_name_words": "TRUNCATE ON name_key",
}
"""By the function that they call."""
GONE = "DELETE FROM name_word WHERE NOT EXISTS (SELECT FROM name_key WHERE id = key_id)"


def upgrade() -> None:
    """Keep later words from now on, write down those that there are, and leave out what went."""
    with op.get_context().autocommit_block():
        _drop()
        for one in (TABLE, INDEX, KEEPING, DROPPING, EMPTYING):
            op.execute(one)
        for function, when in TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER name_key_{function} AFTER {when}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
        op.execute(f"{INSERT} {LATER.format(names='name_key')} ON CONFLICT DO NOTHING")
    # A name that was taken away meanwhile may have been written down after that: wait for who does
    # so, and let others go on at once.
    op.execute("LOCK TABLE name_key IN SHARE MODE")
    with op.get_context().autocommit_block():
        op.execute(GONE)
        op.execute("ANALYZE name_word")


def downgrade() -> None:
    """Drop it."""
    _drop()


def _drop() -> None:
    for function in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS name_key_{function} ON name_key")
        op.execute(f"DROP FUNCTION IF EXISTS {function}()")
    op.execute("DROP TABLE IF EXISTS name_word")
