"""The drill at the start: every enabled rule must act, and nothing of it may leave a trace."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from risk_manager.core.drill import drill
from risk_manager.core.drill_cases import CASES, MOST_TRADES
from risk_manager.core.drill_scene import DrillBroker
from risk_manager.core.event_router import EventRouter
from risk_manager.core.health import Trouble
from risk_manager.core.judge import Judge
from risk_manager.core.status import Facts, build_status
from risk_manager.domain.decisions import Reading
from risk_manager.domain.errors import StartError
from risk_manager.domain.events import (
    AccountChanged,
    ConfigActivated,
    Event,
    PositionChanged,
    QuoteChanged,
    SessionEnded,
    Stamp,
    StateRestored,
    TimerFired,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId
from risk_manager.enforcement.enforcement_engine import Plan
from risk_manager.enforcement.enforcer import Enforcer
from risk_manager.rules import RULES, RULES_BY_SECTION
from risk_manager.simulation.setup import MNQ, NO_HOLIDAYS, START, stored, watched
from risk_manager.simulation.world import World

DAY = {"start": "09:30", "end": "16:00", "timezone": "America/New_York"}
EVERY: dict[str, dict[str, Any]] = {
    "max_contracts": {"limit": 5},
    "max_contracts_per_instrument": {"limits": {"MNQ": 2}},
    "daily_realized_loss": {"limit": -500},
    "daily_unrealized_loss": {"limit": -300},
    "max_unrealized_profit": {"limit": 300},
    "trade_frequency_limit": {"limits": {"per_minute": 3}},
    "cooldown_after_loss": {"loss_thresholds": ({"loss_amount": -100, "cooldown_duration": 300},)},
    "no_stop_loss_grace": {},
    "session_block_outside": {"global_session": {"enabled": True, **DAY}},
    "auth_loss_guard": {},
    "symbol_blocks": {"blocked_symbols": ("RTY",)},
    "trade_management": {"auto_breakeven": {"enabled": True}},
    "daily_realized_profit": {"limit": 1000},
}
HEARS: dict[str, list[type[Event]]] = {
    "max_contracts": [PositionChanged],
    "max_contracts_per_instrument": [PositionChanged],
    "daily_realized_loss": [TradeExecuted],
    "daily_unrealized_loss": [QuoteChanged],
    "max_unrealized_profit": [QuoteChanged],
    "trade_frequency_limit": [TradeExecuted],
    "cooldown_after_loss": [TradeExecuted],
    "no_stop_loss_grace": [TimerFired],
    "session_block_outside": [SessionEnded],
    "auth_loss_guard": [AccountChanged],
    "symbol_blocks": [StateRestored, ConfigActivated],
    "trade_management": [QuoteChanged, TimerFired],
    "daily_realized_profit": [TradeExecuted],
}
"""What each rule's case ends with: without it the rule would be deaf."""


def run(rules, settings=None, now=START):
    account = watched(rules, settings or {})
    return drill([account], account.config.global_, NO_HOLIDAYS, now)


def refused(rules, settings=None) -> str:
    with pytest.raises(StartError) as caught:
        run(rules, settings)
    return str(caught.value)


def test_every_rule_has_a_case():
    assert CASES.keys() == set(RULES)
    assert EVERY.keys() == HEARS.keys() == RULES_BY_SECTION.keys()


@pytest.mark.parametrize("mode", ["enforce", "shadow"])
def test_every_enabled_rule_of_every_account_is_drilled(mode):
    account = watched(EVERY, {"mode": mode})
    second = replace(account, id=AccountId(10002))
    off = watched({**EVERY, "max_contracts": {"limit": 5, "enabled": False}}, {"mode": mode})
    settings = account.config.global_
    assert drill([account, second], settings, NO_HOLIDAYS, START) == 2 * len(RULES)
    assert drill([off], settings, NO_HOLIDAYS, START) == len(RULES) - 1


@pytest.mark.parametrize("section", HEARS)
def test_s149_a_rule_without_its_subscription_is_named(section, monkeypatch):
    rule, deaf_to = RULES_BY_SECTION[section], HEARS[section]
    heard = tuple(kind for kind in rule.listens_to if kind not in deaf_to)
    monkeypatch.setattr(rule, "listens_to", heard or (StateRestored,))
    text = refused(EVERY)
    assert f"{rule.rule_id} {section} of account 10001" in text
    assert [other.rule_id for other in RULES if other.rule_id in text] == [rule.rule_id]


@pytest.mark.parametrize("section", EVERY)
def test_a_rule_that_never_breaches_or_raises_is_named(section, monkeypatch):
    rule = RULES_BY_SECTION[section]
    monkeypatch.setattr(rule, "check", lambda *_: Reading("fine"))
    assert rule.rule_id in refused(EVERY)

    def broken(*_):
        raise ZeroDivisionError("by accident")

    monkeypatch.setattr(rule, "check", broken)
    for answer in ("alarm", "lock"):  # the lock of a rule that fails is not its breach
        text = refused(EVERY, {"on_rule_error": answer})
        assert f"{rule.rule_id} {section} of account 10001: ZeroDivisionError: by acc" in text


def test_a_pipeline_that_loses_what_rules_say_fails_them_all(monkeypatch):
    """Not only the rule is drilled: routing, judging and planning are."""
    for place, name, harm in (
        (EventRouter, "rules_for", lambda *_: ()),
        (Judge, "judge", lambda *_, **__: Plan()),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, harm)
            text = refused(EVERY)
        assert all(rule.rule_id in text for rule in RULES)


def test_a_plan_that_reaches_no_desk_fails_rules_without_a_lock(monkeypatch):
    monkeypatch.setattr(Enforcer, "execute", lambda *_: None)
    text = refused(EVERY)
    lockless = {"RULE-001", "RULE-002", "RULE-008", "RULE-012"}
    assert {rule.rule_id for rule in RULES if rule.rule_id in text} == lockless


def test_rule_008_acts_on_a_look_not_on_time_alone(monkeypatch):
    """Without a read at its deadline it closes nothing, and so fails its drill."""
    answer = DrillBroker.answer

    def failing(broker, request, mono):
        taken = answer(broker, request, mono)
        started = mono < 1
        return taken if started else replace(taken, orders=None, positions=None, failure="none")

    monkeypatch.setattr(DrillBroker, "answer", failing)
    assert "RULE-008" in refused({"no_stop_loss_grace": {}})


def test_more_trades_than_a_drill_plays():
    rules = {"trade_frequency_limit": {"limits": {"per_session": 10**9, "per_hour": 10**6}}}
    assert run(rules) == 1
    exact = {"trade_frequency_limit": {"limits": {"per_minute": MOST_TRADES}}}
    assert run(exact) == 1


def test_an_empty_list_of_blocks_is_drilled_all_the_same():
    assert run({"symbol_blocks": {}}) == 1
    assert run({"symbol_blocks": {"close_existing": False}}) == 1


def test_a_session_that_never_opens(monkeypatch):
    """Every day a holiday: the start alone locks."""
    account = watched({"session_block_outside": EVERY["session_block_outside"]}, {})
    closed = replace(NO_HOLIDAYS)
    monkeypatch.setattr(type(closed), "is_holiday", lambda *_: True)
    assert drill([account], account.config.global_, closed, START) == 1


def test_the_drill_leaves_no_trace(tmp_path):
    """Neither what is stored nor a running engine differs after it, and its numbers go on."""
    world = World(EVERY).start()
    world.trader.lose(MNQ, 600)
    world.run(1)
    restored = stored(tmp_path / "state.db", [row for _, row in world.rows])
    before, engine = copy.deepcopy(restored), world.running
    facts = Facts(ready=True, trusted_clock=True, trouble=Trouble(), enforcements={})
    stamp = Stamp(0, world.time.now, 0.0, world.time.mono)
    shown, locks = build_status(engine, facts, stamp), world.locks()
    requests = len(world.broker.sent)
    assert "RULE-003" in {lock.key.rule_id for lock in locks}
    assert run(EVERY) == len(RULES)
    assert restored == before
    assert build_status(engine, facts, stamp) == shown
    assert (world.locks(), len(world.broker.sent)) == (locks, requests)
