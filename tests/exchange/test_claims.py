"""`/v1alpha1/claims:search` answers as the Fact Check Tools API of Google does."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import asyncpg
import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.finding import asking
from tests.exchange import scene
from tests.exchange.conftest import OUTSIDE
from tests.making import Client, Json, Made, Make

PATH = "/v1alpha1/claims:search"
MEDIA = "application/json; charset=UTF-8"
CLAIM = {"text", "claimant", "claimDate", "claimReview"}
REVIEW = {"publisher", "url", "title", "reviewDate", "textualRating", "languageCode"}


async def search(client: Client, **asked: Any) -> Json:
    """Search, and see that the answer has Google's shape and nothing that is null or empty."""
    answer = await client.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == MEDIA
    found: Json = answer.json()
    assert found.keys() <= {"claims", "nextPageToken"}
    assert all(found.values())
    for claim in found.get("claims", ()):
        assert {"text", "claimReview"} <= claim.keys() <= CLAIM
        assert claim["claimReview"]
        for review in claim["claimReview"]:
            assert {"publisher", "url"} <= review.keys() <= REVIEW
            assert review["publisher"].keys() == {"name", "site"}
    return found


async def texts(client: Client, **asked: Any) -> list[str]:
    """Search, and give the texts of what is found."""
    return [claim["text"] for claim in (await search(client, **asked)).get("claims", [])]


def refused(answer: Response) -> tuple[int, str]:
    """Read an error in Google's envelope; give its code and message."""
    assert answer.headers["Content-Type"] == MEDIA
    assert answer.headers["Cache-Control"] == "no-store"
    error = answer.json()["error"]
    assert error.keys() == {"code", "message", "status"}
    assert error["code"] == answer.status_code
    return error["code"], error["message"]


async def about(make: Make, word: str, amount: int = 1, **given: Any) -> list[Made]:
    """Publish verdicts about statements with a word, said one day after the other."""
    made = []
    for number in range(amount):
        said = await make.statement(
            text=f"{word} number {number}", language="en", said_on=f"2022-01-{1 + number:02}"
        )
        made.append(await scene.verdict(make, statement_id=said.id, **given))
    return made


async def test_a_claim_is_to_the_letter_as_google_shows_it(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make)

    found = await search(anonymous, query="98 000 Russes")

    assert found == {
        "claims": [{
            "text": scene.SUMMARY,
            "claimant": "Aslan Atalykov",
            "claimDate": "2022-09-27T00:00:00Z",
            "claimReview": [{
                "publisher": {"name": "My newsroom", "site": "check.example"},
                "url": scene.ARTICLE,
                "title": "One official's number",
                "reviewDate": made.body["published_at"],
                "textualRating": "Mostly false",
                "languageCode": "en",
            }],
        }],
    }  # fmt: skip


async def test_what_is_not_known_is_left_out_and_nothing_found_is_an_empty_object(
    anonymous: Client, make: Make
) -> None:
    said = await make.statement(text="Somebody saw otters", speaker_is_anonymous=True)
    await make.published(statement_id=said.id, headline=None)

    found = await search(anonymous, query="otters")

    (claim,) = found["claims"]
    assert claim.keys() == {"text", "claimReview"}
    assert claim["claimReview"][0].keys() == REVIEW - {"title"}
    assert await search(anonymous, query="unicorns") == {}
    assert await search(anonymous, query="?!") == {}


@pytest.mark.parametrize(
    ("said_on", "date"),
    [("2022", "2022-01-01T00:00:00Z"), ("2022-09", "2022-09-01T00:00:00Z")],
)
async def test_a_date_known_in_part_is_its_first_day(
    anonymous: Client, make: Make, said_on: str, date: str
) -> None:
    said = await scene.said(make, said_on=said_on)
    await scene.verdict(make, statement_id=said.id)

    (claim,) = (await search(anonymous, query="98000"))["claims"]

    assert claim["claimDate"] == date


async def test_claims_are_checked_for_being_so_and_not_for_having_been_said(
    anonymous: Client, make: Make
) -> None:
    shown = {
        ("content", "false"): True, ("context", "missing_context"): True,
        ("attribution", "confirmed"): False, ("attribution", "denied"): False,
        ("attribution", "misattributed"): True, ("attribution", "not_found"): True,
        ("promise", "broken"): False,
    }  # fmt: skip
    for (check_type, key), is_shown in shown.items():
        word = f"Zebra{check_type}{key.replace('_', '')}"
        await about(make, word, check_type=check_type, rating={"key": key})
        assert await texts(anonymous, query=word) == [f"{word} number 0"] * is_shown, word


async def test_drafts_retracted_verdicts_and_what_is_internal_are_not_found(
    anonymous: Client, admin: Client, make: Make
) -> None:
    (gone,) = await about(make, "Badgers")
    await scene.retracted(make, gone, "Wrong")
    hidden = await make.statement(text="Badgers hide", visibility="internal")
    await make.verdict(statement_id=hidden.id)
    await make.statement(text="Badgers without a verdict")

    for client in (anonymous, admin):
        assert await search(client, query="badgers") == {}
        assert await search(client, reviewPublisherSiteFilter="check.example") == {}


async def test_each_organisation_and_question_is_a_review_of_its_own(
    anonymous: Client, make: Make, stranger: Client
) -> None:
    said = await scene.said(make)
    await scene.verdict(make, statement_id=said.id)
    await scene.verdict(make, statement_id=said.id, check_type="context",
                        rating={"key": "missing_context"}, language="fr")  # fmt: skip
    await scene.verdict(Make(stranger), statement_id=said.id, url="https://other.example/1")

    (claim,) = (await search(anonymous, query="98000"))["claims"]

    told = [(one["publisher"]["site"], one["textualRating"]) for one in claim["claimReview"]]
    assert told == [("check.example", "Mostly false"), ("check.example", "Manque de contexte"),
                    ("other.example", "Mostly false")]  # fmt: skip


async def test_the_language_is_that_of_the_review_and_its_region_does_not_count(
    anonymous: Client, make: Make
) -> None:
    said = await scene.said(make, summary=None)
    await scene.verdict(make, statement_id=said.id, language="ru")
    await scene.verdict(make, statement_id=said.id, check_type="context", language="fr-CA")

    async def look(language: str) -> list[tuple[str, str, list[str]]]:
        found = await search(anonymous, query="98000", languageCode=language)
        return [
            (one["text"], one["claimant"], [each["languageCode"] for each in one["claimReview"]])
            for one in found.get("claims", [])
        ]

    assert await look("ru-RU") == [(scene.TEXT, "Аслан Аталыков", ["ru"])]
    assert await look("fr") == [(scene.TEXT, "Aslan Atalykov", ["fr-CA"])]
    assert await look("fr_BE") == await look("FR-ca") == await look("fr")
    assert await look("en") == []


async def test_the_text_is_in_the_language_that_is_asked_for(anonymous: Client, make: Make) -> None:
    said = await scene.said(make, summary=None)
    await scene.verdict(make, statement_id=said.id)

    assert await texts(anonymous, query="98000") == [scene.TEXT]
    translated = await texts(anonymous, query="98000", languageCode="en")
    assert translated == ["Some 98,000 Russians came to Kazakhstan"]


@pytest.mark.parametrize(
    "site", ["check.example", "www.check.example", "CHECK.example", "https://www.check.example/a?b",
             "check.example:443", " check.example "]
)  # fmt: skip
async def test_a_site_may_be_asked_for_with_and_without_words(
    anonymous: Client, make: Make, stranger: Client, site: str
) -> None:
    await about(make, "Otters", 2)
    await about(Make(stranger), "Otters", url="https://other.example/1")
    ours = ["Otters number 1", "Otters number 0"]

    assert await texts(anonymous, reviewPublisherSiteFilter=site) == ours
    assert await texts(anonymous, query="otters", reviewPublisherSiteFilter=site) == ours
    assert await texts(anonymous, query="cats", reviewPublisherSiteFilter=site) == []
    assert len(await texts(anonymous, query="otters")) == 3


async def test_without_an_article_a_review_is_the_card_and_the_site_is_ours(
    anonymous: Client, outside: Client, make: Make
) -> None:
    (made,) = await about(make, "Otters", url=None)

    for client, site, root in ((anonymous, "test", "http://test"),
                               (outside, "facts.example.org", OUTSIDE)):  # fmt: skip
        for asked in ({"query": "otters"}, {"reviewPublisherSiteFilter": site}):
            (claim,) = (await search(client, **asked))["claims"]
            (review,) = claim["claimReview"]
            assert review["publisher"]["site"] == site
            assert review["url"] == f"{root}{made.path}/embed"
        assert await search(client, reviewPublisherSiteFilter="check.example") == {}


async def test_only_the_reviews_of_the_site_are_shown(
    anonymous: Client, make: Make, stranger: Client
) -> None:
    said = await scene.said(make)
    await scene.verdict(make, statement_id=said.id)
    await scene.verdict(Make(stranger), statement_id=said.id, url="https://other.example/1")

    found = await search(anonymous, reviewPublisherSiteFilter="other.example")

    (claim,) = found["claims"]
    assert [one["url"] for one in claim["claimReview"]] == ["https://other.example/1"]


async def test_age_is_that_of_the_claim_or_of_the_review_whichever_is_newer(
    anonymous: Client, make: Make, database: asyncpg.Connection
) -> None:
    old = await make.statement(text="Otters of old", said_on="2001-01-01")
    new = await make.statement(text="Otters of today", said_on="2999-01-01")
    for said in (old, new):
        await scene.verdict(make, statement_id=said.id)

    both = await texts(anonymous, query="otters", maxAgeDays=1)
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")
        await database.execute("UPDATE verdict SET published_at = now() - interval '10 days'")
    newer = await texts(anonymous, query="otters", maxAgeDays=9)

    assert sorted(both) == ["Otters of old", "Otters of today"]
    assert newer == ["Otters of today"]
    assert await texts(anonymous, query="otters", maxAgeDays=0) != newer
    assert len(await texts(anonymous, query="otters", maxAgeDays=2**31 - 1)) == 2


@pytest.mark.parametrize("asked", [{"query": "otters"},
                                   {"reviewPublisherSiteFilter": "check.example"}])  # fmt: skip
async def test_pages_show_everything_once_and_the_last_one_has_no_token(
    anonymous: Client, make: Make, asked: dict[str, str]
) -> None:
    await about(make, "Otters", 7)
    at_once = await texts(anonymous, **asked, pageSize=100)

    pages, token = [], ""
    while True:
        page = await search(anonymous, **asked, pageSize=3, pageToken=token)
        pages.append([claim["text"] for claim in page["claims"]])
        if "nextPageToken" not in page:
            break
        token = page["nextPageToken"]

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [text for page in pages for text in page] == at_once
    assert at_once == [f"Otters number {number}" for number in reversed(range(7))]


async def test_pages_go_on_where_so_many_match_that_only_the_newest_are_ranked(
    anonymous: Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await about(make, "Otters", 7)
    monkeypatch.setattr("app.search.finding.MANY", 0)
    monkeypatch.setattr("app.search.finding.NEWEST", 2)
    assert asking.MANY > 0

    seen, token = [], ""
    for _ in range(20):
        page = await search(anonymous, query="otters", pageSize=3, pageToken=token)
        seen += [claim["text"] for claim in page.get("claims", [])]
        token = page.get("nextPageToken", "")
        if not token:
            break

    assert seen == [f"Otters number {number}" for number in reversed(range(7))]
    assert await texts(anonymous, query="otters", pageSize=1, offset=6) == ["Otters number 0"]


@pytest.mark.parametrize("asked", [{"query": "otters"},
                                   {"reviewPublisherSiteFilter": "check.example"}])  # fmt: skip
async def test_an_offset_skips_and_counts_only_without_a_token(
    anonymous: Client, make: Make, asked: dict[str, str]
) -> None:
    await about(make, "Otters", 5)
    everything = await texts(anonymous, **asked)

    skipped = await search(anonymous, **asked, offset=1, pageSize=2)
    token = skipped["nextPageToken"]

    assert [claim["text"] for claim in skipped["claims"]] == everything[1:3]
    after = {"pageToken": token, "pageSize": 2}
    assert await texts(anonymous, **asked, **after, offset=1) == everything[3:]
    assert await texts(anonymous, **asked, offset=0) == everything
    for beyond in (5, 6, 999):
        assert await search(anonymous, **asked, offset=beyond) == {}


async def test_ten_are_shown_unless_one_asks_for_more(anonymous: Client, make: Make) -> None:
    await about(make, "Otters", 12)

    for size, expected in ((None, 10), (0, 10), ("", 10), (11, 11), (100000, 12)):
        asked = {} if size is None else {"pageSize": size}
        assert len(await texts(anonymous, query="otters", **asked)) == expected


@pytest.mark.parametrize(
    "other", [{"query": "otter"}, {"languageCode": "en"}, {"maxAgeDays": 9},
              {"reviewPublisherSiteFilter": "check.example"}]
)  # fmt: skip
async def test_a_token_goes_with_its_own_question_alone(
    anonymous: Client, make: Make, other: dict[str, Any]
) -> None:
    await about(make, "Otters", 2)
    asked = {"query": "otters"}
    token = (await search(anonymous, **asked, pageSize=1))["nextPageToken"]

    wrong = await anonymous.get(PATH, params=asked | other | {"pageToken": token})
    broken = await anonymous.get(PATH, params=asked | {"pageToken": token[:-1]})

    assert [refused(one)[0] for one in (wrong, broken)] == [400, 400]
    assert len(await texts(anonymous, **asked, pageToken=token)) == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Either query or reviewPublisherSiteFilter must be set."),
        ("query=", "Either query or reviewPublisherSiteFilter must be set."),
        ("languageCode=en", "Either query or reviewPublisherSiteFilter must be set."),
        ("query=x&pageSize=ten", "Invalid value at 'page_size' (TYPE_INT32), \"ten\""),
        ("query=x&pageSize=-1", "Invalid value at 'page_size': it must not be negative"),
        ("query=x&pageSize=1.5", "Invalid value at 'page_size' (TYPE_INT32), \"1.5\""),
        ("query=x&offset=2147483648", "Invalid value at 'offset' (TYPE_INT32), \"2147483648\""),
        ("query=x&offset=1001", "Invalid value at 'offset': beyond 1000, use page_token"),
        ("query=x&maxAgeDays=%D9%A3", "Invalid value at 'max_age_days' (TYPE_INT32), \"٣\""),
        ("query=x&languageCode=english!", "Invalid value at 'language_code': \"english!\""),
        ("query=x&query=y", "Invalid value at 'query': it is given more than once"),
        ("query=x&page_size=1&pageSize=1", "Invalid value at 'page_size'"),
        ("query=x&alt=xml", "Unsupported output format: xml"),
        ("query=x&fields=claims(text", "Error expanding 'fields' parameter"),
        ("query=x&fields=nothing", "Cannot find matching fields for path 'nothing'"),
        ("query=x&nope=1", 'Unknown name "nope": Cannot bind query parameter.'),
        ("query=x&pageToken=nope", "Invalid value at 'page_token'"),
        ("reviewPublisherSiteFilter=http://", "Invalid value at 'review_publisher_site_filter'"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_refused_in_googles_envelope(
    anonymous: Client, asked: str, said: str
) -> None:
    answer = await anonymous.get(f"{PATH}?{asked}")

    code, message = refused(answer)
    assert code == 400
    assert said in message
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    "besides",
    ["key=AIza", "quotaUser=a", "callback=f", "access_token=x", "oauth_token=x", "uploadType=media",
     "upload_protocol=raw", "$.xgafv=2", "alt=json", "$alt=json", "prettyPrint=true", "fields=*"],
)  # fmt: skip
async def test_what_every_api_of_google_takes_is_taken(
    anonymous: Client, make: Make, besides: str
) -> None:
    await about(make, "Otters")
    plain = await anonymous.get(f"{PATH}?query=otters")

    answer = await anonymous.get(f"{PATH}?query=otters&{besides}")

    assert answer.content == plain.content


async def test_keys_and_tokens_of_googles_are_passed_over(anonymous: Client, make: Make) -> None:
    await about(make, "Otters")

    for headers in ({"X-Goog-Api-Key": "AIza"}, {"Authorization": "Bearer ya29.a0"},
                    {"Authorization": "Basic x"}, {"Accept": "text/html"}):  # fmt: skip
        answer = await anonymous.get(PATH, params={"query": "otters"}, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"].startswith("public")
        assert "RateLimit" in answer.headers


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("nextPageToken", {}),
        ("claims/text", {"claims": [{"text": "Otters number 0"}]}),
        ("claims.text", {"claims": [{"text": "Otters number 0"}]}),
        ("claims(text,claimReview/publisher/site)", {"claims": [{
            "text": "Otters number 0", "claimReview": [{"publisher": {"site": "check.example"}}],
        }]}),
        ("claims(claimReview(publisher(site))),claims/claimDate", {"claims": [{
            "claimDate": "2022-01-01T00:00:00Z",
            "claimReview": [{"publisher": {"site": "check.example"}}],
        }]}),
    ],
)  # fmt: skip
async def test_fields_choose_parts_of_the_answer(
    anonymous: Client, make: Make, fields: str, expected: Json
) -> None:
    await about(make, "Otters")

    answer = await anonymous.get(PATH, params={"query": "otters", "fields": fields})

    assert answer.json() == expected


async def test_the_answer_is_printed_nicely_unless_one_does_not_want_that(
    anonymous: Client, make: Make
) -> None:
    await about(make, "Otters")

    nice = await anonymous.get(f"{PATH}?query=otters")
    short = await anonymous.get(f"{PATH}?query=otters&prettyPrint=false")

    assert nice.text.startswith('{\n  "claims": [\n    {\n')
    assert "\n" not in short.text
    assert nice.json() == short.json()


async def test_the_best_comes_first(anonymous: Client, make: Make) -> None:
    for text, day in (("Water is wet", "2022-01-01"), ("Wet is not what water says", "2022-01-03")):
        said = await make.statement(text=text, language="en", said_on=day)
        await scene.verdict(make, statement_id=said.id)

    assert (await texts(anonymous, query="water is wet"))[0] == "Water is wet"


async def test_it_is_cached_and_purged_by_what_it_shows(anonymous: Client, make: Make) -> None:
    await about(make, "Otters")

    answer = await anonymous.get(f"{PATH}?query=otters")

    kinds = {"organizations", "rating-scales", "speakers", "statements", "verdicts"}
    assert {f"shows/{one}" for one in kinds} <= set(answer.headers["Surrogate-Key"].split())
    assert answer.headers["Vary"] == "Authorization, Host"


@pytest.mark.parametrize("path", ["/v1alpha1/claims", "/v1alpha1/claims:imageSearch"])
async def test_there_is_nothing_else_of_google(anonymous: Client, path: str) -> None:
    assert (await anonymous.get(path)).status_code == 404


async def test_it_is_only_read(anonymous: Client) -> None:
    posted = await anonymous.post(PATH, json={})
    options = await anonymous.options(PATH)
    head = await anonymous.head(f"{PATH}?query=x")

    assert (posted.status_code, options.status_code, head.status_code) == (405, 204, 200)
    assert posted.headers["Allow"] == options.headers["Allow"] == "GET, HEAD, OPTIONS"


_ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_NUMBERS = st.integers(-(2**40), 2**40).map(str)
_NAMES = st.sampled_from(
    ["query", "languageCode", "reviewPublisherSiteFilter", "maxAgeDays", "pageSize", "pageToken",
     "offset", "fields", "alt", "prettyPrint", "key", "language_code"]
)  # fmt: skip
_FIELDS = st.text(st.sampled_from("claims/.,()*tex "), max_size=20)


@given(st.lists(st.tuples(_NAMES, _ODD | _NUMBERS | _FIELDS), max_size=6))
@settings(max_examples=150, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
async def test_whatever_is_asked_it_answers_or_says_what_is_wrong(
    anonymous: Client, pairs: list[tuple[str, str]]
) -> None:
    answer = await anonymous.get(f"{PATH}?{urlencode(pairs)}")

    if answer.status_code == 200:
        assert answer.json().keys() <= {"claims", "nextPageToken"}
    else:
        assert refused(answer)[0] == 400


@pytest.mark.parametrize("odd", ["%00", "%ED%A0%80", "%FF%FE", "%", "=", "&&&", "query=%00",
                                 "query=%ED%A0%80", "query=%FF&languageCode=%00"])  # fmt: skip
async def test_odd_bytes_break_nothing(anonymous: Client, odd: str) -> None:
    answer = await anonymous.get(f"{PATH}?{odd}")

    assert answer.status_code in {200, 400}, answer.text


async def test_a_limit_is_told_as_google_tells_it(
    anonymous: Client, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit: Callable[..., Any] = type(app.state.limits.addresses)
    monkeypatch.setattr(app.state.limits, "addresses", limit("few", 1, 60.0))
    await anonymous.get(f"{PATH}?query=x")

    answer = await anonymous.get(f"{PATH}?query=x")

    assert refused(answer)[0] == 429
    assert answer.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert "Retry-After" in answer.headers
