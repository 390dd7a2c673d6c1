"""History is append-only in the database itself, whoever asks and by whatever way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from tests.making import Made, Make

MORE_EVIDENCE = (
    "INSERT INTO evidence (id, version_id, source_id, stance, role, position)"
    " SELECT gen_random_uuid(), version_id, source_id, 'supports', 'expert', 9 FROM evidence"
)
FROZEN = asyncpg.RestrictViolationError


@dataclass(frozen=True)
class Out:
    """A verdict that is out, with a piece of evidence."""

    verdict: Made
    source: Made


@pytest.fixture
async def out(make: Make) -> Out:
    """Have a verdict published."""
    source = await make.source()
    cited = {"source_id": source.id, "stance": "refutes", "role": "primary"}
    return Out(await make.published(evidence=[cited]), source)


@pytest.fixture
async def sql(database: asyncpg.Connection, clean: None) -> AsyncIterator[asyncpg.Connection]:
    """Have a connection as the service's own role, in a transaction that is undone."""
    transaction = database.transaction()
    await transaction.start()
    yield database
    await transaction.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change SET actor = 'somebody else'",
        "UPDATE change SET document = '{}'",
        "DELETE FROM change",
        "TRUNCATE change CASCADE",
        "UPDATE verdict_version SET headline = 'Another'",
        "UPDATE verdict_version SET published_at = NULL",
        "DELETE FROM verdict_version",
        "UPDATE evidence SET stance = 'supports'",
        "UPDATE evidence SET version_id = gen_random_uuid()",
        "DELETE FROM evidence",
        MORE_EVIDENCE,
        "DELETE FROM publication",
        "UPDATE publication SET version_id = gen_random_uuid()",
        "UPDATE publication SET verdict_id = gen_random_uuid()",
        "UPDATE publication SET during = tstzrange(lower(during) - interval '1 day', now())",
        "UPDATE publication SET during = tstzrange(lower(during) - interval '1 day', NULL)",
        "UPDATE publication SET during = tstzrange(lower(during), now() - interval '1 us')",
        "UPDATE rating SET normalized = 'true' WHERE key = 'false'",
        "UPDATE rating SET labels = '{\"en\": \"True\"}' WHERE key = 'false'",
        "DELETE FROM rating WHERE key = 'false'",
    ],
)
async def test_what_was_public_is_never_changed_or_erased(
    out: Out, sql: asyncpg.Connection, statement: str
) -> None:
    with pytest.raises(FROZEN):
        await sql.execute(statement)


async def test_nothing_comes_into_what_was_public_from_elsewhere(
    out: Out, make: Make, sql: asyncpg.Connection
) -> None:
    cited = {"source_id": out.source.id, "stance": "supports", "role": "expert"}
    draft = await make.verdict(evidence=[cited])
    moved = (
        "UPDATE evidence SET version_id = (SELECT public_id FROM verdict WHERE id = $1)"
        " WHERE version_id = (SELECT working_id FROM verdict WHERE id = $2)"
    )

    with pytest.raises(FROZEN):
        await sql.execute(moved, out.verdict.id, draft.id)


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT INTO publication (version_id, verdict_id, during) SELECT working_id, id,"
            " tstzrange('2001-01-01', '2001-02-01') FROM verdict WHERE id = $1"
        ),
        (
            "INSERT INTO publication (version_id, verdict_id, during)"
            " SELECT working_id, id, tstzrange(now(), NULL) FROM verdict WHERE id = $1"
        ),
        (
            "UPDATE verdict_version SET published_at = '2001-01-01', change_kind = 'initial'"
            " WHERE verdict_id = $1"
        ),
    ],
)
async def test_nothing_was_public_that_was_not_published(
    make: Make, sql: asyncpg.Connection, statement: str
) -> None:
    draft = await make.verdict()

    with pytest.raises(FROZEN):
        await sql.execute(statement, draft.id)


async def test_a_verdict_is_retracted_by_a_version_that_says_so(
    out: Out, sql: asyncpg.Connection
) -> None:
    await sql.execute("UPDATE verdict SET retracted = true, state = 'retracted'")

    with pytest.raises(FROZEN):
        await sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


async def test_a_draft_can_still_be_rewritten(make: Make, sql: asyncpg.Connection) -> None:
    source = await make.source()
    await make.verdict(evidence=[{"source_id": source.id, "stance": "refutes", "role": "primary"}])

    assert await sql.execute("UPDATE evidence SET stance = 'supports'") == "UPDATE 1"
    assert await sql.execute("DELETE FROM evidence") == "DELETE 1"
    assert await sql.execute("UPDATE verdict_version SET headline = 'Another'") == "UPDATE 1"


async def test_a_rating_that_no_verdict_uses_can_still_be_changed(
    out: Out, sql: asyncpg.Connection
) -> None:
    changed = await sql.execute("UPDATE rating SET definition = 'Other' WHERE key = 'outdated'")

    assert changed == "UPDATE 1"


async def test_a_publication_ends_once(out: Out, sql: asyncpg.Connection) -> None:
    end = "UPDATE publication SET during = tstzrange(lower(during), now() + interval '1 day')"

    assert await sql.execute(end) == "UPDATE 1"
    with pytest.raises(FROZEN):
        await sql.execute(end)


async def test_two_publications_of_a_verdict_never_overlap(
    out: Out, sql: asyncpg.Connection
) -> None:
    following = await sql.fetchval(
        "INSERT INTO verdict_version (id, verdict_id, no, language, uncertainty, rating_id,"
        " change_kind, published_at, statement_revision, author) SELECT gen_random_uuid(),"
        " verdict_id, 2, language, uncertainty, rating_id, 'minor', now() + interval '1 day',"
        " statement_revision, author FROM verdict_version RETURNING id"
    )

    with pytest.raises(asyncpg.ExclusionViolationError):
        await sql.execute(
            "INSERT INTO publication (version_id, verdict_id, during)"
            " VALUES ($1, $2, tstzrange(now() + interval '1 day', NULL))",
            following,
            out.verdict.id,
        )


async def test_a_public_verdict_is_not_archived(out: Out, sql: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await sql.execute("UPDATE verdict SET archived_at = now()")


async def test_appearances_never_form_a_circle(make: Make, sql: asyncpg.Connection) -> None:
    source = {"source_id": (await make.source()).id, "role": "outlet", "mode": "summary"}
    said = await make.statement(
        appearances=[
            {**source, "key": "a"},
            {**source, "key": "b", "parent_key": "a"},
            {**source, "key": "c", "parent_key": "b"},
        ]
    )
    first, _, last = (one["id"] for one in said.body["appearances"])

    await sql.execute("UPDATE appearance SET parent_id = $1 WHERE id = $2", last, first)

    with pytest.raises(asyncpg.CheckViolationError, match="below itself"):
        await sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


async def test_an_appearance_has_its_parent_in_the_same_statement(
    make: Make, sql: asyncpg.Connection
) -> None:
    hop = {"source_id": (await make.source()).id, "role": "outlet", "mode": "summary"}
    one, other = await make.statement(appearances=[hop]), await make.statement(appearances=[hop])
    parent, child = one.body["appearances"][0]["id"], other.body["appearances"][0]["id"]

    await sql.execute("UPDATE appearance SET parent_id = $1 WHERE id = $2", parent, child)

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


async def test_topics_never_form_a_circle(make: Make, sql: asyncpg.Connection) -> None:
    above = await make.topic()
    middle = await make.topic(parent_id=above.id)
    below = await make.topic(parent_id=middle.id)

    with pytest.raises(asyncpg.CheckViolationError, match="below itself"):
        await sql.execute("UPDATE topic SET parent_id = $1 WHERE id = $2", below.id, above.id)
