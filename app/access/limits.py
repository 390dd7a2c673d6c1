"""Limits: how often a caller may ask, and an address be wrong, in a minute.

What is left of a minute's budget is kept in Postgres, for all processes together. A process leases
a part of it, and spends that on its own, so that most requests write and ask nothing. The less is
left, the smaller the leases: in sum never more than the limit is granted, and nearly all of it is.
"""

import asyncio
import math
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic

import asyncpg
import structlog
from fastapi import Request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.caller import Caller
from app.foundation.database import Database
from app.foundation.problems import Problem
from app.foundation.settings import Settings
from app.foundation.wire import HEADERS, REQUEST_ID, Headers

WINDOW = 60.0
"""Seconds for which a budget lasts. Windows begin with the minute of the database's clock."""
REMEMBERED = 20_000
"""How many callers and addresses a process remembers; of any more, the oldest are forgotten."""
PATIENCE = 2.0
"""Seconds to wait for Postgres before going on without it."""
_SWEPT_AT_ONCE = 5_000
_SITE = 64
"""How many bits of an IPv6 address name a site; whoever has that has all addresses of it."""
_AWAY = (
    SQLAlchemyError,
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
_UNKNOWN = "unknown"
_LOG = structlog.get_logger("onrecord.limits")

_LEASE = text(
    """
    INSERT INTO allowance AS held (subject, began_at, granted, lease)
    VALUES (
        :subject,
        date_bin(make_interval(secs => :window), clock_timestamp(), to_timestamp(0)),
        greatest(1, :limit / 8),
        greatest(1, :limit / 8)
    )
    ON CONFLICT (subject) DO UPDATE SET (began_at, granted, lease) = (
        SELECT
            CASE WHEN goes_on THEN held.began_at ELSE excluded.began_at END,
            before + lease,
            lease
        FROM
            (SELECT held.began_at BETWEEN excluded.began_at
                AND excluded.began_at + make_interval(secs => :window) AS goes_on) AS one,
            LATERAL (SELECT CASE WHEN goes_on THEN held.granted ELSE 0 END AS before) AS two,
            LATERAL (SELECT greatest(0, :limit - before) AS rest) AS three,
            LATERAL (SELECT least(rest, greatest(1, rest / 8)) AS lease) AS four
    )
    RETURNING granted, lease, CAST(extract(
        epoch FROM began_at + make_interval(secs => :window) - clock_timestamp()
    ) AS double precision) AS seconds
    """
)
_SWEEP = text(
    """
    DELETE FROM allowance WHERE subject = ANY (ARRAY(
        SELECT subject FROM allowance
        WHERE began_at < clock_timestamp() - 2 * make_interval(secs => :window)
        ORDER BY began_at LIMIT :most FOR UPDATE SKIP LOCKED
    ))
    """
)


class TooManyRequests(Problem):
    """You asked too often, or were wrong too often, in this minute.

    Ask again after `Retry-After` seconds. `RateLimit-Policy` says how much is allowed to whom: to
    a `key`, to an `address` that sends none, or how many wrong credentials (`failures`) or
    correction requests (`correction_requests`) to an address. `RateLimit` says how much is left.
    `docs/access.md` explains them.
    """

    status = 429

    def __init__(self, detail: str | None = None, *, retry_after: int = 1) -> None:
        """Ask to be asked again after so many seconds."""
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class Policy:
    """What is allowed in a window to a key or an address, of requests or of one sort of them.

    0 is no limit.
    """

    def __init__(self, name: str, limit: int, window: float) -> None:
        """Write it down as draft-ietf-httpapi-ratelimit-headers has it."""
        self.name, self.limit, self._name = name, limit, name.encode()
        self._header = b'"%s";q=%d;w=%d' % (self._name, limit, math.ceil(window))

    def told(self, standing: "Standing") -> Headers:
        """Tell how somebody stands, in headers."""
        left = b'"%s";r=%d;t=%d' % (self._name, standing.left, standing.seconds)
        return [(b"ratelimit-policy", self._header), (b"ratelimit", left)]


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands who asked: whether they may, what is left, and for how many seconds."""

    may: bool
    left: int
    seconds: int


class _Account:
    """What this process knows of a subject: what it may spend, what is beyond that, until when."""

    __slots__ = ("beyond", "ends", "left", "lock", "noted")

    def __init__(self) -> None:
        self.left = self.beyond = 0
        self.ends = self.noted = 0.0
        self.lock = asyncio.Lock()

    def stand(self, now: float) -> Standing | None:
        """Spend one, or refuse; None when Postgres has to be asked first."""
        if now >= self.ends or (self.left <= 0 < self.beyond):
            return None
        may = self.left > 0
        self.left -= may
        return Standing(may, self.left + self.beyond, max(1, math.ceil(self.ends - now)))


class Limits:
    """Counts what callers ask, and what addresses get wrong."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        window: float = WINDOW,
        remembered: int = REMEMBERED,
        patience: float = PATIENCE,
    ) -> None:
        """Count in this database. Another window, memory or patience is for tests."""
        self.keys = Policy("key", settings.rate_limit_key, window)
        self.addresses = Policy("address", settings.rate_limit_address, window)
        self.failures = Policy("failures", settings.rate_limit_failures, window)
        self.correction_requests = Policy(
            "correction_requests", settings.rate_limit_correction_requests, window
        )
        self._window, self._remembered, self._patience = window, remembered, patience
        self._engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._sweep_at = self._complain_at = 0.0

    def __len__(self) -> int:
        """Say how many callers and addresses are remembered."""
        return len(self._accounts)

    async def spend(self, policy: Policy, who: str) -> Standing:
        """Count one for somebody, and say how they stand."""
        subject = f"{policy.name} {who}"
        account = self._accounts.get(subject)
        if account is None:
            account = self._accounts[subject] = _Account()
        standing = account.stand(monotonic())
        if standing is None:
            async with account.lock:
                # Somebody else may have leased, and others spent it, while this one waited.
                while (standing := account.stand(monotonic())) is None:
                    await self._lease(account, subject, policy)
        if not standing.may and account.noted < account.ends:
            account.noted = account.ends
            _LOG.warning("limited", policy=policy.name, caller=who, limit=policy.limit)
        return standing

    async def _lease(self, account: _Account, subject: str, policy: Policy) -> None:
        """Lease a part of what is left in this window.

        Where too many are remembered, the one who leased longest ago is forgotten. What they had
        not spent is lost: they are granted less, never more.

        The end is counted from before Postgres was asked, so that nothing is spent after it. When
        Postgres doesn't answer, this process counts on its own for one window: whether the request
        can be answered then is not for a limit to say.
        """
        asked = monotonic()
        self._accounts[subject] = account
        self._accounts.move_to_end(subject)
        if len(self._accounts) > self._remembered:
            self._accounts.popitem(last=False)
        values = {
            "subject": sha256(subject.encode(errors="replace")).digest(),
            "limit": policy.limit,
            "window": self._window,
        }
        try:
            async with asyncio.timeout(self._patience), self._engine.connect() as connection:
                row = (await connection.execute(_LEASE, values)).one()
                await self._sweep(connection, asked)
        except _AWAY as error:
            self._complain(error, asked)
            account.left, account.beyond, account.ends = policy.limit, 0, asked + self._window
        else:
            account.left, account.beyond = row.lease, policy.limit - row.granted
            account.ends = asked + row.seconds

    async def _sweep(self, connection: AsyncConnection, now: float) -> None:
        """Delete what is over, once in a window; at once again when there was more of it."""
        if now >= self._sweep_at:
            self._sweep_at = now + self._window
            values = {"window": self._window, "most": _SWEPT_AT_ONCE}
            gone = await connection.execute(_SWEEP, values)
            if gone.rowcount == _SWEPT_AT_ONCE:
                self._sweep_at = now

    def _complain(self, error: Exception, now: float) -> None:
        if now >= self._complain_at:
            self._complain_at = now + self._window
            _LOG.warning("counting alone", reason=type(error).__name__)

    async def charge(
        self, request: Request, policy: Policy, who: str, *, again: bool = False
    ) -> None:
        """Count a request, once, and have its answer tell. Raises `TooManyRequests`.

        What was counted is counted `again` for a policy that is about less than all requests.
        """
        if policy.limit == 0 or (HEADERS in request.scope and not again):
            return
        standing = await self.spend(policy, who)
        request.scope[HEADERS] = policy.told(standing)
        if not standing.may:
            raise TooManyRequests(retry_after=standing.seconds)


async def count(request: Request, by: Caller) -> None:
    """Count a request, once, for its caller or its address. Raises `TooManyRequests`."""
    limits: Limits = request.app.state.limits
    if by.is_public:
        await limits.charge(request, limits.addresses, address(request))
    else:
        await limits.charge(request, limits.keys, by.identity)


async def count_correction_request(request: Request, by: Caller) -> None:
    """Count what the public sends to newsrooms, besides counting it as any other request.

    Raises `TooManyRequests`.
    """
    if by.is_public:
        limits: Limits = request.app.state.limits
        await limits.charge(request, limits.correction_requests, address(request), again=True)


async def count_failure(request: Request, reason: str) -> None:
    """Count and log a credential that was not good, and nothing of what it was.

    Raises `TooManyRequests` when its address was wrong too often. Good credentials from there go
    on working: many people may share an address.
    """
    limits: Limits = request.app.state.limits
    who = address(request)
    await limits.charge(request, limits.failures, who)
    _LOG.warning("refused credential", reason=reason, address=who, request_id=REQUEST_ID.get())


def address(request: Request) -> str:
    """Name the address from which a request comes, as the server or a trusted proxy says."""
    return _site(request.client.host) if request.client else _UNKNOWN


@lru_cache(maxsize=4096)
def _site(host: str) -> str:
    """Take the addresses of one site for one. What is no address shares what is unknown."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return _UNKNOWN
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ip_network((found, _SITE), strict=False))
    return str(found)
