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

TRIGGERS = {
    "name_key_words_kept": "INSERT ON name_key REFERENCING NEW TABLE AS added",
    "name_key_words_dropped": "DELETE ON name_key REFERENCING OLD TABLE AS removed",
}
FUNCTIONS = {
    "name_key_words_kept": "keep_name_words",
    "name_key_words_dropped": "drop_name_words",
}
GONE = "DELETE FROM name_word WHERE NOT EXISTS (SELECT FROM name_key WHERE id = key_id)"


def upgrade() -> None:
    """Keep later words from now on, write down those that there are, and leave out what went."""
    with op.get_context().autocommit_block():
        _drop()
        for one in (TABLE, INDEX, KEEPING, DROPPING):
            op.execute(one)
        for name, when in TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER {name} AFTER {when}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTIONS[name]}()"
            )
        op.execute(f"{INSERT} {LATER.format(names='name_key')} ON CONFLICT DO NOTHING")
    # A name that was taken away meanwhile may have been written down after that.
    op.execute("LOCK TABLE name_key IN SHARE MODE")
    op.execute(GONE)


def downgrade() -> None:
    """Drop it."""
    _drop()


def _drop() -> None:
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {name} ON name_key")
    for name in FUNCTIONS.values():
        op.execute(f"DROP FUNCTION IF EXISTS {name}()")
    op.execute("DROP TABLE IF EXISTS name_word")
