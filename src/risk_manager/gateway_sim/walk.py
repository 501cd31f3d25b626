"""The live market: a seeded random walk in whole ticks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from math import isqrt
from random import Random

from risk_manager.gateway_sim.agenda import Agenda
from risk_manager.gateway_sim.model import SimContract

# In one step a contract prints with this chance in ten, and moves at most so many ticks.
_CHANCE_IN_TEN = 3
_MOST_TICKS = 2
# A long jump of the clock is walked in this many wide steps instead of very many small ones.
_STEPS_PER_JUMP = 200
# Below this many ticks above zero the walk only rises.
_FLOOR_TICKS = 20

Lively = Callable[[], list[tuple[SimContract, Decimal]]]
Move = Callable[[SimContract, Decimal, int], None]


class Walk:
    """Moves every contract that `lively` names, one step each interval.

    `move` receives contract, new last price and volume. While the clock jumps far, steps grow
    wider and rarer, so a jump of a day costs no more than a minute; the path then depends on how
    far each advance went.
    """

    def __init__(
        self, seed: int, agenda: Agenda, interval_ms: int, lively: Lively, move: Move
    ) -> None:
        # A generator of its own, so that the walk does not change the delays of orders.
        self._rng = Random(f"walk:{seed}")  # noqa: S311 - a simulation, no secret
        self._agenda = agenda
        self._interval_ms = interval_ms
        self._lively = lively
        self._move = move
        self._horizon = agenda.now
        self._widest = 1

    def begin(self) -> None:
        """Schedule the first step."""
        self._agenda.after(self._interval_ms, lambda: self._step(1))

    def expect(self, instant: datetime) -> None:
        """Say how far the clock is about to go."""
        self._horizon = max(self._horizon, instant)
        self._widest = max(1, self._intervals_ahead() // _STEPS_PER_JUMP)

    def _step(self, width: int) -> None:
        for contract, last in self._lively():
            if self._rng.randrange(10) < _CHANCE_IN_TEN:
                self._move_one(contract, last, width)
        wide = max(1, min(self._widest, self._intervals_ahead()))
        self._agenda.after(self._interval_ms * wide, lambda: self._step(wide))

    def _intervals_ahead(self) -> int:
        return (self._horizon - self._agenda.now) // timedelta(milliseconds=self._interval_ms)

    def _move_one(self, contract: SimContract, last: Decimal, width: int) -> None:
        most = _MOST_TICKS * isqrt(width)
        ticks = self._rng.randint(-most, most)
        if last < _FLOOR_TICKS * contract.tick_size:
            ticks = abs(ticks)
        self._move(contract, last + ticks * contract.tick_size, self._rng.randint(1, 9))
