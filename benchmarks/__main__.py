"""Run the benchmarks and print, or write, the table of docs/benchmarks.md.

python -m benchmarks [--runs 5] [--quick] [--write]
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import engine, processes, report
from benchmarks.figures import Percentiles, median_of, median_ratio, summarise

WARM_UP = 50
IDLE_S = 62.0
DENSE_US, SPARSE_US = 1_000, 100_000
REDUCES, REDUCE_US, QUIET_S = 8, 3_000_000, 12.0


class Series:
    """The runs of one measurement: each run measures the daemon and then the baseline."""

    def __init__(self) -> None:
        self.daemon: list[Percentiles] = []
        self.floor: list[Percentiles] = []

    def row(self, name: str) -> report.Row:
        """Return the medians over the runs, and the median of the runs' own ratios."""
        return report.Row(
            name, median_of(self.daemon), median_of(self.floor),
            median_ratio(self.daemon, self.floor),
        )  # fmt: skip


def latency(
    client: processes.GatewayClient,
    certificates: processes.Certificates | None,
    counts: dict[int, int],
    runs: int,
) -> dict[int, Series]:
    """Measure event to close request, `runs` times for each spacing (microseconds)."""
    series = {spacing: Series() for spacing in counts}
    client.run("breach", count=WARM_UP, spacing_us=SPARSE_US // 10)
    with processes.baseline(client, certificates) as sizes:
        client.run("baseline", count=WARM_UP, spacing_us=DENSE_US, **sizes)
        for _ in range(runs):
            for spacing, count in counts.items():
                options = {"count": count, "spacing_us": spacing}
                measured = client.run("breach", **options)
                series[spacing].daemon.append(summarise(measured))
                floor = client.run("baseline", **options, **sizes)
                series[spacing].floor.append(summarise(floor))
    return series


def beside(client: processes.GatewayClient, count: int, runs: int) -> list[report.Row]:
    """Measure one close with five cancels, and a reduce."""
    six = [client.run("six", count=count, spacing_us=DENSE_US) for _ in range(runs)]
    time.sleep(QUIET_S)  # after ten looks in ten seconds the daemon spaces them
    reduces = [client.run("reduce", count=REDUCES, spacing_us=REDUCE_US) for _ in range(runs)]
    spans = [summarise([span for _, span in run]) for run in six]
    firsts = [summarise([first for first, _ in run]) for run in six]
    return [
        report.Row("close and 5 cancels: event to the first", median_of(firsts)),
        report.Row("close and 5 cancels: first to last", median_of(spans)),
        report.Row("reduce: event to request, after a look", median_of([*map(summarise, reduces)])),
    ]


def after_idle(client: processes.GatewayClient) -> report.Idle:
    """Wait a minute, then measure one breach and count the connections opened for it."""
    time.sleep(IDLE_S)
    before = client.run("state")["accepted"]
    [first] = client.run("breach", count=1, spacing_us=SPARSE_US)
    return report.Idle(first / 1000, client.run("state")["accepted"] - before)


def measure(
    certificates: processes.Certificates | None, folder: Path, options: argparse.Namespace
) -> report.Section:
    """Run everything against one daemon, over TLS with `certificates`."""
    counts = {DENSE_US: 100, SPARSE_US: 60} if options.quick else {DENSE_US: 300, SPARSE_US: 150}
    with (
        processes.gateway(certificates) as client,
        processes.daemon(client, certificates, folder) as daemon,
    ):
        series = latency(client, certificates, counts, options.runs)
        rows = [series[DENSE_US].row("1 ms apart"), series[SPARSE_US].row("100 ms apart")]
        rows += beside(client, 50 if options.quick else 75, options.runs)
        idle = None if options.quick else after_idle(client)
        return report.Section(rows, idle, daemon.ready_s, daemon.resident_mb())


def main() -> None:
    """Measure with TLS and without, and the engine alone; print the page or write it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="few trials, no minute of idling")
    parser.add_argument("--write", action="store_true", help=f"write {report.PAGE.name}")
    options = parser.parse_args()
    publish: Callable[[str], object] = report.write if options.write else print
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        certificates = processes.make_certificates(folder)
        sections = {
            "TLS": measure(certificates, folder / "tls", options),
            "Without TLS": measure(None, folder / "plain", options),
        }
    publish(report.tables(sections, engine.lines(), options.runs))


if __name__ == "__main__":
    main()
