"""Listing verdicts: by what they judge, who found it, and what."""

from typing import Any

import pytest

from tests.making import Client, Made, Make, change, ids

PATH = "/v1/verdicts"


@pytest.fixture
async def three(make: Make, stranger: Client) -> list[Made]:
    """A published one of ours, one of a stranger's, and a draft."""
    statement = await make.statement()
    return [
        await make.published(statement_id=statement.id),
        await Make(stranger).published(
            statement_id=statement.id, check_type="attribution", rating={"key": "altered"}
        ),
        await make.verdict(check_type="promise", rating={"key": "broken"}),
    ]


async def test_each_filter_finds_what_it_asks_for(three: list[Made], reader: Client) -> None:
    ours, theirs, draft = three
    asked: list[tuple[dict[str, Any], list[Made]]] = [
        ({"statement_id": ours.body["statement_id"]}, [theirs, ours]),
        ({"statement_id": draft.body["statement_id"]}, [draft]),
        ({"organization_id": ours.body["organization"]["id"]}, [draft, ours]),
        ({"organization_id": theirs.body["organization"]["id"]}, [theirs]),
        ({"check_type": "content"}, [ours]),
        ({"state": "published"}, [theirs, ours]),
        ({"state": "draft"}, [draft]),
        ({"state": "retracted"}, []),
        ({"rating": "broken"}, [draft]),
        ({"normalized_rating": "altered"}, [theirs]),
        ({"normalized_rating": "true"}, []),
        ({"updated_since": theirs.body["updated_at"]}, [draft, theirs]),
        ({"state": "published", "check_type": "attribution", "rating": "altered"}, [theirs]),
        ({"state": "draft", "check_type": "attribution"}, []),
        ({}, [draft, theirs, ours]),
    ]

    for filters, expected in asked:
        assert await ids(reader, PATH, **filters) == [made.id for made in expected], filters


async def test_the_public_lists_what_is_out(three: list[Made], anonymous: Client) -> None:
    ours, theirs, draft = three

    assert await ids(anonymous, PATH) == [theirs.id, ours.id]
    assert await ids(anonymous, PATH, state="draft") == []
    assert await ids(anonymous, PATH, rating="broken") == []
    assert await ids(anonymous, PATH, statement_id=draft.body["statement_id"]) == []


async def test_verdicts_sort_by_when_they_came_out(make: Make, admin: Client) -> None:
    first, second, draft = [await make.verdict() for _ in range(3)]
    await make.publish(second)
    await make.publish(first)
    await change(admin, draft, headline="The last to change")

    orders = {
        "created_at": [first, second, draft],
        "published_at": [draft, second, first],
        "updated_at": [second, first, draft],
    }
    for name, expected in orders.items():
        assert await ids(admin, PATH, sort=name) == [made.id for made in expected], name
        assert await ids(admin, PATH, sort=f"-{name}") == [made.id for made in expected[::-1]]


async def test_the_public_sorts_by_what_it_sees(
    make: Make, admin: Client, anonymous: Client
) -> None:
    one, other = await make.verdict(), await make.verdict()
    for draft in (other, one):
        await make.publish(draft)

    found = (await anonymous.get(PATH, params={"sort": "updated_at"})).json()["items"]

    assert [item["id"] for item in found] == [other.id, one.id]
    moments = [item["updated_at"] for item in found]
    assert moments == sorted(item["published_at"] for item in found)
    assert await ids(anonymous, PATH, updated_since=moments[1]) == [one.id]
