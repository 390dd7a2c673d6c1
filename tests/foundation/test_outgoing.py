"""Addresses that are never asked: whatever only this service could reach."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import httpcore2
import pytest

from app.foundation import outgoing
from app.foundation.outgoing import Outgoing, Refused, is_public
from tests.webhooks.receiving import Receiver

PRIVATE = (
    "0.0.0.0",  # noqa: S104 - nothing binds to it.
    "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8",
    "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2002:7f00:1::1",
    "2002:a00:1::1", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:127.0.0.1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "", "localhost", "127.1",
)  # fmt: skip
PUBLIC = (
    "1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "192.0.1.1", "100.128.0.1",
    "2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "64:ff9b::8.8.8.8", "2002:808:808::1",
    "2606:4700::200:5efe:8.8.8.8",
)  # fmt: skip
ELSEWHERE = "https://receiver.example/hooks"


@pytest.mark.parametrize("address", PRIVATE)
def test_what_only_we_could_reach_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_everybody_can_reach_is_public(address: str) -> None:
    assert is_public(address)


class Names:
    """Stands for the domain name system: each name means one thing after the other."""

    def __init__(self, **meanings: list[list[str]]) -> None:
        """Know these names; the last meaning stays."""
        self.meanings = {f"{name}.example": list(all_) for name, all_ in meanings.items()}
        self.asked = 0

    def resolved(self, host: str, _: int) -> list[str]:
        """Resolve a name."""
        self.asked += 1
        meanings = self.meanings[host]
        return meanings.pop(0) if len(meanings) > 1 else meanings[0]


@pytest.fixture
async def asking() -> AsyncIterator[Outgoing]:
    """Have connections out, that trust no host."""
    made = Outgoing((), 4)
    yield made
    await made.close()


async def post(out: Outgoing, url: str) -> Any:
    return await out.post(url, {}, b"{}", 2, 100)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_a_name_that_leads_to_a_private_address_is_not_asked(
    asking: Outgoing, monkeypatch: pytest.MonkeyPatch, receiver: Receiver, address: str
) -> None:
    monkeypatch.setattr(outgoing, "resolved", Names(receiver=[[address]]).resolved)

    with pytest.raises(Refused, match="no host of the public Internet"):
        await post(asking, f"https://receiver.example:{receiver.port}/")
    assert receiver.got == []


async def test_what_a_name_means_is_looked_at_each_time_and_once_for_each_connection(
    asking: Outgoing, monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """Rebinding: the name is public when it is looked at, and private a moment later."""
    names = Names(receiver=[["192.0.1.1"], ["127.0.0.1"]])
    monkeypatch.setattr(outgoing, "resolved", names.resolved)
    url = f"https://receiver.example:{receiver.port}/"

    connected: list[str] = []

    async def connect(_: object, address: str, *__: object) -> None:
        connected.append(address)
        raise TimeoutError

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    with pytest.raises(TimeoutError):
        await post(asking, url)
    with pytest.raises(Refused):
        await post(asking, url)

    assert (connected, names.asked) == (["192.0.1.1"], 2)


async def test_of_a_name_with_several_addresses_only_the_public_ones_are_tried(
    asking: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(receiver=[["10.0.0.1", "192.0.1.1", "192.0.1.2", "::1"]])
    monkeypatch.setattr(outgoing, "resolved", names.resolved)
    connected: list[str] = []

    async def connect(_: object, address: str, *__: object) -> None:
        connected.append(address)
        raise httpcore2.ConnectError

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    with pytest.raises(httpcore2.ConnectError):
        await post(asking, ELSEWHERE)

    assert connected == ["192.0.1.1", "192.0.1.2"]


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "2130706433", "0"])
async def test_other_spellings_of_this_machine_lead_nowhere(asking: Outgoing, host: str) -> None:
    with pytest.raises((Refused, httpcore2.ConnectError)):
        await post(asking, f"https://{host}:8443/")


async def test_name_servers_that_do_not_answer_hold_up_nobody_else(
    asking: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often one name is asked for, others are looked up meanwhile."""
    answered, known, asked = threading.Event(), outgoing.resolved, []

    def resolved(host: str, port: int) -> list[str]:
        asked.append(host)
        if host == "slow.example":
            answered.wait(20)
        return ["10.0.0.1"] if host.endswith(".example") else known(host, port)

    monkeypatch.setattr(outgoing, "resolved", resolved)
    slow = [asyncio.create_task(post(asking, "https://slow.example/")) for _ in range(3)]
    await asyncio.sleep(0)
    try:
        with pytest.raises(Refused):
            await post(asking, "https://quick.example/")
        async with asyncio.timeout(1):
            await asyncio.get_running_loop().getaddrinfo("localhost", 80)
    finally:
        answered.set()
        done = await asyncio.gather(*slow, return_exceptions=True)

    assert sorted(asked) == ["quick.example", "slow.example"]
    assert {type(one) for one in done} == {Refused}
