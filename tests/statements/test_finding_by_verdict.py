"""Finding statements by what was found about them."""

from collections.abc import Iterator

import asyncpg
import pytest

from app.documents import listing
from app.statements import narrowing
from tests.making import Client, Made, Make, ids

PATH = "/v1/statements"


@pytest.fixture(params=[0, 2000], autouse=True, ids=["among many", "among few"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have up to so many count for few: what is found is the same."""
    with monkeypatch.context() as patched:
        patched.setattr(narrowing, "FEW_RATED", request.param)
        patched.setattr(narrowing, "FEW_UNCHECKED", request.param)
        _forget()
        yield
    _forget()


def _forget() -> None:
    """Have pages compiled anew."""
    narrowing._few.cache_clear()  # noqa: SLF001 - there is no other way to it.
    listing.page.cache_clear()


@pytest.fixture
async def mixed(make: Make) -> Made:
    """A statement whose content is false, and that they did say."""
    statement = await make.statement()
    await make.published(statement_id=statement.id, rating={"key": "false"})
    await make.published(
        statement_id=statement.id, check_type="attribution", rating={"key": "confirmed"}
    )
    return statement


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"rating": "false"}, True),
        ({"rating": "confirmed"}, True),
        ({"rating": "true"}, False),
        ({"normalized_rating": "false"}, True),
        ({"normalized_rating": "true"}, False),
        ({"check_type": "content"}, True),
        ({"check_type": "attribution"}, True),
        ({"check_type": "promise"}, False),
        ({"check_type": "content", "rating": "false"}, True),
        ({"check_type": "attribution", "rating": "confirmed"}, True),
        ({"check_type": "attribution", "rating": "false"}, False),
        ({"check_type": "content", "rating": "confirmed"}, False),
        ({"check_type": "content", "normalized_rating": "false"}, True),
        ({"check_type": "attribution", "normalized_rating": "false"}, False),
        ({"rating": "confirmed", "normalized_rating": "false"}, False),
        ({"rating": "false", "normalized_rating": "false", "check_type": "content"}, True),
        ({"rating": "false", "has_verdict": "true"}, True),
        ({"has_verdict": "false"}, False),
    ],
)
async def test_rating_and_check_type_are_of_the_same_verdict(
    filters: dict[str, str],
    found: bool,  # noqa: FBT001 - a case of the table.
    mixed: Made,
    anonymous: Client,
) -> None:
    assert await ids(anonymous, PATH, **filters) == [mixed.id] * found


async def test_whether_there_is_a_verdict_depends_on_who_asks(
    make: Make, reader: Client, stranger: Client, anonymous: Client
) -> None:
    drafted, published, plain = [await make.statement() for _ in range(3)]
    await make.verdict(statement_id=drafted.id)
    await make.published(statement_id=published.id)

    assert await ids(reader, PATH, has_verdict="true") == [published.id, drafted.id]
    assert await ids(reader, PATH, has_verdict="false") == [plain.id]
    for outsider in (stranger, anonymous):
        assert await ids(outsider, PATH, has_verdict="true") == [published.id]
        assert await ids(outsider, PATH, has_verdict="false") == [plain.id, drafted.id]
    assert await ids(reader, PATH, check_type="content") == [published.id, drafted.id]
    assert await ids(anonymous, PATH, check_type="content") == [published.id]
    assert await ids(anonymous, PATH, rating="false") == [published.id]


async def test_an_archived_draft_is_no_verdict(make: Make, reader: Client, admin: Client) -> None:
    draft = await make.verdict()
    await admin.delete(draft.path, headers=draft.if_match)

    assert await ids(reader, PATH, has_verdict="true") == []
    assert len(await ids(reader, PATH, has_verdict="false")) == 1


async def test_two_verdicts_of_one_kind_find_a_statement_once(
    make: Make, stranger: Client, anonymous: Client
) -> None:
    statement = await make.statement()
    for newsroom in (make, Make(stranger)):
        await newsroom.published(statement_id=statement.id)

    assert await ids(anonymous, PATH, rating="false") == [statement.id]


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "said_on", "-said_on"])
async def test_what_has_no_verdict_comes_in_pages_in_any_order(
    make: Make, anonymous: Client, sort: str
) -> None:
    said = [await make.statement(said_on=f"2022-09-{day}") for day in (21, 22, 23, 24)]
    await make.published(statement_id=said[1].id)
    falling = sort.startswith("-")
    wanted = sorted([one.id for one in (said[0], *said[2:])], reverse=falling)
    asked = {"has_verdict": "false", "sort": sort, "said_from": "2022-09"}

    first = (await anonymous.get(PATH, params=asked | {"limit": 2, "count": "true"})).json()
    rest = (await anonymous.get(PATH, params=asked | {"cursor": first["next"]})).json()

    assert [one["id"] for one in first["items"] + rest["items"]] == wanted
    assert first["count"] == {"value": 3, "exact": True}
    assert rest["next"] is None


async def test_what_is_not_analysed_yet_has_no_verdict_either(
    make: Make, anonymous: Client, database: asyncpg.Connection
) -> None:
    statement = await make.statement()
    await database.execute("DELETE FROM statement_search")
    await database.execute(
        "INSERT INTO search_due (collection, resource_id, made_in)"
        " VALUES ('statements', $1, pg_current_xact_id())",
        statement.id,
    )

    assert await ids(anonymous, PATH, has_verdict="false") == [statement.id]


async def test_a_version_that_is_not_out_finds_nothing_by_its_rating(
    make: Make, anonymous: Client, reader: Client
) -> None:
    verdict = await make.verdict(rating={"key": "true"})

    assert await ids(anonymous, PATH, rating="true") == []
    assert await ids(reader, PATH, rating="true") == [verdict.body["statement_id"]]
