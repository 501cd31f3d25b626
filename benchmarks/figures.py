"""Percentiles, and the medians over runs. Pure; times are nanoseconds in, microseconds out."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Percentiles(NamedTuple):
    """p50, p99 and the largest value of one series, in microseconds."""

    p50: float
    p99: float
    largest: float


def percentile(values: Sequence[int], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    rank = max(0, -int(-share * len(ordered) // 1) - 1)
    return ordered[rank] / 1000


def summarise(values: Sequence[int], dropped: int = 0) -> Percentiles:
    """Return the percentiles of a series without its first `dropped` values (warming up)."""
    kept = values[dropped:]
    return Percentiles(percentile(kept, 0.5), percentile(kept, 0.99), max(kept) / 1000)


def median_of(runs: Sequence[Percentiles]) -> Percentiles:
    """Return, member by member, the median of the runs."""
    return Percentiles(*(median(column) for column in zip(*runs, strict=True)))


def median_ratio(measured: Sequence[Percentiles], floor: Sequence[Percentiles]) -> Percentiles:
    """Return, member by member, the median over the runs of each run's own ratio."""
    ratios = [
        Percentiles(*(a / b for a, b in zip(one, other, strict=True)))
        for one, other in zip(measured, floor, strict=True)
    ]
    return median_of(ratios)
