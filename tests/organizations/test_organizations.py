"""The newsrooms that check facts."""

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

PATH = "/v1/organizations"
NOTHING = "0192d3a4-0000-7000-8000-000000000000"


async def own(client: Client) -> Made:
    """Fetch the caller's own organisation, by way of a key."""
    key = await Make(client).api_key()
    path = f"{PATH}/{key.body['organization_id']}"
    answer = await client.get(path)
    return Made(path, answer.json(), answer.headers["ETag"])


async def reset(client: Client, organization: Made) -> None:
    """Put an organisation back as it was: it is not deleted after the test."""
    fields = ("name", "url", "description", "country", "language", "default_scales")
    body = {name: organization.body[name] for name in fields}
    answer = await client.patch(organization.path, json=body, headers={"If-Match": "*"})
    assert answer.status_code == 200


async def test_what_was_given_is_what_is_kept(make: Make) -> None:
    scale = await make.scale()
    given: Json = {
        "name": "Example Check",
        "url": "https://check.example/",
        "description": "We check",
        "country": "KZ",
        "language": "kk",
        "default_scales": [{"check_type": "content", "scale_id": scale.id}],
    }

    made = await make.post(PATH, given)

    assert {name: made.body[name] for name in given} == given


async def test_lists_filter_by_country(make: Make, anonymous: Client) -> None:
    made = await make.organization(country="KZ")

    assert await ids(anonymous, PATH, country="KZ") == [made.id]
    assert len(await ids(anonymous, PATH)) == 3


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"url": "check.example"}, "/url", "url"),
        (
            {"default_scales": [{"check_type": "content", "scale_id": NOTHING}]},
            "/default_scales/0/scale_id",
            "reference",
        ),
        (
            {"default_scales": [{"check_type": "content", "scale_id": NOTHING}] * 2},
            None,
            "repeated",
        ),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str | None, code: str, admin: Client
) -> None:
    refused = await admin.post(PATH, json={"name": "A"} | given)

    assert wrong(refused) == (422, {(pointer, code)})


async def test_each_changes_its_own(admin: Client, stranger: Client) -> None:
    mine, theirs = await own(admin), await own(stranger)

    changed = await change(admin, mine, name="Renamed", country="KZ")
    refused = await change(admin, theirs, name="Renamed")

    assert (changed.json()["name"], changed.json()["country"]) == ("Renamed", "KZ")
    assert refused.status_code == 403
    await reset(admin, mine)


async def test_what_one_recorded_it_may_change_and_archive(make: Make, stranger: Client) -> None:
    made = await make.organization()

    assert (await change(stranger, made, name="Theirs")).status_code == 403
    assert (await archive(stranger, made)).status_code == 403
    assert (await archive(make.client, made)).status_code == 204


async def test_an_organization_at_work_is_not_archived(admin: Client) -> None:
    mine = await own(admin)

    assert (await archive(admin, mine)).status_code == 409


async def test_an_organization_rates_on_the_scale_that_it_chose(make: Make, admin: Client) -> None:
    mine, scale = await own(admin), await make.scale()
    chosen = [{"check_type": "content", "scale_id": scale.id}]

    changed = await change(admin, mine, default_scales=chosen)
    content = await make.verdict(rating={"key": "wrong"})
    promise = await make.verdict(check_type="promise", rating={"key": "broken"})
    named = await make.verdict(rating={"key": "false", "scale": "veracity"})
    await reset(admin, mine)
    afterwards = await make.verdict(rating={"key": "false"})

    assert changed.json()["default_scales"] == chosen
    assert content.body["rating"]["scale"] == scale.body["key"]
    assert promise.body["rating"]["scale"] == "promise"
    assert named.body["rating"]["scale"] == "veracity"
    assert afterwards.body["rating"]["scale"] == "veracity"


async def test_a_verdict_is_in_the_language_of_its_organization(make: Make, admin: Client) -> None:
    mine = await own(admin)
    statement = await make.statement(language="kk")
    body = {"statement_id": statement.id, "check_type": "content"}

    as_said = await admin.post("/v1/verdicts", json=body)
    await change(admin, mine, language="fr")
    as_ours = await admin.post("/v1/verdicts", json=body | {"check_type": "context"})
    await reset(admin, mine)

    assert (as_said.json()["language"], as_ours.json()["language"]) == ("kk", "fr")


async def test_a_new_name_is_seen_with_its_verdicts(make: Make, admin: Client) -> None:
    mine, verdict = await own(admin), await make.published()

    await change(admin, mine, name="Renamed")
    shown = (await admin.get(verdict.path)).json()["organization"]["name"]
    await reset(admin, mine)

    assert shown == "Renamed"
