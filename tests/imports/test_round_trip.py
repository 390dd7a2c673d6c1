"""Round trips: an export, imported into an empty service, gives the same export."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from tests.imports.conftest import Bring, counts, report
from tests.making import Client, Json, Make

Empty = Callable[[], Awaitable[None]]
NOT_KEPT = {
    "version", "created_at", "updated_at", "created_by", "decided_at", "decided_by",
    "published_version", "change_kind", "change_reason", "notice", "contacts", "stale_reasons",
}  # fmt: skip
"""What docs/exchange.md says is not kept."""


@pytest.fixture
def empty(database: asyncpg.Connection, cleaning: str) -> Empty:
    """Empty the service, as it was before the first test."""

    async def act() -> None:
        await database.execute(cleaning)

    return act


def kept(node: Any) -> Any:
    """Leave out what is not kept."""
    if isinstance(node, list):
        return [kept(one) for one in node]
    if isinstance(node, dict):
        return {name: kept(one) for name, one in node.items() if name not in NOT_KEPT}
    return node


async def exported(client: Client) -> bytes:
    """Export everything."""
    answer = await client.get("/v1/export")
    assert answer.status_code == 200
    return answer.content


def rows_of(export: bytes) -> list[Json]:
    """Read the rows of an export, without what is not kept."""
    return [kept(json.loads(line)) for line in export.splitlines()[:-1]]


async def make_everything(make: Make) -> None:
    """Make something of each kind, with as much in it as there can be."""
    scale = await make.scale(ref="our-scale")
    await make.measure(key="crossings", labels={"en": "Crossings"}, dimension="count")
    above = await make.topic(description="All of it")
    topic = await make.topic(parent_id=above.id, ref="below")
    office = await make.speaker(kind="office", names=[{"name": "Bureau", "kind": "alias"}])
    speaker = await make.speaker(
        external_ids=[{"scheme": "wikidata", "value": "Q7747"}],
        affiliations=[{"organization_id": office.id, "role": "head", "since": "2022"}],
    )
    outlet = {"kind": "news_agency", "name": "RIA Novosti", "url": "https://ria.example/"}
    wire = await make.source(kind="wire", publisher=outlet, authors=["A"], note="Seen")
    secret = await make.source(access="confidential", is_primary=True)
    hops = [
        {"key": "ria", "source_id": wire.id, "role": "agency", "mode": "direct_quote",
         "is_first_known": True},
        {"key": "paper", "parent_id": "ria", "role": "outlet", "mode": "headline",
         "source": {"kind": "article", "name": "In the paper"},
         "changed_facts": [{"field": "value", "from": "98000", "to": None}]},
    ]  # fmt: skip
    said = await make.statement(
        ref="s-1", speaker_id=speaker.id, said_on="2022-09", topics=[topic.id],
        appearances=hops, place={"name": None, "country": "KZ"}, occasion="Briefing",
        translations=[{"language": "en", "text": "So many", "translator": "human"}],
        quantities=[{"measure": "crossings", "value": "98000.50", "verbatim": "98 000,5"}],
        checkability={"state": "not_checkable", "reason": "vague"}, state="open",
    )  # fmt: skip
    other = await make.statement(visibility="internal", summary="Kept among us")
    link = {"other_id": other.id, "type": "same_claim", "state": "confirmed", "reason": "Same"}
    await make.post(f"{said.path}/links", link)
    evidence = [
        {"source_id": secret.id, "stance": "refutes", "role": "primary", "excerpt": "No."},
        {"source_id": wire.id, "stance": "supports", "role": "secondary"},
    ]
    await make.published(
        statement_id=said.id, evidence=evidence, ref="v-1", url="https://a.example/"
    )
    await make.verdict(
        statement_id=other.id, check_type="context", assignee="Ada",
        rating={"scale": scale.body["key"], "key": "wrong"},
    )  # fmt: skip


async def test_an_export_that_is_imported_gives_the_same_export(
    admin: Client, make: Make, bring: Bring, empty: Empty
) -> None:
    await make_everything(make)
    before = await exported(admin)
    await empty()
    assert len(await exported(admin)) < len(before)

    job = await bring(admin, before)

    told = await report(admin, job)
    assert told == [], json.dumps(told)
    assert (job["state"], job["refused"]) == ("done", 0), await report(admin, job)
    after = await exported(admin)
    assert rows_of(after) == rows_of(before)
    published = (await admin.get("/v1/verdicts/by-ref/v-1")).json()
    assert (published["state"], published["approver"]) == ("published", "Reviewer")


async def test_an_export_changes_nothing_where_it_comes_from(
    admin: Client, make: Make, bring: Bring
) -> None:
    await make_everything(make)
    before = await exported(admin)

    job = await bring(admin, before)

    told = await report(admin, job)
    assert told == [], json.dumps(told)
    assert counts(job) == {"rows_read": job["rows_read"], "unchanged": job["rows_read"]}
    assert rows_of(await exported(admin)) == rows_of(before)


async def test_who_may_not_publish_gets_drafts(
    contributor: Client, editor: Client, make: Make, bring: Bring, empty: Empty
) -> None:
    verdict = await make.published()
    before = await exported(editor)

    for client, why in ((contributor, "can't publish"), (editor, "another person")):
        await empty()
        job = await bring(client, before)
        (line,) = await report(client, job)
        assert (line["state"], line["warnings"][0]["code"]) == ("warned", "draft")
        assert why in line["warnings"][0]["detail"]
        assert (await client.get(verdict.path)).json()["state"] == "draft"


async def test_others_are_kept_apart(
    admin: Client, anonymous: Client, make: Make, bring: Bring, empty: Empty, stranger: Client
) -> None:
    theirs = await Make(stranger).published()
    export = await exported(anonymous)
    await empty()

    job = await bring(admin, export)

    assert (job["state"], job["refused"]) == ("done", 0), await report(admin, job)
    shown = (await anonymous.get(theirs.path)).json()
    assert (shown["organization"]["name"], shown["state"]) == ("Another newsroom", "published")
    of = (await anonymous.get(f"/v1/organizations/{shown['organization']['id']}")).json()
    assert of["is_imported"] is True
    assert shown["rating"]["label"] == "False"
    assert shown["rating"]["normalized"] == "false"
    assert shown["published_at"] == theirs.body["published_at"]
