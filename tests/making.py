"""The factory: makes things over HTTP, with something sensible for whatever a test doesn't say."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

from httpx2 import AsyncClient, Response

Client: TypeAlias = AsyncClient
Json: TypeAlias = dict[str, Any]
_NUMBERS = count(1)


@dataclass(frozen=True)
class Made:
    """Something that was made: its address, its body and its ETag."""

    path: str
    body: Json
    etag: str

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.body["id"])

    @property
    def if_match(self) -> dict[str, str]:
        """The header that lets it be changed."""
        return {"If-Match": self.etag}


class Make:
    """Makes things as one caller. What is given goes before what is made up.

    What needs a second person gets one, `approver`; without any, the caller's organisation must
    have said that it does without.
    """

    def __init__(self, client: Client, approver: Client | None = None) -> None:
        """Make as this caller."""
        self.client = client
        self.approver = approver or client

    async def post(self, path: str, body: Json) -> Made:
        """Make whatever this path makes."""
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return Made(answer.headers["Location"], answer.json(), answer.headers["ETag"])

    async def speaker(self, **given: Any) -> Made:
        """Make a speaker."""
        made_up: Json = {"kind": "person", "name": f"Speaker {next(_NUMBERS)}"}
        return await self.post("/v1/speakers", made_up | given)

    async def source(self, **given: Any) -> Made:
        """Make a source: an article, unless said otherwise."""
        made_up: Json = {"kind": "article", "name": f"Source {next(_NUMBERS)}"}
        return await self.post("/v1/sources", made_up | given)

    async def topic(self, **given: Any) -> Made:
        """Make a topic."""
        number = next(_NUMBERS)
        made_up: Json = {"key": f"topic-{number}", "labels": {"en": f"Topic {number}"}}
        return await self.post("/v1/topics", made_up | given)

    async def measure(self, **given: Any) -> Made:
        """Make a measure."""
        number = next(_NUMBERS)
        made_up: Json = {
            "key": f"measure-{number}",
            "labels": {"en": f"Measure {number}"},
            "dimension": "count",
        }
        return await self.post("/v1/measures", made_up | given)

    async def scale(self, **given: Any) -> Made:
        """Make a rating scale of two ratings."""
        made_up: Json = {
            "key": f"scale-{next(_NUMBERS)}",
            "labels": {"en": "Scale"},
            "check_types": ["content"],
            "ratings": [
                {"key": "wrong", "labels": {"en": "Wrong"}, "ordinal": 1, "normalized": "false"},
                {"key": "right", "labels": {"en": "Right"}, "ordinal": 2, "normalized": "true"},
            ],
        }
        return await self.post("/v1/rating-scales", made_up | given)

    async def organization(self, **given: Any) -> Made:
        """Make another organisation."""
        made_up: Json = {"name": f"Newsroom {next(_NUMBERS)}"}
        return await self.post("/v1/organizations", made_up | given)

    async def rating_map(self, **given: Any) -> Made:
        """Make a map of a label of an imported organisation."""
        made_up: Json = {"label": f"Label {next(_NUMBERS)}"}
        if "organization_id" not in given:
            made_up["organization_id"] = (await self.organization(is_imported=True)).id
        return await self.post("/v1/rating-maps", made_up | given)

    async def import_job(self, body: bytes = b"{}", **given: Any) -> Made:
        """Send a file to be imported; nobody works on it yet."""
        media = {"Content-Type": given.pop("media", "application/x-ndjson")}
        answer = await self.client.post("/v1/imports", content=body, headers=media, params=given)
        assert answer.status_code == 201, answer.text
        return Made(answer.headers["Location"], answer.json(), answer.headers["ETag"])

    async def statement(self, **given: Any) -> Made:
        """Make a statement: public, by a new speaker, unless said otherwise."""
        made_up: Json = {
            "text": f"There are {next(_NUMBERS)} of them",
            "language": "en",
            "kind": "factual",
            "utterance": "quote",
            "visibility": "public",
        }
        if not given.keys() & {"speaker", "speaker_id", "speaker_is_anonymous"}:
            made_up["speaker"] = {"kind": "person", "name": f"Speaker {next(_NUMBERS)}"}
        return await self.post("/v1/statements", made_up | given)

    async def verdict(self, **given: Any) -> Made:
        """Make a draft verdict about a new statement, unless one is given."""
        made_up: Json = {
            "check_type": "content",
            "rating": {"key": "false"},
            "headline": "It is not so",
            "summary": "It is not so.",
            "explanation": "We looked, and *it is not so*.",
            "language": "en",
            "evidence_note": "It is made up",
        }
        if "statement_id" not in given:
            made_up["statement_id"] = (await self.statement()).id
        return await self.post("/v1/verdicts", made_up | given)

    async def published(self, **given: Any) -> Made:
        """Make a verdict, and publish it."""
        return await self.publish(await self.verdict(**given))

    async def publish(self, draft: Made, **given: Any) -> Made:
        """Publish a draft, or a revision, which another person has approved."""
        return await self.move(await self.approve(draft), "published", **given)

    async def approve(self, draft: Made) -> Made:
        """Have a draft, or a revision, reviewed and approved by another person."""
        submitted = await self.move(draft, "in_review")
        return await self.move(submitted, "approved", by=self.approver)

    async def revise(self, published: Made, **changes: Any) -> Made:
        """Begin a revision of what is out, and change it."""
        revising = await self.move(published, "revising")
        if not changes:
            return revising
        answer = await change(self.client, revising, **changes)
        assert answer.status_code == 200, answer.text
        return Made(revising.path, answer.json(), answer.headers["ETag"])

    async def move(self, verdict: Made, to: str, by: Client | None = None, **given: Any) -> Made:
        """Move a verdict to another state."""
        path, body = f"{verdict.path}/transitions", {"to": to} | given
        answer = await (by or self.client).post(path, json=body, headers=verdict.if_match)
        assert answer.status_code == 200, answer.text
        return Made(verdict.path, answer.json(), answer.headers["ETag"])

    async def link(self, **given: Any) -> Made:
        """Suggest a link of a new statement to another."""
        one, other = await self.statement(), await self.statement()
        return await self.post(
            f"{one.path}/links", {"other_id": other.id, "type": "repeats"} | given
        )

    async def correction_request(self, **given: Any) -> Made:
        """Make a correction request about a new verdict, unless one is given.

        Nobody sends one with a reference, so that is given to it afterwards.
        """
        made_up: Json = {"message": f"Number {next(_NUMBERS)} is wrong"}
        if "verdict_id" not in given:
            made_up["verdict_id"] = (await self.published()).id
        ref = given.pop("ref", None)
        made = await self.post("/v1/correction-requests", made_up | given)
        if ref is None:
            return made
        answer = await self.client.patch(made.path, json={"ref": ref}, headers=made.if_match)
        assert answer.status_code == 200, answer.text
        return Made(made.path, answer.json(), answer.headers["ETag"])

    async def contact(self, **given: Any) -> Made:
        """Make a contact: by another name than a speaker's or source's, for a new verdict."""
        made_up: Json = {"purpose": "right_of_reply", "channel": "email"}
        if not given.keys() & {"speaker_id", "source_id", "name"}:
            made_up["name"] = f"Party {next(_NUMBERS)}"
        if "verdict_id" not in given:
            made_up["verdict_id"] = (await self.verdict()).id
        return await self.post("/v1/contacts", made_up | given)

    async def comment(self, on: Made | None = None, **given: Any) -> Made:
        """Make a comment on something: on a new statement, unless one is given."""
        about = on or await self.statement()
        return await self.post(f"{about.path}/comments", {"text": "Who called them?"} | given)

    async def api_key(self, **given: Any) -> Made:
        """Make an API key; its secret stands in its body."""
        made_up: Json = {"name": f"Key {next(_NUMBERS)}", "role": "reader"}
        if "scopes" in given:
            del made_up["role"]
        return await self.post("/v1/api-keys", made_up | given)

    async def webhook(self, **given: Any) -> Made:
        """Make a webhook; its secret stands in its body. Unless told, it leads nowhere."""
        made_up: Json = {"url": "https://receiver.example/hooks"}
        return await self.post("/v1/webhooks", made_up | given)

    async def ping(self, webhook: Made) -> Made:
        """Ping a webhook, and give the delivery."""
        answer = await self.client.post(f"{webhook.path}/ping")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return Made(f"{webhook.path}/deliveries/{body['id']}", body, "")


def everything(errors: list[Mapping[str, Any]]) -> set[tuple[str | None, str]]:
    """Tell where and what the errors of a problem are."""
    return {
        (error["pointer"] or error["parameter"] or error["header"], error["code"])
        for error in errors
    }


async def ids(client: Client, path: str, **parameters: Any) -> list[str]:
    """List the ids on a page of a list."""
    answer = await client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def change(client: Client, made: Made, **changes: Any) -> Response:
    """Change something, as it was when it was made."""
    return await client.patch(made.path, json=changes, headers=made.if_match)


async def archive(client: Client, made: Made) -> Response:
    """Archive something, as it was when it was made."""
    return await client.delete(made.path, headers=made.if_match)


def wrong(answer: Response) -> tuple[int, set[tuple[str | None, str]]]:
    """Tell an answer's status, and where and what it finds wrong."""
    return answer.status_code, everything(answer.json()["errors"])
