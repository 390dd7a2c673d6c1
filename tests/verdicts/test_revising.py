"""Revising what is out: readers go on seeing it until the next version takes its place."""

import pytest

from tests.making import Client, Json, Made, Make

NOTICE = "It was wrong"


async def in_review(make: Make) -> Made:
    """Make a verdict whose revision is in review."""
    return await make.move(await make.revise(await make.published(), headline="B"), "in_review")


async def test_a_revision_leaves_what_is_out_until_it_is_published(
    make: Make, anonymous: Client
) -> None:
    out = await make.published(headline="First")
    public = (await anonymous.get(out.path)).json()

    for made in (
        revision := await make.revise(out, headline="Second", rating={"key": "true"}),
        revision := await make.move(revision, "in_review"),
        revision := await make.move(revision, "approved", by=make.approver),
    ):
        assert made.body["headline"] == "Second"
        assert (await anonymous.get(out.path)).json() == public
    published_ = await make.move(
        revision, "published", change_kind="correction", notice=NOTICE, change_reason="rating_error"
    )

    shown = (await anonymous.get(out.path)).json()
    assert (shown["headline"], shown["rating"]["key"]) == ("Second", "true")
    assert (shown["published_version"], shown["version"]) == (2, published_.body["version"])
    assert (shown["change_kind"], shown["change_reason"]) == ("correction", "rating_error")
    assert (shown["notice"], shown["published_at"]) == (NOTICE, public["published_at"])
    assert shown["updated_at"] > public["updated_at"]


async def test_a_retraction_ends_the_revision_that_was_under_way(
    make: Make, admin: Client, anonymous: Client
) -> None:
    revision = await in_review(make)

    await make.move(revision, "retracted", notice=NOTICE)

    told = (await admin.get(f"{revision.path}/versions")).json()["items"]
    assert [(one["no"], one["headline"], one["change_kind"]) for one in told] == [
        (1, "It is not so", "initial"),
        (2, "It is not so", "retraction"),
    ]
    assert (await anonymous.get(revision.path)).json()["headline"] == "It is not so"


async def test_what_an_earlier_move_says_of_the_change_holds_until_a_later_one(
    make: Make, reader: Client
) -> None:
    revision = await make.revise(await make.published(), headline="Better")
    said: Json = {"change_kind": "correction", "notice": NOTICE, "change_reason": "new_evidence"}
    revision = await make.move(revision, "in_review", **said)
    seen = (await reader.get(revision.path)).json()
    revision = await make.move(revision, "approved", by=make.approver)

    out = await make.move(revision, "published", change_reason="factual_error")

    assert {name: seen[name] for name in said} == said
    assert {name: out.body[name] for name in said} == said | {"change_reason": "factual_error"}


async def test_a_revision_can_be_given_up_and_what_is_out_stays(
    make: Make, admin: Client, anonymous: Client
) -> None:
    out = await make.published()
    before = (await anonymous.get(out.path)).json()
    begun = await make.revise(out, headline="Better")

    given_up = await admin.delete(f"{out.path}/revision", headers=begun.if_match)

    assert given_up.status_code == 204
    shown = (await admin.get(out.path)).json()
    assert (shown["state"], shown["headline"]) == ("published", "It is not so")
    assert (await anonymous.get(out.path)).json() == before
    (entry, *_) = (await admin.get(f"{out.path}/history")).json()["items"]
    assert entry["action"] == "verdict.revision_discarded"
    assert (entry["before"]["headline"], entry["after"]["headline"]) == ("Better", "It is not so")
    again = await make.publish(
        await make.revise(Made(out.path, shown, "*"), headline="Best"), change_kind="minor"
    )
    assert again.body["published_version"] == 2


@pytest.mark.parametrize("state", ["draft", "published", "in_review", "retracted"])
async def test_where_nothing_is_being_revised_nothing_is_given_up(
    state: str, make: Make, admin: Client
) -> None:
    there = await (make.verdict() if state == "draft" else make.published())
    if state == "in_review":
        there = await make.move(await make.revise(there, headline="B"), "in_review")
    if state == "retracted":
        there = await make.move(there, "retracted", notice=NOTICE)

    refused = await admin.delete(f"{there.path}/revision", headers=there.if_match)

    assert refused.status_code == 409
    assert (await admin.get(there.path)).json() == there.body


async def test_a_revision_is_given_up_by_who_knows_it(make: Make, admin: Client) -> None:
    first = await make.revise(await make.published())
    begun = await make.client.patch(first.path, json={"headline": "B"}, headers=first.if_match)
    path = f"{first.path}/revision"

    blind = await admin.delete(path)
    late = await admin.delete(path, headers=first.if_match)
    gone = await admin.delete(path, headers={"If-Match": begun.headers["ETag"]})

    assert (blind.status_code, late.status_code, gone.status_code) == (428, 412, 204)
