"""RULE-005 linked to the daily target of RULE-013 (S37)."""

from datetime import time

import pytest

from risk_manager.config.accounts import AccountEntry
from risk_manager.config.effective import AccountConfig, ResetTime
from risk_manager.config.models import GlobalConfig
from risk_manager.core.rule_loader import load_rules
from risk_manager.domain.decisions import Breach
from risk_manager.domain.events import PositionChanged, TimerFired, TradeExecuted
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.rules.base_rule import RuleContext
from tests.support.make import ACCOUNT, position, trade
from tests.support.stage import NO_HOLIDAYS, Stage


def linked(daily, **settings):
    """The loaded rules 005 (per position, 1000) and 013 with these keys, in one account."""
    sections = {
        "max_unrealized_profit": {"scope": "per_position", "limit": 1000},
        "daily_realized_profit": daily,
    }
    config = AccountConfig(
        account=AccountEntry(account_id=ACCOUNT),
        global_=GlobalConfig.model_validate(settings),
        reset=ResetTime(time(17), "America/New_York"),
        rules={
            name: RULES_BY_SECTION[name].config_model.model_validate({"enabled": True, **keys})
            for name, keys in sections.items()
        },
        digest="",
    )
    return load_rules(config, RuleContext(NO_HOLIDAYS))


def holding(realized, *rules, size=1, costs="0", **settings):
    """MNQ open at 21000 by its own fill, after this much was realised in ES."""
    stage = Stage(*rules, **settings)
    day = [
        trade("ES", -1, pnl=realized, number=10, costs=(costs, "0")),
        trade("MNQ", size, number=11, order=2),
    ]
    stage.restored([position("MNQ", size, number=70)], trades=day)
    return stage


@pytest.mark.parametrize(
    ("realized", "price", "is_closed"),
    [
        ("800", "21049.75", False),
        ("800", "21050.00", True),
        ("899.99", "21000.25", True),
        ("600", "21149.75", False),
        ("600", "21150.00", True),
        ("-300", "21499.75", False),
        ("-300", "21500.00", True),
    ],
)
def test_s37_the_profit_that_completes_the_day_is_taken(realized, price, is_closed):
    """One MNQ: the target is the smaller of 1000 and what 900 lacks."""
    stage = holding(realized, *linked({"limit": 900}))
    assert stage.quote("MNQ", price) == (["close MNQ"] if is_closed else [])


def test_s37_the_reason_names_what_was_left():
    stage = holding("800", *linked({"limit": 900}))
    stage.quote("MNQ", "21052")
    (verdict,) = [
        rule.check(TimerFired("x"), stage.view.at(stage.step.stamp))
        for rule in stage.judge.rules
        if rule.rule_id == "RULE-005"
    ]
    assert isinstance(verdict, Breach)
    assert verdict.reason == "MNQ open profit 104.00 of 100.00 left to the daily target"


@pytest.mark.parametrize(
    ("daily", "settings"),
    [
        ({"limit": 900, "rule_mode": "shadow"}, {}),
        ({"limit": 900, "enabled": False}, {}),
        ({"limit": 900}, {"mode": "shadow"}),
    ],
)
def test_s37_a_daily_target_that_is_not_enforced_links_nothing(daily, settings):
    rules = linked(daily, **settings)
    stage = holding("800", *rules, **settings)
    assert stage.quote("MNQ", "21050") == []
    assert [n.text for n in stage.step.notices if "RULE-005" in n.text] == []
    stage = holding("950", *linked(daily, **settings), **settings)
    assert stage.quote("MNQ", "21005") == []


def test_a_target_already_reached_links_nothing():
    """RULE-013 itself has locked; what is left is not above zero."""
    stage = holding("1000", *linked({"limit": 900}))
    assert stage.market.locks.is_locked_out(ACCOUNT, stage.now)
    assert stage.quote("MNQ", "21005") == []


def test_the_difference_is_net_when_the_daily_target_is():
    gross = holding("800", *linked({"limit": 900}), costs="20")
    assert gross.quote("MNQ", "21050") == ["close MNQ"]
    net = holding("800", *linked({"limit": 900, "include_fees": True}), costs="20")
    assert net.quote("MNQ", "21059.75") == []
    assert net.quote("MNQ", "21060") == ["close MNQ"]


def test_a_day_that_is_not_known_leaves_the_target_as_it_is():
    stage = Stage(*linked({"limit": 900}), day_is_read=False)
    stage.restored([position("MNQ", 1, number=70)])
    assert stage.quote("MNQ", "21499.75") == []
    assert stage.quote("MNQ", "21500") == ["close MNQ"]


def test_a_partial_exit_is_not_counted_twice_while_its_position_event_is_late():
    """+800 and MNQ 2 at +90: one exit realises 45, and 45 more are open; the day has 890."""
    stage = holding("800", *linked({"limit": 900}), size=2)
    assert stage.quote("MNQ", "21022.50") == []
    stage.wait(2)
    exit_fill = trade("MNQ", -1, at=stage.now, pnl="45", number=12, order=3)
    assert stage.hear(TradeExecuted(exit_fill)) == []
    assert stage.quote("MNQ", "21022.50") == []
    assert stage.hear(PositionChanged(position("MNQ", 1, number=70)), fresh=True) == []
    assert stage.quote("MNQ", "21027.25") == []
    assert stage.quote("MNQ", "21027.50") == ["close MNQ"]


def test_a_pair_that_differs_for_a_second_leaves_only_the_own_target():
    stage = holding("800", *linked({"limit": 900}), size=2)
    assert stage.hear(PositionChanged(position("MNQ", 1, number=70)), fresh=True) == []
    stage.wait(1.5)
    assert stage.quote("MNQ", "21060") == []
    assert stage.restored([position("MNQ", 1, number=70)]) == ["close MNQ"]
