"""What the public saw at an instant, whatever happened since."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.making import Client, Json, Make, archive, change, ids, wrong

ANY = {"If-Match": "*"}


async def test_an_instant_shows_each_version_from_its_publication_on(
    make: Make, anonymous: Client, reader: Client
) -> None:
    first = await make.published(headline="First")
    second = await make.publish(await make.revise(first, headline="Second"), change_kind="minor")
    last = await make.move(second, "retracted", notice="All wrong")
    before = datetime.fromisoformat(first.body["published_at"]) - timedelta(microseconds=1)

    for client in (anonymous, reader):
        for made in (first, second, last):
            shown = await client.get(made.path, params={"as_of": made.body["updated_at"]})
            assert shown.status_code == 200
            told = (shown.json()["headline"], shown.json()["state"], shown.json()["notice"])
            assert told == (made.body["headline"], made.body["state"], made.body["notice"])
        unseen = await client.get(first.path, params={"as_of": before.isoformat()})
        assert unseen.status_code == 404


async def test_what_had_been_archived_by_then_is_gone_and_before_it_is_there(
    make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    statement = await make.statement()
    there = await database.fetchval("SELECT clock_timestamp()")
    await archive(admin, statement)

    gone = await anonymous.get(statement.path, params={"as_of": datetime.now(UTC).isoformat()})
    seen_then = await anonymous.get(statement.path, params={"as_of": there.isoformat()})

    assert (gone.status_code, seen_then.status_code) == (410, 200)
    assert seen_then.json() == statement.body | {"created_by": None}


async def test_nobody_sees_by_it_what_the_public_never_saw(
    make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    internal = await make.statement(visibility="internal")
    draft_of_it = await make.verdict(statement_id=internal.id)
    now = {"as_of": (await database.fetchval("SELECT clock_timestamp()")).isoformat()}

    for client in (admin, anonymous):
        assert (await client.get(internal.path, params=now)).status_code == 404
        assert (await client.get(draft_of_it.path, params=now)).status_code == 404
        assert await ids(client, "/v1/statements", **now) == []
        assert await ids(client, "/v1/verdicts", **now) == []


async def test_a_source_that_became_confidential_is_hidden_in_the_past_too(
    make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    source = await make.source(name="Whistleblower")
    hop = {"source_id": source.id, "role": "origin", "mode": "summary"}
    statement = await make.statement(appearances=[hop])
    then = {"as_of": (await database.fetchval("SELECT clock_timestamp()")).isoformat()}
    await change(admin, source, access="confidential")

    for path in (statement.path, "/v1/statements"):
        shown = await anonymous.get(path, params=then)
        assert shown.status_code == 200
        assert "Whistleblower" not in shown.text
        assert "confidential" in shown.text


@pytest.mark.parametrize(
    ("path", "parameters", "error"),
    [
        ("/v1/verdicts", {"as_of": "2999-01-01T00:00:00Z"}, ("as_of", "future")),
        ("/v1/statements", {"as_of": "2999-01-01T00:00:00Z"}, ("as_of", "future")),
        ("/v1/statements", {"as_of": "yesterday"}, ("as_of", "instant")),
        ("/v1/verdicts", {"as_of": "2022-01-01T00:00:00Z", "stale": "true"}, ("stale", "past")),
        ("{verdict}", {"as_of": "2022-01-01T00:00:00Z", "view": "editorial"}, ("view", "past")),
        ("{verdict}", {"as_of": "2999-01-01T00:00:00Z"}, ("as_of", "future")),
    ],
)
async def test_what_cant_be_asked_of_the_past_is_refused(
    path: str, parameters: Json, error: tuple[str, str], make: Make, admin: Client
) -> None:
    verdict = await make.verdict()

    refused = await admin.get(path.format(verdict=verdict.path), params=parameters)

    assert wrong(refused) == (422, {error})


async def test_filters_and_pages_of_the_past_are_those_of_then(
    make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    outlet = await make.source(kind="newspaper")
    source = await make.source(publisher_id=outlet.id)
    above = await make.topic()
    topic = await make.topic(parent_id=above.id)
    hop = {"source_id": source.id, "role": "outlet", "mode": "summary"}
    found = await make.statement(
        appearances=[hop],
        topics=[topic.id],
        language="fr-CA",
        said_on="2022-09",
        state="triaged",
        kind="prediction",
    )
    verdict = await make.published(statement_id=found.id)
    others = [await make.statement() for _ in range(2)]
    now = (await database.fetchval("SELECT clock_timestamp()")).isoformat()
    speaker = {"speaker_id": others[0].body["speaker_id"]}
    await admin.patch(
        found.path,
        json={"appearances": [], "topics": [], "language": "en", "state": "open"}
        | {"said_on": "2020", "kind": "promise"} | speaker,
        headers=ANY,
    )  # fmt: skip
    await admin.patch(source.path, json={"publisher_id": None}, headers=ANY)
    await admin.patch(topic.path, json={"parent_id": None, "key": "renamed"}, headers=ANY)
    await make.move(verdict, "retracted", notice="Wrong")

    then = {
        "speaker_id": found.body["speaker_id"], "source_id": source.id, "publisher_id": outlet.id,
        "topic": above.body["key"], "language": "fr", "kind": "prediction", "state": "triaged",
        "said_from": "2022-09-15", "said_until": "2022-09-02", "has_verdict": "true",
        "rating": "false", "normalized_rating": "false", "check_type": "content",
        "updated_since": found.body["updated_at"],
    }  # fmt: skip
    for name, value in then.items():
        listed = await ids(anonymous, "/v1/statements", as_of=now, **{name: value})
        assert set(listed) - {one.id for one in others} == {found.id}, name
        assert name == "updated_since" or listed == [found.id], name
    unlike = {"has_verdict": "false", "state": "open", "language": "en", "topic": "renamed"}
    for name, value in unlike.items():
        assert found.id not in await ids(anonymous, "/v1/statements", as_of=now, **{name: value})
    of_verdicts = {
        "statement_id": found.id, "organization_id": verdict.body["organization"]["id"],
        "check_type": "content", "state": "published", "rating": "false",
        "normalized_rating": "false", "updated_since": verdict.body["updated_at"],
    }  # fmt: skip
    for name, value in of_verdicts.items():
        assert await ids(anonymous, "/v1/verdicts", as_of=now, **{name: value}) == [verdict.id]
    assert await ids(anonymous, "/v1/verdicts", as_of=now, state="retracted") == []

    page = await anonymous.get(f"/v1/statements?limit=2&sort=said_on&count=true&as_of={now[:-6]}Z")
    rest = await anonymous.get(page.links["next"]["url"])
    assert page.json()["count"] == {"value": 3, "exact": True}
    assert [one["id"] for one in page.json()["items"] + rest.json()["items"]] == [
        *(one.id for one in others),
        found.id,
    ]
    assert (
        await anonymous.get("/v1/statements", params={"cursor": page.json()["next"]})
    ).status_code == 400
