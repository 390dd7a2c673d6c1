"""Asking addresses that others have chosen, and never one that only we can reach.

Whoever may choose an address that this service asks could have it ask machines beside it, which
trust it. So a name is resolved, what it resolves to is looked at, and that very address is
connected to: a name that means something else a moment later gains nothing.
"""

import asyncio
import socket
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

import httpcore2
from httpx2 import URL, InvalidURL, create_ssl_context

WELL_KNOWN: Final = 1024
"""Below this port number, only that of https is asked."""
_HTTPS: Final = 443
_KEPT: Final = 1.0
"""Seconds for which a connection is kept for another request: less than servers keep theirs.

Many close theirs after 5 seconds, and a request that meets that would count as a failure.
"""
_LOOK_UPS: Final = 32
"""How many names are looked up at once."""
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The third quarter of what embeds an address of IPv4 in its last (RFC 5214 §6.1)."""
_QUARTER = 0xFFFFFFFF
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_NEVER = tuple(
    ip_network(one)
    for one in (
        "100.64.0.0/10",  # carriers' own (RFC 6598)
        "168.63.129.16/32",  # a public address that is each Azure machine's own host
        "192.0.0.0/24",  # protocols' own (RFC 6890)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "240.0.0.0/4",  # reserved (RFC 1112), with the broadcast
        "3fff::/20",  # documentation (RFC 9637)
        "2001::/23",  # protocols' own, and Teredo, which embeds an address (RFC 4380)
    )
)


class Refused(Exception):
    """An address is not asked; the words say why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: no more of the body than was wanted, and the address that answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str | None


def is_public(text: str) -> bool:
    """Say whether an IP address is one that everybody on the Internet can reach.

    What embeds an address of IPv4 (NAT64, 6to4, ISATAP) is as public as that is.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if any(address in network for network in _NEVER):
        return False
    if isinstance(address, IPv4Address):
        return _is_ordinary(address)
    last = IPv4Address(int(address) & _QUARTER)
    if address in _NAT64:
        return is_public(str(last))
    embedded = address.sixtofour
    if int(address) >> 32 & _QUARTER in _ISATAP:
        embedded = last
    if embedded is not None and not is_public(str(embedded)):
        return False
    return address in _GLOBAL_UNICAST and _is_ordinary(address)


def _is_ordinary(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (
        address.is_private
        or address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


def why_not(url: str, hosts: Collection[str]) -> str | None:
    """Say why an address is never asked; None when it may be, as far as can be seen from it.

    Hosts that are named are trusted: they may be private, and be asked by http, at any port.
    """
    return next(_objections(url, hosts), None)


def _objections(url: str, hosts: Collection[str]) -> Iterator[str]:
    try:
        parts = URL(url)
        host, port = parts.raw_host.decode("ascii").lower(), parts.port
    except (InvalidURL, UnicodeError, ValueError):
        yield "This address can't be read"
        return
    if parts.scheme not in {"http", "https"} or not host:
        yield "This is not an absolute http or https address"
    if parts.userinfo:
        yield "An address must not carry credentials"
    if parts.fragment:
        yield "A fragment is never sent: leave out what follows the #"
    if host in hosts:
        return
    if parts.scheme != "https":
        yield "This must be an https address"
    if port is not None and port != _HTTPS and port < WELL_KNOWN:
        yield f"The port must be {_HTTPS}, or {WELL_KNOWN} or above"
    if _is_literal(host) and not is_public(host):
        yield "This address is none of the public Internet"


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class Outgoing:
    """Connections to addresses that others have chosen."""

    def __init__(self, hosts: Collection[str], most: int) -> None:
        """Trust these hosts, whichever addresses they have; keep so many connections at most.

        Proxies that the environment names aren't used: they would do the resolving.
        """
        self._hosts = frozenset(hosts)
        self._names = Names()
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=create_ssl_context(),
            max_connections=most,
            keepalive_expiry=_KEPT,
            network_backend=Checked(self._hosts, self._names),
        )

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, seconds: float, longest: int
    ) -> Answer:
        """Post something, and give what is answered within so many seconds, and so many bytes.

        Redirections are not followed. Raises `Refused`, `TimeoutError`, or what `httpcore2` does.
        """
        wrong = why_not(url, self._hosts)
        if wrong is not None:
            raise Refused(wrong)
        parts = URL(url)
        target = httpcore2.URL(
            scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path
        )
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        given.append((b"Host", parts.netloc))
        got: list[Answer] = []
        try:
            async with (
                asyncio.timeout(seconds),
                self._pool.stream("POST", target, headers=given, content=body) as response,
            ):
                got.append(_begun(response))
                return await _read(response, got[0], longest)
        except (TimeoutError, httpcore2.NetworkError, httpcore2.ProtocolError):
            # The status tells whether it was taken; that its words are cut short changes nothing.
            if not got:
                raise
            return got[0]

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()
        self._names.close()


class Names:
    """Looks names up, on threads of its own.

    The loop has few of its own, and connections to the database need those: a name server that
    doesn't answer would hold them. Nor does one name hold more than one thread of these.
    """

    def __init__(self) -> None:
        """Have threads, as soon as they are needed."""
        self._threads = ThreadPoolExecutor(_LOOK_UPS, "names")
        self._asked: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def addresses(self, host: str, port: int) -> list[str]:
        """Give the addresses of a name, each once. Raises `httpcore2.ConnectError`."""
        asked = self._asked.get((host, port))
        if asked is None:
            loop = asyncio.get_running_loop()
            asked = loop.run_in_executor(self._threads, resolved, host, port)
            self._asked[host, port] = asked
            asked.add_done_callback(lambda _: self._asked.pop((host, port)))
        # Who gives up must not take the answer away from others who wait for it.
        return await asyncio.shield(asked)

    def close(self) -> None:
        """Begin no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Checked(httpcore2.AsyncNetworkBackend):
    """Connects to nothing but public addresses, and to the hosts that are trusted."""

    def __init__(self, hosts: Collection[str], names: Names) -> None:
        """Trust these hosts; look names up here."""
        self._hosts, self._names = hosts, names
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature.
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Resolve a name, look at its addresses, and connect to one of those. Raises `Refused`."""
        found = await self._names.addresses(host, port)
        allowed = [one for one in found if host.lower() in self._hosts or is_public(one)]
        if not allowed:
            raise Refused(f"{host} is no host of the public Internet")
        for address in allowed[:-1]:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(
            allowed[-1], port, timeout, local_address, socket_options
        )


def resolved(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name. Raises `httpcore2.ConnectError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host} can't be resolved") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _begun(response: httpcore2.Response) -> Answer:
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    headers = {name.decode("latin-1").lower(): value.decode("latin-1")
               for name, value in response.headers}  # fmt: skip
    return Answer(response.status, headers, b"", str(peer[0]) if peer else None)


async def _read(response: httpcore2.Response, begun: Answer, longest: int) -> Answer:
    body = bytearray()
    async for part in response.aiter_stream():
        body += part
        if len(body) >= longest:
            break
    return Answer(begun.status, begun.headers, bytes(body[:longest]), begun.address)
