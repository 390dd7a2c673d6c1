"""How long a start takes: in seconds of a core, for what else a machine does is not ours."""

from pathlib import Path

import psutil

from tests.scaling.servers import Pair
from tests.setup.processes import Onrecord, wait_for

MOST = 2.0


async def test_a_start_on_a_migrated_database_is_quick(pair: Pair, tmp_path: Path) -> None:
    command = Onrecord(tmp_path, tmp_path / "data", is_measured=False)
    given = {"DATABASE_URL": pair.primary.url, "ONRECORD_REPLICA_URL": pair.replica.url}
    try:
        serving = command.start("serve", **given)
        wait_for(lambda: serving.get("/readyz") == 200, "the service is ready")
        spent = psutil.Process(serving.process.pid).cpu_times()

        assert spent.user + spent.system < MOST
    finally:
        command.end_all()
