"""Feeds: everything that is out, once, the newest change first, and readable by feed readers."""

import asyncpg
import pytest
from httpx2 import Response

from tests.exchange import atoms, scene
from tests.exchange.conftest import OUTSIDE
from tests.exchange.linked import graph, misshapen, unknown
from tests.foundation.answers import problem
from tests.making import Client, Json, Made, Make

VERDICTS, CORRECTIONS = "/v1/feeds/verdicts.atom", "/v1/feeds/corrections.atom"
DATA = "/v1/feeds/claimreview.json"
ALL = (VERDICTS, CORRECTIONS, DATA)


async def several(make: Make, amount: int) -> list[Made]:
    """Publish verdicts; give them with the newest first."""
    return [await scene.verdict(make) for _ in range(amount)][::-1]


def reviews(answer: Response) -> list[Json]:
    """Read the ClaimReviews of a page, and see that all of it is well-formed."""
    assert answer.status_code == 200, answer.text
    feed = answer.json()
    assert (feed["@context"], feed["@type"]) == ("https://schema.org", "DataFeed")
    assert unknown(feed) == set()
    assert len(graph(feed)) > 0
    found = []
    for element in feed["dataFeedElement"]:
        assert element["@type"] == "DataFeedItem"
        (review,) = element["item"]
        assert misshapen(review) == []
        found.append(review)
    return found


def next_of(answer: Response) -> str | None:
    """Give the address of the next page, as the header says."""
    link = answer.links.get("next")
    return link["url"] if link else None


async def test_the_data_feed_pages_through_all_that_is_out_the_newest_change_first(
    anonymous: Client, make: Make
) -> None:
    made = await several(make, 5)
    await make.verdict()
    await scene.corrected(make, made[4], "Corrected")
    path: str | None = f"{DATA}?limit=2"
    seen: list[str] = []
    while path is not None:
        answer = await anonymous.get(path)
        seen += [one["@id"] for one in reviews(answer)]
        assert answer.json()["url"] == f"http://test{path}"
        path = next_of(answer)

    expected = [made[4], *made[:4]]
    assert seen == [f"http://test{one.path}#claimreview" for one in expected]


async def test_what_was_retracted_is_deleted_from_the_data_feed_and_says_so(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)
    gone = await scene.retracted(make, made, "We were wrong")

    answer = await anonymous.get(DATA)

    (review,) = reviews(answer)
    (element,) = answer.json()["dataFeedElement"]
    assert element["dateDeleted"] == element["dateModified"] == gone.body["updated_at"]
    assert review["reviewRating"]["alternateName"] == "Retracted"
    assert answer.json()["dateModified"] == element["dateModified"]


async def test_the_data_feed_is_also_plain_json(anonymous: Client, make: Make) -> None:
    await scene.verdict(make)

    kinds = [await anonymous.get(DATA, headers={"Accept": accept})
             for accept in ("*/*", "application/json")]  # fmt: skip

    media = [one.headers["Content-Type"] for one in kinds]
    assert media == ["application/ld+json", "application/json"]
    assert kinds[0].content == kinds[1].content
    assert "Accept" in kinds[0].headers["Vary"]


async def test_an_atom_reader_finds_everything_in_the_feed_of_verdicts(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)

    answer = await anonymous.get(VERDICTS)

    assert answer.headers["Content-Type"] == "application/atom+xml"
    (entry,) = atoms.read(answer.content).entries
    assert entry.id == f"urn:uuid:{made.id}"
    assert (entry.title, entry.author) == ("One official's number", "My newsroom")
    assert entry.summary == "Gross entries; 64,234 left in the same period."
    assert (entry.published, entry.updated) == (made.body["published_at"],) * 2
    links = {(one.rel, one.type): one.href for one in entry.links}
    assert links == {
        ("alternate", "text/html"): scene.ARTICLE,
        ("alternate", "application/json"): f"http://test{made.path}",
        ("alternate", "application/ld+json"): f"http://test{made.path}/claimreview",
    }
    assert {one.term for one in entry.tags} == {"content", "mostly_false"}


async def test_an_entry_keeps_its_id_and_is_updated_with_each_version(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)
    first = atoms.read((await anonymous.get(VERDICTS)).content)
    await scene.retracted(make, await scene.corrected(make, made, "Wrong"), "All wrong")

    second = atoms.read((await anonymous.get(VERDICTS)).content)

    assert second.feed.id == first.feed.id
    (before,), (after,) = first.entries, second.entries
    assert (before.id, before.published) == (after.id, after.published)
    assert before.updated < after.updated == second.feed.updated
    assert (after.title, after.summary) == ("Retracted: One official's number", "All wrong")
    assert "mostly_false" not in {one.term for one in after.tags}


async def test_the_feed_of_corrections_is_the_log_of_corrections(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)
    made = await scene.corrected(make, made, "It was worse", rating={"key": "false"})
    made = await make.publish(
        await make.revise(made, headline="Mended"), change_kind="minor", change_reason="wording"
    )
    await scene.retracted(make, made, "All wrong")
    log = (await anonymous.get("/v1/corrections")).json()["items"]

    found = atoms.read((await anonymous.get(CORRECTIONS)).content)

    assert [one.id for one in found.entries] == [f"urn:uuid:{one['id']}" for one in log]
    assert [one.updated for one in found.entries] == [one["published_at"] for one in log]
    assert [one.title for one in found.entries] == [
        "Retracted: Mended", "Mended", "Correction: One official's number",
    ]  # fmt: skip
    assert found.entries[2].summary == "It was worse (Mostly false → False)"
    related = [one.href for one in found.entries[2].links if one.rel == "related"]
    path = related[0].removeprefix("http://test")
    assert (await anonymous.get(path)).status_code == 200


@pytest.mark.parametrize("path", [VERDICTS, CORRECTIONS])
async def test_atom_feeds_are_paged_as_rfc_5005_has_it(
    anonymous: Client, make: Make, path: str
) -> None:
    for one in await several(make, 5):
        await scene.corrected(make, one, "Wrong")
    first = f"http://test{path}?limit=2"
    address: str | None = first
    pages, ids = [], []
    while address is not None:
        answer = await anonymous.get(address.removeprefix("http://test"))
        page = atoms.read(answer.content)
        links = {one.rel: one.href for one in page.feed.links}
        assert (links["self"], links["first"]) == (address, first)
        header = next_of(answer)
        address = links.get("next")
        assert address == (f"http://test{header}" if header else None)
        pages.append(page.feed.id)
        ids += [one.id for one in page.entries]

    assert len(pages) == 3
    assert len(set(pages)) == 1
    assert len(ids) == len(set(ids)) == 5


@pytest.mark.parametrize("path", ALL)
async def test_who_has_a_page_already_gets_304_until_something_changes(
    anonymous: Client, make: Make, path: str
) -> None:
    made = await scene.corrected(make, await scene.verdict(make), "Wrong")
    read = await anonymous.get(path)
    known = {"If-None-Match": read.headers["ETag"]}

    same = await anonymous.get(path, headers=known)
    head = await anonymous.head(path, headers=known)
    await scene.corrected(make, made, "Wrong again")
    changed = await anonymous.get(path, headers=known)

    assert (same.status_code, same.content, head.status_code) == (304, b"", 304)
    for name in ("ETag", "Vary", "Cache-Control", "Surrogate-Key"):
        assert same.headers[name] == read.headers[name]
    assert (changed.status_code, changed.headers["ETag"] != known["If-None-Match"]) == (200, True)


@pytest.mark.parametrize("path", ALL)
async def test_an_empty_feed_is_a_feed(anonymous: Client, path: str) -> None:
    answer = await anonymous.get(path)

    if path == DATA:
        assert reviews(answer) == []
        assert "dateModified" not in answer.json()
    else:
        assert atoms.read(answer.content).entries == []
    assert next_of(answer) is None


async def test_what_xml_cannot_have_breaks_nothing(anonymous: Client, make: Make) -> None:
    odd = "\x01\x0b\x1b ]]> </summary> & \ufffe \U0001f600 \u2028"
    made = await scene.verdict(make, summary=odd, headline="<b> & \ufffe \uffff")
    await scene.corrected(make, made, odd)

    verdicts = atoms.read((await anonymous.get(VERDICTS)).content)
    corrections = atoms.read((await anonymous.get(CORRECTIONS)).content)

    legal = "\ufffd\ufffd\ufffd ]]> </summary> & \ufffd \U0001f600 \u2028"
    titles = [one.title_detail.value for one in verdicts.entries]
    assert titles == ["<b> & \ufffd \ufffd"]
    assert verdicts.entries[0].summary_detail.value == legal.strip()
    assert corrections.entries[0].summary_detail.value == legal.strip()


@pytest.mark.parametrize("path", [VERDICTS, DATA])
async def test_feeds_filter_and_a_filtered_feed_is_another_one(
    anonymous: Client, make: Make, stranger: Client, path: str
) -> None:
    ours = await scene.verdict(make, language="fr-CA")
    theirs = await scene.verdict(Make(stranger), check_type="context")
    whose = theirs.body["organization"]["id"]

    for query, expected in (
        (f"organization_id={whose}", {theirs.id}),
        ("language=fr", {ours.id}),
        ("language=fr-FR", set()),
        ("check_type=context", {theirs.id}),
        (f"updated_since={theirs.body['updated_at']}", {theirs.id}),
        ("updated_since=2999-01-01T00:00:00Z", set()),
        ("", {ours.id, theirs.id}),
    ):
        text = (await anonymous.get(f"{path}?{query}")).text
        assert {one for one in (ours.id, theirs.id) if one in text} == expected, query
    if path == VERDICTS:
        ids = {atoms.read((await anonymous.get(f"{path}?{query}")).content).feed.id
               for query in ("", "language=fr", "language=en")}  # fmt: skip
        assert len(ids) == 3


async def test_corrections_filter_too(anonymous: Client, make: Make, stranger: Client) -> None:
    ours = await scene.corrected(make, await scene.verdict(make), "Wrong")
    theirs = await scene.verdict(Make(stranger))
    await scene.retracted(Make(stranger), theirs, "All wrong")

    for query, expected in (
        ("change_kind=correction", {ours.id}),
        (f"organization_id={theirs.body['organization']['id']}", {theirs.id}),
        (f"updated_since={ours.body['updated_at']}", {ours.id, theirs.id}),
    ):
        text = (await anonymous.get(f"{CORRECTIONS}?{query}")).text
        assert {one for one in (ours.id, theirs.id) if one in text} == expected, query


@pytest.mark.parametrize("path", ALL)
async def test_a_key_shows_no_more_and_is_kept_by_no_cache(
    anonymous: Client, admin: Client, make: Make, path: str
) -> None:
    made = await scene.corrected(make, await scene.verdict(make), "Wrong")
    await make.revise(made, headline="Not yet")
    await make.verdict(headline="Nor this")

    public, keyed = await anonymous.get(path), await admin.get(path)

    assert public.content == keyed.content
    assert public.headers["Cache-Control"].startswith("public")
    assert keyed.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ALL)
async def test_a_cursor_is_good_for_its_own_feed_alone(
    anonymous: Client, make: Make, path: str
) -> None:
    for one in await several(make, 2):
        await scene.corrected(make, one, "Wrong")
    following = next_of(await anonymous.get(f"{path}?limit=1"))
    assert following is not None
    cursor = following.partition("cursor=")[2]
    other = VERDICTS if path != VERDICTS else DATA

    for address in (f"{other}?limit=1&cursor={cursor}", f"{path}?cursor={cursor}x",
                    f"{path}?updated_since=2000-01-01T00:00:00Z&cursor={cursor}"):  # fmt: skip
        problem(await anonymous.get(address), 400, "invalid-cursor")
    assert (await anonymous.get(f"{path}?limit=7&cursor={cursor}")).status_code == 200


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "nope=1", "updated_since=x", "count=true"]
)
async def test_what_a_feed_does_not_take_is_refused(
    anonymous: Client, path: str, query: str
) -> None:
    problem(await anonymous.get(f"{path}?{query}"), 422, "invalid-input")


async def test_addresses_are_those_of_the_setting_whatever_host_is_asked(
    outside: Client, make: Make
) -> None:
    made = await scene.verdict(make)

    for path in (*ALL, f"{made.path}/claimreview", f"{made.path}/embed"):
        answers = [await outside.get(path, headers={"Host": host})
                   for host in ("10.0.0.7:8000", "evil.example")]  # fmt: skip
        assert answers[0].content == answers[1].content
        assert "evil.example" not in answers[0].text
        assert "Host" not in answers[0].headers["Vary"]
        if path != CORRECTIONS:
            assert f"{OUTSIDE}{made.path}" in answers[0].text


async def test_without_the_setting_they_are_those_that_were_asked_and_caches_are_told(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)

    for path in (*ALL, f"{made.path}/claimreview", f"{made.path}/embed"):
        answer = await anonymous.get(path, headers={"Host": "other.example:8443"})
        assert "Host" in answer.headers["Vary"].split(", ")
        if path != CORRECTIONS:
            assert f"http://other.example:8443{made.path}" in answer.text
        odd = await anonymous.get(path, headers={"Host": 'a"><script>.example'})
        assert "<script>" not in odd.text


async def test_the_newest_changes_are_read_from_an_index(
    make: Make, anonymous: Client, database: asyncpg.Connection
) -> None:
    await several(make, 2)
    await database.execute("SET enable_seqscan = off")
    plan = await database.fetch(
        "EXPLAIN SELECT id FROM verdict_version WHERE published_at IS NOT NULL"
        " ORDER BY published_at DESC, id DESC LIMIT 21"
    )
    await database.execute("RESET enable_seqscan")

    assert "ix_verdict_version_published_at" in "".join(row[0] for row in plan)
