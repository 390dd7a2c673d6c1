"""Data to measure on: statements with all that belongs to them, made by Postgres itself.

The same number makes the same data, ids included: what is drawn is a hash of a row's number and a
salt. Every rule of the database holds; only the change log stays empty, for reads don't look there.
"""

from uuid import UUID

import asyncpg

SEED = 20220927
STATEMENT = "001"
SPEAKER = "002"
_ID = "018cc251-f400-7{kind}-8000-{number:012d}"

FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION pg_temp.made(kind text, n bigint) RETURNS uuid
    LANGUAGE sql IMMUTABLE
    RETURN ('018cc251-f400-7' || kind || '-8000-' || lpad(n::text, 12, '0'))::uuid
    """,
    f"""
    CREATE OR REPLACE FUNCTION pg_temp.drawn(n bigint, salt int, below bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    RETURN (hashint8extended(n, {SEED} + salt) & 9223372036854775807) % below
    """,
    """
    CREATE OR REPLACE FUNCTION pg_temp.one_of(n bigint, salt int, VARIADIC words text[])
    RETURNS text LANGUAGE sql IMMUTABLE
    RETURN words[1 + pg_temp.drawn(n, salt, cardinality(words))]
    """,
    """
    CREATE OR REPLACE FUNCTION pg_temp.moment(n bigint) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE
    RETURN timestamptz '2024-01-01 00:00:00.123456+00' + n * interval '5 minutes'
    """,
)

SPEAKERS = """
INSERT INTO speaker (id, organization_id, created_by, created_at, updated_at, kind, name,
    description, country)
SELECT pg_temp.made('002', n), '{organization}', 'Bench', pg_temp.moment(n), pg_temp.moment(n),
    pg_temp.one_of(n, 1, 'person', 'person', 'person', 'organization', 'office'),
    pg_temp.one_of(n, 2, 'Aigerim', 'Jean', 'Ольга', 'María', 'Tim') || ' '
        || pg_temp.one_of(n, 3, 'Martin', 'Сейтқали', 'Novak', 'Öztürk', 'Smith') || ' ' || n,
    CASE WHEN n % 2 = 0 THEN 'Speaks in data that is made to be measured on.' END,
    pg_temp.one_of(n, 4, 'KZ', 'FR', 'DE', 'US', NULL)
FROM generate_series(1, {speakers}) n
"""
EXTERNAL_IDS = """
INSERT INTO speaker_external_id (id, position, speaker_id, scheme, value)
SELECT pg_temp.made('003', n), 0, pg_temp.made('002', n), 'wikidata', 'Q' || 900000000 + n
FROM generate_series(1, {speakers}) n WHERE n % 2 = 0
"""
PUBLISHERS = """
INSERT INTO source (id, organization_id, created_by, kind, name, url, country, is_primary, access)
SELECT pg_temp.made('004', n), '{organization}', 'Bench',
    pg_temp.one_of(n, 5, 'news_agency', 'newspaper'),
    'Outlet ' || n, 'https://outlet-' || n || '.example/', pg_temp.one_of(n, 6, 'KZ', 'FR', 'US'),
    false, 'open'
FROM generate_series(1, {publishers}) n
"""
SOURCES = """
INSERT INTO source (id, organization_id, created_by, kind, name, publisher_id, authors, url,
    published_on, language, is_primary, access)
SELECT pg_temp.made('005', n), '{organization}', 'Bench',
    pg_temp.one_of(n, 7, 'article', 'article', 'wire', 'report', 'interview'),
    'What was reported in article ' || n,
    CASE WHEN n % 20 > 0 THEN pg_temp.made('004', 1 + pg_temp.drawn(n, 8, {publishers})) END,
    ARRAY['Author ' || n % 100], 'https://outlet.example/articles/' || n,
    to_char(date '2024-01-01' + (n % 365)::int, 'YYYY-MM-DD'),
    pg_temp.one_of(n, 9, 'en', 'fr', 'ru', 'kk'), n % 10 = 0,
    CASE WHEN n % 100 = 0 THEN 'confidential' ELSE 'open' END
FROM generate_series(1, {sources}) n
"""
TOPICS = """
INSERT INTO topic (id, organization_id, created_by, key, labels, parent_id)
SELECT pg_temp.made('006', n), '{organization}', 'Bench', 'bench-topic-' || n,
    jsonb_build_object('en', 'Topic ' || n, 'fr', 'Sujet ' || n),
    CASE WHEN n > 10 THEN pg_temp.made('006', 1 + n % 10) END
FROM generate_series(1, {topics}) n
"""
STATEMENTS = """
INSERT INTO statement (id, organization_id, created_by, created_at, updated_at, text, language,
    summary, kind, utterance, speaker_id, speaker_is_anonymous, speaker_role, said_on, occasion,
    place_name, place_country, checkability_state, checkability_reason, state, visibility, origin,
    revision)
SELECT pg_temp.made('001', n), '{organization}', 'Bench', pg_temp.moment(n), pg_temp.moment(n),
    pg_temp.one_of(n, 10,
        'About ' || 1000 + n || ' people have entered the country since the beginning of the month'
            || ', and most of them mean to stay, the minister told the reporters who had come.',
        'Environ ' || 1000 + n || ' personnes sont entrées dans le pays depuis le début du mois,'
            || ' a déclaré le ministère de l''Intérieur, cité par une agence.',
        'По данным ведомства, в страну въехали ' || 1000 + n || ' человек.',
        'Nobody has been turned back at the border, he said for the ' || n || 'th time.'),
    pg_temp.one_of(n, 10, 'en', 'fr', 'ru', 'en'),
    CASE WHEN n % 5 > 0 THEN 'How many people have entered the country, count ' || n END,
    pg_temp.one_of(n, 11, 'factual', 'quantitative', 'quantitative', 'prediction', 'promise'),
    pg_temp.one_of(n, 12, 'quote', 'quote', 'indirect', 'headline', 'document'),
    CASE WHEN n % 33 > 0 THEN pg_temp.made('002', 1 + pg_temp.drawn(n, 13, {speakers})) END,
    n % 33 = 0,
    pg_temp.one_of(n, 14, 'Minister of the Interior', 'Spokesperson', NULL),
    CASE WHEN n % 50 > 0 THEN left(
        to_char(date '2023-01-01' + pg_temp.drawn(n, 15, 365)::int, 'YYYY-MM-DD'),
        CASE WHEN n % 10 = 0 THEN 7 ELSE 10 END) END,
    pg_temp.one_of(n, 16, 'Press conference', NULL),
    pg_temp.one_of(n, 17, 'Turkistan Region', NULL), pg_temp.one_of(n, 17, 'KZ', NULL),
    CASE WHEN n % 20 = 0 THEN 'not_checkable' ELSE 'checkable' END,
    CASE WHEN n % 20 = 0 THEN 'vague' END,
    'open', 'public', pg_temp.one_of(n, 18, 'human', 'import', 'machine'), 1
FROM generate_series(1, {statements}) n
"""
TRANSLATIONS = """
INSERT INTO translation (id, position, statement_id, language, text, translator, translator_name)
SELECT pg_temp.made('007', n * 10 + i), i, pg_temp.made('001', n), (ARRAY['kk', 'de'])[i + 1],
    'The same words, put into another language by somebody who knows both, for statement ' || n,
    pg_temp.one_of(n, 19, 'human', 'machine'), pg_temp.one_of(n, 19, 'A. Translator', NULL)
FROM generate_series(1, {statements}) n, generate_series(0, pg_temp.drawn(n, 20, 3) - 1) i
"""
QUANTITIES = """
INSERT INTO quantity (id, position, statement_id, measure_id, value, low, high, comparator, unit,
    population, place, counterpart_place, period_start, period_end, as_of, verbatim, is_estimate)
SELECT pg_temp.made('008', n * 10 + i), i, pg_temp.made('001', n),
    (SELECT id FROM measure ORDER BY key LIMIT 1),
    CASE WHEN i = 0 THEN 1000 + n END, CASE WHEN i = 1 THEN n END,
    CASE WHEN i = 1 THEN n + 0.5 END, (ARRAY['approx', 'between'])[i + 1], 'person',
    'Citizens', 'KZ', pg_temp.one_of(n, 21, 'RU', NULL), '2023-09-21', '2023-09', NULL,
    'about ' || 1000 + n, n % 3 = 0
FROM generate_series(1, {statements}) n, generate_series(0, pg_temp.drawn(n, 22, 3) - 1) i
"""
APPEARANCES = """
INSERT INTO appearance (id, position, statement_id, key, parent_id, source_id, role, mode, text,
    language, published_on, locator, is_first_known, fidelity, drift_note, changed_facts)
SELECT pg_temp.made('009', n * 10 + i), i, pg_temp.made('001', n), 'hop-' || i,
    CASE WHEN i > 0 THEN pg_temp.made('009', n * 10 + i - 1) END,
    pg_temp.made('005', 1 + pg_temp.drawn(n * 10 + i, 23, {sources})),
    (ARRAY['agency', 'outlet', 'republisher'])[i + 1],
    (ARRAY['direct_quote', 'translated_quote', 'republication'])[i + 1],
    CASE WHEN i > 0 THEN 'The words as this one carried them, statement ' || n END,
    CASE WHEN i > 0 THEN pg_temp.one_of(n, 24, 'en', 'fr', 'ru') END,
    '2023-10', pg_temp.one_of(n, 25, 'p. 4', NULL), i = 0,
    (ARRAY['verbatim', 'faithful', 'altered'])[i + 1],
    CASE WHEN i = 2 THEN 'The number was rounded.' END,
    CASE WHEN i = 2 THEN jsonb_build_array(
        jsonb_build_object('field', 'value', 'from', n::text, 'to', NULL)) ELSE '[]' END
FROM generate_series(1, {statements}) n, generate_series(0, pg_temp.drawn(n, 26, 3)) i
"""
ABOUT = """
INSERT INTO statement_topic (statement_id, topic_id, position)
SELECT pg_temp.made('001', n), pg_temp.made('006', 1 + (n * 7 + i) % {topics}), i
FROM generate_series(1, {statements}) n, generate_series(0, pg_temp.drawn(n, 27, 3) - 1) i
"""
VERDICTS = """
INSERT INTO verdict (id, organization_id, created_by, created_at, updated_at, version,
    statement_id, check_type, state, public_id, public_record_version, published_at, retracted)
SELECT pg_temp.made('00a', n * 10 + i), '{organization}', 'Bench', pg_temp.moment(n),
    pg_temp.moment(n), 2, pg_temp.made('001', n), (ARRAY['content', 'attribution'])[i + 1],
    'published',
    pg_temp.made('00b', n * 10 + i), 2, pg_temp.moment(n), false
FROM generate_series(1, {statements}) n, generate_series(0, 1) i
WHERE i = 0 AND n % 5 > 0 OR i = 1 AND n % 4 = 0
"""
VERSIONS = """
INSERT INTO verdict_version (id, verdict_id, no, rating_id, headline, summary, explanation,
    language, uncertainty, url, statement_revision, author, approver, created_at)
SELECT verdict.public_id, verdict.id, 1, (
        SELECT rating.id FROM rating JOIN rating_scale ON rating_scale.id = rating.scale_id
        WHERE rating_scale.key = CASE check_type WHEN 'content' THEN 'veracity' ELSE check_type END
        ORDER BY pg_temp.drawn(n, 28 + rating.position, 1000), rating.key LIMIT 1),
    'What was found about statement ' || n,
    'The figure can''t be found in what the ministry published, which counts other people.',
    'We looked the figure up in *three* places. ' || repeat('Each of them counts in its way. ', 20),
    pg_temp.one_of(n, 29, 'en', 'fr'), pg_temp.one_of(n, 30, 'none', 'low'),
    CASE WHEN n % 2 = 0 THEN 'https://check.example/verdicts/' || n END, 1, 'An author',
    'An approver', verdict.created_at
FROM generate_series(1, {statements}) n
JOIN verdict ON verdict.statement_id = pg_temp.made('001', n)
"""
EVIDENCE = """
INSERT INTO evidence (id, position, version_id, source_id, stance, role, excerpt, locator)
SELECT pg_temp.made('00c', n * 100 + verdict.position * 10 + i), i, verdict.public_id,
    pg_temp.made('005', 1 + pg_temp.drawn(n * 10 + i, 31, {sources})),
    pg_temp.one_of(n + i, 32, 'refutes', 'supports', 'contextualizes'),
    (ARRAY['primary', 'secondary'])[i + 1], 'As it stands there.', 'p. ' || i + 1
FROM generate_series(1, {statements}) n
JOIN (SELECT statement_id, public_id, (check_type = 'attribution')::int AS position FROM verdict)
    verdict ON verdict.statement_id = pg_temp.made('001', n),
generate_series(0, 1) i
"""
WITHOUT_RULES = "SET LOCAL session_replication_role = replica"
"""Nothing can be published in the past; but what is generated is years old."""
PUBLISHED = """
WITH published AS (
    UPDATE verdict_version SET published_at = verdict.published_at, change_kind = 'initial'
    FROM generate_series(1, {statements}) n JOIN verdict ON statement_id = pg_temp.made('001', n)
    WHERE verdict_version.id = verdict.public_id
    RETURNING verdict_version.id, verdict_version.verdict_id, verdict_version.published_at
)
INSERT INTO publication (version_id, verdict_id, during)
SELECT id, verdict_id, tstzrange(published_at, NULL) FROM published
"""


INSERTS = (
    SPEAKERS,
    EXTERNAL_IDS,
    PUBLISHERS,
    SOURCES,
    TOPICS,
    STATEMENTS,
    TRANSLATIONS,
    QUANTITIES,
    APPEARANCES,
    ABOUT,
    VERDICTS,
    VERSIONS,
    EVIDENCE,
    WITHOUT_RULES,
    PUBLISHED,
)
"""In the order of their foreign keys; nobody can add evidence to what is published."""


def amounts(statements: int) -> dict[str, int]:
    """Tell how many there are of what, for a number of statements."""
    sources = max(4, statements // 200)
    return {
        "statements": statements,
        "speakers": max(2, statements // 50),
        "sources": sources,
        "publishers": max(2, sources // 10),
        "topics": 40,
    }


def statement_id(number: int) -> UUID:
    """Give the id of a generated statement; they are numbered from 1."""
    return UUID(_ID.format(kind=STATEMENT, number=number))


def speaker_id(number: int) -> UUID:
    """Give the id of a generated speaker; they are numbered from 1."""
    return UUID(_ID.format(kind=SPEAKER, number=number))


def id_in_sql(kind: str, number: str) -> str:
    """Write SQL that makes the id of a generated row from its number."""
    return f"('018cc251-f400-7{kind}-8000-' || lpad(({number})::text, 12, '0'))::uuid"


async def generate(connection: asyncpg.Connection, statements: int) -> None:
    """Fill a migrated database that has an organisation with this many statements."""
    organization = await connection.fetchval("SELECT id FROM organization ORDER BY id LIMIT 1")
    numbers = amounts(statements)
    async with connection.transaction():
        await connection.execute("SET LOCAL synchronous_commit = off")
        for step in (*FUNCTIONS, *INSERTS):
            await connection.execute(step.format(organization=organization, **numbers))
    await connection.execute("VACUUM (ANALYZE)")
