"""The service as a process: how it starts, shares, is stopped, and survives being killed."""

import asyncio
import http.client
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.foundation import migrations, serving
from app.foundation.serving import LeaveWithParent, PortTaken
from tests.setup.processes import (
    Onrecord,
    free_port,
    is_stopped,
    postgres_of,
    wait_for,
)

NewDatabase = Callable[[str], str]
NEW = pytest.mark.parametrize("cluster", ["made_once"], indirect=True)
"""Begins with a cluster that isn't migrated."""


@NEW
def test_the_first_start_prints_its_key_once_and_a_signal_ends_all_in_order(
    onrecord: Onrecord, data_dir: Path
) -> None:
    first = onrecord.serve("--demo")
    key = (data_dir / "admin.key").read_text()

    assert (data_dir / "admin.key").stat().st_mode & 0o777 == 0o600
    assert key.startswith("onr_")
    assert key.endswith("\n")
    assert first.output.count(key.strip()) == 1
    assert "Loaded the demo" in first.output
    assert (data_dir / "secret").stat().st_mode & 0o777 == 0o600

    assert first.stop(signal.SIGTERM) == 0
    assert "Stopped Postgres" in first.output
    assert is_stopped(data_dir)

    second = onrecord.serve("--demo")
    assert second.stop(signal.SIGINT) == 0
    assert key.strip() not in second.output
    assert "Loaded the demo" not in second.output
    assert "Traceback" not in first.output + second.output
    assert is_stopped(data_dir)


def test_a_terminals_interrupt_reaches_the_whole_group_and_is_orderly_all_the_same(
    onrecord: Onrecord, data_dir: Path
) -> None:
    onrecord.is_measured = False
    command = onrecord.serve("--workers", "2")
    server = postgres_of(data_dir)
    assert os.getpgid(server.pid) != os.getpgid(command.process.pid)

    os.killpg(command.process.pid, signal.SIGINT)

    assert command.process.wait(60) == 0
    assert "Stopped Postgres" in command.output
    assert "Traceback" not in command.output
    assert is_stopped(data_dir)


@NEW
def test_a_signal_during_the_start_stops_what_was_started(
    onrecord: Onrecord, data_dir: Path
) -> None:
    command = onrecord.start("serve")
    wait_for(lambda: "Started Postgres" in command.output, "Postgres runs")

    assert command.stop(signal.SIGTERM) == 0
    assert "Stopped Postgres" in command.output
    assert is_stopped(data_dir)


def test_workers_of_a_killed_parent_leave_and_the_next_start_takes_over(
    onrecord: Onrecord, data_dir: Path
) -> None:
    killed = onrecord.serve("--workers", "2")
    workers = psutil.Process(killed.process.pid).children(recursive=True)
    left = postgres_of(data_dir).pid

    killed.process.kill()
    killed.process.wait()
    wait_for(lambda: killed.get("/healthz") == 0, "the orphans leave")

    again = onrecord.serve()
    assert "Took over the Postgres that a killed process left running" in again.output
    assert postgres_of(data_dir).pid == left
    assert again.stop() == 0
    assert is_stopped(data_dir)
    for worker in workers:
        assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


def test_killed_together_with_its_postgres_it_comes_back(
    onrecord: Onrecord, data_dir: Path
) -> None:
    onrecord.is_measured = False
    killed = onrecord.serve()
    key = (data_dir / "admin.key").read_text()
    postgres_of(data_dir).kill()
    killed.process.kill()
    killed.process.wait()

    again = onrecord.serve()

    assert "Started Postgres again after it had been killed" in again.output
    assert key.strip() not in again.output
    assert again.stop() == 0


@NEW
def test_a_second_start_on_the_same_data_shares_the_postgres(
    onrecord: Onrecord, data_dir: Path
) -> None:
    onrecord.is_measured = False
    first, second = onrecord.start("serve", "--demo"), onrecord.start("serve", "--demo")
    first.until_up()
    second.until_up()

    both = first.output + second.output
    assert both.count("Started Postgres") == 1
    assert both.count("Shares the Postgres that another process runs here") == 1
    assert both.count("Loaded the demo") == 1
    assert both.count("made an admin key") == 1

    assert first.stop() == 0
    assert second.get("/readyz") == 200
    assert second.stop() == 0
    assert is_stopped(data_dir)


def test_a_taken_port_is_one_clear_line_before_anything_is_started(
    onrecord: Onrecord, data_dir: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, said = onrecord.run("serve", "--port", port)

    assert code == 1
    assert said.count("\n") == 1
    assert f"port {port} (Address already in use)" in said
    assert "ONRECORD_PORT" in said
    assert not (data_dir / "postgres.lock").exists()


def test_an_address_that_is_not_ours_is_one_clear_line() -> None:
    with pytest.raises(
        PortTaken, match=r"ONRECORD_HOST: no\.such\.host\.invalid is no address here"
    ):
        serving.listening("no.such.host.invalid", free_port()).__enter__()


def test_with_another_database_nothing_embedded_is_started(
    onrecord: Onrecord, data_dir: Path, new_database: NewDatabase
) -> None:
    onrecord.is_measured = False
    url = new_database("")
    onrecord.data_dir = data_dir.with_name("unused")

    code, said = onrecord.run("serve", DATABASE_URL=url)
    assert (code, said.count("\n")) == (1, 1)
    assert "run onrecord migrate" in said

    asyncio.run(migrations.upgrade(url))

    command = onrecord.serve(DATABASE_URL=url.replace("postgresql://", "postgres://"))
    assert command.get("/readyz") == 200
    assert command.stop() == 0
    assert sorted(path.name for path in onrecord.data_dir.iterdir()) == [
        "admin.key",
        "secret",
    ]


def test_settings_of_the_environment_reach_the_service(onrecord: Onrecord) -> None:
    onrecord.is_measured = False
    secret = "s" * 40
    command = onrecord.serve(ONRECORD_SECRET=secret, ONRECORD_LOG_FORMAT="console")

    assert "{" not in command.output
    assert secret not in command.output
    assert not (onrecord.data_dir / "secret").exists()
    assert command.stop() == 0


async def test_a_worker_stays_as_long_as_its_parent() -> None:
    await LeaveWithParent(os.getppid())()


async def test_an_orphaned_worker_asks_itself_to_stop() -> None:
    caught: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda which, _: caught.append(which))
    try:
        await LeaveWithParent(-1)()
    finally:
        signal.signal(signal.SIGTERM, before)

    assert caught == [signal.SIGTERM]


def test_a_connection_goes_on_after_a_head(onrecord: Onrecord) -> None:
    onrecord.is_measured = False
    served = onrecord.serve()
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)

    for method, path, status in (
        ("HEAD", "/healthz", 200), ("GET", "/v1/statements", 200), ("HEAD", "/v1/statements", 200),
        ("HEAD", "/nowhere", 404), ("GET", "/healthz", 200),
    ):  # fmt: skip
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == status
        assert (body == b"") == (method == "HEAD")
        assert int(answer.headers["Content-Length"]) > 0

    connection.close()
    assert served.stop() == 0
    assert '"level": "error"' not in served.output
