"""README's commands and answers: read from the page, run as printed, and written anew.

Each block of `sh` that calls curl is followed by a block with what it prints. All of them are run
in one bash, from a directory whose `.data` is the service's, so that they are what a reader types;
only the port is another. `python -m tests.docs.readme` writes the answers into README.md anew.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.setup.processes import Onrecord

README = Path(__file__).parents[2] / "README.md"
PRINTED = "localhost:8000"
_ACT = re.compile(
    r"```sh\n(?P<command>[^`]*?\bcurl .*?)```\n+```\w+\n(?P<answer>.*?)```", re.DOTALL
)
_END = "--- end of an act ---"
_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")
_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z\b")
_DIGEST = re.compile(r"(?<=-)[0-9a-f]{16}(?=\\?\")")


@dataclass(frozen=True)
class Act:
    """A command as it is printed, and its printed answer."""

    command: str
    answer: str


def acts(page: str) -> list[Act]:
    """Read the commands of a page, each with the answer that is printed below it."""
    return [Act(found["command"], found["answer"]) for found in _ACT.finditer(page)]


def answers(commands: Sequence[str], folder: Path, port: int) -> list[str]:
    """Run commands in one bash, against the service on this port; give what each prints."""
    script = "".join(f"{command}\necho '{_END}'\n" for command in commands)
    done = subprocess.run(
        ["bash", "-u"],  # noqa: S607 -- the reader's own shell
        input=script.replace(PRINTED, f"127.0.0.1:{port}"),
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return (
        done.stdout.replace("\r", "").replace(f"127.0.0.1:{port}", PRINTED).split(f"{_END}\n")[:-1]
    )


def comparable(answers: Sequence[str]) -> list[str]:
    """Put numbers in place of ids, by when each was first seen; instants and digests may differ."""
    seen: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return seen.setdefault(found[0], f"<id {len(seen) + 1}>")

    return [
        _DIGEST.sub("<digest>", _INSTANT.sub("<instant>", _ID.sub(numbered, answer)))
        for answer in answers
    ]


def rewritten(page: str, fresh: Sequence[str]) -> str:
    """Put fresh answers in place of the printed ones."""
    following: Iterator[str] = iter(fresh)

    def replaced(found: re.Match[str]) -> str:
        start, end = (found.start("answer") - found.start(), found.end("answer") - found.start())
        return f"{found[0][:start]}{next(following)}{found[0][end:]}"

    return _ACT.sub(replaced, page)


def main() -> None:
    """Start the service with the demo, run README's commands, and write down what they print."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        onrecord = Onrecord(folder, folder / ".data")
        try:
            port = onrecord.serve("--demo").port
            page = README.read_text("utf-8")
            fresh = answers([act.command for act in acts(page)], folder, port)
            README.write_text(rewritten(page, fresh), "utf-8")
        finally:
            onrecord.end_all()


if __name__ == "__main__":
    main()
