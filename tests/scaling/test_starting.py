"""How long a start takes, of a core: what else a machine does is not ours.

It is compared with loading what every such service loads, for machines differ.
"""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from tests.scaling.servers import Pair
from tests.setup.processes import Onrecord, wait_for

MOST = 6.0
"""A start takes four times as long as loading FastAPI and SQLAlchemy."""
LOADING = "import fastapi, sqlalchemy.ext.asyncio"


async def test_a_start_on_a_migrated_database_is_quick(pair: Pair, tmp_path: Path) -> None:
    command = Onrecord(tmp_path, tmp_path / "data")
    given = {"DATABASE_URL": pair.primary.url, "ONRECORD_REPLICA_URL": pair.replica.url}
    try:
        loading = sorted(_loading() for _ in range(3))[1]
        serving = command.start("serve", **given)
        wait_for(lambda: serving.get("/readyz") == 200, "the service is ready")
        spent = psutil.Process(serving.process.pid).cpu_times()

        assert spent.user + spent.system < MOST * loading
    finally:
        command.end_all()


def _loading() -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", LOADING], check=True)
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
