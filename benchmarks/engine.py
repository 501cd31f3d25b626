"""Quotes per second through the pure engine, with three open positions on each account.

One core, no threads, no disk, no network: state, rules and timers only. Measured for one account
with four rules, the daily loss on realised P&L alone, where no rule listens to quotes, and with
open P&L, where every quote is judged over all positions; and for five accounts with all twelve
rules. No limit is reached. Time is that of the processor, so that a busy machine counts less.

    python -m benchmarks.engine
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from statistics import median

from risk_manager.config.accounts import AccountEntry
from risk_manager.core.assembly import Restored, WatchedAccount, build_engine
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
from risk_manager.domain.ids import AccountId, ContractId, OrderId, PositionId, TradeId
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Position, Trade
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.setup import (
    ACCOUNT,
    ES,
    MNQ,
    NO_HOLIDAYS,
    NQ,
    START,
    Sections,
    watched,
)

QUOTES = 50_000
QUOTE_GAP_S = 0.001
TICK = Decimal("0.25")
PRICE = Decimal(20000)
HELD: Sequence[tuple[ContractId, str]] = ((MNQ, "MNQ"), (ES, "ES"), (NQ, "NQ"))
SESSION = {"enabled": True, "start": "18:00", "end": "17:00", "timezone": "America/New_York"}


def four_rules(*, include_unrealized: bool) -> Sections:
    """Return the sections of four rules, with limits that are not reached."""
    return {
        "max_contracts": {"limit": 5},
        "max_contracts_per_instrument": {"limits": {"MNQ": 2, "ES": 2, "NQ": 2}},
        "daily_realized_loss": {"limit": -50_000, "include_unrealized": include_unrealized},
        "session_block_outside": {"global_session": SESSION},
    }


def twelve_rules() -> Sections:
    """Return RULE-001 to RULE-012; the daily loss counts open P&L, a profit each position."""
    threshold = {"loss_amount": -10_000, "cooldown_duration": 300}
    return {
        **four_rules(include_unrealized=True),
        "daily_unrealized_loss": {"limit": -50_000},
        "max_unrealized_profit": {"limit": 1_000_000, "scope": "per_position"},
        "trade_frequency_limit": {"limits": {"per_minute": 30, "per_hour": 100}},
        "cooldown_after_loss": {"loss_thresholds": (threshold,)},
        "no_stop_loss_grace": {"grace_period_seconds": 86_400},
        "auth_loss_guard": {},
        "symbol_blocks": {"blocked_symbols": ("RTY",)},
        "trade_management": {"auto_breakeven": {"enabled": True, "profit_trigger_ticks": 1000}},
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


def account(number: int, sections: Sections) -> WatchedAccount:
    """Return the harness's account with another id."""
    model = watched(sections, {})
    account_id = AccountId(ACCOUNT + number)
    config = replace(model.config, account=AccountEntry(account_id=account_id))
    return WatchedAccount(account_id, f"{model.name} {number}", config)


def guarded_engine(sections: Sections, accounts: int) -> Driver:
    """Return an engine that has seen the accounts; each holds one contract of three products."""
    contracts = tuple(Contract(key, f"{root}Z6", root, TICK, Decimal(5)) for key, root in HELD)
    guarded = [account(number, sections) for number in range(accounts)]
    settings, restored = guarded[0].config.global_, Restored(contracts=contracts)
    driver = Driver(build_engine(guarded, settings, NO_HOLIDAYS, restored))
    for request in driver.step(Started(), driver.stamp()):
        if isinstance(request, TakeSnapshot):
            empty = SnapshotTaken(request, (), (), (), None, None, None, 0.0, 0.0, 0.0, 0.0)
            driver.step(empty, driver.stamp())
    for one in guarded:
        for key, _ in HELD:
            hold(driver, one.id, key)
    return driver


def hold(driver: Driver, account_id: AccountId, key: ContractId) -> None:
    """Let an account buy one contract."""
    stamp = driver.stamp()
    number = stamp.sequence
    opening = Trade(TradeId(number), account_id, key, START, PRICE, Side.BUY, 1, OrderId(number))
    driver.step(TradeExecuted(opening), stamp)
    position = Position(PositionId(number), account_id, key, Side.BUY, 1, PRICE, START)
    driver.step(PositionChanged(position), driver.stamp())


def quotes() -> list[QuoteChanged]:
    """Return full quotes that move up and down by a tick, made before the clock runs."""
    made = []
    for number in range(QUOTES):
        last = PRICE + TICK * (number % 7)
        made.append(QuoteChanged(HELD[number % 3][0], last, last - TICK, last + TICK))
    return made


def quotes_per_second(sections: Sections, *, accounts: int = 1, runs: int = 5) -> float:
    """Return the median of the runs."""
    measured = []
    for _ in range(runs):
        driver, made = guarded_engine(sections, accounts), quotes()
        stamped = [(quote, driver.stamp()) for quote in made]
        begun = time.process_time()
        for quote, stamp in stamped:
            driver.step(quote, stamp)
        measured.append(QUOTES / (time.process_time() - begun))
    return median(measured)


def lines() -> list[str]:
    """Return the results in words."""
    realized = quotes_per_second(four_rules(include_unrealized=False))
    unrealized = quotes_per_second(four_rules(include_unrealized=True))
    twelve = quotes_per_second(twelve_rules(), accounts=5)
    return [
        f"Quotes per second of one core, four rules, three positions: {realized:,.0f};",
        f"with open P&L in the daily loss, judged on every quote: {unrealized:,.0f}.",
        f"Twelve rules on each of five accounts with three positions each: {twelve:,.0f}.",
    ]


if __name__ == "__main__":
    print("\n".join(lines()))
