"""The feed tells everything public that changed, in commit order, with tombstones."""

from typing import Any

import pytest

from tests.making import Client, Json, Made, Make, archive, change, wrong

HASH = 64


async def feed(client: Client, **asked: Any) -> Json:
    """Read a part of the feed."""
    answer = await client.get("/v1/changes", params=asked)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def told(client: Client, **asked: Any) -> list[tuple[str, bool]]:
    """Tell what the feed says was done, and whether it is a tombstone."""
    items = (await feed(client, **asked))["items"]
    return [(item["action"], item["tombstone"]) for item in items]


async def test_what_is_made_and_changed_is_told_as_the_public_sees_it(
    make: Make, admin: Client, anonymous: Client
) -> None:
    made = await make.speaker(ref="s-1")
    first = (await anonymous.get(made.path)).json()
    await change(admin, made, name="Changed")
    second = (await anonymous.get(made.path)).json()

    part = await feed(anonymous)

    assert [item["document"] for item in part["items"]] == [first, second]
    assert [item["position"] for item in part["items"]] == [1, 2]
    assert [(item["action"], item["version"]) for item in part["items"]] == [
        ("speaker.created", 1),
        ("speaker.changed", 2),
    ]
    assert {(item["collection"], item["id"]) for item in part["items"]} == {("speakers", made.id)}
    assert {len(item["hash"]) for item in part["items"]} == {HASH}
    assert (part["next"], part["more"]) == (2, False)


async def test_nothing_in_it_says_who_did_it(make: Make, admin: Client, anonymous: Client) -> None:
    await make.published()

    for client in (anonymous, admin):
        items = (await feed(client))["items"]
        assert {item["document"]["created_by"] for item in items} == {None}
        for item in items:
            assert item.keys() & {"actor", "reason", "request_id", "organization_id"} == set()


async def test_it_goes_on_from_where_it_ended(make: Make, anonymous: Client) -> None:
    names = [(await make.speaker()).body["name"] for _ in range(5)]

    seen, after, links = [], 0, []
    for _ in range(3):
        answer = await anonymous.get("/v1/changes", params={"after": after, "limit": 2})
        part = answer.json()
        seen += [item["document"]["name"] for item in part["items"]]
        after = part["next"]
        links.append(answer.headers.get("Link"))

    assert seen == names
    assert after == 5
    assert links == [
        '</v1/changes?limit=2&after=2>; rel="next"',
        '</v1/changes?limit=2&after=4>; rel="next"',
        None,
    ]
    assert await feed(anonymous, after=after) == {"items": [], "next": 5, "more": False}
    await make.speaker(name="Later")
    (later,) = (await feed(anonymous, after=after))["items"]
    assert later["document"]["name"] == "Later"


async def test_what_is_not_public_has_a_position_and_is_passed_over(
    make: Make, anonymous: Client, admin: Client
) -> None:
    internal = await make.statement(visibility="internal", speaker_is_anonymous=True)
    await make.api_key()
    await make.verdict(statement_id=internal.id)

    part = await feed(admin)

    assert part == {"items": [], "next": 3, "more": False}
    await make.speaker()
    assert [item["position"] for item in (await feed(anonymous, after=0))["items"]] == [4]


@pytest.mark.parametrize("kind", ["speaker", "source", "topic", "measure", "scale", "statement"])
async def test_what_is_archived_leaves_a_tombstone(
    kind: str, make: Make, admin: Client, anonymous: Client
) -> None:
    made: Made = await getattr(make, kind)()
    before = (await feed(anonymous))["next"]

    await archive(admin, made)

    (item,) = (await feed(anonymous, after=before))["items"]
    assert (item["tombstone"], item["document"], item["version"]) == (True, None, 2)
    assert (item["id"], item["action"].rpartition(".")[2]) == (made.id, "archived")


async def test_what_becomes_internal_leaves_a_tombstone_and_is_in_no_older_entry(
    make: Make, admin: Client, anonymous: Client
) -> None:
    made = await make.statement(speaker_is_anonymous=True, text="Don't tell")
    internal = await change(admin, made, visibility="internal")
    hidden = Made(made.path, internal.json(), internal.headers["ETag"])

    answer = await anonymous.get("/v1/changes")
    assert await told(anonymous) == [("statement.created", True), ("statement.changed", True)]
    assert "Don't tell" not in answer.text

    changed = await change(admin, hidden, summary="Still hidden")
    assert await feed(anonymous, after=2) == {"items": [], "next": 3, "more": False}

    again = Made(made.path, {}, changed.headers["ETag"])
    await change(admin, again, visibility="public")
    assert await told(anonymous) == [
        ("statement.created", False),
        ("statement.changed", True),
        ("statement.changed", False),
    ]


async def test_a_draft_is_told_when_it_is_published(
    make: Make, admin: Client, anonymous: Client
) -> None:
    draft = await make.verdict()
    before = (await feed(anonymous))["next"]
    edited = await change(admin, draft, headline="Better")
    assert (await feed(anonymous, after=before))["items"] == []

    published = await make.publish(Made(draft.path, edited.json(), edited.headers["ETag"]))

    items = (await feed(anonymous, after=before, collection="verdicts"))["items"]
    assert [item["action"] for item in items] == ["verdict.published"]
    assert items[0]["document"] == (await anonymous.get(published.path)).json()
    assert items[0]["version"] == items[0]["document"]["version"]


async def test_a_link_is_told_when_it_is_confirmed_and_gone_with_its_statement(
    make: Make, admin: Client, anonymous: Client
) -> None:
    one, other = await make.statement(), await make.statement()
    body = {"other_id": other.id, "type": "repeats"}
    await make.post(f"{one.path}/links", body)
    confirmed = await make.post(
        f"{one.path}/links", {**body, "type": "contradicts", "state": "confirmed"}
    )

    (item,) = (await feed(anonymous, collection="links"))["items"]
    assert (item["id"], item["document"]["type"]) == (confirmed.id, "contradicts")

    await archive(admin, other)
    (item,) = (await feed(anonymous, collection="links"))["items"]
    assert (item["tombstone"], item["document"]) == (True, None)


async def test_one_collection_is_followed_alone(make: Make, anonymous: Client) -> None:
    await make.speaker()
    await make.source()
    await make.speaker()

    part = await feed(anonymous, collection="speakers")
    assert [item["position"] for item in part["items"]] == [1, 3]
    assert part["next"] == 3
    part = await feed(anonymous, collection="sources")
    assert ([item["position"] for item in part["items"]], part["next"]) == ([2], 3)
    assert (await feed(anonymous, collection="topics"))["next"] == 3


async def test_a_source_that_became_confidential_is_in_no_older_entry(
    make: Make, admin: Client, anonymous: Client, stranger: Client
) -> None:
    outlet = await make.source(kind="newspaper", name="Secret paper")
    article = await make.source(
        name="Secret article", publisher_id=outlet.id, url="https://secret.example/a",
        names=[{"name": "Secret alias"}], authors=["Secret author"], note="Secret note",
    )  # fmt: skip
    hop = {"source_id": article.id, "role": "outlet", "mode": "summary"}
    said = await make.statement(appearances=[hop])
    cited = {"source_id": article.id, "stance": "refutes", "role": "primary"}
    await make.published(statement_id=said.id, evidence=[cited])
    before = await feed(anonymous)
    assert "Secret author" in str(before)

    for made in (article, outlet):
        assert (await change(admin, made, access="confidential")).status_code == 200

    for caller in (anonymous, stranger, admin):
        assert "ecret" not in (await caller.get("/v1/changes")).text
    shown = {item["id"]: item["document"] for item in (await feed(anonymous))["items"][:2]}
    now = (await anonymous.get(article.path)).json()
    assert shown[article.id] == {
        **now, "version": 1, "updated_at": now["created_at"],
    }  # fmt: skip
    told_of = (await feed(anonymous, collection="statements"))["items"][-1]["document"]
    current = (await anonymous.get(said.path)).json()
    assert told_of["appearances"] == current["appearances"]


@pytest.mark.parametrize(
    ("asked", "parameter", "code"),
    [
        ({"after": -1}, "after", "greater_than_equal"),
        ({"after": 2**63}, "after", "less_than_equal"),
        ({"after": "x"}, "after", "int_parsing"),
        ({"after": 7}, "after", "beyond"),
        ({"limit": 0}, "limit", "greater_than_equal"),
        ({"limit": 1001}, "limit", "less_than_equal"),
        ({"wait": 31}, "wait", "less_than_equal"),
        ({"collection": "api-keys"}, "collection", "enum"),
        ({"since": 0}, "since", "unknown_parameter"),
    ],
)
async def test_what_it_does_not_understand_is_refused(
    asked: Json, parameter: str, code: str, anonymous: Client
) -> None:
    answer = await anonymous.get("/v1/changes", params=asked)

    assert wrong(answer) == (422, {(parameter, code)})


async def test_it_is_kept_by_no_cache(anonymous: Client) -> None:
    answer = await anonymous.get("/v1/changes")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() == {"items": [], "next": 0, "more": False}
