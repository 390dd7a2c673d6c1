"""Finding statements by what was found about them."""

import pytest

from tests.making import Client, Made, Make, ids

PATH = "/v1/statements"


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
