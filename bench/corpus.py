"""A million statements to search: their words, who said them, where they appeared, what was found.

Everything is written as the service would write it, but in bulk: without triggers, with indexes
built at the end, and analysed by as many processes as there are cores.
"""

import asyncio
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from app.finding import postings
from app.finding.keeping import name_row, words_of
from app.words import analysis
from bench import generate, words

FIRST_DAY = date(2012, 1, 1)
DAYS = 5000
PART = 25_000
STATEMENTS = """
INSERT INTO statement (id, organization_id, created_by, created_at, updated_at, text, language,
    kind, utterance, speaker_id, speaker_is_anonymous, said_on, checkability_state, state,
    visibility, origin, revision)
SELECT pg_temp.made('001', n), '{organization}', 'Bench', pg_temp.moment(n), pg_temp.moment(n),
    text, language, 'factual', 'quote', pg_temp.made('002', 1 + pg_temp.drawn(n, 13, {speakers})),
    false, to_char(day, CASE WHEN n % 20 = 0 THEN 'YYYY-MM' ELSE 'YYYY-MM-DD' END), 'checkable',
    'open', 'public', 'human', 1
FROM written
"""
APPEARANCES = """
INSERT INTO appearance (id, position, statement_id, key, parent_id, source_id, role, mode,
    is_first_known, fidelity)
SELECT pg_temp.made('009', n * 10 + i), i, pg_temp.made('001', n), 'hop-' || i,
    CASE WHEN i > 0 THEN pg_temp.made('009', n * 10 + i - 1) END,
    pg_temp.made('005', 1 + pg_temp.drawn(n * 10 + i, 23, {sources})), 'outlet', 'direct_quote',
    i = 0, 'faithful'
FROM generate_series(1, {statements}) n, generate_series(0, n % 2) i
"""
ABOUT = """
INSERT INTO statement_topic (statement_id, topic_id, position)
SELECT pg_temp.made('001', n), pg_temp.made('006', 1 + n % {topics}), 0
FROM generate_series(1, {statements}) n
"""
VERDICTS = """
INSERT INTO verdict (id, organization_id, created_by, created_at, updated_at, version,
    statement_id, check_type, state, public_id, public_record_version, published_at, retracted)
SELECT pg_temp.made('00a', n), '{organization}', 'Bench', pg_temp.moment(n), pg_temp.moment(n), 2,
    pg_temp.made('001', n), 'content', 'published', pg_temp.made('00b', n), 2, pg_temp.moment(n),
    false
FROM generate_series(1, {statements}) n
"""
VERSIONS = """
INSERT INTO verdict_version (id, verdict_id, no, rating_id, headline, summary, explanation,
    language, uncertainty, statement_revision, author, approver, created_at, published_at,
    change_kind)
SELECT pg_temp.made('00b', n), pg_temp.made('00a', n), 1,
    ratings.ids[1 + pg_temp.drawn(n, 28, cardinality(ratings.ids))], 'What was found',
    'What was found about it.', 'It was looked up.', 'en', 'none', 1, 'An author', 'An approver',
    pg_temp.moment(n), pg_temp.moment(n), 'initial'
FROM generate_series(1, {statements}) n, (
    SELECT array_agg(rating.id ORDER BY rating.key) AS ids
    FROM rating JOIN rating_scale ON rating_scale.id = scale_id WHERE rating_scale.key = 'veracity'
) AS ratings
"""
STEPS = (
    generate.SPEAKERS, generate.EXTERNAL_IDS, generate.PUBLISHERS, generate.SOURCES,
    generate.TOPICS, STATEMENTS, APPEARANCES, ABOUT, VERDICTS, VERSIONS,
)  # fmt: skip
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename IN ('statement_search', 'name_key', 'statement', 'appearance', 'verdict',
    'verdict_version', 'statement_topic')
    AND indexname NOT LIKE 'pk_%' AND indexname NOT LIKE 'uq_%'
"""
SHELVED = """
WITH counted AS (
    SELECT statement_id, row_number() OVER (ORDER BY place) / 8192 AS shelf FROM statement_search
)
UPDATE statement_search SET shelf = counted.shelf
FROM counted WHERE counted.statement_id = statement_search.statement_id
"""
SHELVES = """
INSERT INTO search_shelf (no, begins)
SELECT shelf, min(place) FROM statement_search WHERE shelf > 0 GROUP BY shelf
"""
ANALYSED = """
INSERT INTO statement_search (statement_id, day, is_public, speaker_id, language, year, topics,
    publishers, ratings, check_types, words, analysed_with)
SELECT id, said_first, true, speaker_id, statement.language, extract(year FROM said_first), ARRAY(
        SELECT key FROM topic JOIN statement_topic ON topic_id = topic.id
        WHERE statement_id = statement.id
    ), ARRAY(
        SELECT DISTINCT publisher_id FROM appearance JOIN source ON source.id = source_id
        WHERE statement_id = statement.id AND publisher_id IS NOT NULL AND access = 'open'
    ), ARRAY(
        SELECT normalized FROM verdict JOIN verdict_version ON verdict_version.id = public_id
        JOIN rating ON rating.id = rating_id
        WHERE statement_id = statement.id AND verdict.archived_at IS NULL
    ), ARRAY['content'], words::tsvector, analyser
FROM part JOIN statement USING (id)
"""
POSTED = """
ALTER TABLE posting ADD CONSTRAINT pk_posting PRIMARY KEY (term, no) INCLUDE (weight)
"""
NUMBERED = (
    "SELECT setval(pg_get_serial_sequence('statement_terms', 'no'), max(no)) FROM statement_terms"
)
NAMES = """
SELECT 'speakers', id, name FROM speaker UNION ALL SELECT 'sources', id, name FROM source
"""


def amounts(statements: int) -> dict[str, int]:
    """Tell how many there are of what, for a number of statements."""
    return {
        "statements": statements,
        "speakers": max(2, statements // 50),
        "sources": max(4, statements // 200),
        "publishers": max(2, statements // 2000),
        "topics": 40,
    }


def day_of(number: int, statements: int) -> date:
    """Tell when a statement was said: over many years, about in the order of their recording.

    One in twenty is only known to the month.
    """
    return FIRST_DAY + timedelta(days=DAYS * number // statements + number * 7919 % 60)


async def fill(url: str, statements: int) -> None:
    """Fill a migrated database that has an organisation and a rating scale."""
    connection = await asyncpg.connect(url)
    await connection.execute("SET synchronous_commit = off")
    await connection.execute("SET maintenance_work_mem = '1GB'")
    await connection.execute("SET session_replication_role = replica")
    indexes = await connection.fetch(INDEXES)
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    await connection.execute("ALTER TABLE posting DROP CONSTRAINT pk_posting")
    await _write(connection, statements)
    await connection.execute("VACUUM (ANALYZE)")
    await _analyse(url, statements)
    await connection.execute(POSTED)
    await connection.execute(NUMBERED)
    await connection.execute(SHELVED)
    await connection.execute("VACUUM FULL statement_search")
    for index in indexes:
        await connection.execute(index["indexdef"])
    await _shelve(connection)
    await connection.execute("VACUUM (ANALYZE)")
    await connection.close()


async def _write(connection: asyncpg.Connection, statements: int) -> None:
    organization = await connection.fetchval("SELECT id FROM organization ORDER BY id LIMIT 1")
    await connection.execute(
        "CREATE TEMPORARY TABLE written (n bigint, language text, text text, day date)"
    )
    rows = ((*one, day_of(one[0], statements)) for one in words.sentences(1, statements))
    await connection.copy_records_to_table("written", records=rows)
    for step in (*generate.FUNCTIONS, *STEPS):
        await connection.execute(step.format(organization=organization, **amounts(statements)))
    named = await connection.fetch(NAMES)
    keys = [name_row(*row) for row in named]
    columns = list(keys[0])
    await connection.copy_records_to_table(
        "name_key", columns=columns, records=(tuple(one.values()) for one in keys)
    )


async def _analyse(url: str, statements: int) -> None:
    """Analyse the statements in as many processes as there are cores."""
    parts = [
        (url, first, min(first + PART - 1, statements)) for first in range(1, statements + 1, PART)
    ]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        await asyncio.gather(
            *(loop.run_in_executor(processes, _analyse_part, *one) for one in parts)
        )


def _analyse_part(url: str, first: int, last: int) -> None:
    asyncio.run(_copy_part(url, first, last))


async def _copy_part(url: str, first: int, last: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("SET synchronous_commit = off")
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("CREATE TEMPORARY TABLE part (id uuid, words text, analyser smallint)")
    await connection.copy_records_to_table("part", records=_analysed(first, last))
    await connection.execute(ANALYSED)
    terms = [(number, one, postings.weights(texts)) for number, one, texts in _read(first, last)]
    await connection.copy_records_to_table(
        "statement_terms",
        columns=["statement_id", "no", "terms", "weights"],
        records=((one, number, list(has), list(has.values())) for number, one, has in terms),
    )
    weighed = ((term, no, weight) for no, _, has in terms for term, weight in has.items())
    await connection.copy_records_to_table("posting", records=weighed)
    await connection.close()


def _analysed(first: int, last: int) -> Iterable[tuple[UUID, str, int]]:
    for _, one, texts in _read(first, last):
        yield one, words_of(texts), analysis.VERSION


def _read(first: int, last: int) -> Iterable[tuple[int, UUID, dict[str, Any]]]:
    """Give number, id and texts of statements."""
    nothing: dict[str, Any] = {
        "summary": None, "context": [], "speaker": [], "topics": [], "translations": [],
        "appearances": [],
    }  # fmt: skip
    found = {"language": "en", "headline": "What was found", "summary": None, "explanation": None}
    for number, language, text in words.sentences(first, last):
        texts = nothing | {"text": text, "language": language, "verdicts": [found]}
        yield number, generate.statement_id(number), texts


async def _shelve(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "INSERT INTO search_word (word) SELECT word FROM ts_stat("
        "'SELECT words FROM statement_search') WHERE word ~ '^[[:alpha:]]{4,40}$'"
    )
    await connection.execute(SHELVES)
