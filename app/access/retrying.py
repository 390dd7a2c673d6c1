"""POSTs that can be repeated: the first answer is remembered, and given again.

The manners are those of draft-ietf-httpapi-idempotency-key-header. The answer is written in the
transaction of what was done, so that there is never the one without the other, whichever process
dies when. What was refused did nothing: it is not remembered, and may be sent again.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from sqlalchemy import (
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.access.limits import address
from app.foundation.answers import Answered
from app.foundation.problems import Conflict, InputError, InvalidInput, Problem
from app.foundation.reads import Query, compiled
from app.foundation.sealing import Seal
from app.foundation.writes import Row, run
from app.tables.answer import RememberedAnswer
from app.tables.record import core

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT: Any = literal_column("now() + interval '24 hours'")
_ANSWER = RememberedAnswer
BODY_DIGEST = "body_digest"
"""Names, in a request's state, what stands for a body that was too long to be kept in memory."""
FORGOTTEN_AT_ONCE = 20
"""How many expired answers are deleted whenever one is written."""


class IdempotencyKeyReused(Problem):
    """This `Idempotency-Key` came with another request before: another path, or another body.

    A key stands for one request, for 24 hours. Take a new one for a new request.
    """

    status = 422


class RequestInProgress(Problem):
    """The first request with this `Idempotency-Key` is still being carried out.

    Send it again after `Retry-After` seconds: it then gets the first answer.
    """

    status = 409

    def __init__(self) -> None:
        """Ask to be asked again in a second."""
        super().__init__(headers={"Retry-After": "1"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a request that has a key, by one caller."""

    seal: Seal
    caller: str
    key: str
    fingerprint: bytes

    async def begin(self, session: AsyncSession) -> None:
        """Give the first answer again, if there is one.

        Raises it as `Answered`, or `RequestInProgress`, or `IdempotencyKeyReused`, or `Conflict`
        when the installation has another secret by now. The look comes after the lock, in a
        statement of its own: what the other wrote is seen then.
        """
        (locked,) = await run(session, _locking(), {"name": self.name})
        if not locked["is_ours"]:
            raise RequestInProgress
        asked = {"caller": self.caller, "key": self.key}
        for row in await run(session, _remembered(), asked):
            raise Answered(self.again(row))

    @property
    def name(self) -> str:
        """What is locked while it is carried out."""
        return f"answer {self.caller} {self.key}"

    def again(self, row: Row) -> Response:
        """Give the answer that was remembered. Raises `IdempotencyKeyReused` or `Conflict`."""
        if row["fingerprint"] != self.fingerprint:
            detail = "This key came with another request before"
            error = InputError(header=HEADER, code="reused", detail=detail)
            raise IdempotencyKeyReused(errors=[error])
        body = row["body"]
        opened = self.seal.opened(body) if row["is_sealed"] else body
        if opened is None:
            raise Conflict("This was done, but its answer can't be read any more")
        headers = {**json.loads(row["headers"]), REPLAYED: "true"}
        return Response(opened, row["status"], headers)

    async def remember(self, session: AsyncSession, answer: Response) -> None:
        """Keep an answer with what was done, and forget some that have expired."""
        await run(session, _remembering(), self.kept(answer))

    def kept(self, answer: Response) -> dict[str, Any]:
        """Write an answer as it is kept."""
        body = bytes(answer.body)
        is_sealed = "no-store" in answer.headers.get("cache-control", "")
        return {
            "caller": self.caller,
            "key": self.key,
            "fingerprint": self.fingerprint,
            "status": answer.status_code,
            "headers": json.dumps(dict(answer.headers)),
            "body": self.seal.closed(body) if is_sealed else body,
            "is_sealed": is_sealed,
        }


@cache
def _locking() -> Query:
    name = func.hashtextextended(bindparam("name", type_=Text()), literal_column("0"))
    return compiled(select(func.pg_try_advisory_xact_lock(name).label("is_ours")))


@cache
def _remembered() -> Query:
    headers: Any = cast(_ANSWER.headers, Text()).label("headers")
    columns = _ANSWER.fingerprint, _ANSWER.status, headers, _ANSWER.body, _ANSWER.is_sealed
    unexpired = _ANSWER.expires_at > func.now()
    return compiled(select(*columns).where(*_same(), unexpired))


@cache
def _remembering() -> Query:
    """Compile what keeps an answer, and forgets others that have expired."""
    row = core(_ANSWER)
    columns = [one for one in row.columns if one.key != "expires_at"]
    given = {one.key: bindparam(one.key, type_=one.type) for one in columns}
    made = insert(row).values({**given, "expires_at": _KEPT})
    kept = made.on_conflict_do_update(
        index_elements=["caller", "key"],
        set_={one.key: made.excluded[one.key] for one in row.columns},
    )
    expired = (
        select(_ANSWER.caller, _ANSWER.key)
        .where(_ANSWER.expires_at < func.now(), ~and_(*_same()))
        .order_by(_ANSWER.expires_at)
        .limit(literal_column(str(FORGOTTEN_AT_ONCE)))
        .with_for_update(skip_locked=True)
    )
    gone = delete(row).where(tuple_(row.c.caller, row.c.key).in_(expired)).cte("gone")
    return compiled(kept.add_cte(gone))


def _same() -> tuple[Any, Any]:
    caller, key = (bindparam(name, type_=Text()) for name in ("caller", "key"))
    return _ANSWER.caller == caller, _ANSWER.key == key


async def attempted(request: Request, by: Caller) -> Attempt | None:
    """Take the request for a try, if it is a POST with a key. Raises `InvalidInput`."""
    given = request.headers.getlist(HEADER) if request.method == "POST" else []
    if not given:
        return None
    key = given[0].strip(" \t")
    if len(given) > 1 or not _KEY.fullmatch(key):
        detail = "A key is 1 to 255 visible ASCII characters, and is given once"
        raise InvalidInput(errors=[InputError(header=HEADER, code="key", detail=detail)])
    body = getattr(request.state, BODY_DIGEST, None) or await request.body()
    asked = f"{request.url.path}?{request.url.query}\n".encode() + body
    seal: Seal = request.app.state.seal
    return Attempt(seal, _identity(request, by, seal), key, _fingerprint(asked, by, seal))


def _identity(request: Request, by: Caller, seal: Seal) -> str:
    """Name the caller among all callers; who has no key, by an address that nobody can read.

    So two strangers who chose the same key don't get each other's answers.
    """
    return f"public:{seal.mark(address(request))}" if by.is_public else by.identity


def _fingerprint(asked: bytes, by: Caller, seal: Seal) -> bytes:
    """Give what is the same for the same request.

    What the public sends may hold an address, which nobody shall try out on it: that is keyed.
    """
    if by.is_public:
        return bytes.fromhex(seal.mark(asked.decode("latin-1")))
    return sha256(asked).digest()
