"""Creating statements: what is sent, and the floor below it.

The floor is the very SQL that the service runs for one POST, in one transaction, by pgbench. It is
heard by asking the application in this process; then what is new in each request (ids, and the
number that stands in its texts) is put in place of what was heard.
"""

import asyncio
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import AdaptedConnection, Engine, event

from app.foundation.database import Database
from app.foundation.settings import Settings
from app.main import create_app
from bench import generate
from bench.floor import quoted, without_variables
from bench.load import Request

SPEAKERS = 8
_AROUND = "BEGIN", "COMMIT"
_PLACE = re.compile(r"\$(\d+)(::[A-Z]+(?: WITH TIME ZONE)?(?:\[\])?)?")
QUIET = {
    "seal_every": 0, "publish_every": 0, "search_every": 0, "import_every": 0, "webhook_every": 0,
    "embed_every": 0, "suggest_every": 0, "log_level": "error",
}  # fmt: skip

Said = tuple[str, Sequence[Any]]


@dataclass(frozen=True)
class Heard:
    """What was said to PostgreSQL, and the number that stands for that of a request there."""

    number: int
    said: list[Said]


def bodies(key: str, first: int = 1) -> Iterator[Request]:
    """Write statements to create, each with two new sources, by one of many speakers."""
    for number in count(first):
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"bench-{number}",
        }
        yield Request("/v1/statements", "POST", headers, body(number))


def body(number: int) -> bytes:
    """Write one of them."""
    hops = (("first", None, "agency", "wire"), ("second", "first", "outlet", "article"))
    new = {
        "text": f"There are {number} more of them than there were yesterday",
        "language": "en",
        "speaker_id": str(generate.speaker_id(1 + number % SPEAKERS)),
        "said_on": "2024-05-06",
        "appearances": [
            {
                "key": key,
                "role": role,
                "mode": "direct_quote",
                "source": {
                    "kind": kind,
                    "name": f"Created {kind} {number}",
                    "url": f"https://created.example/{kind}/{number}",
                },
            }
            | ({"parent_key": parent} if parent else {})
            for key, parent, role, kind in hops
        ],
    }
    return json.dumps(new).encode()


async def heard(url: str, key: str) -> Heard:
    """Create a statement by the application, and hear what it says to PostgreSQL meanwhile."""
    given = {"DATABASE_URL": url, "secret": "a secret that is heard by nobody at all", **QUIET}
    app = create_app(Settings.model_validate(given))
    said: list[Said] = []
    number = 7_000_000_000 + secrets.randbelow(900_000_000)
    async with app.router.lifespan_context(app):
        database: Database = app.state.database
        _listen(database.engine.sync_engine, said)
        transport = ASGITransport(app)
        async with AsyncClient(transport=transport, base_url="http://bench") as client:
            # The first one has a budget leased, and much else that is done once.
            await _post(client, next(bodies(key, number + 1)))
            await asyncio.sleep(0.1)
            said.clear()
            await _post(client, next(bodies(key, number)))
            await asyncio.sleep(0.1)
    return Heard(number, [one for one in said if not one[0].startswith(_AROUND)])


def _listen(engine: Engine, said: list[Said]) -> None:
    """Hear what SQLAlchemy says, which is what begins a transaction, and asyncpg itself."""

    def connected(made: AdaptedConnection, _: object) -> None:
        made.driver_connection.add_query_logger(lambda one: said.append((one.query, one.args)))

    event.listen(engine, "connect", connected)
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _, __, text, values, ___, many: said.extend(
            (text, one) for one in (values if many else [values])
        ),
    )


async def _post(client: AsyncClient, wanted: Request) -> None:
    answer = await client.post(wanted.target, content=wanted.body, headers=wanted.headers)
    answer.raise_for_status()


def script(heard: Heard, known: set[UUID]) -> str:
    """Write what was heard as a script of pgbench; ids that aren't `known` are new each time."""
    found = dict.fromkeys(
        one for _, values in heard.said for one in _ids(values) if one not in known
    )
    names = {str(one): f"id_{place}" for place, one in enumerate(found)}
    made = ", ".join(f"uuidv7() AS {name}" for name in names.values())
    names[str(heard.number)] = "n"
    lines = ["\\set n random(8000000000, 9999999999)", "BEGIN;", f"SELECT {made} \\gset"]
    lines += [f"{_written(text, values, names)};" for text, values in heard.said]
    return "\n".join([*lines, "COMMIT;", ""])


def _ids(values: Sequence[Any]) -> Iterator[UUID]:
    for value in values:
        if isinstance(value, UUID):
            yield UUID(str(value))
        elif isinstance(value, list):
            yield from _ids(value)


def _written(text: str, values: Sequence[Any], names: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        cast = match[2] or ""
        return _literal(values[int(match[1]) - 1], cast, names)

    return _PLACE.sub(value, without_variables(text))


def _literal(value: Any, cast: str, names: dict[str, str]) -> str:  # noqa: ANN401 - what is bound.
    if value is None:
        return f"NULL{cast}"
    if isinstance(value, bool | int):
        return f"{str(value).lower()}{cast}"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    if isinstance(value, list):
        items = ", ".join(_literal(one, "", names) for one in value)
        return f"ARRAY[{items}]{cast}"
    return f"({_text(str(value), names)}){cast}"


def _text(value: str, names: dict[str, str]) -> str:
    """Write a text, with what is new each time in the place of what was heard."""
    pieces: list[str] = []
    end = 0
    for match in re.finditer("|".join(names), value):
        pieces += [quoted(value[end : match.start()]), f"(:{names[match[0]]})::text"]
        end = match.end()
    pieces.append(quoted(value[end:]))
    return " || ".join(piece for piece in pieces if piece != "''") or "''"
