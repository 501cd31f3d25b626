"""What a rule cannot evaluate is alarmed under its own name once it has stood for a moment."""

from dataclasses import replace

import pytest

from risk_manager.domain.ids import ContractId
from risk_manager.domain.requests import FetchContract, FetchLastBar
from risk_manager.simulation.fates import SERVED, refused
from risk_manager.simulation.setup import CAP, ES, MNQ, RTY
from risk_manager.simulation.world import World
from tests.harness.words import alarms, closes, did
from tests.support.limits import loss
from tests.support.make import position
from tests.support.stage import Stage, rule

NEW = ContractId("CON.F.US.NEW.Z26")
PROFIT = {"limit": 1000}


def without_price(rules):
    """MNQ and ES held, and no price of ES arrives."""
    world = World(rules).start()

    def draw(event, usual):
        silent = event.kind == "quote" and event.data.contract_id == ES
        return [] if silent else [usual]

    world.fates.draw_event = draw
    world.fates.draw = lambda call: refused(1) if isinstance(call, FetchLastBar) else SERVED
    world.trader.fill(MNQ, 1)
    world.trader.fill(ES, 1, 7600)
    return world


@pytest.mark.parametrize(
    ("section", "keys", "name"),
    [
        ("daily_unrealized_loss", {"limit": -300}, "RULE-004 UNKNOWN"),
        ("daily_unrealized_loss", {"limit": -300, "scope": "per_position"}, "RULE-004 UNKNOWN"),
        ("max_unrealized_profit", PROFIT, "RULE-005 UNKNOWN"),
        ("max_unrealized_profit", {**PROFIT, "scope": "per_position"}, "RULE-005 UNKNOWN"),
        ("trade_management", {"auto_breakeven": {"enabled": True}}, "RULE-012 UNKNOWN"),
    ],
)
def test_without_a_price(section, keys, name):
    """One of two contracts has none: the other's reading hides nothing."""
    world = without_price({section: keys})
    world.run(0.5)
    assert alarms(world) == []
    world.run(5)
    assert alarms(world) == [name]
    world.fates.draw_event = lambda _event, usual: [usual]
    world.trader.price(ES, 7600)
    world.run(1)
    since = world.t
    world.run(30)
    assert (alarms(world, since), did(world)) == ([], [])


def test_without_a_price_that_no_rule_needs():
    world = without_price(CAP)
    world.run(5)
    assert alarms(world) == ["no price of ES"]


def test_without_a_symbol_the_known_blocked_ones_are_capped_and_the_strange_one_keeps_its_size():
    """RULE-011 with close_existing false: the product is a blocked one, as the venue says late."""
    world = World({"symbol_blocks": {"blocked_symbols": ("RTY", "ES"), "close_existing": False}})
    known = world.exchange.contract(RTY)
    assert known is not None
    world.exchange._desk.listing._contracts[NEW] = replace(known, id=NEW)
    world.trader.price(NEW, 2000)
    world.fates.draw = lambda call: refused(1) if isinstance(call, FetchContract) else SERVED
    world.trader.fill(NEW, 2, 2000)
    world.trader.fill(ES, 1)
    world.start().run(5)
    assert "RULE-011 UNKNOWN" in alarms(world)
    world.trader.fill(ES, 1)
    world.run(5)
    assert (closes(world), world.net(ES), world.net(NEW)) == (["reduce EP by 1"], 1, 2)
    world.fates.draw = lambda _call: SERVED
    world.run(40)
    assert world.net(NEW) == 2
    world.trader.fill(NEW, 1, 2000)
    world.run(5)
    assert (closes(world)[1:], world.net(NEW)) == (["reduce NEW by 1"], 2)


def told(stage):
    """What the clock alarms now."""
    step = stage._step()
    stage.judge.alarm_unknown(step)
    return [notice.text for notice in step.notices]


def test_the_flag_that_was_never_heard_of():
    stage = Stage(rule("auth_loss_guard"), loss())
    stage.restored([position("MNQ", 1)])
    assert told(stage) == []
    stage.wait(1)
    cause = "the broker has not said whether the account may trade"
    assert told(stage) == [
        f"UNKNOWN - {cause} - RULE-010 is not evaluated there - other rules are active"
    ]
    stage.account.can_trade = True
    stage.restored([position("MNQ", 1)])
    stage.wait(1)
    assert told(stage) == []


def test_the_day_that_was_never_read():
    stage = Stage(loss(), day_is_read=False)
    stage.restored([])
    stage.wait(1)
    assert ["RULE-003 is not evaluated" in text for text in told(stage)] == [True]
