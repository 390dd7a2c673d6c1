"""Everything that there is, once with every field given and once with as few as can be."""

from typing import Any

import asyncpg

from tests.making import Made, Make

Json = dict[str, Any]
US = "My newsroom"
DAY = "2022-09-27"
WEB = "https://check.example/3"
NAME = {"name": "Tokaïev", "kind": "transliteration", "language": "fr", "script": "Latn"}
NAMES = [NAME, {"name": "T."}]


async def speaker(make: Make) -> Made:
    """Make a speaker of whom everything is known."""
    office = await make.speaker(kind="office")
    return await make.speaker(
        ref="s-1", kind="person", names=NAMES, description="President", country="KZ",
        image_url="https://example.org/tokayev.jpg",
        external_ids=[{"scheme": "wikidata", "value": "Q7747"}],
        affiliations=[
            {"organization_id": office.id, "role": "Head", "since": "2019", "until": "2029"},
            {"organization_name": "A party", "acting": True},
        ],
    )  # fmt: skip


async def source(make: Make) -> Made:
    """Make a source of which everything is known."""
    publisher = await make.source(kind="newspaper", country="FR")
    return await make.source(
        ref="so-1", names=NAMES, publisher_id=publisher.id, authors=["Ada Lovelace"],
        url="https://example.org/a", url_aliases=["https://example.org/b"],
        archive_url="https://archive.example/a", published_on=DAY, language="fr", country="FR",
        is_primary=True, access="paywalled", external_ids=[{"scheme": "doi", "value": "10.1/1"}],
        note="Seen in print", gone_at="2026-01-01T00:00:00Z",
    )  # fmt: skip


async def topics(make: Make) -> tuple[Made, Made]:
    """Make a topic, and one below it."""
    above = await make.topic()
    return above, await make.topic(ref="t-1", description="About it", parent_id=above.id)


async def measure(make: Make) -> Made:
    """Make a measure of which everything is known."""
    return await make.measure(
        ref="m-1", description="Crossings", flow="in", family="crossings-of-ours", unit="person"
    )


async def scales(make: Make) -> tuple[Made, Made]:
    """Make a scale with an edition that follows it."""
    first = await make.scale(
        ratings=[{"key": "odd", "labels": {"en": "Odd"}}], check_types=["promise"]
    )
    rating = {"definition": "It is", "ordinal": 1, "normalized": "true"}
    following = await make.scale(
        ref="rs-1", key=first.body["key"], supersedes_id=first.id, description="The second",
        ratings=[{"key": "odd", "labels": {"en": "Odd"}, **rating}],
    )  # fmt: skip
    return first, following


async def organizations(make: Make, scale: Made) -> tuple[Made, Made]:
    """Make two organisations: one of which all is known, and one that has only its name."""
    chosen = [{"check_type": "content", "scale_id": scale.id}]
    return await make.post(
        "/v1/organizations",
        {
            "ref": "o-1", "name": "Example Check", "url": "https://check.example/",
            "description": "Checks", "country": "KZ", "language": "fr", "default_scales": chosen,
            "escalation_url": "https://council.example/",
        },
    ), await make.post("/v1/organizations", {"name": "Bare"})  # fmt: skip


async def keys(make: Make) -> tuple[Made, Made]:
    """Make a key with a role and an end, and one with scopes and none."""
    lasting = await make.api_key(
        ref="k-1", role="editor", person="Ada", expires_at="2999-12-31T00:00:00Z"
    )
    await make.client.post(f"{lasting.path}/rotate", json={}, headers=lasting.if_match)
    return lasting, await make.api_key(scopes=["read"])


async def statement(make: Make) -> Made:
    """Make a statement with everything in it."""
    carrier, (_, topic) = await source(make), await topics(make)
    confidential = await make.source(
        access="confidential", ref="hidden", url="https://example.org/h"
    )
    fact = {"field": "value", "from": "98000", "to": "100000"}
    first: Json = {
        "key": "ria", "source_id": carrier.id, "role": "agency", "mode": "direct_quote",
        "text": "98 000", "language": "ru", "published_on": DAY, "locator": "p. 1",
        "is_first_known": True, "fidelity": "altered", "drift_note": "Rounded",
        "changed_facts": [fact, {"field": "place"}],
    }  # fmt: skip
    second = {
        "source_id": confidential.id,
        "role": "outlet",
        "mode": "summary",
        "parent_key": "ria",
    }
    counted: Json = {
        "measure": (await measure(make)).body["key"], "value": "98000", "comparator": "approx",
        "unit": "person", "population": "Russian citizens", "place": "KZ",
        "counterpart_place": "RU", "period_start": "2022-09-21", "period_end": DAY, "as_of": DAY,
        "verbatim": "environ 98.000", "is_estimate": True,
    }  # fmt: skip
    between = {"measure": counted["measure"], "low": "1", "high": "2", "comparator": "between"}
    translated = {"language": "en", "text": "Some", "translator": "human"}
    return await make.statement(
        ref="st-1", language="fr", summary="s" * 80, kind="quantitative", utterance="indirect",
        speaker_id=(await speaker(make)).id, speaker_role="President", said_on=DAY,
        occasion="A speech", place={"name": "Turkistan", "country": "KZ"},
        translations=[{**translated, "translator_name": "Ada"}, {**translated, "language": "de"}],
        quantities=[counted, between], appearances=[first, second], topics=[topic.id],
        checkability={"state": "not_checkable", "reason": "vague"}, state="triaged",
    )  # fmt: skip


async def verdict(make: Make, statement_id: str) -> Made:
    """Publish a verdict with everything in it, and correct it."""
    cited = await make.source(kind="dataset")
    draft = await make.verdict(
        ref="v-1", statement_id=statement_id, uncertainty="low", url="https://check.example/1",
        evidence=[
            {
                "source_id": cited.id, "stance": "refutes", "role": "primary", "excerpt": "No",
                "locator": "p. 4", "note": "Table 2",
            },
            {"source_id": cited.id, "stance": "neutral", "role": "dataset"},
        ],
    )  # fmt: skip
    first = await make.publish(draft, change_reason="new_evidence", notice="We looked again")
    revision = await make.revise(first, headline="So it is")
    return await make.publish(revision, change_kind="minor", change_reason="wording")


async def link(
    make: Make, one: Made, other: Made, database: asyncpg.Connection
) -> tuple[Made, Made]:
    """Make a link that a machine found and a person confirmed, and one that is only suggested."""
    path = f"/v1/statements/{one.id}/links"
    suggested = await make.post(path, {"other_id": other.id, "type": "repeats"})
    found = await make.post(
        path,
        {"other_id": other.id, "type": "same_claim", "state": "confirmed", "reason": "The same"},
    )
    await database.execute(
        "UPDATE link SET ref = 'l-1', method = 'lexical', score = 0.93 WHERE id = $1", found.id
    )
    return suggested, found


async def correction_requests(make: Make, others: Make, database: asyncpg.Connection) -> None:
    """Make a request with all there is to say, and resolve it, and two with next to nothing.

    Of one of these nobody is known who sent it; the other is about a verdict of another newsroom.
    """
    out = await make.published()
    await make.correction_request(verdict_id=out.id)
    await database.execute("UPDATE correction_request SET created_by = NULL")
    await others.correction_request()
    full = await make.correction_request(
        verdict_id=out.id, proposed_correction="It is so", links=["https://example.org/"],
        language="fr", name="Ada", email="ada@example.org", ref="cr-1",
    )  # fmt: skip
    await make.client.patch(full.path, json={"assignee": "Ada"}, headers=full.if_match)
    done = {"to": "accepted", "resolution": "So it is", "resulting_version": 1}
    await make.client.post(f"{full.path}/transitions", json=done, headers={"If-Match": "*"})


async def contacts(make: Make, verdict_id: str) -> None:
    """Make contacts: one that replied, a confidential source, and one of whom little is known."""
    asked = {"verdict_id": verdict_id, "is_public": True}
    await make.contact(
        **asked, ref="c-1", speaker_id=(await make.speaker()).id, asked_at="2022-09-27T10:00:00Z",
        reply_by="2022-09-28T10:00:00Z", state="replied", replied_at="2022-09-29T10:00:00Z",
        reply="No comment", note="By phone",
    )  # fmt: skip
    hidden = await make.source(access="confidential")
    await make.contact(**asked, source_id=hidden.id, state="declined")
    await make.contact(verdict_id=verdict_id)


async def comments(make: Make, said: Made, verdict: Made, database: asyncpg.Connection) -> None:
    """Make comments: one that is answered and settled, and one that is neither."""
    first = await make.comment(said, mentions=["Ada Lovelace"])
    await make.comment(said, parent_id=first.id)
    await make.comment(verdict)
    await make.client.patch(first.path, json={"is_resolved": True}, headers=first.if_match)
    await database.execute("UPDATE comment SET ref = 'co-1' WHERE id = $1", first.id)


async def webhooks(make: Make, database: asyncpg.Connection) -> None:
    """Make webhooks: one that was disabled, with a log, and one that has none of it."""
    await make.webhook()
    full = await make.webhook(ref="w-1", description="The CMS", events=["verdict.*"])
    await make.client.post(f"{full.path}/rotate", json={}, headers=full.if_match)
    await make.ping(full)
    await database.execute(
        "UPDATE webhook SET enabled = false, disabled_at = now(), disabled_reason = 'failing',"
        " failing_since = now(), delivered_at = now() WHERE id = $1",
        full.id,
    )
    await database.execute(
        "INSERT INTO webhook_delivery (id, webhook_id, message_id, event, position, collection,"
        " resource_id, state, delivered_at, attempts, body) VALUES (gen_random_uuid(), $1,"
        " 'msg_1', 'verdict.published', 1, 'verdicts', $1, 'delivered', now(), 2, '{}')",
        full.id,
    )
    await database.execute(
        "INSERT INTO webhook_attempt SELECT id, no, now(), 12, address, status, error, said"
        " FROM webhook_delivery, (VALUES (1, NULL, NULL, 'It broke', NULL),"
        " (2, '192.0.2.7', 204, NULL, '')) AS made (no, address, status, error, said)"
        " WHERE message_id = 'msg_1'"
    )


async def everything(make: Make, others: Make, database: asyncpg.Connection) -> None:
    """Make all of it, filled and bare."""
    said, twin, bare = await statement(make), await make.statement(), await make.statement()
    await link(make, said, twin, database)
    await bare_statements(make)
    await make.measure()
    found = await verdict(make, said.id)
    await contacts(make, found.id)
    await comments(make, said, found, database)
    await make.published(statement_id=twin.id, url="https://check.example/2")
    await others.published(statement_id=said.id)
    taken_back = await others.published(statement_id=twin.id, headline=None)
    revised = await others.revise(taken_back, summary="It is otherwise.")
    corrected = {"change_kind": "correction", "notice": "Mended"}
    await others.move(await others.publish(revised, **corrected), "retracted", notice="No")
    await others.revise(await others.published(headline=None), headline="Again", url=WEB)
    planned = await make.approve(await make.verdict(assignee="Ada", due_on=DAY))
    await make.move(planned, "scheduled", publish_at="2999-12-31T00:00:00Z")
    await make.post("/v1/verdicts", {"statement_id": bare.id, "check_type": "attribution"})
    await make.client.patch(said.path, json={"occasion": "Another"}, headers={"If-Match": "*"})
    unmapped = await make.scale(ratings=[{"key": "odd", "labels": {"en": "Odd"}}])
    odd = {"key": "odd", "scale": unmapped.body["key"]}
    await make.published(statement_id=twin.id, check_type="promise", rating=odd)
    await make.published(statement_id=said.id, check_type="promise", rating=odd)
    await make.rating_map()
    await make.rating_map(normalized="false")
    await make.import_job()
    failed = await make.import_job(language="fr", dry_run="true")
    await database.execute(
        "UPDATE import_job SET state = 'failed', failure = 'Unreadable', started_at = now(),"
        " finished_at = now() WHERE id = $1",
        failed.id,
    )
    _, following = await scales(make)
    await organizations(make, following)
    await correction_requests(make, others, database)
    await webhooks(make, database)
    lasting, short = await keys(make)
    await make.client.get("/v1/topics", headers={"Authorization": f"Bearer {lasting.body['key']}"})
    await make.client.delete(short.path, headers=short.if_match)
    await database.execute(
        "UPDATE organization SET url = 'https://us.example/',"
        " escalation_url = 'https://council.example/' WHERE name = $1",
        US,
    )
    one, other = await make.speaker(), await make.speaker()
    await make.client.post(f"{one.path}/merge", json={"into": other.id})


async def bare_statements(make: Make) -> None:
    """Make statements of which next to nothing is known."""
    number: Json = {"measure": "border_entries", "value": "98000"}
    others = [{"value": "5"}, {"as_of": DAY}, {"value": "5", "as_of": DAY}]
    numbers = [number, *(number | other for other in others)]
    await make.statement(speaker_is_anonymous=True, quantities=numbers)
    await make.statement(place={"name": "Here"}, speaker={"name": "Somebody"})
    wire = {"kind": "wire", "name": "Wire", "publisher": {"kind": "website", "name": "Site"}}
    await make.statement(
        place={"country": "KZ"},
        appearances=[{"source": wire, "role": "origin", "mode": "headline"}],
    )
