"""What every benchmark says, in one form: a figure beside a reference of the same run, and what it is meant to be.

    def main() -> None:
        show("Requests", measure)

`show` prints a table, or one JSON object a row with `--json`, from which `python -m benchmarks` makes its one table.
"""

import argparse
import json
import resource
import statistics
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import uvloop
from rich.console import Console
from rich.table import Table

Measure = Callable[..., Awaitable[Iterable["Row"]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `at_least` and `aim` are words: they inform, no run fails by them."""

    figure: str
    measured: float
    unit: str
    reference: float | None = None
    reference_name: str = ""
    at_least: str = ""
    aim: str = ""

    def cells(self) -> tuple[str, ...]:
        beside, ratio = "", ""
        if self.reference is not None:
            beside = f"{_number(self.reference)} {self.unit}"
            if self.reference_name:
                beside += f" ({self.reference_name})"
            ratio = f"{self.measured / self.reference:.2f}" if self.reference else ""
        return self.figure, f"{_number(self.measured)} {self.unit}", beside, ratio, self.at_least, self.aim


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def own_cpu() -> float:
    """Seconds of CPU this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def table_of(title: str, rows: Iterable[Row]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("figure", "measured", "reference, same run", "ratio", "at least", "aim"):
        table.add_column(column, justify="right" if column in ("measured", "ratio") else "left")
    for row in rows:
        table.add_row(*row.cells())
    return table


def show(title: str, measure: Measure, **options: float) -> None:
    """Runs a benchmark and prints what it found. `options` are numbers it takes, with their usual values."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--json", action="store_true", help="one JSON object a row, for programs")
    for name, usual in options.items():
        parser.add_argument(f"--{name}", type=type(usual), default=usual, help=f"usually {usual}")
    asked = vars(parser.parse_args())
    as_json = asked.pop("json")
    rows = list(uvloop.run(_collected(measure, asked)))
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(asdict(row)) + "\n")
    else:
        Console(width=160).print(table_of(title, rows))


async def _collected(measure: Measure, options: Mapping[str, float]) -> Iterable[Row]:
    return await measure(**options)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
