"""Quotes per second through the pure engine, with all rules and three open positions.

One core, no threads, no disk, no network: state, rules and timers only. Measured with the daily
loss rule on realised P&L alone, where no rule listens to quotes, and with open P&L, where every
quote is judged over all positions.

    python -m benchmarks.engine
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import median

from risk_manager.core.assembly import Restored
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.domain.contracts import Contract
from risk_manager.domain.events import (
    Event,
    PositionChanged,
    QuoteChanged,
    SnapshotTaken,
    Stamp,
    Started,
    TradeExecuted,
)
from risk_manager.domain.ids import ContractId, OrderId, PositionId, TradeId
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Position, Trade
from risk_manager.domain.requests import TakeSnapshot
from tests.harness.setup import ACCOUNT, ES, MNQ, NQ, START, Sections, engine_of

QUOTES = 50_000
QUOTE_GAP_S = 0.001
TICK = Decimal("0.25")
PRICE = Decimal(20000)
HELD: Sequence[tuple[ContractId, str]] = ((MNQ, "MNQ"), (ES, "ES"), (NQ, "NQ"))
SESSION = {"enabled": True, "start": "18:00", "end": "17:00", "timezone": "America/New_York"}


def rules(*, include_unrealized: bool) -> Sections:
    """Return the sections of the four rules, with limits that are not reached."""
    return {
        "max_contracts": {"limit": 5},
        "max_contracts_per_instrument": {"limits": {"MNQ": 2, "ES": 2, "NQ": 2}},
        "daily_realized_loss": {"limit": -50_000, "include_unrealized": include_unrealized},
        "session_block_outside": {"global_session": SESSION},
    }


class Driver:
    """Feeds the engine events with a stamp each, 1 ms apart, as the daemon's loop does."""

    def __init__(self, engine: RiskEngine) -> None:
        self._engine = engine
        self._sequence = 0

    def stamp(self) -> Stamp:
        """Return the next stamp."""
        self._sequence += 1
        passed = self._sequence * QUOTE_GAP_S
        return Stamp(self._sequence, START + timedelta(seconds=passed), passed, passed)

    def step(self, event: Event, stamp: Stamp) -> list[object]:
        """Take one event; return the commands it caused."""
        step = self._engine.step(event, stamp)
        follow_up = self._engine.advance(stamp)
        return [*step.first_wave, *step.commands, *(follow_up.commands if follow_up else [])]


def guarded_engine(sections: Sections) -> Driver:
    """Return an engine that has seen the account and holds one contract of three products."""
    contracts = tuple(Contract(key, f"{root}Z6", root, TICK, Decimal(5)) for key, root in HELD)
    driver = Driver(engine_of(sections, {}, Restored(contracts=contracts)))
    for request in driver.step(Started(), driver.stamp()):
        if isinstance(request, TakeSnapshot):
            empty = SnapshotTaken(request, (), (), (), None, None, None, 0.0, 0.0, 0.0, 0.0)
            driver.step(empty, driver.stamp())
    for number, (key, _) in enumerate(HELD, start=1):
        opening = Trade(TradeId(number), ACCOUNT, key, START, PRICE, Side.BUY, 1, OrderId(number))
        driver.step(TradeExecuted(opening), driver.stamp())
        position = Position(PositionId(number), ACCOUNT, key, Side.BUY, 1, PRICE, START)
        driver.step(PositionChanged(position), driver.stamp())
    return driver


def quotes() -> list[QuoteChanged]:
    """Return full quotes that move up and down by a tick, made before the clock runs."""
    made = []
    for number in range(QUOTES):
        last = PRICE + TICK * (number % 7)
        made.append(QuoteChanged(HELD[number % 3][0], last, last - TICK, last + TICK))
    return made


def quotes_per_second(*, include_unrealized: bool, runs: int = 5) -> float:
    """Return the median of the runs."""
    measured = []
    for _ in range(runs):
        driver, made = guarded_engine(rules(include_unrealized=include_unrealized)), quotes()
        stamped = [(quote, driver.stamp()) for quote in made]
        begun = time.perf_counter()
        for quote, stamp in stamped:
            driver.step(quote, stamp)
        measured.append(QUOTES / (time.perf_counter() - begun))
    return median(measured)


def lines() -> list[str]:
    """Return the results in words."""
    realized = quotes_per_second(include_unrealized=False)
    unrealized = quotes_per_second(include_unrealized=True)
    return [
        f"Quotes per second through the engine alone, three positions: {realized:,.0f};",
        f"with open P&L in the daily loss, judged on every quote: {unrealized:,.0f}.",
    ]


if __name__ == "__main__":
    print("\n".join(lines()))
