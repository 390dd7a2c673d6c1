"""The page about clients: what it prints is run, and what it shows is what the tests use.

`python -m tests.clients.page` writes the files that it shows, and what its commands print, anew.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.setup.processes import Onrecord

HERE = Path(__file__).parent
HOUSE = HERE.parents[1]
PAGE = HOUSE / "docs" / "clients.md"
TOOLS = HOUSE / ".venv" / "clients"
PRINTED = "localhost:8000"
SHOWN = {
    "yaml": "openapi-python-client.yaml",
    "python": "story.py",
    "js": "openapi-ts.config.js",
    "json": "tsconfig.json",
    "ts": "story.ts",
}
_ACT = re.compile(r"```sh\n(?P<command>[^`]*)```\n+```text\n(?P<answer>[^`]*)```")
_END = "--- end of an act ---"


@dataclass(frozen=True)
class Act:
    """Commands as they are printed, and their printed answer."""

    command: str
    answer: str


def section(page: str, name: str) -> str:
    """Take one section out of a page."""
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def acts(text: str) -> list[Act]:
    """Read the commands of a text, each with the answer that is printed below it."""
    return [Act(found["command"], found["answer"]) for found in _ACT.finditer(text)]


def shown(page: str, language: str) -> str:
    """Read the file that a page shows in this language."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return str(text)


def prepare(folder: Path) -> None:
    """Put into a folder what the page shows, and the packages that it has npm install."""
    for name in SHOWN.values():
        shutil.copy(HERE / name, folder)
    shutil.copy(TOOLS / "package.json", folder)
    (folder / "node_modules").symlink_to(TOOLS / "node_modules")


def answers(commands: Sequence[str], folder: Path, port: int) -> list[str]:
    """Run commands in one bash, against the service on this port; give what each prints."""
    script = "".join(f"{command}\necho '{_END}'\n" for command in commands)
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail"],  # noqa: S607 -- the reader's own shell
        input=script.replace(PRINTED, f"127.0.0.1:{port}"),
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={
            "PATH": f"{TOOLS / 'bin'}:{os.environ['PATH']}",
            "HOME": str(folder),
            "NO_COLOR": "1",
        },
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed = done.stdout.replace("\r", "").replace(f"127.0.0.1:{port}", PRINTED)
    return printed.split(f"{_END}\n")[:-1]


def rewritten(page: str, fresh: Sequence[str]) -> str:
    """Put fresh answers and files in place of the printed ones."""
    following: Iterator[str] = iter(fresh)

    def answered(found: re.Match[str]) -> str:
        return f"```sh\n{found['command']}```\n\n```text\n{next(following)}```"

    page = _ACT.sub(answered, page)
    for language, name in SHOWN.items():
        before, opening, rest = page.partition(f"```{language}\n")
        _, closing, after = rest.partition("```\n")
        page = before + opening + (HERE / name).read_text("utf-8") + closing + after
    return page


def main() -> None:
    """Start the service with the demo, run the page, and write down what it prints."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        onrecord = Onrecord(folder, folder / ".data")
        try:
            port = onrecord.serve("--demo").port
            prepare(folder)
            page = PAGE.read_text("utf-8")
            fresh = answers([act.command for act in acts(page)], folder, port)
            PAGE.write_text(rewritten(page, fresh), "utf-8")
        finally:
            onrecord.end_all()


if __name__ == "__main__":
    main()
