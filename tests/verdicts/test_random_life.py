"""A random life of verdicts, and what the public saw at random instants of it, to the letter."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.making import Client, Json, Made, Make

STEPS = 80
SEEDS = (1, 2, 3)
ANY = {"If-Match": "*"}


@dataclass
class Step:
    """What the public saw after a step, and while nothing happened: from `since` to `until`."""

    since: datetime
    verdicts: dict[str, Json]
    statements: dict[str, Json]
    told: dict[str, tuple[str, str, bool]]
    until: datetime | None = None


@dataclass
class World:
    """Everything that random acts are about, and a model of what is public."""

    make: Make
    admin: Client
    choose: random.Random
    outlet: Made
    statements: list[Made] = field(default_factory=list)
    sources: list[Made] = field(default_factory=list)
    speakers: list[Made] = field(default_factory=list)
    topics: list[Made] = field(default_factory=list)
    drafts: list[Made] = field(default_factory=list)
    out: list[Made] = field(default_factory=list)
    links: list[Made] = field(default_factory=list)
    contacts: list[Made] = field(default_factory=list)
    merged: list[Made] = field(default_factory=list)
    told: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    count: int = 0

    def word(self) -> str:
        """Make up a word that nobody has used."""
        self.count += 1
        return f"word {self.count}"

    async def patch(self, path: str, **changes: object) -> None:
        """Change something, however it is now."""
        answer = await self.admin.patch(path, json=changes, headers=ANY)
        assert answer.status_code in {200, 409, 410, 422}, answer.text


Act = Callable[[World], Awaitable[None]]


async def capture(world: World) -> None:
    speaker = world.choose.choice(world.speakers)
    source = world.choose.choice(world.sources)
    hop = {"source_id": source.id, "role": "outlet", "mode": "summary"}
    world.statements.append(
        await world.make.statement(
            speaker_id=speaker.id,
            appearances=[hop],
            topics=[world.choose.choice(world.topics).id],
            visibility=world.choose.choice(["public", "internal"]),
        )
    )


async def draft(world: World) -> None:
    if not world.statements:
        return
    statement = world.choose.choice(world.statements)
    cited = {"source_id": world.choose.choice(world.sources).id, "stance": "refutes"}
    body = {
        "statement_id": statement.id, "check_type": world.choose.choice(["content", "context"]),
        "rating": {"key": world.choose.choice(["false", "true", "unverifiable"])},
        "headline": world.word(), "summary": "S", "explanation": "E", "evidence_note": "None",
        "evidence": [cited | {"role": "primary"}],
    }  # fmt: skip
    answer = await world.admin.post("/v1/verdicts", json=body)
    if answer.status_code == 201:
        location = answer.headers["Location"]
        world.drafts.append(Made(location, answer.json(), answer.headers["ETag"]))


async def publish(world: World) -> None:
    if not world.drafts:
        await draft(world)
    if not world.drafts:
        return
    made = world.drafts.pop(world.choose.randrange(len(world.drafts)))
    statement = await world.admin.get(f"/v1/statements/{made.body['statement_id']}")
    sources = [one["source_id"] for one in made.body["evidence"]]
    gone = [await world.admin.get(f"/v1/sources/{one}") for one in sources]
    if statement.status_code == 410 or any(one.status_code == 410 for one in gone):
        return
    fresh = await world.admin.get(made.path)
    published = await world.make.publish(Made(made.path, fresh.json(), fresh.headers["ETag"]))
    world.out.append(published)
    world.told[made.id] = (published.body["headline"], "published", False)


async def correct(world: World) -> None:
    if not world.out:
        return
    place = world.choose.randrange(len(world.out))
    headline, kind = world.word(), world.choose.choice(["minor", "update", "correction"])
    revised = await world.make.revise(world.out[place], headline=headline)
    published = await world.make.publish(revised, change_kind=kind, notice=headline)
    world.out[place] = published
    world.told[published.id] = (headline, "published", False)


async def begin_revision(world: World) -> None:
    if not world.out:
        return
    made = world.out.pop(world.choose.randrange(len(world.out)))
    await world.make.revise(made, headline=world.word())


async def retract(world: World) -> None:
    if not world.out:
        return
    made = world.out.pop(world.choose.randrange(len(world.out)))
    await world.make.move(made, "retracted", notice="It was wrong")
    world.told[made.id] = (made.body["headline"], "retracted", True)


async def archive_statement(world: World) -> None:
    if len(world.statements) > 2:
        made = world.choose.choice(world.statements)
        if (await world.admin.delete(made.path, headers=ANY)).status_code == 204:
            world.statements.remove(made)


async def lose_source(world: World) -> None:
    path = world.choose.choice(world.sources).path
    if world.choose.random() < 0.3:
        await world.admin.delete(path, headers=ANY)
        world.sources[:] = [one for one in world.sources if one.path != path]
        world.sources.append(await world.make.source(publisher_id=world.outlet.id))
    else:
        await world.patch(path, gone_at=datetime.now(UTC).isoformat())


async def rename(world: World) -> None:
    path = world.choose.choice([*world.speakers, *world.sources, world.outlet]).path
    await world.patch(path, name=world.word())


async def relabel(world: World) -> None:
    await world.patch(world.choose.choice(world.topics).path, labels={"en": world.word()})


async def reword(world: World) -> None:
    if world.statements:
        await world.patch(world.choose.choice(world.statements).path, text=world.word())


async def link(world: World) -> None:
    if len(world.statements) < 2:
        return
    one, other = world.choose.sample(world.statements, 2)
    kind = world.choose.choice(["same_claim", "same_claim", "updates", "contradicts"])
    state = world.choose.choice(["suggested", "confirmed"])
    body = {"other_id": other.id, "type": kind, "state": state}
    answer = await world.admin.post(f"{one.path}/links", json=body)
    if answer.status_code == 201:
        location = answer.headers["Location"]
        world.links.append(Made(location, answer.json(), answer.headers["ETag"]))


async def decide(world: World) -> None:
    if world.links:
        state = world.choose.choice(["confirmed", "rejected"])
        await world.patch(world.choose.choice(world.links).path, state=state, reason="So it is")


async def ask(world: World) -> None:
    if not world.out:
        return
    body = {
        "verdict_id": world.choose.choice(world.out).id, "purpose": "evidence", "channel": "email",
        "is_public": world.choose.random() < 0.7, "asked_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    party = world.choose.choice(["speaker_id", "source_id"])
    known = world.speakers if party == "speaker_id" else world.sources
    body[party] = world.choose.choice(known).id
    world.contacts.append(await world.make.post("/v1/contacts", body))


async def hear(world: World) -> None:
    if world.contacts:
        path = world.choose.choice(world.contacts).path
        if world.choose.random() < 0.2:
            await world.admin.delete(path, headers=ANY)
        else:
            await world.patch(path, is_public=world.choose.random() < 0.6, state="declined")


async def merge(world: World) -> None:
    if len(world.speakers) < 2:
        world.speakers.append(await world.make.speaker())
        return
    one, other = world.choose.sample(world.speakers, 2)
    answer = await world.admin.post(f"{one.path}/merge", json={"into": other.id})
    assert answer.status_code == 200, answer.text
    world.speakers.remove(one)
    world.merged.append(one)


async def unmerge(world: World) -> None:
    if world.merged:
        one = world.merged.pop()
        answer = await world.admin.post(f"{one.path}/unmerge", json={})
        assert answer.status_code == 200, answer.text
        world.speakers.append(one)


ACTS: list[Act] = [
    capture, capture, draft, draft, publish, publish, publish, correct, correct, begin_revision,
    retract, archive_statement, lose_source, rename, relabel, reword, link, link, link, decide,
    ask, ask, hear,
    merge, unmerge,
]  # fmt: skip


async def seen(client: Client, path: str, **parameters: str) -> dict[str, Json]:
    """Give everything on a list, and see that each item is the same by its own address."""
    answer = await client.get(path, params={"limit": "100"} | parameters)
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"] is None
    return {item["id"]: item for item in answer.json()["items"]}


async def look(anonymous: Client, world: World, now: datetime) -> Step:
    verdicts = await seen(anonymous, "/v1/verdicts")
    return Step(now, verdicts, await seen(anonymous, "/v1/statements"), dict(world.told))


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_past_is_what_the_public_saw_at_random_instants_of_a_random_life(
    seed: int, make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    choose = random.Random(seed)  # noqa: S311 -- nothing is secret here
    world = World(make, admin, choose, await make.source(kind="newspaper"))
    world.sources += [await make.source(publisher_id=world.outlet.id) for _ in range(3)]
    world.speakers += [await make.speaker() for _ in range(2)]
    world.topics += [await make.topic() for _ in range(2)]
    for _ in range(4):
        await capture(world)
    steps: list[Step] = []
    for _ in range(STEPS):
        await world.choose.choice(ACTS)(world)
        now = await database.fetchval("SELECT clock_timestamp()")
        steps.append(await look(anonymous, world, now))
        steps[-1].until = await database.fetchval("SELECT clock_timestamp()")

    assert len(world.told) > 2, "hardly anything was ever public"
    for step in steps:
        assert step.until is not None
        span = (step.until - step.since) / timedelta(microseconds=1)
        instant = step.since + timedelta(microseconds=world.choose.randrange(int(span)))
        as_of = instant.isoformat()
        verdicts = await seen(anonymous, "/v1/verdicts", as_of=as_of)
        assert verdicts == step.verdicts
        assert await seen(anonymous, "/v1/statements", as_of=as_of) == step.statements
        assert {
            one["id"]: (one["headline"], one["state"], one["retracted"])
            for one in verdicts.values()
        } == step.told
        for path, found in (("verdicts", step.verdicts), ("statements", step.statements)):
            for one in world.choose.sample(sorted(found), min(1, len(found))):
                answer = await anonymous.get(f"/v1/{path}/{one}", params={"as_of": as_of})
                assert answer.json() == found[one]
