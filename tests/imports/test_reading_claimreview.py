"""Reading ClaimReview: tolerant of what publishers write, with a remark on everything odd."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.imports.claimreview import Review, read
from app.imports.loosely import Remarks, day, instant, is_nobody, language, text
from app.imports.marked import NotReadable, in_html, in_json
from tests.making import Json

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "statements"
GOOD: Json = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://check.example/2022/kazakhstan-98000#s1",
    "datePublished": "2022-09-28",
    "inLanguage": "fr",
    "claimReviewed": "About 98,000 Russians have entered Kazakhstan since 21 September",
    "author": {"@type": "Organization", "name": "Example Check", "url": "https://check.example/"},
    "reviewRating": {
        "@type": "Rating", "alternateName": "Missing context", "ratingValue": 3,
        "worstRating": 1, "bestRating": 5, "ratingExplanation": "Gross entries.",
    },
    "itemReviewed": {
        "@type": "Claim", "datePublished": "2022-09-27",
        "author": {
            "@type": "Person", "name": "Aslan Atalykov", "jobTitle": "Acting chairman",
            "sameAs": ["https://example.org", "https://www.wikidata.org/wiki/Q7747"],
        },
        "firstAppearance": {"@type": "NewsArticle", "url": "https://ria.example/1"},
        "appearance": [{"@type": "SocialMediaPosting", "url": "https://social.example/2"}],
    },
}  # fmt: skip


def changed(**given: Any) -> Review:
    """Read the good one with something else in it."""
    return read(GOOD | given)


def claim(**given: Any) -> Review:
    """Read the good one with something else in its claim."""
    return changed(itemReviewed=GOOD["itemReviewed"] | given)


def rated(**given: Any) -> Review:
    """Read the good one with another rating."""
    return changed(reviewRating={"@type": "Rating", "alternateName": "False"} | given)


def codes(review: Review) -> set[tuple[str, str]]:
    """Give what was remarked."""
    return {(one["pointer"], one["code"]) for one in review.remarks.found}


def test_a_sound_one_is_read_without_a_remark() -> None:
    review = read(GOOD)

    assert review.remarks.found == []
    assert review.lacks == []
    assert review.label == "Missing context"
    assert review.numbers == (3.0, 1.0, 5.0)
    assert review.published_at == datetime(2022, 9, 28, tzinfo=UTC)
    assert review.said_on == "2022-09-27"
    who = review.claimant
    assert who is not None
    assert (who.name, who.kind, who.role, who.wikidata_id) == (
        "Aslan Atalykov", "person", "Acting chairman", "Q7747",
    )  # fmt: skip
    assert [(hop.url, hop.kind, hop.is_first) for hop in review.hops] == [
        ("https://ria.example/1", "article", True),
        ("https://social.example/2", "social_post", False),
    ]


@pytest.mark.parametrize(
    "wrapped",
    [
        GOOD,
        [GOOD],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, GOOD]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [GOOD]}]},
        {"@type": "DataFeed", "dataFeedElement": {"@type": "DataFeedItem", "item": GOOD}},
        {"@type": "NewsArticle", "review": GOOD},
        GOOD | {"@type": ["Review", "http://schema.org/ClaimReview"]},
        GOOD | {"@type": "schema:ClaimReview"},
    ],
)
def test_it_is_found_however_it_is_wrapped(wrapped: Any) -> None:
    (found,) = in_json(json.dumps(wrapped))

    assert read(found).claim == GOOD["claimReviewed"]


def test_it_is_found_in_the_scripts_of_a_page() -> None:
    page = f"""<html><script>var x = 1;</script>
        <script type="application/ld+json">{{broken</script>
        <script type='application/LD+JSON; charset=utf-8'>//<![CDATA[
        {json.dumps(GOOD)}
        //]]></script></html>"""

    (found,) = in_html(page)

    assert found == GOOD


def test_it_is_found_as_microdata() -> None:
    page = """<div itemscope itemtype="http://schema.org/ClaimReview"><p>Not a property<br>
      <meta itemprop="datePublished" content="2022-09-28">
      <a itemprop="url" href="https://check.example/1">Link</a>
      <h2 itemprop="claimReviewed">So <b>many</b> came</h2>
      <div itemprop="author" itemscope itemtype="http://schema.org/Organization">
        <span itemprop="name">Example Check</span></div>
      <div itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating">
        <span itemprop="alternateName">Faux</span> <meta itemprop="ratingValue" content="1"/></div>
      <div itemprop="itemReviewed" itemscope itemtype="http://schema.org/CreativeWork">
        <div itemprop="author" itemscope itemtype="http://schema.org/Person">
          <span itemprop="name">Somebody</span></div>
        <a itemprop="sameAs" href="https://a.example/">1</a>
        <a itemprop="sameAs" href="https://b.example/">2</a></div></div>"""

    (found,) = in_html(page)
    review = read(found)

    assert (review.claim, review.label, review.url) == (
        "So many came", "Faux", "https://check.example/1",
    )  # fmt: skip
    assert review.publisher is not None
    assert review.publisher.name == "Example Check"
    assert review.claimant is not None
    assert review.claimant.name == "Somebody"
    assert ("/itemReviewed/@type", "old_type") in codes(review)


def test_what_is_no_json_is_said_to_be_none() -> None:
    for body in ("{", "", "\x00", "[" * 100_000):
        with pytest.raises(NotReadable):
            in_json(body)
    with pytest.raises(NotReadable):
        in_html('<script type="application/ld+json">{"a": </script>')
    assert in_json("[]") == in_html("<p>Nothing") == []


@pytest.mark.parametrize(
    ("given", "numbers", "remarked"),
    [
        ({"ratingValue": "2", "worstRating": "1", "bestRating": "5"}, (2, 1, 5), False),
        ({"ratingValue": "1,5", "worstRating": 1, "bestRating": 5}, (1.5, 1, 5), False),
        ({"ratingValue": 1, "worstRating": 5, "bestRating": 1}, None, True),
        ({"ratingValue": -1, "worstRating": -1, "bestRating": -1}, None, True),
        ({"ratingValue": 0, "worstRating": 0, "bestRating": 5}, None, True),
        ({"ratingValue": 7, "worstRating": 1, "bestRating": 5}, None, True),
        ({"ratingValue": 3}, None, True),
        ({"ratingValue": "NaN", "worstRating": 1, "bestRating": 5}, None, True),
        ({"ratingValue": 1e400, "worstRating": True, "bestRating": []}, None, True),
        ({}, None, False),
    ],
)
def test_numbers_make_sense_or_are_left_out(
    given: Json, numbers: tuple[float, ...] | None, *, remarked: bool
) -> None:
    review = rated(**given)

    assert review.numbers == numbers
    assert review.label == "False"
    assert (("/reviewRating", "numbers") in codes(review)) is remarked


@pytest.mark.parametrize(
    "name",
    [
        "Social media users", "Facebook posts", "Viral post on Facebook", "Multiple sources",
        "Plusieurs sites internet", "Fuentes múltiples", "Usuarios de redes sociales", "unknown",
        "Various websites", "WhatsApp", "N/A", "-", "Пользователи соцсетей", "Internautes",
    ],
)  # fmt: skip
def test_nobody_in_particular_is_anonymous(name: str) -> None:
    review = claim(author={"@type": "Person", "name": name})

    assert review.claimant is None
    assert ("/itemReviewed/author/name", "placeholder") in codes(review)


def test_somebody_is_somebody() -> None:
    for name in ("Ada Lovelace", "The People's Party", "Facebook's Nick Clegg", "Ana de la Red"):
        assert not is_nobody(name), name


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("2022-09-27", "2022-09-27"),
        ("2022-09-27T23:59:59+03:00", "2022-09-27"),
        ("2022-09", "2022-09"),
        ("2022", "2022"),
        ("2022/9/7", "2022-09-07"),
        ("27.09.2022", "2022-09-27"),
        ("09/27/2022", "2022-09-27"),
        ("September 27, 2022", "2022-09-27"),
        ("27 Sep 2022", "2022-09-27"),
        ("Tue, 27 Sep 2022 10:00:00 GMT", "2022-09-27"),
        ("05/06/2022", None),
        ("0000-00-00", None),
        ("2022-02-30", None),
        ("yesterday", None),
        ("2022-13", None),
    ],
)
def test_dates_are_read_where_they_are_sure(given: str, known: str | None) -> None:
    remarks = Remarks()

    assert day(given, "/d", remarks) == known
    assert bool(remarks.found) is (known is None)


def test_instants_are_read_in_utc() -> None:
    remarks = Remarks()

    assert instant("2022-09-27T12:00:00+02:00", "/d", remarks) == datetime(
        2022, 9, 27, 10, tzinfo=UTC
    )
    assert instant("2022-09-27", "/d", remarks) == datetime(2022, 9, 27, tzinfo=UTC)
    assert remarks.found == []
    assert instant("2022-09-27T12:00:00", "/d", remarks) == datetime(2022, 9, 27, 12, tzinfo=UTC)
    assert instant("0001-01-01T00:00:00+14:00", "/d", remarks) is None
    assert {one["code"] for one in remarks.found} == {"zone", "date"}


def test_texts_are_plain() -> None:
    remarks = Remarks()

    assert text("L&#39;&amp;eacute;t&eacute;\x00 <b>chaud</b>\n", "/t", remarks) == "L'été chaud"
    assert text({"@value": "x"}, "/t", remarks) == "x"
    assert text(["", "a", "b"], "/t", remarks) == "a"
    assert {one["code"] for one in remarks.found} == {"markup", "several"}
    assert text({"a": 1}, "/t", remarks) is text(True, "/t", remarks) is None  # noqa: FBT003 - JSON's.
    assert language("pt_BR", "/l", Remarks()) == "pt-BR"
    assert language({"@type": "Language", "alternateName": "ru"}, "/l", Remarks()) == "ru"
    assert language("English language", "/l", remarks) is None


def test_what_is_missing_is_taken_from_elsewhere_and_said() -> None:
    review = changed(
        author=None, claimReviewed=None, itemReviewed=[{"@type": "CreativeWork", "name": "Name"}],
        reviewRating={"ratingValue": "Mostly false"},
    )  # fmt: skip

    assert review.lacks == []
    assert review.publisher is not None
    assert (review.publisher.name, review.claim, review.label) == (
        "check.example", "Name", "Mostly false",
    )  # fmt: skip
    assert {pointer for pointer, _ in codes(review)} == {
        "/author", "/claimReviewed", "/itemReviewed/@type", "/reviewRating",
        "/reviewRating/alternateName",
    }  # fmt: skip


def test_what_cannot_be_done_without_is_named() -> None:
    assert read({"@type": "ClaimReview"}).lacks == [
        "/claimReviewed", "/reviewRating/alternateName", "/author",
    ]  # fmt: skip
    odd: list[Any] = [None, [], {}, 1, "x", [[]], {"@type": 3}, True, [None], {"name": {}}]
    for value in odd:
        for name in GOOD:
            changed(**{name: value})
        for name in GOOD["itemReviewed"]:
            claim(**{name: value})


def test_what_is_long_is_cut() -> None:
    review = rated(ratingExplanation="word " * 500)

    assert review.summary is not None
    assert len(review.summary) <= 600
    assert review.explanation is not None
    assert len(review.explanation) > 2000
    assert ("/reviewRating/ratingExplanation", "shortened") in codes(review)


def real(name: str) -> list[Json]:
    """Read real fact checks, where they are there."""
    path = REAL / name
    if not path.exists():
        pytest.skip(f"{name} is not on this machine")
    body = gzip.decompress(path.read_bytes()) if name.endswith("gz") else path.read_bytes()
    return [json.loads(line) for line in body.splitlines()]


def marked_up(row: Json) -> Json:
    """Write a real fact check as its publisher's markup would."""
    numbers = {"ratingValue": row.get("rating_value"), "bestRating": row.get("best_rating")}
    return {
        "@type": "ClaimReview",
        "url": row.get("review_url"),
        "claimReviewed": row["text"],
        "inLanguage": row["lang"],
        "datePublished": row.get("reviewed_on"),
        "author": {"@type": "Organization", "name": row.get("publisher") or row["ds"]},
        "reviewRating": {"alternateName": row.get("verdict"), "worstRating": "1"} | numbers,
        "itemReviewed": {
            "@type": "CreativeWork",
            "author": {"@type": "Person", "name": row.get("speaker")},
            "datePublished": row.get("stated_on"),
        },
    }


@pytest.mark.parametrize(
    "name", ["rofact.jsonl", "factckbr.jsonl", "euvsdisinfo.jsonl", "politifact-ct22.jsonl.gz"]
)
def test_real_fact_checks_are_read(name: str) -> None:
    rows = real(name)

    reviews = [read(marked_up(row)) for row in rows]

    sound = [review for review in reviews if not review.lacks]
    assert len(sound) > 0.98 * len(rows)
    assert all(review.remarks.found for review in reviews)
