"""From capture to retraction, by two people: what the public sees at each step, and afterwards.

After the fact, every step is looked at again with `as_of`, and somebody tries to rewrite it.
"""

from dataclasses import dataclass, field
from datetime import datetime

import asyncpg
import pytest

from tests.making import Client, Json

ANY = {"If-Match": "*"}
EXPLANATION = "The agency's count is of **entries**.\n\nThe report counts exits."
NOTICE = "We had taken entries for exits. The rating was false, and is mostly true."
LAST = "The border service withdrew its data."
TRIES = (
    "UPDATE verdict_version SET headline = 'Always so' WHERE verdict_id = $1",
    "DELETE FROM verdict_version WHERE verdict_id = $1",
    "UPDATE evidence SET note = 'New' FROM verdict_version v WHERE v.id = version_id AND $1 = $1",
    "UPDATE publication SET during = tstzrange('2020-01-01', NULL) WHERE verdict_id = $1",
    "DELETE FROM publication WHERE verdict_id = $1",
    "UPDATE change SET public_document = NULL WHERE resource_id = $1",
    "DELETE FROM change WHERE resource_id = $1",
    "UPDATE verdict SET retracted = false, state = 'published' WHERE id = $1",
    "UPDATE verdict SET public_id = NULL, published_at = NULL WHERE id = $1",
    "DELETE FROM verdict WHERE id = $1",
)


@dataclass
class Journey:
    """Two people, the public, and what it saw at the end of each step."""

    checker: Client
    editor: Client
    anonymous: Client
    database: asyncpg.Connection
    statement: str = ""
    verdict: str = ""
    seen: list[tuple[str, datetime, dict[str, Json | int]]] = field(default_factory=list)

    async def move(self, who: Client, to: str, **said: str) -> Json:
        """Move the verdict."""
        path = f"{self.verdict}/transitions"
        answer = await who.post(path, json={"to": to} | said, headers=ANY)
        assert answer.status_code == 200, answer.text
        moved: Json = answer.json()
        assert moved["state"] == to
        return moved

    async def look(self, **as_of: str) -> dict[str, Json | int]:
        """Look at everything as the public; a status stands for what isn't there."""
        paths = [self.statement, self.verdict, "/v1/statements", "/v1/verdicts"]
        found: dict[str, Json | int] = {}
        for path in filter(None, paths):
            answer = await self.anonymous.get(path, params=as_of)
            found[path] = answer.json() if answer.status_code == 200 else answer.status_code
        return found

    async def note(self, step: str) -> Json:
        """Remember what the public sees after a step, and give the verdict that it sees."""
        at = await self.database.fetchval("SELECT clock_timestamp()")
        found = await self.look()
        self.seen.append((step, at, found))
        shown = found.get(self.verdict)
        return shown if isinstance(shown, dict) else {}


@pytest.fixture
def journey(
    checker: Client, editor: Client, anonymous: Client, database: asyncpg.Connection
) -> Journey:
    """Have a checker, an editor and the public."""
    return Journey(checker, editor, anonymous, database)


async def test_from_capture_to_retraction(journey: Journey) -> None:
    await capture(journey)
    await publish(journey)
    await correct(journey)
    await retract(journey)

    for step, at, seen in journey.seen:
        again = await journey.look(as_of=at.isoformat())
        for path, shown in seen.items():
            assert again[path] == shown, f"{step}: {path}"
    assert len(journey.seen) == 14
    await nobody_rewrites_it(journey)


async def capture(journey: Journey) -> None:
    outlet = {"kind": "news_agency", "name": "RIA Novosti"}
    wire = {"kind": "wire", "name": "98,000", "publisher": outlet}
    made = await journey.checker.post(
        "/v1/statements",
        json={
            "text": "environ 98.000 Russes sont entrés au Kazakhstan", "language": "fr",
            "speaker": {"kind": "person", "name": "Aslan Atalykov"},
            "appearances": [{"source": wire, "role": "agency", "mode": "indirect"}],
        },
    )  # fmt: skip
    journey.statement = made.headers["Location"]
    opened = await journey.checker.post(
        f"{journey.statement}/transitions",
        json={"to": "open", "comment": "Widely repeated"}, headers=ANY,
    )  # fmt: skip
    assert (opened.status_code, opened.json()["state"]) == (200, "open")
    await journey.note("captured")
    source = made.json()["appearances"][0]["source_id"]
    report = {"kind": "report", "name": "Border data", "is_primary": True}
    data = await journey.checker.post(
        "/v1/sources", json=report | {"publisher": {"kind": "government", "name": "Border service"}}
    )
    evidence = [
        {"source_id": source, "stance": "supports", "role": "secondary"},
        {"source_id": data.json()["id"], "stance": "refutes", "role": "dataset"},
    ]
    draft = await journey.checker.post(
        "/v1/verdicts",
        json={
            "statement_id": made.json()["id"], "check_type": "content", "language": "en",
            "rating": {"key": "false"}, "headline": "Not so many", "summary": "It was exits.",
            "explanation": "Exits.", "evidence": evidence,
        },
    )  # fmt: skip
    journey.verdict = draft.headers["Location"]
    await journey.note("drafted")


async def publish(journey: Journey) -> None:
    await journey.move(journey.checker, "in_review")
    await journey.note("submitted")
    await journey.move(journey.editor, "draft", comment="Say what the report counts")
    await journey.note("sent back")
    changed = await journey.checker.patch(
        journey.verdict, json={"explanation": EXPLANATION}, headers=ANY
    )
    assert changed.status_code == 200
    await journey.move(journey.checker, "in_review", comment="Done")
    own = await journey.checker.post(
        f"{journey.verdict}/transitions", json={"to": "approved"}, headers=ANY
    )
    assert own.status_code == 403
    await journey.move(journey.editor, "approved")
    assert await journey.note("approved") == {}
    await journey.move(journey.editor, "published")
    shown = await journey.note("published")
    assert (shown["state"], shown["change_kind"], shown["notice"]) == ("published", "initial", None)
    assert (shown["author"], shown["approver"]) == ("Checker", "Editor")


async def correct(journey: Journey) -> None:
    await journey.checker.patch(
        journey.statement, json={"text": "environ 98.000 Russes sont arrivés"}, headers=ANY
    )
    assert (await journey.note("reworded"))["stale_reasons"] == ["statement_revised"]
    await journey.move(journey.checker, "revising", comment="A reader wrote")
    await journey.checker.patch(
        journey.verdict,
        json={"rating": {"key": "mostly_true"}, "headline": "Nearly", "statement_revision": None},
        headers=ANY,
    )
    assert (await journey.note("revising"))["headline"] == "Not so many"
    await journey.move(
        journey.checker, "in_review", change_kind="correction", change_reason="factual_error",
        notice=NOTICE,
    )  # fmt: skip
    await journey.note("revision in review")
    await journey.move(journey.editor, "approved")
    assert (await journey.note("revision approved"))["rating"]["key"] == "false"
    await journey.move(journey.editor, "published")
    shown = await journey.note("corrected")
    assert (shown["headline"], shown["rating"]["key"]) == ("Nearly", "mostly_true")
    assert (shown["notice"], shown["stale_reasons"]) == (NOTICE, [])
    assert shown["published_version"] == 2
    (logged,) = (await journey.anonymous.get("/v1/corrections")).json()["items"]
    assert (logged["from_rating"]["key"], logged["to_rating"]["key"]) == ("false", "mostly_true")


async def retract(journey: Journey) -> None:
    speaker = (await journey.anonymous.get(journey.statement)).json()["speaker_id"]
    await journey.checker.patch(
        f"/v1/speakers/{speaker}", json={"name": "Aslan Atalykovich"}, headers=ANY
    )
    await journey.note("speaker renamed")
    await journey.move(journey.editor, "retracted", notice=LAST, change_reason="source_gone")
    shown = await journey.note("retracted")
    assert (shown["retracted"], shown["notice"], shown["headline"]) == (True, LAST, "Nearly")
    refused = await journey.editor.post(
        f"{journey.verdict}/transitions", json={"to": "revising"}, headers=ANY
    )
    assert (refused.status_code, refused.json()["legal"]) == (409, [])
    archived = await journey.editor.delete(journey.statement, headers=ANY)
    assert archived.status_code == 409
    kinds = [one["change_kind"] for one in await corrections(journey)]
    assert kinds == ["retraction", "correction"]
    await journey.note("in the end")


async def corrections(journey: Journey) -> list[Json]:
    items: list[Json] = (await journey.anonymous.get("/v1/corrections")).json()["items"]
    return items


async def nobody_rewrites_it(journey: Journey) -> None:
    """Try it by the API, and by SQL as the service's own role."""
    before = await journey.look()
    versions = (await journey.anonymous.get(f"{journey.verdict}/versions")).json()
    for method, path, body in (
        ("PATCH", journey.verdict, {"headline": "Always so"}),
        ("PATCH", journey.verdict, {"statement_revision": 1}),
        ("DELETE", journey.verdict, None),
        ("PUT", f"{journey.verdict}/versions/1", {"headline": "Always so"}),
        ("DELETE", f"{journey.verdict}/versions/1", None),
        ("PATCH", journey.statement, {"visibility": "internal"}),
        ("POST", f"{journey.verdict}/transitions", {"to": "published"}),
        ("POST", f"{journey.verdict}/transitions", {"to": "draft", "comment": "Again"}),
    ):
        refused = await journey.editor.request(method, path, json=body, headers=ANY)
        assert refused.status_code in {405, 409}, (method, path, refused.text)
    verdict_id = journey.verdict.rpartition("/")[2]
    for attempt in TRIES:
        with pytest.raises(asyncpg.RestrictViolationError):
            await journey.database.execute(attempt, verdict_id)
    for table in ("change", "verdict_version", "evidence", "publication"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await journey.database.execute(f"TRUNCATE {table} CASCADE")
    assert await journey.look() == before
    assert (await journey.anonymous.get(f"{journey.verdict}/versions")).json() == versions
