"""Who asserts: speakers with their names, identifiers and affiliations."""

import pytest

from tests.making import Client, Json, Make, archive, change, ids, wrong

PATH = "/v1/speakers"
NOBODY = "0192d3a4-0000-7000-8000-000000000000"
FULL: Json = {
    "ref": "tokayev",
    "kind": "person",
    "name": "Kassym-Jomart Tokayev",
    "names": [
        {"name": "Tokaïev", "kind": "transliteration", "language": "fr", "script": "Latn"},
        {"name": "Тоқаев", "kind": "alias", "language": "kk", "script": "Cyrl"},
        {"name": "Tokayef", "kind": "misspelling", "language": None, "script": None},
    ],
    "description": "President of Kazakhstan",
    "country": "KZ",
    "image_url": "https://example.org/tokayev.jpg",
    "external_ids": [
        {"scheme": "viaf", "value": "1"},
        {"scheme": "wikidata", "value": "Q1: a colon"},
    ],
    "affiliations": [
        {
            "organization_id": None,
            "organization_name": "Kazakhstan",
            "role": "president",
            "since": "2019-03-20",
            "until": None,
            "acting": True,
        }
    ],
}


async def test_what_was_given_is_what_is_kept(make: Make) -> None:
    made = await make.post(PATH, FULL)

    assert {name: made.body[name] for name in FULL} == FULL
    assert made.body["merged_into_id"] is None


async def test_a_speaker_of_whom_only_the_name_is_known(make: Make) -> None:
    made = (await make.post(PATH, {"name": "Somebody"})).body

    assert made["kind"] == "unknown"
    assert [made[name] for name in ("description", "country", "image_url", "ref")] == [None] * 4
    assert [made[name] for name in ("names", "external_ids", "affiliations")] == [[]] * 3


async def test_lists_filter_by_kind_country_and_identifier(make: Make, anonymous: Client) -> None:
    one = await make.post(PATH, FULL)
    other = await make.speaker(kind="office", country="RU")

    assert await ids(anonymous, PATH) == [other.id, one.id]
    assert await ids(anonymous, PATH, kind="person") == [one.id]
    assert await ids(anonymous, PATH, country="RU") == [other.id]
    assert await ids(anonymous, PATH, external_id="viaf:1") == [one.id]
    assert await ids(anonymous, PATH, external_id="wikidata:Q1: a colon") == [one.id]
    assert await ids(anonymous, PATH, external_id="wikidata:1") == []
    assert await ids(anonymous, PATH, external_id="viaf:1", kind="office") == []


@pytest.mark.parametrize("wanted", ["Q7747", "wikidata:", ":Q7747", "Wiki data:Q1", "a:\x00"])
async def test_an_identifier_is_a_scheme_and_a_value(wanted: str, anonymous: Client) -> None:
    answer = await anonymous.get(PATH, params={"external_id": wanted})

    assert wrong(answer) == (422, {("external_id", "external_id")})


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"name": " "}, "/name", "string_pattern_mismatch"),
        ({"name": "two\nlines"}, "/name", "control_character"),
        ({"name": "x" * 501}, "/name", "string_too_long"),
        ({"kind": "robot"}, "/kind", "enum"),
        ({"country": "Kazakhstan"}, "/country", "string_pattern_mismatch"),
        ({"image_url": "ftp://example.org/a.jpg"}, "/image_url", "url"),
        ({"image_url": "https://me:secret@example.org/"}, "/image_url", "url_credentials"),
        ({"image_url": "https://example.org:port/"}, "/image_url", "url"),
        ({"names": [{"name": "A", "script": "latin"}]}, "/names/0/script", None),
        ({"names": [{"name": "A", "kind": "nickname"}]}, "/names/0/kind", "enum"),
        ({"external_ids": [{"scheme": "Wiki", "value": "Q"}]}, "/external_ids/0/scheme", None),
        ({"affiliations": [{"role": "president"}]}, "/affiliations/0", "one_of"),
        (
            {"affiliations": [{"organization_name": "A", "organization_id": NOBODY}]},
            "/affiliations/0",
            "one_of",
        ),
        (
            {"affiliations": [{"organization_id": NOBODY}]},
            "/affiliations/0/organization_id",
            "reference",
        ),
        (
            {"affiliations": [{"organization_name": "A", "since": "2022", "until": "2021-12"}]},
            "/affiliations/0",
            "period",
        ),
        ({"merged_into_id": NOBODY}, "/merged_into_id", "unknown_field"),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str, code: str | None, admin: Client
) -> None:
    refused = await admin.post(PATH, json={"name": "A"} | given)

    expected = {(pointer, code or "string_pattern_mismatch")}
    assert wrong(refused) == (422, expected)


async def test_an_identifier_is_one_speakers(make: Make, admin: Client) -> None:
    mine = [{"scheme": "viaf", "value": "1"}, {"scheme": "wikidata", "value": "Q1"}]
    one = await make.speaker(external_ids=mine)
    other = await make.speaker(external_ids=[{"scheme": "viaf", "value": "Q1"}])

    again = await admin.post(PATH, json={"name": "A", "external_ids": mine[1:]})
    changed = await change(admin, other, external_ids=[{"scheme": "new", "value": "1"}, mine[1]])
    reordered = await change(admin, one, external_ids=mine[::-1])

    assert wrong(again) == (409, {("/external_ids/0", "taken")})
    assert wrong(changed) == (409, {("/external_ids/1", "taken")})
    assert reordered.json()["external_ids"] == mine[::-1]


async def test_the_same_identifier_twice_is_a_conflict_too(admin: Client) -> None:
    twice = [{"scheme": "viaf", "value": "1"}] * 2

    answer = await admin.post(PATH, json={"name": "A", "external_ids": twice})

    assert answer.status_code == 409


async def test_lists_are_replaced_and_null_removes(make: Make, admin: Client) -> None:
    made = await make.post(PATH, FULL)
    organization = await make.speaker(kind="organization")
    role = {"organization_id": organization.id}

    changed = await change(
        admin,
        made,
        names=[{"name": "Toqaev"}],
        external_ids=None,
        affiliations=[role],
        country=None,
    )

    body = changed.json()
    assert body["names"] == [{"name": "Toqaev", "kind": "alias", "language": None, "script": None}]
    assert (body["external_ids"], body["country"]) == ([], None)
    assert body["affiliations"][0]["organization_id"] == organization.id
    assert body["description"] == FULL["description"]


async def test_an_affiliation_is_with_somebody_who_is_there(make: Make, admin: Client) -> None:
    organization = await make.speaker(kind="organization")
    await archive(admin, organization)
    role = {"organization_id": organization.id}

    refused = await admin.post(PATH, json={"name": "A", "affiliations": [role]})

    assert wrong(refused) == (422, {("/affiliations/0/organization_id", "reference")})


async def test_every_newsroom_may_correct_a_speaker(make: Make, stranger: Client) -> None:
    made = await make.speaker()

    changed = await change(stranger, made, name="Corrected")

    assert (changed.status_code, changed.json()["name"]) == (200, "Corrected")
    assert changed.json()["created_by"] is None


async def test_an_archived_speaker_is_still_shown_with_what_they_said(
    make: Make, admin: Client, anonymous: Client
) -> None:
    speaker = await make.speaker(name="Somebody")
    statement = await make.statement(speaker_id=speaker.id)

    await archive(admin, speaker)

    assert (await anonymous.get(statement.path)).json()["speaker"]["name"] == "Somebody"
    assert await ids(anonymous, "/v1/statements", speaker_id=speaker.id) == [statement.id]


async def test_what_is_kept_with_an_archived_organisation_may_stay(
    make: Make, admin: Client
) -> None:
    organization = await make.speaker(kind="organization")
    role = {"organization_id": organization.id}
    made = await make.speaker(affiliations=[role])
    await archive(admin, organization)

    changed = await change(admin, made, affiliations=[{**role, "role": "head"}])

    assert (changed.status_code, changed.json()["affiliations"][0]["role"]) == (200, "head")
