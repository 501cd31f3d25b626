"""What the other rules cost: a breach of RULE-001 beside four rules and beside twelve.

Two daemons, each with a gateway of its own, are measured in turns, so that both meet the machine in
the same mood. Figures are ratios of the second to the first.

    python -m benchmarks.rules [--runs 5] [--quick]
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

from benchmarks import processes
from benchmarks.__main__ import DENSE_US, SPARSE_US, WARM_UP
from benchmarks.figures import Percentiles, median_ratio, summarise

FOUR = """daily_realized_loss: {enabled: true, limit: -50000}
session_block_outside:
  enabled: true
  global_session: {enabled: true, start: "00:00", end: "23:59", timezone: "UTC"}
  days: [mon, tue, wed, thu, fri, sat, sun]
  respect_holidays: false
"""
TWELVE = (
    FOUR
    + """daily_unrealized_loss: {enabled: true, limit: -50000}
max_unrealized_profit: {enabled: true, limit: 50000}
trade_frequency_limit: {enabled: true, limits: {per_minute: 100000}}
cooldown_after_loss:
  enabled: true
  loss_thresholds: [{loss_amount: -50000, cooldown_duration: 300}]
no_stop_loss_grace: {enabled: true, grace_period_seconds: 86400}
auth_loss_guard: {enabled: true}
symbol_blocks: {enabled: true, blocked_symbols: [RTY]}
trade_management: {enabled: true, auto_breakeven: {enabled: true, profit_trigger_ticks: 100000}}
"""
)


def in_turns(
    clients: tuple[processes.GatewayClient, processes.GatewayClient],
    runs: int,
    count: int,
    spacing: int,
) -> Percentiles:
    """Return the median ratio of the second daemon's latency to the first's, run by run."""
    measured: tuple[list[Percentiles], list[Percentiles]] = ([], [])
    for _ in range(runs):
        for client, series in zip(clients, measured, strict=True):
            series.append(summarise(client.run("breach", count=count, spacing_us=spacing)))
    return median_ratio(measured[1], measured[0])


def main() -> None:
    """Print the ratios of twelve rules to four, for both spacings."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="few trials")
    options = parser.parse_args()
    counts = {DENSE_US: 100, SPARSE_US: 40} if options.quick else {DENSE_US: 300, SPARSE_US: 100}
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        folder = Path(place)
        certificates = processes.make_certificates(folder)
        few = stack.enter_context(processes.gateway(certificates))
        many = stack.enter_context(processes.gateway(certificates))
        stack.enter_context(processes.daemon(few, certificates, folder / "four", FOUR))
        stack.enter_context(processes.daemon(many, certificates, folder / "twelve", TWELVE))
        for client in (few, many):
            client.run("breach", count=WARM_UP, spacing_us=SPARSE_US // 10)
        for spacing, count in counts.items():
            ratio = in_turns((few, many), options.runs, count, spacing)
            apart = f"{spacing / 1000:g} ms apart: twelve rules / four rules:"
            print(f"{apart} p50 {ratio.p50:.2f}, p99 {ratio.p99:.2f}")


if __name__ == "__main__":
    main()
