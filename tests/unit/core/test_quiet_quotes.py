"""The short way of quiet quotes: it decides nothing that the full way would not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.core.quiet_quotes import QuietQuotes
from risk_manager.domain.contracts import Contract
from risk_manager.domain.events import (
    Event,
    HubConnected,
    PositionChanged,
    QuoteChanged,
    SnapshotTaken,
    Stamp,
    Started,
    TradeExecuted,
)
from risk_manager.domain.ids import ContractId, OrderId, PositionId, RuleId, TradeId
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Position, Trade
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.enforcement.step import Step
from risk_manager.simulation.setup import ACCOUNT, ES, MNQ, START, Sections, engine_of
from tests.harness.managed import managed

PRICE = {MNQ: Decimal(20000), ES: Decimal(6000)}
TICK = Decimal("0.25")
CONTRACTS = (
    Contract(MNQ, "MNQZ6", "MNQ", TICK, Decimal("12.5")),
    Contract(ES, "ESZ6", "ES", TICK, Decimal("12.5")),
)
SETS: dict[str, Sections] = {
    "day": {
        "daily_realized_loss": {"limit": -100, "include_unrealized": True, "include_fees": True},
    },
    "loss": {"daily_unrealized_loss": {"limit": -100}},
    "profit": {"max_unrealized_profit": {"limit": 100}},
    "loss each": {"daily_unrealized_loss": {"limit": -100, "scope": "per_position"}},
    "profit each": {"max_unrealized_profit": {"limit": 100, "scope": "per_position"}},
    "daily target": {
        "max_unrealized_profit": {"limit": 5000, "scope": "per_position"},
        "daily_realized_profit": {"limit": 300},
    },
    "breakeven": {
        "max_unrealized_profit": {
            "mode": "breakeven", "breakeven_arm_profit": 100, "scope": "per_position",
        },
    },
    "breakeven stop": managed({"profit_trigger_ticks": 8}),
    "trailing stop": managed(None, {"activation_ticks": 8, "trail_distance_ticks": 5}),
    "all": {
        "daily_realized_loss": {"limit": -200, "include_unrealized": True},
        "daily_unrealized_loss": {"limit": -150},
        "max_unrealized_profit": {"limit": 150},
        **managed({"profit_trigger_ticks": 20}),
    },
}  # fmt: skip
NEVER_SHORT = {"breakeven", "daily target"}
"""Here an armed position, or the fills of another contract, decide as well."""


class Twin:
    """Two engines with the same events; the second judges every quote in full."""

    def __init__(self, sections: Sections) -> None:
        settings = {"max_price_jump_pct": Decimal("0.5")}
        self.engines = [engine_of(sections, settings, Restored(contracts=CONTRACTS)) for _ in "ab"]
        self.mono = 0.0
        self.number = self.short = self.acted = 0
        self.trades: list[Trade] = []
        self.held: dict[ContractId, Position] = {}
        self.step(Started())
        self.step(HubConnected("user"))

    @property
    def quiet(self) -> QuietQuotes:
        """The short way of the first engine."""
        return self.engines[0].guards[ACCOUNT].judge.quiet

    def step(self, event: Event) -> None:
        """Give both the event; what they want done must be equal. Looks are answered at once."""
        self.number += 1
        stamp = Stamp(self.number, START + timedelta(seconds=self.mono), self.mono, self.mono)
        guard = self.engines[1].guards[ACCOUNT]
        guard.judge.quiet.end(guard.view)
        before = self.quiet.skipped
        steps, others = ([e.step(event, stamp), e.advance(stamp)] for e in self.engines)
        assert [said(step) for step in steps] == [said(step) for step in others]
        self.short += self.quiet.skipped > before
        for step in steps:
            self.acted += 0 if step is None else len(step.first_wave) + len(step.late_writes)
            for request in [] if step is None else step.commands:
                if isinstance(request, TakeSnapshot):
                    self.answer(request)

    def answer(self, request: TakeSnapshot) -> None:
        """What the broker holds; it carries out nothing, so every breach stays."""
        trades = None if request.trades_since is None else tuple(self.trades)
        held, at = tuple(self.held.values()), self.mono
        self.step(SnapshotTaken(request, trades, (), held, None, (), None, at, at, at, at))

    def compare_status(self) -> None:
        """Readings, their instants and the count of events are the same."""
        one, other = (e.guards[ACCOUNT].judge.status for e in self.engines)
        assert shown(one) == shown(other)


def said(step: Step | None) -> object:
    """What leaves, is stored and is told."""
    if step is None:
        return None
    return (step.first_wave, step.commands, step.writes, step.late_writes, step.notices)


def shown(status) -> list[object]:
    """Everything of the status but the rule objects, which differ."""
    return [replace(one, rule=None) for one in status.values()]


def fill(twin: Twin, rng: Random, contract_id: ContractId, moved: dict[ContractId, int]) -> None:
    """One more contract of a side, reported by its fill and, later or at once, its position."""
    known = twin.held.pop(contract_id, None)
    size, sign = 0 if known is None else known.signed_size, rng.choice((-1, 1))
    side = Side.BUY if sign > 0 else Side.SELL
    at = START + timedelta(seconds=twin.mono)
    pnl = Decimal(rng.randint(-6, 6)) * Decimal("12.5") if size * sign < 0 else None
    number = twin.number
    trade = Trade(
        TradeId(number), ACCOUNT, contract_id, at, PRICE[contract_id], side, 1, OrderId(number),
        pnl, Decimal("12.5"),
    )  # fmt: skip
    twin.trades.append(trade)
    twin.step(TradeExecuted(trade))
    for _ in range(rng.choice((0, 3))):
        twin.mono += rng.choice((0.0, 0.01, 0.7))
        twin.step(quote(rng, contract_id, moved))
    twin.compare_status()
    after = size + sign
    side = Side.BUY if after > 0 else Side.SELL
    position_id = PositionId(number) if known is None else known.id
    price = PRICE[contract_id]
    position = Position(position_id, ACCOUNT, contract_id, side, abs(after), price, START)
    if after:
        twin.held[contract_id] = position
    twin.step(PositionChanged(position))


def quote(rng: Random, contract_id: ContractId, moved: dict[ContractId, int]) -> QuoteChanged:
    """A walk of some ticks, seldom a jump, of one, two or three fields."""
    step = rng.randint(-3, 3) if rng.random() < 0.97 else rng.choice((-600, 600))
    moved[contract_id] = max(min(moved[contract_id] + step, 20), -20) if abs(step) < 9 else step
    last = PRICE[contract_id] + TICK * moved[contract_id]
    has_last, has_book = rng.choice(((True, False), (False, True), (True, True)))
    bid, ask = (last - TICK, last + TICK) if has_book else (None, None)
    return QuoteChanged(contract_id, last if has_last else None, bid, ask)


def ride(name: str, seed: int) -> Twin:
    """Some hundred events of one seed."""
    rng, twin, moved = Random(seed), Twin(SETS[name]), dict.fromkeys(PRICE, 0)
    for _ in range(200):
        twin.mono += rng.choice((0.001, 0.02, 0.3))
        contract_id = rng.choice((MNQ, ES))
        if rng.random() < 0.05:
            fill(twin, rng, contract_id, moved)
        else:
            twin.step(quote(rng, contract_id, moved))
        if rng.random() < 0.05:
            twin.compare_status()
    twin.compare_status()
    return twin


@pytest.mark.parametrize("name", SETS)
def test_the_short_way_decides_nothing_that_the_full_way_would_not(name):
    twins = [ride(name, seed) for seed in range(16)]
    assert (sum(twin.short for twin in twins) > 0) is (name not in NEVER_SHORT)
    assert sum(twin.acted for twin in twins) > 0


def test_a_rule_that_fails_on_the_short_way_is_asked_in_full(monkeypatch):
    twin = Twin(SETS["day"])
    fill(twin, Random(1), MNQ, {MNQ: 0})
    twin.step(QuoteChanged(MNQ, PRICE[MNQ]))
    guard = twin.engines[0].guards[ACCOUNT]

    def broken(_):
        raise ZeroDivisionError

    monkeypatch.setattr(guard.judge.rules[0], "still_holds", broken)
    twin.step(QuoteChanged(MNQ, PRICE[MNQ] + TICK))
    assert guard.judge.status[RuleId("RULE-003")].failed is None
    twin.compare_status()
