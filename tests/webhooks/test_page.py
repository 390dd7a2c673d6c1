"""The page about webhooks: its receivers are run as they are printed, and its numbers are true."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from app.documents.webhook import WebhookEvent
from app.documents.webhook_delivery import LONGEST_ANSWER
from app.foundation.settings import Settings
from app.webhooks import outcomes, queueing, sending, signing, taking
from app.webhooks.sending import Sender
from tests.clients.page import TOOLS
from tests.making import Client, Make
from tests.setup.processes import free_port, wait_for
from tests.webhooks.receiving import deliveries

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"
TEXT = PAGE.read_text("utf-8")
NODE = shutil.which("node", path=str(TOOLS / "bin")) or shutil.which("node")
LANGUAGES = {"python": (sys.executable, "receiver.py"), "js": (NODE, "receiver.mjs")}


@dataclass
class Printed:
    """A receiver of the page that runs."""

    port: int
    output: Path

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Send something to it, and give the status."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/hooks", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - it is http.
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code

    def is_up(self) -> bool:
        """Tell whether it answers."""
        try:
            return self.post(b"{}", {}) == 401
        except OSError:
            return False


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Have each language of the page; one that isn't installed is left out."""
    name: str = request.param
    if LANGUAGES[name][0] is None:
        pytest.skip("there is no node")
    return name


@pytest.fixture
def free() -> int:
    """Have a port that nobody listens on."""
    return free_port()


@pytest.fixture
async def secret(make: Make, free: int) -> str:
    """Have a webhook that leads to the port, and its secret."""
    webhook = await make.webhook(url=f"http://127.0.0.1:{free}/hooks")
    return str(webhook.body["secret"])


@pytest.fixture
def printed(language: str, free: int, secret: str, tmp_path: Path) -> Iterator[Printed]:
    """Run a receiver as it is printed."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    program, name = LANGUAGES[language]
    (tmp_path / name).write_text(code)
    output = tmp_path / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [str(program), name],
            cwd=tmp_path,
            stdout=file,
            stderr=subprocess.DEVNULL,
            env={"WEBHOOK_SECRET": secret, "PORT": str(free)},
            start_new_session=True,
        )
    made = Printed(free, output)
    try:
        wait_for(made.is_up, "listening", 20)
        yield made
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def test_a_receiver_takes_what_is_signed_and_nothing_else(
    printed: Printed, make: Make, admin: Client, sender: Sender
) -> None:
    (webhook,) = (await admin.get("/v1/webhooks")).json()["items"]
    path = f"/v1/webhooks/{webhook['id']}"
    speaker = await make.speaker()
    await admin.post(f"{path}/rotate", json={"overlap_seconds": 60}, headers={"If-Match": "*"})
    renamed = await admin.patch(speaker.path, json={"name": "B"}, headers={"If-Match": "*"})
    await sender.look()

    log = (await admin.get(f"{path}/deliveries")).json()["items"]
    assert [one["state"] for one in log] == ["delivered", "delivered"], log
    wait_for(lambda: printed.output.read_text().count("\n") == 2, "both told", 5)
    assert printed.output.read_text().splitlines() == [
        f"speaker.created {speaker.id}", f"speaker.changed {renamed.json()['id']}",
    ]  # fmt: skip
    forged = {
        "webhook-id": log[0]["message_id"],
        "webhook-timestamp": str(int(time.time())),
        "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    }
    assert printed.post(log[0]["request_body"].encode(), forged) == 401
    assert printed.post(b"{}", {}) == 401


async def test_a_receiver_refuses_what_is_old(
    printed: Printed, make: Make, admin: Client, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who has listened sends it again, six minutes later."""
    (webhook,) = (await admin.get("/v1/webhooks")).json()["items"]
    signed = signing.headers
    monkeypatch.setattr(
        signing,
        "headers",
        lambda name, at, body, secrets: signed(name, at - timedelta(minutes=6), body, secrets),
    )
    await make.speaker()
    await sender.look()

    log = (await admin.get(f"/v1/webhooks/{webhook['id']}/deliveries")).json()["items"]
    assert [one["attempts"][0]["status"] for one in log] == [401]


def number(pattern: str) -> int:
    """Find a number on the page."""
    found = re.search(pattern, TEXT)
    assert found is not None, pattern
    return int(found[1].replace(",", ""))


async def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    usual = Settings(_env_file=None)
    assert number(r"2xx within (\d+) seconds") == usual.webhook_timeout
    assert number(r"kept for (\d+) days") == usual.webhook_log_days
    assert number(r"side by side, up to (\d+) requests") == taking.EACH
    assert number(r"sends up to (\d+) requests") == sending.MOST
    assert number(r"([\d,]+) deliveries wait") == queueing.BACKLOG
    assert number(r"first ([\d,]+) bytes") == LONGEST_ANSWER
    assert number(r"up to (\d+) minutes") * 60 == outcomes.LONGEST_REST
    assert number(r"up to (\d+) hours") * 3600 == outcomes.LONGEST_WAIT
    assert "five days" in TEXT
    assert outcomes.PATIENCE.days == 5
    assert usual.webhook_retries == (
        5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)),
    )  # fmt: skip
    assert "5 seconds, 5 minutes, 30 minutes, and 2, 5, 10, 14, 20 and 24 hours" in TEXT


async def test_every_event_that_is_named_is_one_that_there_is() -> None:
    named = set(re.findall(r"`([a-z_]+\.(?:[a-z]+|\*))`", TEXT))
    known = {one.value for one in WebhookEvent}

    nouns = re.search(r"so for (.*?) \|", TEXT)
    assert nouns is not None
    listed = {f"{noun}.*" for noun in re.findall(r"`(\w+)`", nouns[1])} | {"verdict.*"}
    assert listed == {one for one in known if one.endswith(".*")}
    assert named - known == {"webhook.ping", "webhook.disabled"}


async def test_whatever_becomes_public_can_be_asked_for_by_its_name(
    make: Make, admin: Client, stranger: Client, anonymous: Client
) -> None:
    """What the house does to everything that there is, the events know."""
    said = await make.published()
    one, other = await make.speaker(), await make.speaker()
    await admin.post(f"{one.path}/merge", json={"into": other.id})
    await admin.post(f"{one.path}/unmerge", json={})
    statement = await make.statement(state="captured")
    await admin.post(
        f"{statement.path}/transitions", json={"to": "open"}, headers={"If-Match": "*"}
    )
    link = await make.link(state="confirmed", reason="The same")
    await admin.patch(
        link.path, json={"state": "rejected", "reason": "No"}, headers={"If-Match": "*"}
    )
    revised = await make.revise(said, summary="It is otherwise.")
    await make.contact(verdict_id=revised.id, is_public=True)
    out = await make.publish(revised, change_kind="minor", change_reason="wording")
    await make.move(out, "retracted", notice="No")
    for kind in ("topic", "measure", "scale", "organization", "source", "speaker", "statement"):
        made = await getattr(make, kind)()
        await admin.delete(made.path, headers={"If-Match": "*"})

    feed = (await anonymous.get("/v1/changes?limit=1000")).json()["items"]
    actions = {one["action"] for one in feed}
    assert actions <= {one.value for one in WebhookEvent}
    assert len(actions) > 20
    assert await deliveries(admin, await make.webhook()) == []
