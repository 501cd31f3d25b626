"""Every rule fires from what the venue really sends: recorded messages through the translator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.domain.ids import GATE
from risk_manager.rules import RULES, RULES_BY_SECTION
from risk_manager.simulation.fates import refused
from risk_manager.simulation.setup import ACCOUNT, MNQ, START
from risk_manager.simulation.world import World
from tests.support.recorded import recorded, recorded_contract

ACCOUNT_ROW, ORDER, POSITION, TRADE, QUOTE = (
    "hub-user-account-envelope",
    "hub-user-order-bare",
    "hub-user-position-bare",
    "hub-user-trade-bare",
    "hub-market-quote-full",
)
CONTRACTS = Restored(contracts=(recorded_contract("MNQ", MNQ),))
SESSION = {"enabled": True, "start": "09:30", "end": "16:00", "timezone": "America/New_York"}
AFTER_HOURS = START.replace(hour=22, minute=30)
TIER = {"loss_amount": -100, "cooldown_duration": 300}


@dataclass(frozen=True)
class Case:
    """`messages` are recorded ones and the values put into them; `then_s` passes after them.

    `by_lock`: the rule's lock was set by the start, and the lock gate is what acts.
    """

    rules: dict[str, Any]
    messages: list[tuple[str, dict[str, Any]]]
    start: datetime = START
    then_s: float = 0.0
    by_lock: bool = False
    silent: int = 0


def position(size: int, average: float = 20000.0) -> tuple[str, dict[str, Any]]:
    return POSITION, {"contractId": MNQ, "size": size, "averagePrice": average}


def closing(pnl: float) -> tuple[str, dict[str, Any]]:
    return TRADE, {"profitAndLoss": pnl}


def quote(last: float) -> tuple[str, dict[str, Any]]:
    return QUOTE, {"contractId": MNQ, "lastPrice": last, "bestBid": last, "bestAsk": last}


ORDERED = (ORDER, {"contractId": MNQ, "status": 1, "type": 1, "side": 0, "size": 1})
CASES = {
    "max_contracts": Case({"limit": 5}, [position(6)]),
    "max_contracts_per_instrument": Case(
        {"limits": {"MNQ": 2}, "enforcement": "close_all"}, [position(3)]
    ),
    "daily_realized_loss": Case({"limit": -500}, [closing(-500)]),
    "daily_unrealized_loss": Case({"limit": -300}, [position(1), quote(19850)]),
    "max_unrealized_profit": Case({"limit": 300}, [position(1), quote(20150)]),
    "trade_frequency_limit": Case({"limits": {"per_minute": 3}}, [(TRADE, {})] * 4),
    "cooldown_after_loss": Case({"loss_thresholds": (TIER,)}, [closing(-100)]),
    "no_stop_loss_grace": Case({"grace_period_seconds": 30}, [position(1)], then_s=30.5, silent=1),
    "session_block_outside": Case(
        {"global_session": SESSION, "lockout_outside_session": False}, [position(1)], AFTER_HOURS
    ),
    "auth_loss_guard": Case({}, [(ACCOUNT_ROW, {"canTrade": False})]),
    "symbol_blocks": Case({"blocked_symbols": ("MNQ",)}, [ORDERED], by_lock=True),
    "trade_management": Case(
        {"auto_breakeven": {"enabled": True}}, [position(1), quote(20003)], then_s=1.0, silent=1
    ),
    "daily_realized_profit": Case({"limit": 1000}, [closing(1000)]),
}


def addressed(name: str, values: dict[str, Any], number: int, at: datetime) -> dict[str, Any]:
    """Whose message it is, which one, and when: all that every message must have of its own."""
    if name == ACCOUNT_ROW:
        return {"id": ACCOUNT, **values}
    if name == QUOTE:
        return {"timestamp": at, "lastUpdated": at, **values}
    mine = {"id": 9000 + number, "accountId": ACCOUNT, "contractId": MNQ, "creationTimestamp": at}
    if name == TRADE:
        return {**mine, "orderId": 8000 + number, "profitAndLoss": None, "fees": 0, **values}
    return {**mine, **({"updateTimestamp": at} if name == ORDER else {}), **values}


def test_every_rule_has_a_row():
    assert CASES.keys() == RULES_BY_SECTION.keys()
    assert len(CASES) == len(RULES)


@pytest.mark.parametrize("section", CASES)
def test_each_rule_fires_from_its_real_event(section):
    """No read brings the breach about, but for RULE-008, which must look before it closes."""
    case = CASES[section]
    rule_id = RULES_BY_SECTION[section].rule_id
    world = World({section: case.rules}, start=case.start).start(CONTRACTS)
    if case.silent:
        world.trader.fill(MNQ, case.silent, silent=True)
    else:
        world.fates.draw = lambda _request: refused(7)
    before = len(world.records)
    for number, (name, values) in enumerate(case.messages):
        world.deliver(recorded(name, **addressed(name, values, number, world.time.now)))
    world.run(case.then_s + 0.2)
    found = {record.rule_id for _, record in world.records[before:]}
    assert (GATE if case.by_lock else rule_id) in found
    locked = {lock.key.rule_id for lock in world.locks()}
    assert world.broker.sent or rule_id in locked


@pytest.mark.parametrize("section", [name for name, case in CASES.items() if not case.by_lock])
def test_the_same_message_of_another_account_does_nothing(section):
    case = CASES[section]
    world = World({section: case.rules}, start=case.start).start(CONTRACTS)
    for number, (name, values) in enumerate(case.messages):
        if name == QUOTE:
            continue
        whose = {"id": 77} if name == ACCOUNT_ROW else {"accountId": 77}
        mine = addressed(name, values, number, world.time.now)
        world.deliver(recorded(name, **{**mine, **whose}))
    world.run(case.then_s + 1)
    assert not world.broker.sent
    assert not world.locks()
