"""Imports at the back door, and imports that are killed: no row is lost, none is there twice."""

import json
import urllib.request
from typing import Any

from tests.setup.processes import Onrecord, wait_for

ROWS = 2000
SOME = 150
Json = dict[str, Any]


def rows() -> bytes:
    """Write statements, each by a speaker of its own; every tenth has no reference."""
    made = []
    for number in range(ROWS):
        row: Json = {
            "text": f"Row {number}", "language": "en", "visibility": "public",
            "speaker": {"name": f"Speaker {number}"},
        }  # fmt: skip
        made.append(row if number % 10 == 0 else row | {"ref": f"row-{number}"})
    return b"".join(json.dumps(row).encode() + b"\n" for row in made)


def ask(port: int, key: str, path: str, body: bytes | None = None) -> Json:
    """Ask for a path, or send a file there."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - it is our own.
        found: Json = json.load(answer)
    return found


def until_read(port: int, key: str, path: str, rows: int) -> None:
    """Wait until so many rows are done."""
    wait_for(lambda: ask(port, key, path)["rows_read"] >= rows, "some rows")


def test_an_import_that_is_killed_again_and_again_ends_with_each_row_once(
    onrecord: Onrecord,
) -> None:
    onrecord.is_measured = False  # what is killed has no coverage to tell
    served = onrecord.serve(ONRECORD_IMPORT_EVERY="0.1")
    key = (onrecord.data_dir / "admin.key").read_text().strip()
    path = f"/v1/imports/{ask(served.port, key, '/v1/imports', rows())['id']}"
    done = 0

    for _ in range(3):
        until_read(served.port, key, path, min(done + SOME, ROWS))
        served.process.kill()
        served.process.wait()
        served = onrecord.serve(ONRECORD_IMPORT_EVERY="0.1")
        found = ask(served.port, key, path)
        assert found["rows_read"] == found["made"] + found["unchanged"] + found["refused"]
        assert found["rows_read"] >= done
        done = found["rows_read"]
    wait_for(lambda: ask(served.port, key, path)["state"] == "done", "the end of it")

    job = ask(served.port, key, path)
    assert (job["rows_read"], job["made"], job["refused"]) == (ROWS, ROWS, 0)
    with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/v1/export") as answer:
        exported = [json.loads(line) for line in answer.read().splitlines()]
    texts = [row["document"]["text"] for row in exported if row.get("collection") == "statements"]
    assert sorted(texts) == sorted(f"Row {number}" for number in range(ROWS))
    assert served.stop() == 0
    assert onrecord.run("check")[0] == 0


def test_everything_goes_out_and_comes_in_at_the_back_door(onrecord: Onrecord) -> None:
    onrecord.is_measured = False  # coverage makes each command twice as slow
    assert onrecord.run("migrate")[0] == onrecord.run("demo")[0] == 0
    out, csv = onrecord.folder / "all.ndjson", onrecord.folder / "all.csv"

    onrecord.is_measured = True
    assert onrecord.run("export", str(out))[0] == 0
    onrecord.is_measured = False
    assert onrecord.run("export", str(csv), "--format", "csv", "--public")[0] == 0
    code, said = onrecord.run("import", str(out))

    lines = out.read_bytes().splitlines()
    assert json.loads(lines[-1])["rows"] == len(lines) - 1
    assert len(csv.read_bytes().splitlines()) > 9
    assert not out.with_name("all.ndjson.part").exists()
    assert code == 0, said
    assert f"{len(lines) - 1} rows: 0 recorded, {len(lines) - 1} here already, 0 refused" in said

    wrong = onrecord.folder / "wrong.ndjson"
    wrong.write_text('{"text": "One", "language": "en", "speaker_is_anonymous": true}\n{}\n')
    code, said = onrecord.run("import", str(wrong), "--dry-run", "--person", "Ada")
    assert code == 1
    assert "2 rows: 1 recorded, 0 here already, 1 refused" in said
    assert "row 2: /text" in said
    code, said = onrecord.run("import", str(wrong.with_suffix(".txt")))
    assert code != 0
