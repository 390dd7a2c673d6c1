"""What breaks is told in the log, as JSON as everything is, and without secrets."""

import json
import subprocess
import sys

BROKEN = """
import asyncio
from app.foundation.logging import configure
from app.foundation.settings import Settings
from app.foundation.wire import Wire

async def broken(scope, receive, send):
    raise RuntimeError("broken, with password=hunter2")

async def main():
    wire = Wire(broken, max_body_bytes=9, allowed=lambda _: [], shorter={}, longer={})
    for path in ("/x", '/a"b\\n\\u2028onr_secret1', '/password="abc"', "/a\\tBearer abcdef"):
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        async def send(message):
            pass
        await wire(scope, None, send)

configure(Settings(_env_file=None, log_format="json"))
asyncio.run(main())
"""


def test_every_line_of_a_failure_is_json_and_holds_no_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN], capture_output=True, text=True, check=True
    )

    lines = [json.loads(line) for line in done.stderr.removesuffix("\n").split("\n")]
    assert [line["event"] for line in lines] == ["failed", "answered"] * 4
    assert "RuntimeError" in lines[0]["exception"]
    assert lines[0]["request_id"] == lines[1]["request_id"]
    assert lines[3]["path"] == '/a"b\n\u2028onr_[hidden]'
    for secret in ("hunter2", "secret1", "abcdef"):
        assert secret not in done.stderr
