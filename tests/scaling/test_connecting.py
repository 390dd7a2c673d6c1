"""Addresses of databases: one host or several, and a way past a pooler."""

import pytest

from app.foundation import settings
from app.foundation.connecting import Hosts, NoServer, each
from app.foundation.lag import Lag
from app.foundation.settings import WrongSetting


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://a:b@one/d", ["postgresql://a:b@one/d"]),
        (
            "postgresql://a:b@one:1,two:2/d?sslmode=disable",
            ["postgresql://a:b@one:1/d?sslmode=disable", "postgresql://a:b@two:2/d?sslmode=disable"],
        ),
        (
            "postgresql://a@/d?host=/run/one,/run/two&port=5432,5433",
            [
                "postgresql://a@/d?host=%2Frun%2Fone&port=5432",
                "postgresql://a@/d?host=%2Frun%2Ftwo&port=5433",
            ],
        ),
        ("postgresql://[::1]:5432,[::2]:5432/d", ["postgresql://[::1]:5432/d", "postgresql://[::2]:5432/d"]),
    ],
)  # fmt: skip
def test_each_host_of_an_address_is_tried(url: str, expected: list[str]) -> None:
    assert [*each(url)] == expected


async def test_a_host_that_does_not_answer_leaves_time_for_the_next() -> None:
    """An address for documentation (RFC 5737) answers nothing, or says that it can't be reached."""
    hosts = Hosts("postgresql://a@192.0.2.1:5432,127.0.0.1:9/d")

    with pytest.raises(ConnectionRefusedError):
        await hosts.connect(timeout=1)


async def test_what_does_not_answer_in_time_is_away() -> None:
    with pytest.raises((NoServer, OSError)):
        await Hosts("postgresql://a@192.0.2.1:5432/d").connect(timeout=0.3)


def test_a_pooler_needs_a_way_past_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_POOLER", "Prepared")
    with pytest.raises(WrongSetting, match="ONRECORD_POOLER needs ONRECORD_DIRECT_URL"):
        settings.load()

    monkeypatch.setenv("ONRECORD_DIRECT_URL", "postgres://me:hushhush@host/db")

    assert settings.load().pooler == "prepared"
    assert "hushhush" not in repr(settings.load())


@pytest.mark.parametrize("name", ["ONRECORD_REPLICA_URL", "ONRECORD_DIRECT_URL"])
def test_addresses_are_looked_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "mysql://host/db")

    with pytest.raises(WrongSetting, match=f"{name}: should look like postgresql://"):
        settings.load()


def test_lag_is_since_when_the_primary_has_more() -> None:
    lag = Lag()

    assert lag.seconds(0, written=100, replayed=100, age=999) == 0
    assert lag.seconds(1, written=200, replayed=100, age=999) == 0
    assert lag.seconds(2, written=300, replayed=100, age=999) == 1
    assert lag.seconds(3, written=300, replayed=200, age=999) == 1
    assert lag.seconds(4, written=300, replayed=300, age=999) == 0


def test_what_the_primary_had_before_the_first_look_is_as_old_as_the_replica_says() -> None:
    assert Lag().seconds(0, written=200, replayed=100, age=3600) == 3600
