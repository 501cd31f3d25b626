"""The tables of docs/benchmarks.md, with the machine they were measured on."""

import platform
import re
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.figures import Percentiles

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


class Row(NamedTuple):
    """One measurement in microseconds; the floor and the ratio only where there is a baseline."""

    name: str
    measured: Percentiles
    floor: Percentiles | None = None
    ratio: Percentiles | None = None


class Idle(NamedTuple):
    """The first breach after a minute without one, and the connections opened for it."""

    first_us: float
    connections: int


class Section(NamedTuple):
    """Everything measured against one daemon."""

    rows: list[Row]
    idle: Idle | None
    ready_s: float
    resident_mb: float


def processor() -> str:
    """Return the name of the processor as the system gives it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*: (.+)$", cpuinfo.read_text(), re.MULTILINE)
        if found:
            return found[1]
    return platform.processor() or platform.machine()


def machine() -> str:
    """Return one line that names the machine."""
    cores = psutil.cpu_count(logical=True)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{processor()}, {cores} cores, {memory:.0f} GiB, {platform.system()}"
        f" {platform.release()}, {platform.python_implementation()} {platform.python_version()}"
    )


def table_row(row: Row) -> str:
    """Return one line of the table: p50 / p99 in microseconds, and the ratios."""
    cells = [row.name, f"{row.measured.p50:.0f} / {row.measured.p99:.0f}"]
    for values, form in ((row.floor, "{:.0f} / {:.0f}"), (row.ratio, "{:.1f} / {:.1f}")):
        cells.append(form.format(values.p50, values.p99) if values else "")
    return f"| {' | '.join(cells)} |"


def tables(sections: dict[str, Section], engine: list[str], runs: int) -> str:
    """Return the measured part of the page."""
    lines = [f"Machine: {machine()}. Medians of {runs} runs.", ""]
    for name, section in sections.items():
        lines += [
            f"### {name}",
            "",
            "| | p50 / p99, µs | baseline, µs | ratio p50 / p99 |",
            "|---|---|---|---|",
            *map(table_row, section.rows),
            "",
        ]
        if section.idle:
            first, opened = section.idle
            idle = (
                f"First breach after a minute without one: {first:.0f} µs, {opened} new connections"
            )
            lines += [f"{idle}.", ""]
        memory = f"{section.resident_mb:.0f} MB resident at the end"
        lines += [f"Ready {section.ready_s:.1f} s after the start; {memory}.", ""]
    return "\n".join([*lines, "### The engine alone", "", *engine, ""])


def write(measured: str) -> None:
    """Put the measured part into the page; raise ValueError when the page has no place for it."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{PAGE.name} has no lines {BEGIN} and {END}")
    text = f"{before}{BEGIN}\n\n{measured}\n{END}{after}"
    PAGE.write_text(text, encoding="utf-8", newline="\n")
