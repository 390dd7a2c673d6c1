"""PgBouncer between the service and a server: as docs/scaling.md has it, on loopback."""

import re
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.foundation import postmaster
from app.foundation.system_user import account_for
from tests.programs import Program
from tests.scaling.page import documented, placed
from tests.scaling.servers import Server, is_up
from tests.setup.processes import PATIENCE, free_port, wait_for


def carries_statements(program: Program) -> bool:
    """Tell whether this PgBouncer carries prepared statements: from 1.21 on."""
    found = re.search(r"PgBouncer (\d+)\.(\d+)", program.said())
    assert found is not None
    return (int(found[1]), int(found[2])) >= (1, 21)


@dataclass
class Pooler:
    """One PgBouncer, from its start to its end."""

    program: Program
    folder: Path
    server: Server
    carries: bool
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        """Name the server's database, through it."""
        return f"postgresql://{postmaster.SUPERUSER}@127.0.0.1:{self.port}/{postmaster.DATABASE}"

    def start(self) -> "Pooler":
        """Start it with two sessions of the database for everybody, so that all share them."""
        self.port = free_port()
        text = placed(
            documented("ini"),
            ("host=10.0.0.1 port=5432", f"host=127.0.0.1 port={self.server.port}"),
            ("listen_addr = 0.0.0.0", "listen_addr = 127.0.0.1"),
            ("listen_port = 6432", f"listen_port = {self.port}\nunix_socket_dir =\n"),
            ("auth_type = scram-sha-256", "auth_type = trust"),
            ("/etc/pgbouncer/userlist.txt", str(self.folder / "users")),
            ("default_pool_size = 20", "default_pool_size = 2"),
        )
        if not self.carries:
            text = placed(text, ("max_prepared_statements = 500\n", ""))
        (self.folder / "users").write_text(f'"{postmaster.SUPERUSER}" ""\n', "utf-8")
        (self.folder / "ini").write_text(text, "utf-8")
        account = account_for(self.server.folder, postmaster.binaries())
        self.folder.chmod(0o755)
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [self.program.path, "-q", str(self.folder / "ini")],
                env=self.program.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **account.for_process(),
            )
        wait_for(
            partial(is_up, self.process, self.port, log=self.folder / "log"),
            "PgBouncer takes connections",
        )
        return self

    def stop(self) -> None:
        """End it."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(PATIENCE)
