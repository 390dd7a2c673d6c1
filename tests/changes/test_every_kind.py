"""What holds for every kind of resource: recorded, fetched, listed, changed, archived."""

from typing import Any

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

KINDS: dict[str, tuple[str, Json]] = {
    "speaker": ("/v1/speakers", {"name": "Changed"}),
    "source": ("/v1/sources", {"name": "Changed"}),
    "topic": ("/v1/topics", {"labels": {"en": "Changed"}}),
    "measure": ("/v1/measures", {"unit": "km"}),
    "scale": ("/v1/rating-scales", {"description": "Changed"}),
    "organization": ("/v1/organizations", {"name": "Changed"}),
    "api_key": ("/v1/api-keys", {"name": "Changed"}),
    "statement": ("/v1/statements", {"summary": "Changed"}),
    "verdict": ("/v1/verdicts", {"headline": "Changed"}),
    "correction_request": ("/v1/correction-requests", {"assignee": "Changed"}),
    "contact": ("/v1/contacts", {"note": "Changed"}),
    "webhook": ("/v1/webhooks", {"description": "Changed"}),
}
OWN = {"api_key", "correction_request", "webhook"}
"""What only its own organisation sees."""
NAMED = {
    "speaker": ("name", ["Zoé", "anna", "Émile", "Эмиль"]),
    "source": ("name", ["Zeit", "afp", "Éclair", "РИА"]),
    "organization": ("name", ["ZZZ", "aaa", "Émission", "Факты"]),
    "api_key": ("name", ["ZZZ", "aaa", "Émission", "Факты"]),
    "topic": ("key", ["a", "a-b", "a_b", "b"]),
    "measure": ("key", ["a", "a-b", "a_b", "b"]),
    "scale": ("key", ["a", "a-b", "a_b", "b"]),
}


async def new(make: Make, kind: str, **given: Any) -> Made:
    made: Made = await getattr(make, kind)(**given)
    return made


async def in_public(make: Make, kind: str) -> Made:
    """Make something that everybody sees."""
    if kind == "contact":
        return await make.contact(is_public=True, verdict_id=(await make.published()).id)
    return await (make.published() if kind == "verdict" else new(make, kind))


async def listed(client: Client, kind: str, made: list[Made], sort: str) -> list[int]:
    """Tell in which order these are listed among whatever else there is."""
    places = {one.id: place for place, one in enumerate(made)}
    found = await ids(client, KINDS[kind][0], sort=sort, limit=100)
    return [places[one] for one in found if one in places]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_made_is_what_is_fetched(kind: str, make: Make, admin: Client) -> None:
    made = await new(make, kind)

    fetched = await admin.get(made.path)

    shown_once = {"api_key": "key", "webhook": "secret"}.get(kind)
    body = {name: value for name, value in made.body.items() if name != shown_once}
    assert made.path == f"{KINDS[kind][0]}/{made.id}"
    assert (fetched.status_code, fetched.json()) == (200, body)
    assert fetched.headers["ETag"] == made.etag
    assert (body["version"], body["created_by"]) == (1, "Administrator")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_is_seen_and_counted(kind: str, make: Make, admin: Client) -> None:
    made, (_, changes) = await new(make, kind), KINDS[kind]

    changed = await change(admin, made, **changes)

    assert changed.status_code == 200, changed.text
    body = changed.json()
    assert {name: body[name] for name in changes} == changes
    assert body["version"] == 2
    assert body["updated_at"] > body["created_at"]
    fetched = await admin.get(made.path)
    assert fetched.json() == body
    assert fetched.headers["ETag"] == changed.headers["ETag"] != made.etag


@pytest.mark.parametrize("kind", KINDS)
async def test_what_changes_nothing_keeps_its_version(kind: str, make: Make, admin: Client) -> None:
    made, (_, changes) = await new(make, kind), KINDS[kind]
    same = {name: made.body[name] for name in changes}

    for nothing in ({}, same):
        answer = await change(admin, made, **nothing)
        assert answer.status_code == 200, answer.text
        assert answer.headers["ETag"] == made.etag


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_needs_to_know_what_it_changes(kind: str, make: Make, admin: Client) -> None:
    made, (_, changes) = await new(make, kind), KINDS[kind]
    await change(admin, made, **changes)

    blind = await admin.patch(made.path, json=changes), await admin.delete(made.path)
    late = await change(admin, made, **changes), await archive(admin, made)

    assert [answer.status_code for answer in blind] == [428, 428]
    assert [answer.status_code for answer in late] == [412, 412]
    current = (await admin.get(made.path)).headers["ETag"]
    assert {(answer.json()["version"], answer.headers["ETag"]) for answer in late} == {(2, current)}


@pytest.mark.parametrize("kind", KINDS)
async def test_archived_is_gone_and_off_the_list(kind: str, make: Make, admin: Client) -> None:
    kept, made = await new(make, kind), await new(make, kind)

    answer = await archive(admin, made)

    assert (answer.status_code, answer.content) == (204, b"")
    assert await listed(admin, kind, [kept, made], "created_at") == [0]
    afterwards = [
        await admin.get(made.path),
        await change(admin, made, **KINDS[kind][1]),
        await archive(admin, made),
    ]
    assert [answer.status_code for answer in afterwards] == [410] * 3


@pytest.mark.parametrize("kind", KINDS)
async def test_lists_sort_by_making_and_by_changing(kind: str, make: Make, admin: Client) -> None:
    made = [await new(make, kind) for _ in range(3)]
    changed = (await change(admin, made[0], **KINDS[kind][1])).json()

    assert await listed(admin, kind, made, "created_at") == [0, 1, 2]
    assert await listed(admin, kind, made, "-created_at") == [2, 1, 0]
    assert await listed(admin, kind, made, "updated_at") == [1, 2, 0]
    assert await listed(admin, kind, made, "-updated_at") == [0, 2, 1]
    found = await ids(admin, KINDS[kind][0], updated_since=changed["updated_at"])
    assert found == [made[0].id]


@pytest.mark.parametrize("kind", NAMED)
async def test_lists_sort_by_name_as_code_points_do(kind: str, make: Make, admin: Client) -> None:
    field, names = NAMED[kind]
    made = [await new(make, kind, **{field: name}) for name in names]
    sorted_names = sorted(range(4), key=lambda place: names[place])

    assert await listed(admin, kind, made, field) == sorted_names
    assert await listed(admin, kind, made, f"-{field}") == sorted_names[::-1]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_ref_is_unique_in_its_organization_and_resource(
    kind: str, make: Make, admin: Client, stranger: Client
) -> None:
    made = await new(make, kind, ref="cms-1")
    other = await new(make, kind)
    another_kind = "topic" if kind != "topic" else "speaker"

    assert made.body["ref"] == "cms-1"
    assert wrong(await change(admin, other, ref="cms-1")) == (409, {("/ref", "taken")})
    assert (await new(Make(stranger), kind, ref="cms-1")).body["ref"] == "cms-1"
    assert (await new(make, another_kind, ref="cms-1")).body["ref"] == "cms-1"
    freed = await change(admin, made, ref=None)
    assert freed.json()["ref"] is None
    assert (await change(admin, other, ref="cms-1")).status_code == 200


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OWN])
async def test_who_recorded_it_is_shown_to_their_own_people(
    kind: str, make: Make, reader: Client, stranger: Client, anonymous: Client
) -> None:
    made = await in_public(make, kind)

    shown = [(await client.get(made.path)).json() for client in (reader, stranger, anonymous)]

    assert [one["created_by"] for one in shown] == ["Administrator", None, None]
