"""A sound request for every operation, as a caller would send it who may, and knows how.

A test of who may do what takes them from here, so that no operation is left out: there is a test
that fails when one has none.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.making import Made, Make

ANY = {"If-Match": "*"}
SECRET = "Nobody should read this"
_NUMBERS = count(1)


@dataclass(frozen=True)
class Asked:
    """A request: what, where, with which body and headers."""

    method: str
    path: str
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Things:
    """What requests are about: things of our organisation, that the public sees or doesn't.

    A draft is what the public sees least of, so a verdict that is to be changed is one always.
    """

    make: Make
    are_hidden: bool = False
    kept: dict[str, Made] = field(default_factory=dict)

    async def statement(self, **given: Any) -> Made:
        """Make a statement: internal, when things are hidden."""
        visibility = "internal" if self.are_hidden else "public"
        return await self.make.statement(summary=SECRET, visibility=visibility, **given)

    async def verdict(self, **given: Any) -> Made:
        """Make a verdict: a draft, when things are hidden."""
        draft = await self.make.verdict(headline=SECRET, **given)
        return draft if self.are_hidden else await self.make.publish(draft)

    async def source(self, **given: Any) -> Made:
        """Make a source: confidential, when things are hidden."""
        access = "confidential" if self.are_hidden else "open"
        return await self.make.source(name=SECRET, access=access, **given)

    async def correction_request(self) -> Made:
        """Make a correction request, which the public never sees."""
        return await self.make.correction_request(message=SECRET, name="Ada", email="a@example.org")

    async def contact(self) -> Made:
        """Make a contact, one of many for the same verdict: internal, when things are hidden."""
        if "verdict" not in self.kept:
            self.kept["verdict"] = await self.make.published()
        return await self.make.contact(
            verdict_id=self.kept["verdict"].id, name=SECRET, is_public=not self.are_hidden
        )

    async def comment(self) -> Made:
        """Make a comment, one of many on the same public statement; nobody else ever sees them."""
        if "statement" not in self.kept:
            self.kept["statement"] = await self.make.statement()
        return await self.make.comment(self.kept["statement"], text=SECRET)

    async def webhook(self) -> Made:
        """Make a webhook, which nobody but its organisation's administrators ever sees."""
        return await self.make.webhook(description=SECRET)

    async def delivery(self) -> Made:
        """Make a delivery of a webhook."""
        return await self.make.ping(await self.webhook())

    async def link(self) -> Made:
        """Make a link of public statements: only suggested, when things are hidden."""
        one, other = await self.make.statement(), await self.make.statement()
        state = "suggested" if self.are_hidden else "confirmed"
        return await self.make.post(
            f"{one.path}/links",
            {"other_id": other.id, "type": "repeats", "state": state, "reason": SECRET},
        )


Example = Callable[[Things], Awaitable[Asked]]


def new_ref() -> str:
    """Make up a ref that nothing has."""
    return f"ref-{next(_NUMBERS)}"


def _listed(path: str) -> Example:
    async def asked(_: Things) -> Asked:
        return Asked("GET", path)

    return asked


async def _described(things: Things) -> Asked:
    return Asked("GET", f"/oembed?url=http://test{(await things.verdict()).path}")


def _made(path: str, **body: Any) -> Example:
    async def asked(_: Things) -> Asked:
        keyed = {"key": f"key-{next(_NUMBERS)}"} if body.get("key") else {}
        return Asked("POST", path, body | keyed)

    return asked


def _made_in_bulk(path: str, **body: Any) -> Example:
    async def asked(_: Things) -> Asked:
        return Asked("POST", f"{path}/batch", {"items": [body]})

    return asked


def _put(path: str, **body: Any) -> Example:
    async def asked(_: Things) -> Asked:
        return Asked("PUT", f"{path}/by-ref/{new_ref()}", body)

    return asked


def _by_ref(path: str, making: Callable[..., Awaitable[Made]]) -> Example:
    async def asked(things: Things) -> Asked:
        ref = new_ref()
        await making(things, ref=ref)
        return Asked("GET", f"{path}/by-ref/{ref}")

    return asked


def _one(
    making: Callable[[Things], Awaitable[Made]],
    method: str = "GET",
    suffix: str = "",
    body: Any = None,
) -> Example:
    async def asked(things: Things) -> Asked:
        made = await making(things)
        return Asked(method, made.path + suffix, body, {} if method == "GET" else ANY)

    return asked


async def _draft(things: Things) -> Made:
    return await things.make.verdict(headline=SECRET)


async def _discarded(things: Things) -> Asked:
    begun = await things.make.revise(await things.make.published())
    return Asked("DELETE", f"{begun.path}/revision", None, ANY)


async def _judged(things: Things) -> Asked:
    said = await things.statement()
    return Asked("POST", "/v1/verdicts", {"statement_id": said.id, "check_type": "content"})


async def _judged_by_ref(things: Things) -> Asked:
    said = await things.statement()
    body = {"statement_id": said.id, "check_type": "content"}
    return Asked("PUT", f"/v1/verdicts/by-ref/{new_ref()}", body)


async def _reported(things: Things) -> Asked:
    out = await things.make.published()
    return Asked("POST", "/v1/correction-requests", {"verdict_id": out.id, "message": "No"})


async def _asked_about(things: Things) -> Asked:
    judged = await things.verdict()
    body = {"verdict_id": judged.id, "name": "A", "purpose": "evidence", "channel": "phone"}
    return Asked("POST", "/v1/contacts", body)


def _commented(making: Callable[[Things], Awaitable[Made]]) -> Example:
    async def asked(things: Things) -> Asked:
        return Asked("POST", f"{(await making(things)).path}/comments", {"text": "A"})

    return asked


async def _merged(things: Things) -> Asked:
    one, other = await things.make.speaker(), await things.make.speaker()
    return Asked("POST", f"{one.path}/merge", {"into": other.id, "reason": SECRET})


async def _unmerged(things: Things) -> Asked:
    asked = await _merged(things)
    await things.make.client.post(asked.path, json=asked.json)
    return Asked("POST", asked.path.replace("/merge", "/unmerge"), {})


async def _linked(things: Things) -> Asked:
    one, other = await things.statement(), await things.make.statement()
    return Asked("POST", f"{one.path}/links", {"other_id": other.id, "type": "repeats"})


async def _matched(things: Things) -> Asked:
    said = await things.statement()
    return Asked("POST", "/v1/match", {"queries": [{"text": said.body["text"]}]})


async def _matched_document(things: Things) -> Asked:
    said = await things.statement()
    return Asked("POST", "/v1/match/document", {"text": said.body["text"]})


async def _compared(things: Things) -> Asked:
    number = {"measure": "border_entries", "value": "98000", "verbatim": SECRET}
    said = await things.statement(quantities=[number])
    one = said.body["quantities"][0]["id"]
    return Asked("POST", "/v1/quantities/compare", {"a": one, "b": one})


async def _sent(_: Things) -> Asked:
    return Asked("POST", "/v1/imports", {}, {"Content-Type": "application/x-ndjson"})


async def _labelled(things: Things) -> Asked:
    of = await things.make.organization(is_imported=True)
    return Asked("POST", "/v1/rating-maps", {"organization_id": of.id, "label": "A"})


def _kept(name: str, noun: str, making: Callable[[Things], Awaitable[Made]], patch: Any) -> Any:
    """Give the four requests about one thing that is there."""
    return {
        f"get_{noun}": _one(making),
        f"change_{noun}": _one(making, "PATCH", body=patch),
        f"{name}_{noun}": _one(making, "DELETE"),
        f"list_{noun}_history": _one(making, suffix="/history"),
    }


_STATEMENT = {"text": SECRET, "language": "en", "speaker_is_anonymous": True}
_LABELS = {"labels": {"en": "Label"}}
EXAMPLES: dict[str, Example] = {
    "list_statements": _listed("/v1/statements"),
    "create_statement": _made("/v1/statements", **_STATEMENT),
    "create_statement_batch": _made_in_bulk("/v1/statements", **_STATEMENT),
    "get_statement_by_ref": _by_ref("/v1/statements", Things.statement),
    "put_statement_by_ref": _put("/v1/statements", **_STATEMENT),
    **_kept("archive", "statement", Things.statement, {"occasion": "A"}),
    "move_statement": _one(Things.statement, "POST", "/transitions", {"to": "open"}),
    "get_statement_provenance": _one(Things.statement, suffix="/provenance"),
    "list_statement_links": _one(Things.statement, suffix="/links"),
    "create_statement_link": _linked,
    "get_statement_link": _one(Things.link),
    "change_statement_link": _one(Things.link, "PATCH", body={"state": "rejected", "reason": "A"}),
    "list_verdicts": _listed("/v1/verdicts"),
    "create_verdict": _judged,
    "get_verdict_by_ref": _by_ref("/v1/verdicts", Things.verdict),
    "put_verdict_by_ref": _judged_by_ref,
    "get_verdict": _one(Things.verdict),
    "list_verdict_history": _one(Things.verdict, suffix="/history"),
    "change_verdict": _one(_draft, "PATCH", body={"headline": "A"}),
    "archive_verdict": _one(_draft, "DELETE"),
    "move_verdict": _one(_draft, "POST", "/transitions", {"to": "in_review"}),
    "discard_verdict_revision": _discarded,
    "list_verdict_versions": _one(Things.verdict, suffix="/versions"),
    "get_verdict_version": _one(Things.verdict, suffix="/versions/1"),
    "compare_verdict_versions": _one(Things.verdict, suffix="/diff?from=1&to=1"),
    "list_corrections": _listed("/v1/corrections"),
    "list_quantities": _listed("/v1/quantities"),
    "compare_quantities": _compared,
    "match_claims": _matched,
    "match_document": _matched_document,
    "get_claim_review": _one(Things.verdict, suffix="/claimreview"),
    "get_verdict_card": _one(Things.verdict, suffix="/embed"),
    "get_embedding": _described,
    "get_claim_review_feed": _listed("/v1/feeds/claimreview.json"),
    "get_verdict_feed": _listed("/v1/feeds/verdicts.atom"),
    "get_correction_feed": _listed("/v1/feeds/corrections.atom"),
    "get_desk": _listed("/v1/desk"),
    "search_everything": _listed("/v1/search?q=a"),
    "get_suggestions": _listed("/v1/suggest?q=a"),
    "list_correction_requests": _listed("/v1/correction-requests"),
    "create_correction_request": _reported,
    **_kept("archive", "correction_request", Things.correction_request, {"assignee": "Ada"}),
    "move_correction_request": _one(
        Things.correction_request, "POST", "/transitions", {"to": "in_review"}
    ),
    "get_requester": _one(Things.correction_request, suffix="/requester"),
    "erase_requester": _one(Things.correction_request, "DELETE", "/requester"),
    "list_contacts": _listed("/v1/contacts"),
    "create_contact": _asked_about,
    **_kept("archive", "contact", Things.contact, {"note": "A"}),
    "list_statement_comments": _one(Things.statement, suffix="/comments"),
    "create_statement_comment": _commented(Things.statement),
    "list_verdict_comments": _one(Things.verdict, suffix="/comments"),
    "create_verdict_comment": _commented(Things.verdict),
    **_kept("archive", "comment", Things.comment, {"is_resolved": True}),
    "list_speakers": _listed("/v1/speakers"),
    "create_speaker": _made("/v1/speakers", name="A"),
    "create_speaker_batch": _made_in_bulk("/v1/speakers", name="A"),
    "get_speaker_by_ref": _by_ref("/v1/speakers", lambda on, **given: on.make.speaker(**given)),
    "put_speaker_by_ref": _put("/v1/speakers", name="A"),
    **_kept("archive", "speaker", lambda on: on.make.speaker(), {"name": "B"}),
    "merge_speaker": _merged,
    "unmerge_speaker": _unmerged,
    "get_speaker_stats": _one(lambda on: on.make.speaker(), suffix="/stats"),
    "list_sources": _listed("/v1/sources"),
    "create_source": _made("/v1/sources", kind="wire", name="A"),
    "create_source_batch": _made_in_bulk("/v1/sources", kind="wire", name="A"),
    "get_source_by_ref": _by_ref("/v1/sources", Things.source),
    "put_source_by_ref": _put("/v1/sources", kind="wire", name="A"),
    **_kept("archive", "source", Things.source, {"language": "fr"}),
    "list_topics": _listed("/v1/topics"),
    "create_topic": _made("/v1/topics", key="k", **_LABELS),
    **_kept("archive", "topic", lambda on: on.make.topic(), {"description": "A"}),
    "list_measures": _listed("/v1/measures"),
    "create_measure": _made("/v1/measures", key="k", dimension="count", **_LABELS),
    **_kept("archive", "measure", lambda on: on.make.measure(), {"unit": "person"}),
    "list_rating_scales": _listed("/v1/rating-scales"),
    "create_rating_scale": _made(
        "/v1/rating-scales", key="k", check_types=["content"], ratings=[{"key": "a", **_LABELS}],
        **_LABELS,
    ),
    **_kept("archive", "rating_scale", lambda on: on.make.scale(), {"description": "A"}),
    "list_organizations": _listed("/v1/organizations"),
    "create_organization": _made("/v1/organizations", name="A"),
    **_kept("archive", "organization", lambda on: on.make.organization(), {"country": "FR"}),
    "list_api_keys": _listed("/v1/api-keys"),
    "create_api_key": _made("/v1/api-keys", name="A", role="reader"),
    **_kept("revoke", "api_key", lambda on: on.make.api_key(name=SECRET), {"person": "A"}),
    "rotate_api_key": _one(
        lambda on: on.make.api_key(), "POST", "/rotate", {"overlap_seconds": 60}
    ),
    "list_changes": _listed("/v1/changes"),
    "get_export": _listed("/v1/export"),
    "list_imports": _listed("/v1/imports"),
    "create_import": _sent,
    "get_import": _one(lambda on: on.make.import_job()),
    "get_import_report": _one(lambda on: on.make.import_job(), suffix="/report"),
    "cancel_import": _one(lambda on: on.make.import_job(), "POST", "/cancel"),
    "list_rating_maps": _listed("/v1/rating-maps"),
    "create_rating_map": _labelled,
    "get_rating_map": _one(lambda on: on.make.rating_map()),
    "change_rating_map": _one(
        lambda on: on.make.rating_map(), "PATCH", body={"normalized": "false"}
    ),
    "list_rating_map_history": _one(lambda on: on.make.rating_map(), suffix="/history"),
    "list_webhooks": _listed("/v1/webhooks"),
    "create_webhook": _made("/v1/webhooks", url="https://receiver.example/"),
    **_kept("archive", "webhook", Things.webhook, {"description": "A"}),
    "rotate_webhook_secret": _one(Things.webhook, "POST", "/rotate", {"overlap_seconds": 60}),
    "ping_webhook": _one(Things.webhook, "POST", "/ping"),
    "replay_webhook": _one(Things.webhook, "POST", "/replay", {"after": 0}),
    "list_webhook_deliveries": _one(Things.webhook, suffix="/deliveries"),
    "get_webhook_delivery": _one(Things.delivery),
    "replay_webhook_delivery": _one(Things.delivery, "POST", "/replay"),
}  # fmt: skip
