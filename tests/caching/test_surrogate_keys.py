"""Surrogate keys: what a purge for a change takes away is all that the change made untrue."""

import os
import re
import subprocess
from pathlib import Path

import asyncpg
import pytest
from httpx2 import Response

from app.documents.showing import COLLECTIONS
from app.tables import metadata
from tests.caching.conftest import Front
from tests.caching.nginx import PAGE
from tests.making import Client, Made, Make

LISTS = (
    "statements", "verdicts", "speakers", "sources", "topics", "measures", "rating-scales",
    "organizations", "contacts", "quantities", "rating-maps",
)  # fmt: skip


def keys_of(answer: Response) -> set[str]:
    """Read the surrogate keys of an answer."""
    return set(answer.headers["Surrogate-Key"].split(" "))


async def look(client: Client, paths: list[str]) -> dict[str, tuple[bytes, set[str]]]:
    """Read all of these as the public, with their keys; what isn't there is left out."""
    answers = {path: await client.get(path) for path in paths}
    return {
        path: (answer.content, keys_of(answer))
        for path, answer in answers.items()
        if answer.status_code == 200
    }


class Newsroom:
    """One thing of every kind, each shown inside another."""

    def __init__(self, make: Make) -> None:
        """Make it with this factory."""
        self.make = make
        self.made: dict[str, Made] = {}

    async def fill(self) -> None:
        """Make what shows what."""
        make, made = self.make, self.made
        made["outlet"] = await make.source(kind="newspaper", name="Outlet")
        made["article"] = await make.source(publisher_id=made["outlet"].id)
        made["cited"] = await make.source(publisher_id=made["outlet"].id)
        made["office"] = await make.speaker(kind="organization", name="Office")
        made["speaker"] = await make.speaker(
            affiliations=[{"organization_id": made["office"].id, "role": "Head"}]
        )
        made["topic"] = await make.topic()
        made["below"] = await make.topic(parent_id=made["topic"].id)
        made["measure"] = await make.measure()
        made["scale"] = await make.scale()
        hop = {"source_id": made["article"].id, "role": "outlet", "mode": "summary"}
        number = {"measure": made["measure"].body["key"], "value": "3"}
        for name in ("said", "twin", "later"):
            made[name] = await make.statement(
                speaker_id=made["speaker"].id, appearances=[hop], topics=[made["below"].id],
                quantities=[number],
            )  # fmt: skip
        judged = await make.verdict(
            statement_id=made["twin"].id,
            rating={"scale": made["scale"].body["key"], "key": "wrong"},
            evidence=[{"source_id": made["cited"].id, "stance": "refutes", "role": "primary"}],
        )
        made["verdict"] = await make.approve(judged)
        made["draft"] = await make.approve(await make.verdict(statement_id=made["later"].id))
        made["party"] = await make.speaker()
        for name in ("verdict", "draft"):
            made[f"contact for {name}"] = await make.contact(
                verdict_id=made[name].id, speaker_id=made["party"].id, is_public=True
            )
        made["bystander"] = await make.speaker()

    def paths(self) -> list[str]:
        """Name everything that the public may read."""
        said = self.made["said"].path
        singles = [one.path for one in self.made.values()]
        lists = [f"/v1/{name}?limit=100" for name in LISTS]
        by_speaker = f"/v1/statements?speaker_id={self.made['speaker'].id}"
        return [*singles, *lists, by_speaker, f"{by_speaker}&has_verdict=true", f"{said}/links"]

    def elsewhere(self) -> list[str]:
        """Name what shows the same in others' forms."""
        out = [self.made[name].path for name in ("verdict", "draft")]
        feeds = [f"/v1/feeds/{one}" for one in ("claimreview.json", "verdicts.atom")]
        claims = "/v1alpha1/claims:search?reviewPublisherSiteFilter=test"
        reviews = [f"{path}/{part}" for path in out for part in ("claimreview", "embed")]
        described = [f"/oembed?url=http://test{path}" for path in out]
        return [*reviews, *described, *feeds, "/v1/feeds/corrections.atom", claims]


@pytest.fixture
async def newsroom(make: Make) -> Newsroom:
    """Have one thing of every kind."""
    made = Newsroom(make)
    await made.fill()
    return made


CHANGES = {
    "speaker": {"name": "Another"},
    "office": {"name": "Another"},
    "outlet": {"name": "Another"},
    "article": {"name": "Another"},
    "cited": {"access": "confidential"},
    "topic": {"labels": {"en": "Another"}},
    "below": {"labels": {"en": "Another"}},
    "measure": {"labels": {"en": "Another"}},
    "said": {"text": "Another"},
    "twin": {"text": "Another", "summary": "Another"},
    "party": {"name": "Another"},
    "contact for verdict": {"state": "no_reply"},
    "later": {"visibility": "internal"},
}


async def test_whatever_a_change_made_untrue_has_a_key_that_the_rule_purges(
    anonymous: Client, admin: Client, make: Make, newsroom: Newsroom, database: asyncpg.Connection
) -> None:
    made, paths = newsroom.made, [*newsroom.paths(), *newsroom.elsewhere()]
    link = f"{made['said'].path}/links"
    other = {"other_id": made["twin"].id, "type": "same_claim", "state": "confirmed"}
    newer = {"other_id": made["twin"].id, "type": "updates", "state": "confirmed"}
    out = {"to": "published"}
    star = {"If-Match": "*"}
    steps: list[tuple[str, str, object]] = [
        ("POST", link, other),
        ("POST", f"{made['verdict'].path}/transitions", out),
        *(("PATCH", made[name].path, patch) for name, patch in CHANGES.items() if name != "later"),
        ("POST", f"{made['later'].path}/links", newer),
        ("PATCH", made["later"].path, CHANGES["later"]),
        ("POST", f"{made['draft'].path}/transitions", out),
        ("PATCH", "/v1/organizations/" + made["verdict"].body["organization"]["id"],
         {"name": "Renamed"}),
        ("DELETE", made["contact for verdict"].path, None),
        ("DELETE", made["article"].path, None),
        ("DELETE", made["said"].path, None),
        ("DELETE", made["bystander"].path, None),
    ]  # fmt: skip
    organization = made["verdict"].body["organization"]["name"]
    touched = 0
    for method, path, body in steps:
        before = await look(anonymous, paths)
        known = await database.fetchval("SELECT max(id) FROM change")
        answer = await admin.request(method, path, json=body, headers=star)
        assert answer.status_code in {200, 201, 204}, (path, answer.text)
        after = await look(anonymous, paths)
        noted = await database.fetch(
            "SELECT collection, resource_id FROM change WHERE is_public AND id > $1", known
        )
        purged = {f"{row['collection']}/{row['resource_id']}" for row in noted}
        purged |= {f"shows/{row['collection']}" for row in noted}
        for seen, (content, keys) in before.items():
            if after.get(seen, (b"", set()))[0] != content:
                touched += 1
                assert keys & purged, (method, path, seen, keys, purged)
    await admin.patch(
        "/v1/organizations/" + made["verdict"].body["organization"]["id"],
        json={"name": organization}, headers=star,
    )  # fmt: skip
    assert touched > 90


async def test_a_change_of_one_leaves_its_neighbours_where_they_are(
    anonymous: Client, newsroom: Newsroom
) -> None:
    made = newsroom.made
    purged = {f"statements/{made['said'].id}", "shows/statements"}
    kept = ("twin", "speaker", "outlet", "topic", "bystander")

    for name in kept:
        assert not keys_of(await anonymous.get(made[name].path)) & purged, name
    for path in (made["said"].path, "/v1/statements", f"{made['said'].path}/links"):
        assert keys_of(await anonymous.get(path)) & purged, path


async def test_every_public_answer_names_its_collection_and_itself(
    anonymous: Client, newsroom: Newsroom
) -> None:
    for path in newsroom.paths():
        answer = await anonymous.get(path)
        collection = path.removeprefix("/v1/").partition("/")[0].partition("?")[0]
        if answer.status_code == 200 and not path.endswith("/links"):
            keys = keys_of(answer)
            assert collection in keys
            single = path.removeprefix("/v1/")
            assert (single in keys) == (path.count("/") == 3)
            assert len(answer.headers["Surrogate-Key"]) < 1000


async def test_what_is_read_with_a_key_or_refused_has_none(
    reader: Client, anonymous: Client, newsroom: Newsroom
) -> None:
    path = newsroom.made["said"].path

    for answer in (
        await reader.get(path),
        await reader.get("/v1/statements"),
        await anonymous.get(newsroom.made["draft"].path),
        await anonymous.get("/v1/statements?limit=0"),
    ):
        assert "Surrogate-Key" not in answer.headers


async def test_a_304_has_the_keys_of_what_it_confirms(anonymous: Client, make: Make) -> None:
    said = await make.statement()
    read = await anonymous.get(said.path)

    known = await anonymous.get(said.path, headers={"If-None-Match": read.headers["ETag"]})

    assert known.status_code == 304
    assert known.headers["Surrogate-Key"] == read.headers["Surrogate-Key"]


async def test_every_key_is_one_that_some_change_purges(
    anonymous: Client, newsroom: Newsroom
) -> None:
    collections = {*LISTS, "links"}

    for _, keys in (await look(anonymous, newsroom.paths())).values():
        shown = {key.removeprefix("shows/") for key in keys if key.startswith("shows/")}
        assert shown <= collections
    assert set(COLLECTIONS) <= set(metadata.tables)
    hidden = {"api-keys", "comments", "correction-requests", "webhooks"}
    assert set(COLLECTIONS.values()) - collections == hidden


async def test_the_page_shows_the_keys_as_they_are(anonymous: Client, make: Make) -> None:
    said = await make.statement()
    shown = (await anonymous.get(said.path)).headers["Surrogate-Key"]

    (documented,) = re.findall(r"^Surrogate-Key: (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert shown.replace(said.id, "01900000-0000-7000-8000-000000000001") == documented


def purge(collection: str, resource_id: str, cache: Path) -> None:
    """Run the command of the page, for this change and this cache."""
    (command,) = re.findall(
        r"^```sh\n(grep.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    for there, here in (
        ("speakers/01900000-0000-7000-8000-000000000001", f"{collection}/{resource_id}"),
        ("shows/speakers", f"shows/{collection}"),
        ("/var/cache/nginx/onrecord", str(cache)),
    ):
        assert command.count(there) == 1
        command = command.replace(there, here)
    shell = {"PATH": os.environ["PATH"]}
    subprocess.run(["/bin/sh", "-ec", command], check=True, env=shell)


async def test_after_a_purge_by_key_nginx_shows_what_is_new_and_keeps_the_rest(
    front: Front, admin: Client, make: Make
) -> None:
    said, other = await make.statement(), await make.speaker()
    speaker = f"/v1/speakers/{said.body['speaker_id']}"
    listed = f"/v1/statements?speaker_id={said.body['speaker_id']}"
    for path in (said.path, speaker, listed, other.path):
        assert await front.statuses(path) == ["MISS", "HIT"]
    await admin.patch(speaker, json={"name": "Renamed"}, headers={"If-Match": "*"})

    purge("speakers", str(said.body["speaker_id"]), front.nginx.cache)

    for path in (said.path, speaker, listed):
        answer = await front.ask(path)
        assert answer.headers["X-Cache-Status"] == "MISS"
        assert "Renamed" in answer.text
        assert await front.statuses(path) == ["HIT", "HIT"]
    assert await front.statuses(other.path) == ["HIT", "HIT"]
