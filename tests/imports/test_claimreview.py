"""ClaimReview coming in: others' verdicts are kept apart, and their labels mapped by editors."""

import json
from typing import Any

import pytest

from tests.imports.conftest import Bring, counts, report
from tests.imports.test_reading_claimreview import GOOD, marked_up, real
from tests.making import Client, Json, Make

LD = "application/ld+json"


async def verdicts(client: Client) -> list[Json]:
    """List the verdicts."""
    found: list[Json] = (await client.get("/v1/verdicts")).json()["items"]
    return found


async def test_a_review_is_a_statement_with_a_verdict(
    editor: Client, anonymous: Client, bring: Bring
) -> None:
    job = await bring(editor, json.dumps(GOOD).encode(), LD)

    assert (job["format"], job["state"]) == ("claimreview", "done")
    assert counts(job) == {"rows_read": 1, "made": 1}
    (verdict,) = await verdicts(anonymous)
    assert verdict["organization"]["name"] == "Example Check"
    assert verdict["published_at"] == "2022-09-28T00:00:00.000000Z"
    assert verdict["summary"] == "Gross entries."
    assert (verdict["rating"]["label"], verdict["rating"]["normalized"]) == (
        "Missing context",
        None,
    )
    said = (await anonymous.get(f"/v1/statements/{verdict['statement_id']}")).json()
    assert (said["text"], said["language"], said["origin"]) == (
        GOOD["claimReviewed"], "fr", "import",
    )  # fmt: skip
    assert (said["speaker"]["name"], said["speaker"]["wikidata_id"]) == ("Aslan Atalykov", "Q7747")
    assert [hop["source"]["url"] for hop in said["appearances"]] == [
        "https://ria.example/1", "https://social.example/2",
    ]  # fmt: skip
    of = (await anonymous.get(f"/v1/organizations/{verdict['organization']['id']}")).json()
    assert of["is_imported"] is True
    told = (await anonymous.get("/v1/changes?limit=1000")).json()["items"]
    assert verdict["id"] in [one["id"] for one in told]


async def test_the_same_review_again_changes_nothing_and_another_is_told_apart(
    editor: Client, bring: Bring
) -> None:
    await bring(editor, json.dumps(GOOD).encode(), LD)
    other = GOOD | {"claimReviewed": "Another claim", "url": "https://check.example/2"}

    job = await bring(editor, json.dumps([GOOD, other]).encode(), LD)

    assert counts(job) == {"rows_read": 2, "made": 1, "unchanged": 1}
    speakers = (await editor.get("/v1/speakers?count=true")).json()
    assert speakers["count"]["value"] == 1


async def test_what_a_publisher_says_otherwise_now_is_the_next_version(
    editor: Client, anonymous: Client, bring: Bring
) -> None:
    await bring(editor, json.dumps(GOOD).encode(), LD)
    (before,) = await verdicts(anonymous)
    revised = GOOD | {"reviewRating": {"alternateName": "True"}, "url": GOOD["url"]}

    job = await bring(editor, json.dumps(revised).encode(), LD)

    assert counts(job) == {"rows_read": 1, "made": 1}
    (verdict,) = await verdicts(anonymous)
    assert verdict["id"] == before["id"]
    assert (verdict["rating"]["label"], verdict["summary"]) == ("True", None)
    assert verdict["published_at"] == before["published_at"]
    (told,) = (await anonymous.get("/v1/corrections")).json()["items"]
    assert (told["change_kind"], told["from_version"], told["to_version"]) == ("update", 1, 2)
    assert (told["from_rating"]["label"], told["to_rating"]["label"]) == ("Missing context", "True")
    again = await bring(editor, json.dumps([revised, GOOD]).encode(), LD)
    assert counts(again) == {"rows_read": 2, "unchanged": 2}
    assert (await verdicts(anonymous))[0]["version"] == verdict["version"]


async def test_two_reviews_of_the_same_in_one_file_are_versions_in_their_order(
    editor: Client, anonymous: Client, bring: Bring
) -> None:
    labels = ("False", "Mixed", "True")
    body = [GOOD | {"reviewRating": {"alternateName": label}} for label in labels]

    job = await bring(editor, json.dumps(body).encode(), LD)

    assert counts(job) == {"rows_read": 3, "made": 3}
    (verdict,) = await verdicts(anonymous)
    shown = (await anonymous.get(f"/v1/verdicts/{verdict['id']}/versions")).json()["items"]
    assert {one["no"]: one["rating"]["label"] for one in shown} == {
        1: "False",
        2: "Mixed",
        3: "True",
    }


async def test_our_own_review_that_says_something_else_now_is_ours_to_revise(
    editor: Client, bring: Bring
) -> None:
    ours = GOOD | {"author": {"@type": "Organization", "name": "My Newsroom"}}
    await bring(editor, json.dumps(ours).encode(), LD)

    job = await bring(editor, json.dumps(ours | {"headline": "Another"}).encode(), LD)

    assert counts(job) == {"rows_read": 1, "refused": 1}
    assert (await report(editor, job))[0]["errors"][0]["code"] == "differs"


@pytest.mark.parametrize(
    "wrapped",
    [
        GOOD | {"creativeWorkStatus": "Retracted"},
        {"@type": "DataFeedItem", "dateDeleted": "2022-10-05", "item": [GOOD]},
    ],
)
async def test_what_was_taken_back_is_not_imported(
    editor: Client, bring: Bring, wrapped: Json
) -> None:
    job = await bring(editor, json.dumps(wrapped).encode(), LD)

    assert counts(job) == {"rows_read": 1, "refused": 1}
    assert (await report(editor, job))[0]["errors"][0]["code"] == "retracted"
    assert (await editor.get("/v1/statements")).json()["items"] == []


async def test_a_retracted_verdict_in_our_own_feed_is_not_imported_elsewhere_as_published(
    editor: Client, anonymous: Client, bring: Bring, make: Make
) -> None:
    verdict = await make.published()
    await make.move(verdict, "retracted", notice="We were wrong")
    feed = (await anonymous.get("/v1/feeds/claimreview.json")).content

    job = await bring(editor, feed.replace(b"My Newsroom", b"Elsewhere"), LD)

    assert counts(job) == {"rows_read": 1, "refused": 1}


async def test_who_may_not_publish_brings_no_verdicts_of_others(
    contributor: Client, bring: Bring
) -> None:
    job = await bring(contributor, json.dumps(GOOD).encode(), LD)

    assert counts(job) == {"rows_read": 1, "refused": 1}
    assert "'publish'" in (await report(contributor, job))[0]["errors"][0]["detail"]


async def test_our_own_come_in_as_drafts_until_the_gate_lets_them(
    editor: Client, bring: Bring
) -> None:
    ours = {"@type": "Organization", "name": "My Newsroom"}
    known = GOOD | {"author": ours, "reviewRating": {"alternateName": "FAUX"}}
    unknown = known | {"claimReviewed": "Another", "reviewRating": {"alternateName": "Hm"}}

    job = await bring(editor, json.dumps([known, unknown]).encode(), LD)

    assert counts(job) == {"rows_read": 2, "made": 2, "warnings": 3}
    found = {one["rating"] and one["rating"]["key"] for one in await verdicts(editor)}
    assert found == {"false", None}
    assert {one["state"] for one in await verdicts(editor)} == {"draft"}
    warned = {one["code"] for line in await report(editor, job) for one in line["warnings"]}
    assert warned == {"draft", "unmapped"}


async def test_what_is_odd_is_in_the_report(editor: Client, bring: Bring) -> None:
    odd = GOOD | {
        "inLanguage": None,
        "itemReviewed": {"@type": "CreativeWork", "author": {"name": "Facebook posts"}},
        "reviewRating": {"alternateName": "Falso", "ratingValue": -1},
    }
    job = await bring(editor, json.dumps([odd, {"@type": "ClaimReview"}]).encode(), LD)

    assert counts(job)["refused"] == counts(job)["made"] == 1
    first, second = await report(editor, job)
    assert {one["code"] for one in first["warnings"]} == {
        "old_type", "placeholder", "numbers", "missing",
    }  # fmt: skip
    assert {one["pointer"] for one in second["errors"]} == {
        "/claimReviewed", "/reviewRating/alternateName", "/author",
    }  # fmt: skip


async def test_a_page_is_read(editor: Client, bring: Bring) -> None:
    page = f'<html><script type="application/ld+json">{json.dumps(GOOD)}</script></html>'

    job = await bring(editor, page.encode(), "text/html")

    assert (job["format"], counts(job)) == ("html", {"rows_read": 1, "made": 1})


@pytest.mark.parametrize(
    ("body", "why"), [(b"{", "no JSON"), (b'{"@type": "Article"}', "no ClaimReview")]
)
async def test_what_has_no_review_fails(
    editor: Client, bring: Bring, body: bytes, why: str
) -> None:
    job = await bring(editor, body, "application/json")

    assert job["state"] == "failed"
    assert why in job["failure"]


async def test_a_label_is_unmapped_until_an_editor_maps_it(
    editor: Client, anonymous: Client, contributor: Client, bring: Bring
) -> None:
    await bring(editor, json.dumps(GOOD).encode(), LD)
    (verdict,) = await verdicts(anonymous)
    (found,) = (await anonymous.get("/v1/rating-maps?mapped=false")).json()["items"]
    assert (found["label"], found["organization"]["name"], found["normalized"]) == (
        "Missing context", "Example Check", None,
    )  # fmt: skip
    path = f"/v1/rating-maps/{found['id']}"
    body: Json = {"normalized": "missing_context"}
    etag = (await editor.get(path)).headers["ETag"]

    refused = await contributor.patch(path, json=body, headers={"If-Match": etag})
    mapped = await editor.patch(path, json=body, headers={"If-Match": etag})
    stale = await editor.patch(path, json={"normalized": "true"}, headers={"If-Match": etag})

    assert [one.status_code for one in (refused, mapped, stale)] == [403, 200, 412]
    shown = (await anonymous.get(f"/v1/verdicts/{verdict['id']}")).json()
    assert shown["rating"]["normalized"] == "missing_context"
    listed = await anonymous.get("/v1/statements?normalized_rating=missing_context")
    assert [one["id"] for one in listed.json()["items"]] == [verdict["statement_id"]]
    history = (await editor.get(f"{path}/history")).json()["items"]
    assert [(one["actor"], one["changed"]) for one in history] == [
        ("Editor", ["normalized"]), ("Editor", []),
    ]  # fmt: skip
    assert (await anonymous.get("/v1/rating-maps?mapped=false")).json()["items"] == []
    again = await bring(editor, json.dumps(GOOD | {"url": "https://a.example/3"}).encode(), LD)
    assert counts(again)["made"] == 1
    assert {one["rating"]["normalized"] for one in await verdicts(anonymous)} == {"missing_context"}


async def test_a_label_can_be_mapped_before_it_comes(
    editor: Client, anonymous: Client, bring: Bring
) -> None:
    await bring(editor, json.dumps(GOOD).encode(), LD)
    of = (await verdicts(anonymous))[0]["organization"]["id"]
    body: dict[str, Any] = {"organization_id": of, "label": "謎", "normalized": "mixed"}

    made = await editor.post("/v1/rating-maps", json=body)
    twice = await editor.post("/v1/rating-maps", json=body)
    nobodys = await editor.post(
        "/v1/rating-maps", json=body | {"organization_id": made.json()["id"]}
    )

    assert [one.status_code for one in (made, twice, nobodys)] == [201, 409, 422]
    assert made.json()["key"]
    labelled = GOOD | {
        "reviewRating": {"alternateName": body["label"]}, "claimReviewed": "Another",
    }  # fmt: skip
    await bring(editor, json.dumps(labelled).encode(), LD)
    found = {one["rating"]["normalized"] for one in await verdicts(anonymous)}
    assert found == {None, "mixed"}


@pytest.mark.parametrize("name", ["rofact.jsonl", "factckbr.jsonl", "euvsdisinfo.jsonl"])
async def test_real_fact_checks_are_imported(editor: Client, bring: Bring, name: str) -> None:
    rows = real(name)[:300]
    feed = {
        "@type": "DataFeed",
        "dataFeedElement": [{"@type": "DataFeedItem", "item": [marked_up(row)]} for row in rows],
    }

    job = await bring(editor, json.dumps(feed).encode(), LD)

    assert job["state"] == "done"
    refused = [one for one in await report(editor, job) if one["state"] == "refused"]
    assert job["made"] + job["unchanged"] > 0.98 * len(rows), json.dumps(refused[:2])
    again = await bring(editor, json.dumps(feed).encode(), LD)
    assert again["made"] == 0


async def test_nobody_is_made_twice_under_another_name(editor: Client, bring: Bring) -> None:
    author = GOOD["itemReviewed"]["author"] | {"name": "A. Atalykov"}
    other = GOOD | {
        "claimReviewed": "Another", "itemReviewed": GOOD["itemReviewed"] | {"author": author},
    }  # fmt: skip

    job = await bring(editor, json.dumps([GOOD, other]).encode(), LD)

    assert (counts(job)["made"], job["refused"]) == (2, 0)
    speakers = (await editor.get("/v1/speakers?count=true")).json()
    assert speakers["count"]["value"] == 1


async def test_what_is_imported_can_be_found(
    editor: Client, anonymous: Client, bring: Bring, make: Make
) -> None:
    await bring(editor, json.dumps(GOOD).encode(), LD)

    listed = await anonymous.get("/v1/statements?rating=missing_context&has_verdict=true")

    assert len(listed.json()["items"]) == 1
