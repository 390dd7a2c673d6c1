"""Strangers: what another organisation, or the public, sees and may change, and what it can't."""

from typing import Any

import pytest

from tests.foundation.answers import problem, where
from tests.making import Client, Made, Make

ANY = {"If-Match": "*"}
HIDDEN = {
    "name": "The secret leak", "url": "https://leak.example/secret", "ref": "secret-ref",
    "url_aliases": ["https://leak.example/other-secret"], "authors": ["Secret Author"],
    "note": "A secret note", "archive_url": "https://archive.example/secret",
    "names": [{"name": "Secret alias"}],
    "external_ids": [{"scheme": "doi", "value": "10.1/secret"}],
    "published_on": "2022-09-27", "language": "fr", "country": "FR",
}  # fmt: skip


@pytest.fixture
async def confidential(make: Make) -> tuple[Made, Made, Made]:
    """Have a confidential source of a secret outlet, carrying a statement, cited by a verdict."""
    outlet = await make.source(kind="newspaper", name="The secret outlet", access="confidential")
    source = await make.source(access="confidential", publisher_id=outlet.id, **HIDDEN)
    hop = {"source_id": source.id, "role": "origin", "mode": "direct_quote"}
    said = await make.statement(appearances=[hop])
    cited = {"source_id": source.id, "stance": "refutes", "role": "primary"}
    await make.published(statement_id=said.id, evidence=[cited])
    return outlet, source, said


@pytest.mark.parametrize("who", ["anonymous", "stranger"])
async def test_an_internal_statement_is_404_and_in_no_list(
    who: str, anonymous: Client, stranger: Client, reader: Client, make: Make
) -> None:
    client = {"anonymous": anonymous, "stranger": stranger}[who]
    said = await make.statement(visibility="internal")
    other = await make.statement()
    await make.post(
        f"{other.path}/links", {"other_id": said.id, "type": "same_claim", "state": "confirmed"}
    )

    problem(await client.get(said.path), 404, "not-found")
    problem(await client.get(f"{said.path}/links"), 404, "not-found")
    for query in ("", f"?speaker_id={said.body['speaker_id']}", "?count=true"):
        listed = (await client.get(f"/v1/statements{query}")).json()
        assert said.id not in [one["id"] for one in listed["items"]]
        assert listed.get("count", {"value": 1})["value"] == 1
    assert (await client.get(f"{other.path}/links")).json()["items"] == []
    assert (await reader.get(said.path)).status_code == 200


async def test_a_stranger_changes_neither_what_is_hidden_nor_what_is_public(
    stranger: Client, make: Make
) -> None:
    hidden, public = await make.statement(visibility="internal"), await make.statement()
    draft, out = await make.verdict(), await make.published()
    scale, key = await make.scale(), await make.api_key()
    patches: list[tuple[Made, dict[str, Any], int, str]] = [
        (hidden, {"occasion": "A"}, 404, "not-found"),
        (draft, {"headline": "A"}, 404, "not-found"),
        (key, {"name": "A"}, 404, "not-found"),
        (public, {"occasion": "A"}, 403, "forbidden"),
        (out, {"headline": "A"}, 403, "forbidden"),
        (scale, {"description": "A"}, 403, "forbidden"),
    ]

    for made, patch, status, slug in patches:
        before = await make.client.get(made.path)
        problem(await stranger.patch(made.path, json=patch, headers=ANY), status, slug)
        problem(await stranger.delete(made.path, headers=ANY), status, slug)
        assert (await make.client.get(made.path)).content == before.content


async def test_a_stranger_without_if_match_learns_nothing_of_what_is_hidden(
    stranger: Client, make: Make
) -> None:
    hidden, draft = await make.statement(visibility="internal"), await make.verdict()

    for made in (hidden, draft):
        problem(await stranger.patch(made.path, json={}), 404, "not-found")
        problem(await stranger.delete(made.path), 404, "not-found")
    refused = await stranger.post(
        f"{draft.path}/transitions", json={"to": "published"}, headers=ANY
    )
    problem(refused, 404, "not-found")


async def test_a_draft_is_404_to_strangers_and_shows_in_no_statement_or_list(
    anonymous: Client, stranger: Client, reader: Client, make: Make
) -> None:
    said = await make.statement()
    draft = await make.verdict(statement_id=said.id)

    for client in (anonymous, stranger):
        problem(await client.get(draft.path), 404, "not-found")
        assert (await client.get("/v1/verdicts")).json()["items"] == []
        assert (await client.get(said.path)).json()["verdicts"] == []
        for query in ("rating=false", "has_verdict=true", "normalized_rating=false"):
            assert (await client.get(f"/v1/statements?{query}")).json()["items"] == []
        assert (await client.get("/v1/verdicts?state=draft")).json()["items"] == []
    assert (await reader.get(said.path)).json()["verdicts"][0]["id"] == draft.id


async def test_a_stranger_can_not_judge_or_link_what_it_can_not_see(
    stranger: Client, make: Make
) -> None:
    hidden, public = await make.statement(visibility="internal"), await make.statement()

    judged = await stranger.post(
        "/v1/verdicts", json={"statement_id": hidden.id, "check_type": "content"}
    )
    linked = await stranger.post(
        f"{public.path}/links", json={"other_id": hidden.id, "type": "repeats"}
    )
    unseen = await stranger.post(
        f"{hidden.path}/links", json={"other_id": public.id, "type": "repeats"}
    )

    assert where(problem(judged, 422, "invalid-input")) == [("/statement_id", "reference")]
    assert where(problem(linked, 422, "invalid-input")) == [("/other_id", "reference")]
    problem(unseen, 404, "not-found")


async def test_who_recorded_it_is_shown_to_its_own_people_alone(
    anonymous: Client, stranger: Client, reader: Client, make: Make
) -> None:
    for made in (await make.statement(), await make.speaker(), await make.published()):
        assert made.body["created_by"] == "Administrator"
        assert (await reader.get(made.path)).json()["created_by"] == "Administrator"
        for client in (anonymous, stranger):
            assert (await client.get(made.path)).json()["created_by"] is None


async def test_keys_are_seen_by_their_own_organisation(stranger: Client, make: Make) -> None:
    made = await make.api_key()

    listed = (await stranger.get("/v1/api-keys")).json()["items"]

    assert [one["name"] for one in listed] == ["Stranger"]
    problem(await stranger.get(made.path), 404, "not-found")


@pytest.mark.parametrize("who", ["anonymous", "stranger"])
async def test_a_confidential_source_shows_strangers_its_kind_and_that_it_is_confidential(
    who: str, anonymous: Client, stranger: Client, confidential: tuple[Made, Made, Made]
) -> None:
    client = {"anonymous": anonymous, "stranger": stranger}[who]
    _, source, said = confidential

    alone = await client.get(source.path)
    inside = await client.get(said.path)
    verdict = await client.get("/v1/verdicts")

    for answer in (alone, inside, verdict):
        assert "ecret" not in answer.text.replace(said.id, "")
        assert "leak.example" not in answer.text
    document = alone.json()
    known = {name for name, value in document.items() if value not in (None, [], False)}
    assert known == {"id", "version", "kind", "access", "created_at", "updated_at"}
    carried = inside.json()["appearances"][0]["source"]
    cited = verdict.json()["items"][0]["evidence"][0]["source"]
    for shown in (carried, cited):
        known = {name for name, value in shown.items() if value not in (None, False)}
        assert known == {"id", "kind", "access"}


@pytest.mark.parametrize("who", ["anonymous", "stranger"])
async def test_no_list_and_no_filter_tells_strangers_of_a_confidential_source(
    who: str, anonymous: Client, stranger: Client, reader: Client,
    confidential: tuple[Made, Made, Made],
) -> None:  # fmt: skip
    client = {"anonymous": anonymous, "stranger": stranger}[who]
    outlet, _, said = confidential
    queries = (
        "sources?count=true", "sources?url=https://leak.example/secret",
        "sources?url=https://leak.example/other-secret", f"sources?publisher_id={outlet.id}",
        "sources?language=fr", "sources?published_from=2022", "sources?published_until=2023",
        "sources?sort=name", "sources?kind=article", f"statements?publisher_id={outlet.id}",
    )  # fmt: skip

    for query in queries:
        found = (await client.get(f"/v1/{query}")).json()
        assert found["items"] == [], query
        assert found.get("count", {"value": 0})["value"] == 0
        assert (await reader.get(f"/v1/{query}")).json()["items"], query
    assert said.id in [one["id"] for one in (await client.get("/v1/statements")).json()["items"]]


async def test_a_stranger_can_not_change_or_archive_a_confidential_source(
    stranger: Client, confidential: tuple[Made, Made, Made]
) -> None:
    _, source, _ = confidential

    changed = await stranger.patch(source.path, json={"access": "open"}, headers=ANY)
    archived = await stranger.delete(source.path, headers=ANY)

    assert changed.status_code in {403, 404, 422}
    assert archived.status_code in {403, 404, 422}
    assert "ecret" not in changed.text + archived.text


async def test_a_taken_address_does_not_tell_whose_it_is(
    stranger: Client, confidential: tuple[Made, Made, Made]
) -> None:
    _, source, _ = confidential
    again = {"kind": "wire", "name": "A", "url": HIDDEN["url"]}

    answer = await stranger.post("/v1/sources", json=again)

    problem(answer, 409, "conflict")
    assert source.id not in answer.text
    assert "The secret leak" not in answer.text
