"""The report: a table of medians and ratios, and the machine that they come from."""

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from bench.load import Load

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- bench -->\n", "<!-- /bench -->\n"
HEAD = (
    "| what | per second | of the floor | times the tutorial | p50 ms | p99 ms"
    " | API CPU ms | Postgres CPU ms |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(frozen=True)
class Round:
    """One measurement: its load, and the CPU that each answer took, in milliseconds."""

    load: Load
    api: float | None
    postgres: float


@dataclass
class Measured:
    """All rounds of one thing; `floor` and `tutorial` are what it is compared to."""

    name: str
    floor: "Measured | None" = None
    tutorial: "Measured | None" = None
    rounds: list[Round] = field(default_factory=list)

    def against(self, other: "Measured | None") -> float | None:
        """Give the median of the rounds' ratios; each compares what ran side by side."""
        if other is None:
            return None
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median(ours.load.rate / theirs.load.rate for ours, theirs in pairs)

    def row(self) -> str:
        """Write the row of the table."""
        loads = [each.load for each in self.rounds]
        api = [each.api for each in self.rounds if each.api is not None]
        cells = [
            self.name,
            f"{median(load.rate for load in loads):,.0f}",
            _shown(self.against(self.floor), 2),
            _shown(self.against(self.tutorial), 1),
            _shown(median(load.p50 for load in loads), 1),
            _shown(median(load.p99 for load in loads), 1),
            _shown(median(api) if api else None, 2),
            _shown(median(each.postgres for each in self.rounds), 2),
        ]
        return f"| {' | '.join(cells)} |"


def table(measured: list[Measured]) -> str:
    """Write the table."""
    return "\n".join([HEAD, *(each.row() for each in measured)])


def machine(postgres: str) -> str:
    """Describe what it was measured on."""
    memory = round(psutil.virtual_memory().total / 2**30)
    return (
        f"{os.cpu_count()} cores ({_cpu()}), {memory} GB, {platform.system()},"
        f" Python {platform.python_version()}, PostgreSQL {postgres}"
    )


def write(text: str) -> None:
    """Put the report between the markers of its page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{text}\n{END}{after}", encoding="utf-8")


def _shown(number: float | None, digits: int) -> str:
    return "" if number is None else f"{number:.{digits}f}"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
