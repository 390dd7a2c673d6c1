"""The report: a table of medians and ratios, and the machine that they come from."""

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

import psutil

from bench.load import Load

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
HEAD = (
    "| what | per second | of the floor | times the tutorial | p50 ms | p99 ms"
    " | API CPU ms | Postgres CPU ms |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)
COMPARED = "| compared | is | by CPU | target | |\n| --- | ---: | ---: | ---: | --- |"


@dataclass(frozen=True)
class Round:
    """One measurement: its load, and the CPU that each answer took, in milliseconds."""

    load: Load
    api: float | None
    postgres: float

    @property
    def capacity(self) -> float:
        """How many answers a second the CPU that each takes allows, were nobody else there.

        A service of one process has one core; it, PostgreSQL and the client share all of them.
        """
        api, client = self.api or 0.0, self.load.cpu * 1000 / self.load.answers
        shared = (api + max(self.postgres, 0.0) + client) / (os.cpu_count() or 1)
        return 1000 / max(api, shared)


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

    def capacity_against(self, other: "Measured | None") -> float | None:
        """Give the median of the rounds' ratios of what the CPU allows."""
        if other is None:
            return None
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median(ours.capacity / theirs.capacity for ours, theirs in pairs)

    def p99_against(self, other: "Measured") -> float:
        """Give the median of the rounds' ratios of the p99."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median(ours.load.p99 / theirs.load.p99 for ours, theirs in pairs)

    def cpu_against(self, other: "Measured") -> float:
        """Give the median of the rounds' ratios of the service's CPU."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median((ours.api or 0) / (theirs.api or 1) for ours, theirs in pairs)

    @property
    def rate(self) -> float:
        """How many answers came in a second; the median of the rounds."""
        return median(each.load.rate for each in self.rounds)

    def middle(self, whose: Literal["api", "postgres"]) -> float:
        """Give the CPU of each answer, in milliseconds; the median of the rounds."""
        return median(getattr(each, whose) or 0.0 for each in self.rounds)

    @property
    def tail(self) -> float:
        """How many times its p50 the p99 is; the median of the rounds."""
        return median(each.load.p99 / each.load.p50 for each in self.rounds)

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


@dataclass(frozen=True)
class Compared:
    """A ratio, and what it should be at least or at most, if anything.

    `by_cpu` is the same ratio as the CPU of each answer has it, which others on the machine hardly
    move. It is what counts while they are `busy`.
    """

    name: str
    ratio: float | None
    least: float | None = None
    most: float | None = None
    by_cpu: float | None = None
    busy: bool = False

    @property
    def judged(self) -> float:
        """The ratio that counts."""
        return (self.by_cpu if self.busy else None) or self.ratio or 0.0

    @property
    def is_met(self) -> bool:
        """Whether it is what it should be."""
        above = self.least is None or self.judged >= self.least
        return above and (self.most is None or self.judged <= self.most)

    @property
    def wanted(self) -> str:
        """What it should be, in words; nothing where it is there to be known."""
        least = "" if self.least is None else f"at least {self.least:g}"
        return least if self.most is None else f"at most {self.most:g}"

    def row(self) -> str:
        """Write the row of the table."""
        met = "met" if self.is_met else "MISSED"
        cells = [
            *(self.name, f"{self.ratio or 0:,.2f}", _shown(self.by_cpu, 2)),
            *(self.wanted, met if self.wanted else ""),
        ]
        return f"| {' | '.join(cells)} |"


def faster(
    name: str, ours: Measured, theirs: Measured | None, least: float | None = None
) -> Compared:
    """Compare two by their rates, and by their CPU."""
    ratio, by_cpu = ours.against(theirs), ours.capacity_against(theirs)
    return Compared(name, ratio, least, by_cpu=by_cpu)


def comparison(compared: list[Compared]) -> str:
    """Write the table of what was compared."""
    return "\n".join([COMPARED, *(each.row() for each in compared)])


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


def write(text: str, marker: str = "bench") -> None:
    """Put the report between the markers of its page."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {marker} -->\n", f"<!-- /{marker} -->\n"
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}{text}\n{end}{after}", encoding="utf-8")


def _shown(number: float | None, digits: int) -> str:
    return "" if number is None else f"{number:.{digits}f}"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
