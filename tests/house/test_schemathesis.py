"""Every operation under thousands of made-up requests: nothing breaks, everything is as documented.

The application runs behind a real Uvicorn. What is made up is the same in each run.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import iso3166
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from uvicorn import Config, Server

from app.foundation.settings import Settings
from app.main import create_app
from tests.making import Client, Make

EXAMPLES = 6
CONFIGURATION = {
    "generation": {"mode": "all", "max-examples": EXAMPLES, "deterministic": True},
    "phases": {"coverage": {"enabled": False}},
    "checks": {
        # What is well-formed may still be wrong: a reference to nothing, a period that ends before
        # it starts, a cursor of another list, a move that isn't legal. Schemas can't say that.
        "positive_data_acceptance": {"enabled": False},
        # 412: a made-up If-Match is none of ours. 410 and 413 say no just as clearly.
        "negative_data_rejection": {
            "expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "410", "412",
                                  "413", "415", "422", "428"],
        },
        # The one that is required is If-Match, and what is missing there is 428.
        "missing_required_header": {
            "expected-statuses": ["400", "401", "403", "404", "406", "410", "415", "422", "428"],
        },
    },
}  # fmt: skip

schemathesis.openapi.format(
    "bcp47", st.sampled_from(["en", "fr", "fr-CA", "zh-Hant-TW", "kk-Cyrl", "de-1996", "sr-Latn"])
)
schemathesis.openapi.format("iso3166", st.sampled_from(sorted(iso3166.countries_by_alpha2)))
schemathesis.openapi.format(
    "partial-date",
    st.dates().map(str).flatmap(lambda day: st.sampled_from([day[:4], day[:7], day])),
)
schemathesis.openapi.format(
    "uri",
    st.builds(
        "https://{}.example/{}".format,
        st.from_regex("[a-z]{3,12}", fullmatch=True),
        st.from_regex("[a-z0-9/?=&-]{0,20}", fullmatch=True),
    ),
)
schema = schemathesis.openapi.from_dict(
    create_app(Settings(_env_file=None)).openapi(),
    config=SchemathesisConfig.from_dict(CONFIGURATION),
)


@dataclass(frozen=True)
class Served:
    """The running application, and ids of things that are there."""

    url: str
    ids: dict[str, str]


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


@pytest.fixture
async def served(address: str, make: Make, anonymous: Client) -> Served:
    """Have something of every kind."""
    said, other = await make.statement(), await make.statement()
    link = await make.post(f"{said.path}/links", {"other_id": other.id, "type": "repeats"})
    made = {
        "statement_id": said,
        "link_id": link,
        "speaker_id": await make.speaker(),
        "source_id": await make.source(),
        "topic_id": await make.topic(),
        "measure_id": await make.measure(),
        "scale_id": await make.scale(),
        "organization_id": await make.post("/v1/organizations", {"name": "A"}),
        "key_id": await make.api_key(),
        "verdict_id": await make.verdict(),
    }
    return Served(address, {name: one.id for name, one in made.items()})


def send(case: Case[Any], served: Served, key: str | None) -> None:
    """Send a request, about something that is there where it is a sound one, and check it all."""
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        for name in case.path_parameters:
            case.path_parameters[name] = served.ids[name]
        if "If-Match" in case.headers:
            case.headers["If-Match"] = "*"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    case.call_and_validate(base_url=served.url, headers=headers)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_an_administrator_finds_every_operation_as_documented(
    case: Case[Any], anyio_backend: object, served: Served, keys: dict[str, str]
) -> None:
    send(case, served, keys["admin"])


@schema.include(method="GET").parametrize()
@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_the_public_finds_every_operation_as_documented(
    case: Case[Any], anyio_backend: object, served: Served
) -> None:
    send(case, served, None)
