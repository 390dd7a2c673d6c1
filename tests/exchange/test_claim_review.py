"""ClaimReview: what is out, as Google documents it, and nothing that isn't public."""

import json
from typing import Any

import pytest

from tests.exchange import scene
from tests.exchange.linked import graph, misshapen, unknown, values
from tests.making import Client, Json, Made, Make, change

LD_JSON = "application/ld+json"
NUMBERS = {"ratingValue", "worstRating", "bestRating"}


async def review_of(client: Client, made: Made) -> Json:
    """Fetch a verdict's ClaimReview, and see that it is well-formed."""
    answer = await client.get(f"{made.path}/claimreview")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == LD_JSON
    found: Json = answer.json()
    assert misshapen(found) == []
    assert unknown(found) == set()
    return found


async def test_it_is_to_the_letter_what_google_documents(anonymous: Client, make: Make) -> None:
    said = await scene.said(make)
    made = await scene.verdict(make, statement_id=said.id)

    found = await review_of(anonymous, made)

    claim = f"http://test/v1/statements/{said.id}"
    blog, paper = (said.body["appearances"][at]["source"]["url"] for at in (0, 2))
    wikidata = f"https://www.wikidata.org/wiki/{said.body['speaker']['wikidata_id']}"
    assert found == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "@id": f"http://test{made.path}#claimreview",
        "url": scene.ARTICLE,
        "datePublished": made.body["published_at"],
        "dateModified": made.body["updated_at"],
        "version": 1,
        "inLanguage": "en",
        "headline": "One official's number",
        "claimReviewed": scene.SUMMARY,
        "author": {"@type": "Organization", "name": "My newsroom"},
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "Mostly false",
            "ratingExplanation": "Gross entries; 64,234 left in the same period.",
            "ratingValue": 2,
            "worstRating": 1,
            "bestRating": 5,
        },
        "itemReviewed": {
            "@type": "Claim",
            "@id": claim,
            "text": scene.TEXT,
            "inLanguage": "fr",
            "datePublished": "2022-09-27",
            "author": {
                "@type": "Person",
                "name": "Aslan Atalykov",
                "jobTitle": "Acting chairman, Migration Service Committee",
                "image": "https://img.example/a.jpg",
                "sameAs": wikidata,
            },
            "firstAppearance": {
                "@type": "NewsArticle",
                "@id": f"{claim}#appearance-ria",
                "publisher": {"@type": "Organization", "name": "RIA Novosti"},
                "datePublished": "2022-09-27",
            },
            "appearance": [
                {
                    "@type": "NewsArticle",
                    "@id": f"{claim}#appearance-paper",
                    "name": "L'hémorragie",
                    "url": paper,
                    "publisher": {"@type": "Organization", "name": "L'Indépendant"},
                    "datePublished": "2022-09-27",
                    "inLanguage": "fr",
                    "isBasedOn": {"@id": f"{claim}#appearance-ria"},
                },
                {
                    "@type": "SocialMediaPosting",
                    "@id": f"{claim}#appearance-blog",
                    "name": "A post",
                    "url": blog,
                    "isBasedOn": {"@id": f"{claim}#appearance-paper"},
                },
            ],
        },
    }


async def test_a_json_ld_processor_reads_the_same_out_of_it(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make)

    found = graph(await review_of(anonymous, made))

    name = f"http://test{made.path}#claimreview"
    assert values(found, name, "reviewRating", "ratingValue") == {"2"}
    assert values(found, name, "itemReviewed", "author", "name") == {"Aslan Atalykov"}
    assert values(found, name, "url") == {scene.ARTICLE}
    based = values(found, name, "itemReviewed", "appearance", "isBasedOn", "publisher", "name")
    assert based == {"RIA Novosti", "L'Indépendant"}


@pytest.mark.parametrize("key", ["missing_context", "unverifiable", "misleading", "outdated"])
async def test_what_is_not_on_the_axis_has_a_name_and_no_numbers(
    anonymous: Client, make: Make, key: str
) -> None:
    made = await scene.verdict(make, rating={"key": key})

    rating = (await review_of(anonymous, made))["reviewRating"]

    assert rating["alternateName"] == made.body["rating"]["label"]
    assert not NUMBERS & rating.keys()


@pytest.mark.parametrize("ordinals", [[1], [3], [None], [7, 9, None]])
async def test_numbers_are_those_of_the_scale_all_three_or_none(
    anonymous: Client, make: Make, ordinals: list[int | None]
) -> None:
    ratings = [
        {"key": f"r{at}", "labels": {"en": f"R{at}"}, "ordinal": one}
        for at, one in enumerate(ordinals)
    ]
    scale = await make.scale(ratings=ratings)
    made = await scene.verdict(make, rating={"scale": scale.body["key"], "key": "r0"})

    rating = (await review_of(anonymous, made))["reviewRating"]

    numbers = {name: rating[name] for name in NUMBERS & rating.keys()}
    assert numbers in ({}, {"ratingValue": 7, "worstRating": 7, "bestRating": 9})
    assert bool(numbers) == (len(ordinals) > 1)


async def test_an_anonymous_claimant_is_no_author(anonymous: Client, make: Make) -> None:
    said = await scene.said(make, speaker_is_anonymous=True)
    made = await scene.verdict(make, statement_id=said.id)

    found = await review_of(anonymous, made)

    assert "author" not in found["itemReviewed"]
    assert "Acting chairman" not in json.dumps(found)


@pytest.mark.parametrize(
    ("kind", "type_"),
    [("organization", "Organization"), ("office", "Organization"), ("group", "Organization"),
     ("person", "Person"), ("unknown", "Person")],
)  # fmt: skip
async def test_a_claimant_is_a_person_or_an_organization(
    anonymous: Client, make: Make, kind: str, type_: str
) -> None:
    said = await scene.said(make, speaker={"kind": kind, "name": "They"})
    made = await scene.verdict(make, statement_id=said.id)

    author = (await review_of(anonymous, made))["itemReviewed"]["author"]

    assert (author["@type"], author["name"]) == (type_, "They")
    assert ("jobTitle" in author) == (type_ == "Person")


async def test_what_is_confidential_is_told_nowhere(anonymous: Client, make: Make) -> None:
    secret = {"access": "confidential", "note": "Deep throat", "url": "https://secret.example/1"}
    leak = await make.source(kind="leak", name="Secret leak", **secret)
    outlet = await make.source(kind="newspaper", name="Hidden outlet", access="confidential")
    said = await scene.said(make, appearances=[
        {"key": "leak", "source_id": leak.id, "role": "origin", "mode": "indirect",
         "is_first_known": True},
        {"key": "paper", "parent_key": "leak", "role": "outlet", "mode": "summary",
         "source": {"kind": "article", "name": "Seen", "publisher_id": outlet.id}},
    ])  # fmt: skip
    made = await scene.verdict(make, statement_id=said.id, evidence=[
        {"source_id": leak.id, "stance": "refutes", "role": "primary", "excerpt": "Secret words"},
        {"source_id": (await make.source(name="Open data", kind="dataset")).id,
         "stance": "refutes", "role": "dataset"},
    ])  # fmt: skip

    for path in ("claimreview", "embed"):
        text = (await anonymous.get(f"{made.path}/{path}")).text
        assert not [word for word in ("Secret", "secret", "Hidden", "Deep") if word in text]
    found = await review_of(anonymous, made)
    assert "firstAppearance" not in found["itemReviewed"]
    (seen,) = found["itemReviewed"]["appearance"]
    assert (seen["name"], "isBasedOn" in seen, "publisher" in seen) == ("Seen", False, False)
    assert [one["name"] for one in found["citation"]] == ["Open data"]
    assert found["citation"][0]["@type"] == "Dataset"


async def test_corrections_are_told_in_order_and_minor_changes_are_not(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)
    first = await scene.corrected(make, made, "It said 100,000", summary="Better.")
    minor = await make.publish(
        await make.revise(first, headline="Mended"), change_kind="minor", change_reason="wording"
    )
    await scene.corrected(make, minor, "And more", rating={"key": "false"})

    found = await review_of(anonymous, made)

    assert [one["text"] for one in found["correction"]] == ["It said 100,000", "And more"]
    assert found["datePublished"] == made.body["published_at"]
    assert found["dateModified"] == found["correction"][1]["datePublished"]
    assert (found["version"], found["reviewRating"]["ratingValue"]) == (4, 1)


async def test_a_retracted_verdict_is_rated_as_retracted_and_gives_its_notice(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make, language="fr")
    await scene.retracted(make, made, "We were wrong")

    found = await review_of(anonymous, made)

    assert found["creativeWorkStatus"] == "Retracted"
    assert found["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Rétracté",
        "ratingExplanation": "We were wrong",
    }
    assert [one["text"] for one in found["correction"]] == ["We were wrong"]


async def test_a_revision_under_way_is_not_told_of_nor_is_a_draft(
    anonymous: Client, admin: Client, make: Make
) -> None:
    made = await scene.verdict(make)
    await make.revise(made, headline="Not yet")
    draft = await make.verdict()

    for client in (anonymous, admin):
        assert (await review_of(client, made))["headline"] == "One official's number"
        for path in ("claimreview", "embed"):
            assert (await client.get(f"{draft.path}/{path}")).status_code == 404
    assert (await admin.get(made.path)).json()["headline"] == "Not yet"


async def test_the_claim_of_a_verdict_on_attribution_is_that_they_said_it(
    anonymous: Client, make: Make
) -> None:
    said = await scene.said(make)
    given: Json = {"check_type": "attribution", "rating": {"key": "confirmed"}}
    made = await scene.verdict(make, statement_id=said.id, **given)
    hidden = await scene.said(make, speaker_is_anonymous=True)
    other = await scene.verdict(make, statement_id=hidden.id, **given)

    claims = [(await review_of(anonymous, one))["claimReviewed"] for one in (made, other)]

    words = "“Some 98,000 Russians came to Kazakhstan”"
    assert claims == [f"Aslan Atalykov: {words}", words]


async def test_without_a_summary_the_words_are_those_of_the_verdicts_language(
    anonymous: Client, make: Make
) -> None:
    said = await scene.said(make, summary=None)
    made = [
        await scene.verdict(make, statement_id=said.id, language=language, check_type=check_type)
        for language, check_type in (("en-GB", "content"), ("ru", "context"))
    ]

    claims = [(await review_of(anonymous, one))["claimReviewed"] for one in made]

    assert claims == ["Some 98,000 Russians came to Kazakhstan", scene.TEXT]


async def test_without_an_article_the_page_is_the_card(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make, url=None)

    found = await review_of(anonymous, made)

    assert found["url"] == f"http://test{made.path}/embed"
    assert (await anonymous.get(found["url"])).headers["Content-Type"].startswith("text/html")


async def test_it_may_stand_in_a_script_element_as_it_is(anonymous: Client, make: Make) -> None:
    evil = "</script><script>alert('&')</script>\x0b\u2028"
    made = await scene.verdict(make, summary=evil)

    answer = await anonymous.get(f"{made.path}/claimreview")

    assert not set("<>&") & set(answer.text)
    assert answer.json()["reviewRating"]["ratingExplanation"] == evil


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (LD_JSON, LD_JSON),
        (f"{LD_JSON}, application/json;q=0.9", LD_JSON),
        (f"application/json;q=0.5, {LD_JSON};q=0.8, */*;q=0.1", LD_JSON),
        (f'{LD_JSON};profile="http://www.w3.org/ns/json-ld#compacted"', LD_JSON),
        (f"{LD_JSON};q=0, */*", "application/json"),
        (f"application/json, {LD_JSON}", "application/json"),
        ("application/*", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ],
)
async def test_a_verdict_is_a_claim_review_to_who_rather_accepts_that(
    anonymous: Client, make: Make, accept: str, media: str
) -> None:
    made = await scene.verdict(make)

    answer = await anonymous.get(made.path, headers={"Accept": accept})

    assert answer.headers["Content-Type"] == media
    assert {"Accept", "Authorization"} <= set(answer.headers["Vary"].split(", "))
    assert ("@type" in answer.json()) == (media == LD_JSON)
    if media == LD_JSON:
        assert answer.headers["Content-Location"] == f"{made.path}/claimreview"
        own = await anonymous.get(f"{made.path}/claimreview")
        assert (own.content, own.headers["ETag"]) == (answer.content, answer.headers["ETag"])


async def test_each_kind_of_answer_has_an_etag_of_its_own(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make)
    plain = (await anonymous.get(made.path)).headers["ETag"]
    linked = (await anonymous.get(made.path, headers={"Accept": LD_JSON})).headers["ETag"]

    statuses = [
        (await anonymous.get(made.path, headers={"Accept": accept, "If-None-Match": tag}))
        for accept in ("application/json", LD_JSON)
        for tag in (plain, linked)
    ]

    assert [one.status_code for one in statuses] == [304, 200, 200, 304]
    assert "Accept" in statuses[3].headers["Vary"]


async def test_the_etag_changes_with_all_that_is_told(
    anonymous: Client, admin: Client, make: Make
) -> None:
    said = await scene.said(make)
    made = await scene.verdict(make, statement_id=said.id)
    speaker = f"/v1/speakers/{said.body['speaker_id']}"
    read = await anonymous.get(f"{made.path}/claimreview")
    patch: dict[str, Any] = {"json": {"name": "Renamed"}, "headers": {"If-Match": "*"}}
    await admin.patch(speaker, **patch)

    again = await anonymous.get(
        f"{made.path}/claimreview", headers={"If-None-Match": read.headers["ETag"]}
    )

    assert again.status_code == 200
    assert "Renamed" in again.text
    assert "shows/speakers" in again.headers["Surrogate-Key"]


async def test_the_past_and_what_is_being_written_have_none(admin: Client, make: Make) -> None:
    made = await scene.verdict(make)

    for query in ("as_of=2026-01-01T00:00:00Z", "view=editorial"):
        answer = await admin.get(f"{made.path}?{query}", headers={"Accept": LD_JSON})
        assert answer.status_code == 406
    public = await admin.get(f"{made.path}?view=public", headers={"Accept": LD_JSON})
    assert public.headers["Content-Type"] == LD_JSON


async def test_who_accepts_neither_gets_none(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make)

    for path, accept in ((made.path, "text/html"), (f"{made.path}/claimreview", "text/html"),
                         (f"{made.path}/embed", LD_JSON)):  # fmt: skip
        answer = await anonymous.get(path, headers={"Accept": accept})
        assert answer.status_code == 406
    plain = await anonymous.get(f"{made.path}/claimreview", headers={"Accept": "application/json"})
    assert plain.headers["Content-Type"] == "application/json"


async def test_nothing_else_of_a_hidden_change_is_told(
    anonymous: Client, admin: Client, make: Make
) -> None:
    """What was recorded of the statement since is public, and told; a comment isn't."""
    said = await scene.said(make)
    made = await scene.verdict(make, statement_id=said.id)
    await make.comment(said, text="Between us")
    answer = await change(admin, said, summary="A better summary")
    assert answer.status_code == 200

    found = await review_of(anonymous, made)

    assert found["claimReviewed"] == "A better summary"
    assert "Between us" not in json.dumps(found)
