"""Bars: what the market printed since the start, and a made-up past before it.

The past is a sum of hashed waves around the starting price: the same seed gives the same past,
and bars of different length agree with one another at their edges.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from risk_manager.gateway_sim.market_model import SimBar
from risk_manager.gateway_sim.model import SimContract

# Wave length in seconds and height in ticks: quiet minutes, wider hours and days.
_WAVES = ((60, 3), (900, 10), (14_400, 40), (86_400, 120))
# A contract keeps this many prints; older ones are forgotten and their bars stand still.
_KEPT = 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SAMPLES = 4


@dataclass(slots=True)
class _Track:
    """A contract's first price and its prints since."""

    first: Decimal
    prints: deque[tuple[datetime, Decimal, int]] = field(
        default_factory=lambda: deque(maxlen=_KEPT)
    )


class History:
    """Prices of the past, for bars."""

    def __init__(self, seed: int, start: datetime) -> None:
        self._seed = seed
        self._start = start
        self._tracks: dict[str, _Track] = {}

    def start(self, contract: SimContract, price: Decimal) -> None:
        """Anchor a contract's past at its first price."""
        self._tracks[contract.id] = _Track(price)

    def record(self, contract: SimContract, price: Decimal, volume: int, at: datetime) -> None:
        """Remember a print."""
        track = self._tracks.setdefault(contract.id, _Track(price))
        track.prints.append((at, price, volume))

    def bars(self, contract: SimContract, edges: list[datetime], now: datetime) -> list[SimBar]:
        """Return one bar per pair of neighbouring edges, oldest first; none without a price."""
        track = self._tracks.get(contract.id)
        if track is None:
            return []
        prints = list(track.prints)
        made: list[SimBar] = []
        place, standing = 0, track.first
        for begin, end in pairwise(edges):
            if begin > now:
                break
            while place < len(prints) and prints[place][0] < begin:
                standing = prints[place][1]
                place += 1
            points, volume = self._past(contract, track.first, begin, end), 0
            if end > self._start:
                points.append(standing)
            while place < len(prints) and prints[place][0] < end:
                standing = prints[place][1]
                points.append(standing)
                volume += prints[place][2]
                place += 1
            volume += self._past_volume(contract, begin)
            made.append(SimBar(begin, points[0], max(points), min(points), points[-1], volume))
        return made

    def _past(
        self, contract: SimContract, first: Decimal, begin: datetime, end: datetime
    ) -> list[Decimal]:
        """Return the made-up prices of a bar, its close last; none from the start on."""
        end = min(end, self._start)
        step = (end - begin) / _SAMPLES
        if step <= timedelta():
            return []
        now_ticks = self._ticks(contract, self._start)
        instants = [begin + step * i for i in range(_SAMPLES + 1)]
        levels = (self._ticks(contract, at) - now_ticks for at in instants)
        return [max(first + n * contract.tick_size, contract.tick_size) for n in levels]

    def _past_volume(self, contract: SimContract, begin: datetime) -> int:
        if begin >= self._start:
            return 0
        return 50 + _hash(self._seed, contract.root, 1, int((begin - _EPOCH).total_seconds())) % 950

    def _ticks(self, contract: SimContract, at: datetime) -> int:
        """Return the waves' sum at an instant, in ticks."""
        seconds = int((at - _EPOCH).total_seconds())
        total = 0
        for length, height in _WAVES:
            index, rest = divmod(seconds, length)
            left = _hash(self._seed, contract.root, length, index) % (2 * height + 1) - height
            right = _hash(self._seed, contract.root, length, index + 1) % (2 * height + 1) - height
            total += left + (right - left) * rest // length
        return total


@lru_cache(maxsize=65_536)
def _hash(seed: int, root: str, length: int, index: int) -> int:
    """Return 32 bits that depend on nothing else; cached, as neighbouring bars ask alike."""
    text = f"{seed}:{root}:{length}:{index}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=4).digest(), "big")
