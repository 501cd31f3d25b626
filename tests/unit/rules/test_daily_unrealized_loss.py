"""RULE-004 DailyUnrealizedLoss for each position alone (S27 to S29, S36, S109)."""

from decimal import Decimal

import pytest

from risk_manager.domain.events import ConfigActivated, QuoteChanged
from risk_manager.domain.records import Level
from risk_manager.rules.daily_unrealized_loss import DailyUnrealizedLoss
from tests.support.limits import cap, loss
from tests.support.make import ACCOUNT, OTHER, cid, position
from tests.support.stage import Stage, market, rule


def open_loss(limit="-300", **keys):
    """The rule at this limit in USD, for each position alone unless told otherwise."""
    keys = {"scope": "per_position", **keys}
    return rule(DailyUnrealizedLoss.section, limit=Decimal(limit), **keys)


def holding(name, size, average="21000", *, one=None, **settings):
    """A stage with one position (signed size) and no price yet."""
    stage = Stage(one or open_loss(), **settings)
    assert stage.restored([position(name, size, average=average, number=70)]) == []
    return stage


@pytest.mark.parametrize(
    ("name", "size", "average", "price", "is_closed"),
    [
        ("MNQ", 2, "21000", "20990", False),
        ("MNQ", 2, "21000", "20925.25", False),
        ("MNQ", 2, "21000", "20925.00", True),
        ("MNQ", 2, "21000", "20924.75", True),
        ("MNQ", -2, "21000", "21074.75", False),
        ("MNQ", -2, "21000", "21075.00", True),
        ("ES", -1, "5800", "5794", False),
        ("ES", -1, "5800", "5805.75", False),
        ("ES", -1, "5800", "5806.00", True),
        ("NQ", 1, "20000", "19985", True),
        ("MNQ", 1, "20000", "19985", False),
        ("MNQ", 2, "20950", "20875.25", False),
        ("MNQ", 2, "20950", "20875", True),
        ("MNQ", 2, "21000", "21075", False),
    ],
)
def test_s27_s29_s36_one_position_against_the_limit(name, size, average, price, is_closed):
    stage = holding(name, size, average)
    assert stage.quote(name, price) == ([f"close {name}"] if is_closed else [])
    assert stage.market.locks.active(ACCOUNT, stage.now) == []


@pytest.mark.parametrize("limit", ["-300", "300"])
def test_the_reason_names_symbol_value_and_limit(limit):
    stage = holding("MNQ", 2, one=open_loss(limit))
    stage.quote("MNQ", "20900")
    assert stage.status("RULE-004") == ("MNQ -400.00", None)
    stage.judge.judge(stage.step, QuoteChanged(cid("MNQ")), fresh=True)
    (_, why) = stage.judge.plan.targets[cid("MNQ")]
    assert why.reason == "MNQ open loss -400.00 of -300.00"


def test_s28_only_the_losing_contract_is_closed_and_a_gain_elsewhere_does_not_help():
    stage = Stage(open_loss())
    held = [position("MNQ", 2), position("ES", 1, average="5800"), position("NQ", 1)]
    stage.restored(held)
    assert stage.quote("NQ", "21100") == []
    assert stage.quote("MNQ", "20950") == []
    assert stage.quote("ES", "5792") == ["close ES"]


def test_every_position_at_its_limit_is_closed_in_one_step():
    stage = Stage(open_loss())
    stage.quote("MNQ", "20900")
    stage.quote("ES", "5790")
    held = [position("MNQ", 2), position("ES", 1, average="5800")]
    assert stage.restored(held) == ["close ES", "close MNQ"]


def test_s109_a_small_limit_is_not_missed():
    stage = holding("MNQ", 1, one=open_loss("-20"))
    assert stage.quote("MNQ", "20990.25") == []
    assert stage.quote("MNQ", "20990.00") == ["close MNQ"]


def test_a_low_that_recovered_is_not_remembered_and_a_new_breach_closes_again():
    stage = holding("MNQ", 2)
    assert stage.quote("MNQ", "20925.25") == []
    assert stage.quote("MNQ", "21000") == []
    assert stage.status("RULE-004") == ("MNQ 0.00", None)
    assert stage.quote("MNQ", "20925") == ["close MNQ"]
    assert stage.fill("MNQ", -2, "-300") == []
    assert stage.status("RULE-004") == ("flat", None)
    stage.fill("MNQ", 2)
    assert stage.quote("MNQ", "20925") == ["close MNQ"]


def test_a_close_in_flight_is_not_repeated():
    stage = holding("MNQ", 2)
    stage.flying[cid("MNQ")] = 0
    assert stage.quote("MNQ", "20900") == []
    stage.flying[cid("MNQ")] = 1
    assert stage.quote("MNQ", "20900") == ["close MNQ"]
    del stage.flying[cid("MNQ")]
    assert stage.quote("MNQ", "20900") == ["close MNQ"]


def test_a_restart_or_a_tighter_limit_in_mid_breach_closes_at_once():
    shared = market()
    Stage(open_loss(), shared=shared).quote("MNQ", "20950")
    looser = Stage(open_loss(), shared=shared)
    assert looser.restored([position("MNQ", 2)]) == []
    tighter = Stage(open_loss("-200"), shared=shared)
    assert tighter.restored([position("MNQ", 2)]) == ["close MNQ"]
    assert tighter.hear(ConfigActivated(ACCOUNT)) == ["close MNQ"]


def test_under_a_lock_that_leaves_nothing_the_rule_rests():
    stage = Stage(loss(), open_loss())
    stage.restored([position("MNQ", 2)])
    assert stage.fill("ES", -1, "-500")[0] == "lock 003 account until 03-11 17:00"
    assert stage.quote("MNQ", "20900") == []
    assert stage.status("RULE-004") == ("MNQ -400.00", f"no price of {cid('ES')} yet")


def test_a_shadow_tells_of_each_position_once():
    stage = Stage(open_loss(rule_mode="shadow"), cap())
    stage.restored([position("MNQ", 2), position("ES", 1, average="5800")])
    told = []
    for name, price in [("MNQ", "20900"), ("MNQ", "20899"), ("ES", "5790"), ("ES", "5789")]:
        assert stage.quote(name, price) == []
        told.append(len([n for n in stage.step.notices if n.level is Level.ALARM]))
    assert told == [1, 0, 1, 0]


def test_two_accounts_are_judged_by_their_own_positions():
    shared = market()
    one, other = Stage(open_loss(), shared=shared), Stage(open_loss(), shared=shared, account=OTHER)
    one.restored([position("MNQ", 2)])
    other.restored([position("MNQ", 1, account=OTHER)])
    assert one.quote("MNQ", "20925") == ["close MNQ"]
    assert other.quote("MNQ", "20925") == []
