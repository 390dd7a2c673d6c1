"""The scales on which organisations rate."""

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

PATH = "/v1/rating-scales"
NOTHING = "0192d3a4-0000-7000-8000-000000000000"
RATING: Json = {"key": "a", "labels": {"en": "A"}}


async def built_in(client: Client, key: str) -> Json:
    page = (await client.get(PATH, params={"key": key})).json()
    found: list[Json] = [item for item in page["items"] if item["organization_id"] is None]
    (scale,) = found
    return scale


@pytest.mark.parametrize(
    ("key", "check_types", "ratings", "on_the_axis"),
    [
        (
            "veracity",
            ["content", "context"],
            (
                "false mostly_false mixed mostly_true true"
                " missing_context misleading unverifiable outdated"
            ),
            5,
        ),
        ("attribution", ["attribution"], "confirmed altered not_found denied misattributed", 0),
        (
            "promise",
            ["promise"],
            "fulfilled in_progress partially_fulfilled broken stalled not_yet_evaluated",
            0,
        ),
    ],
)
async def test_an_installation_begins_with_these(
    key: str, check_types: list[str], ratings: str, on_the_axis: int, anonymous: Client
) -> None:
    scale = await built_in(anonymous, key)

    ordinals = {one["key"]: one["ordinal"] for one in scale["ratings"]}
    assert (scale["check_types"], scale["edition"]) == (check_types, 1)
    assert set(ordinals) == set(ratings.split())
    if on_the_axis:
        axis = [ordinals[rating] for rating in ratings.split()]
        assert axis == [1, 2, 3, 4, 5, None, None, None, None]


async def test_a_confirmed_attribution_doesnt_mean_that_it_is_true(anonymous: Client) -> None:
    scale = await built_in(anonymous, "attribution")

    normalized = {one["key"]: one["normalized"] for one in scale["ratings"]}
    assert normalized["confirmed"] != "true"


async def test_what_was_given_is_what_is_kept(make: Make) -> None:
    given: Json = {
        "ref": "scale",
        "key": "noses",
        "labels": {"en": "Noses", "fr": "Nez"},
        "description": "From none to four",
        "check_types": ["context", "content"],
        "ratings": [
            {
                "key": "four",
                "labels": {"en": "Four noses"},
                "definition": "It is not so at all",
                "ordinal": 1,
                "normalized": "false",
            },
            {
                "key": "odd",
                "labels": {"fr": "Étrange"},
                "definition": None,
                "ordinal": None,
                "normalized": None,
            },
        ],
    }

    made = (await make.post(PATH, given)).body

    assert {name: made[name] for name in given} == given
    assert (made["edition"], made["supersedes_id"]) == (1, None)


async def test_lists_filter_by_key_and_check_type(make: Make, anonymous: Client) -> None:
    made = await make.scale(key="noses", check_types=["promise"])

    assert await ids(anonymous, PATH, key="noses") == [made.id]
    promises = await ids(anonymous, PATH, check_type="promise")
    assert set(promises) == {made.id, (await built_in(anonymous, "promise"))["id"]}
    assert await ids(anonymous, PATH, key="noses", check_type="content") == []


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"ratings": []}, "/ratings", "too_short"),
        ({"check_types": []}, "/check_types", "too_short"),
        ({"check_types": ["content", "content"]}, None, "repeated"),
        ({"ratings": [RATING, RATING]}, None, "repeated"),
        (
            {"ratings": [RATING | {"ordinal": 1}, RATING | {"key": "b", "ordinal": 1}]},
            None,
            "repeated",
        ),
        ({"ratings": [RATING | {"ordinal": 0}]}, "/ratings/0/ordinal", "greater_than_equal"),
        ({"ratings": [RATING | {"ordinal": True}]}, "/ratings/0/ordinal", "int_type"),
        ({"ratings": [RATING | {"normalized": "nonsense"}]}, "/ratings/0/normalized", "enum"),
        ({"supersedes_id": NOTHING}, "/supersedes_id", "reference"),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str | None, code: str, admin: Client
) -> None:
    body = {"key": "a", "labels": {"en": "A"}, "check_types": ["content"], "ratings": [RATING]}

    assert wrong(await admin.post(PATH, json=body | given)) == (422, {(pointer, code)})


async def test_a_scale_can_be_changed_until_a_verdict_uses_it(make: Make, admin: Client) -> None:
    scale = await make.scale(key="noses")
    changed = await change(admin, scale, ratings=[RATING])
    again = Made(scale.path, changed.json(), changed.headers["ETag"])
    await make.verdict(rating={"key": "a", "scale": "noses"})

    refused = await change(admin, again, labels={"en": "Other"})
    untouched = await change(admin, again)

    assert changed.json()["ratings"][0]["key"] == "a"
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/scale-in-use"
    assert untouched.status_code == 200


async def test_a_used_scale_is_followed_by_a_new_edition(make: Make, admin: Client) -> None:
    first = await make.scale(key="noses")
    before = await make.verdict(rating={"key": "wrong", "scale": "noses"})

    second = await make.scale(key="noses", ratings=[RATING], supersedes_id=first.id)
    third = await make.scale(key="noses", ratings=[RATING], supersedes_id=second.id)
    after = await make.verdict(rating={"key": "a", "scale": "noses"})

    assert [one.body["edition"] for one in (first, second, third)] == [1, 2, 3]
    assert after.body["rating"]["key"] == "a"
    assert (await admin.get(before.path)).json()["rating"]["label"] == "Wrong"


async def test_only_the_newest_edition_is_followed(make: Make, admin: Client) -> None:
    first = await make.scale(key="noses")
    second = await make.scale(key="noses", supersedes_id=first.id)
    other = await make.scale()
    body = {name: first.body[name] for name in ("key", "labels", "check_types", "ratings")}

    for wrong_one in (first, other):
        refused = await admin.post(PATH, json=body | {"supersedes_id": wrong_one.id})
        assert wrong(refused) == (422, {("/supersedes_id", "edition")})
    assert wrong(await admin.post(PATH, json=body)) == (409, {("/key", "taken")})
    itself = await change(admin, second, supersedes_id=second.id)
    assert wrong(itself) == (422, {("/supersedes_id", "edition")})


async def test_an_unused_scale_may_get_another_key(make: Make, admin: Client) -> None:
    first, other = await make.scale(key="noses"), await make.scale(key="meters")

    taken = await change(admin, other, key="noses")
    renamed = await change(admin, first, key="trunks")

    assert wrong(taken) == (409, {("/key", "taken")})
    assert (renamed.json()["key"], renamed.json()["edition"]) == ("trunks", 1)


async def test_a_built_in_scale_is_nobodys_to_change(admin: Client) -> None:
    scale = await built_in(admin, "veracity")
    path, known = f"{PATH}/{scale['id']}", {"If-Match": "*"}

    changed = await admin.patch(path, json={"labels": {"en": "Mine"}}, headers=known)
    archived = await admin.delete(path, headers=known)

    assert (changed.status_code, archived.status_code) == (403, 403)


async def test_each_newsroom_has_its_own_keys(make: Make, stranger: Client, admin: Client) -> None:
    mine = await make.scale(key="veracity")
    theirs = await Make(stranger).scale(key="veracity")

    assert (await change(stranger, mine, labels={"en": "Theirs"})).status_code == 403
    assert (await archive(admin, theirs)).status_code == 403
    assert len(await ids(admin, PATH, key="veracity")) == 3


async def test_ones_own_scale_goes_before_the_built_in_one(make: Make, stranger: Client) -> None:
    await make.scale(key="veracity")

    mine = await make.verdict(rating={"key": "wrong", "scale": "veracity"})
    theirs = await Make(stranger).verdict(rating={"key": "false", "scale": "veracity"})
    default = await make.verdict(rating={"key": "false"})

    assert mine.body["rating"]["label"] == "Wrong"
    assert theirs.body["rating"]["ordinal"] == default.body["rating"]["ordinal"] == 1


async def test_nobody_rates_on_an_archived_scale_and_what_was_rated_stays(
    make: Make, admin: Client
) -> None:
    scale = await make.scale(key="noses")
    verdict = await make.verdict(rating={"key": "wrong", "scale": "noses"})
    await archive(admin, scale)

    corrected = await change(admin, verdict, headline="Other words")
    body = {"statement_id": (await make.statement()).id, "check_type": "content"}
    refused = await admin.post(
        "/v1/verdicts", json=body | {"rating": {"key": "wrong", "scale": "noses"}}
    )

    assert corrected.json()["rating"]["label"] == "Wrong"
    assert wrong(refused) == (422, {("/rating/scale", "reference")})


async def test_a_key_is_free_again_when_its_scale_was_archived(make: Make, admin: Client) -> None:
    old = await make.scale(key="noses")
    await archive(admin, old)

    new = await make.scale(key="noses")

    assert new.body["edition"] == 2
    assert new.body["supersedes_id"] is None
