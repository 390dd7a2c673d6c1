"""The application behind a real Uvicorn, and something of every kind in it."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from uvicorn import Config, Server

from app.foundation.settings import Settings
from app.main import create_app
from tests.making import Client, Made, Make


@dataclass(frozen=True)
class Served:
    """The running application, and ids of things that are there."""

    url: str
    about: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def address(anyio_backend: object, settings: Settings, seeded: object) -> Iterator[str]:
    """Serve the application in a thread of its own."""
    config = Config(create_app(settings), port=0, log_config=None, access_log=False)
    server = Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "it never started"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


async def one_of_each(make: Make) -> dict[str, Made]:
    """Make something of every kind, by the name of the parameter that says which."""
    said, other = await make.statement(), await make.statement()
    verdict = await make.verdict()
    webhook = await make.webhook()
    return {
        "statement_id": said,
        "link_id": await make.post(f"{said.path}/links", {"other_id": other.id, "type": "repeats"}),
        "speaker_id": await make.speaker(),
        "entity_id": await make.speaker(),
        "source_id": await make.source(),
        "topic_id": await make.topic(),
        "measure_id": await make.measure(),
        "scale_id": await make.scale(),
        "organization_id": await make.organization(),
        "key_id": await make.api_key(),
        "correction_request_id": await make.correction_request(name="A", email="a@example.org"),
        "verdict_id": verdict,
        "contact_id": await make.contact(verdict_id=verdict.id),
        "comment_id": await make.comment(said),
        "map_id": await make.rating_map(),
        "import_id": await make.import_job(),
        "webhook_id": webhook,
        "delivery_id": await make.ping(webhook),
    }


@pytest.fixture
async def served(address: str, make: Make, anonymous: Client) -> Served:
    """Have things of every kind, and others that may be archived."""
    made, doomed = await one_of_each(make), await one_of_each(make)
    in_path = {name: one.id for name, one in made.items()}
    in_body = in_path | {
        "organization_id": made["speaker_id"].id,
        "into": made["speaker_id"].id,
        "other_id": doomed["statement_id"].id,
        "parent_id": made["topic_id"].id,
        "publisher_id": (await make.source(kind="newspaper")).id,
        "verdict_id": (await make.published()).id,
    }
    about = {"in_path": in_path, "in_body": in_body}
    return Served(address, about | {"doomed": {name: one.id for name, one in doomed.items()}})
