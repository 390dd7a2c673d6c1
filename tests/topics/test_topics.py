"""What statements are about, as a tree."""

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

PATH = "/v1/topics"
NOTHING = "0192d3a4-0000-7000-8000-000000000000"


async def test_what_was_given_is_what_is_kept(make: Make) -> None:
    parent = await make.topic()
    given: Json = {
        "key": "border-crossings",
        "labels": {"fr": "Passages de frontière", "en": "Border crossings", "kk": "Шекара"},
        "description": "How many enter or leave",
        "parent_id": parent.id,
    }

    made = await make.post(PATH, given)

    assert {name: made.body[name] for name in given} == given


async def test_topics_are_listed_by_key_and_by_the_one_above(make: Make, anonymous: Client) -> None:
    above = await make.topic(key="m")
    b, a = [await make.topic(key=key, parent_id=above.id) for key in ("b", "a")]
    below = await make.topic(key="z", parent_id=a.id)

    assert await ids(anonymous, PATH) == [a.id, b.id, above.id, below.id]
    assert await ids(anonymous, PATH, parent_id=above.id) == [a.id, b.id]
    assert await ids(anonymous, PATH, parent_id=above.id, sort="-key") == [b.id, a.id]
    assert await ids(anonymous, PATH, parent_id=below.id) == []


async def test_a_topic_is_not_below_itself(make: Make, admin: Client) -> None:
    one = await make.topic()
    two = await make.topic(parent_id=one.id)
    three = await make.topic(parent_id=two.id)

    for below in (one, two, three):
        refused = await change(admin, one, parent_id=below.id)
        assert wrong(refused) == (422, {("/parent_id", "circle")})
    assert (await admin.get(one.path)).json()["parent_id"] is None


async def test_a_topic_moves_with_what_is_below_it(make: Make, admin: Client) -> None:
    old, new = await make.topic(), await make.topic()
    moved = await make.topic(parent_id=old.id)
    below = await make.topic(parent_id=moved.id)
    statement = await make.statement(topics=[below.id])

    await change(admin, moved, parent_id=new.id)

    assert await ids(admin, "/v1/statements", topic=new.id) == [statement.id]
    assert await ids(admin, "/v1/statements", topic=old.id) == []


async def test_a_key_is_one_topics_for_all_newsrooms(
    make: Make, admin: Client, stranger: Client
) -> None:
    await make.topic(key="migration")
    other = await make.topic()
    again = {"key": "migration", "labels": {"en": "Again"}}

    for refused in (
        await admin.post(PATH, json=again),
        await stranger.post(PATH, json=again),
        await change(admin, other, key="migration"),
    ):
        assert wrong(refused) == (409, {("/key", "taken")})


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"key": "With Space"}, "/key", "string_pattern_mismatch"),
        ({"key": "-a"}, "/key", "string_pattern_mismatch"),
        ({"key": "é"}, "/key", "string_pattern_mismatch"),
        ({"labels": {}}, "/labels", "too_short"),
        ({"labels": {"en": ""}}, "/labels/en", "string_too_short"),
        ({"labels": {"xx-": "A"}}, "/labels/xx-", "string_pattern_mismatch"),
        ({"labels": {"zz": "A"}}, "/labels/zz", "language"),
        ({"parent_id": NOTHING}, "/parent_id", "reference"),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str, code: str, admin: Client
) -> None:
    refused = await admin.post(PATH, json={"key": "a", "labels": {"en": "A"}} | given)

    assert wrong(refused) == (422, {(pointer, code)})


async def test_labels_are_merged_by_language(make: Make, admin: Client) -> None:
    made = await make.topic(labels={"en": "Migration", "fr": "Migration"})

    changed = await change(admin, made, labels={"fr": None, "kk": "Көші-қон"})

    assert changed.json()["labels"] == {"en": "Migration", "kk": "Көші-қон"}


async def test_an_archived_topic_is_still_shown_and_takes_nothing_new(
    make: Make, admin: Client
) -> None:
    topic = await make.topic(key="migration")
    statement = await make.statement(topics=["migration"])
    await archive(admin, topic)

    below = {"key": "below", "labels": {"en": "Below"}, "parent_id": topic.id}
    refused = await admin.post(PATH, json=below)

    (shown,) = (await admin.get(statement.path)).json()["topics"]
    assert shown["key"] == "migration"
    assert wrong(refused) == (422, {("/parent_id", "reference")})


async def test_every_newsroom_may_correct_a_topic(make: Make, stranger: Client) -> None:
    made = await make.topic()

    changed = await change(stranger, made, key="renamed", description="Corrected")

    assert (changed.status_code, changed.json()["key"]) == (200, "renamed")


async def test_a_topics_new_label_is_seen_with_its_statements(make: Make, admin: Client) -> None:
    topic = await make.topic()
    statement = await make.statement(topics=[topic.id])

    await change(admin, topic, labels={"en": "Renamed"})

    fetched = await admin.get(statement.path)
    assert fetched.json()["topics"][0]["labels"] == {"en": "Renamed"}
    assert fetched.headers["ETag"] != statement.etag
    renamed = Made(statement.path, fetched.json(), statement.etag)
    assert (await change(admin, renamed, summary="Still possible")).status_code == 200
