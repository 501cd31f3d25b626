"""RULE-008 beside other rules' locks, in shadow, and what a close of it leaves (S127)."""

from decimal import Decimal

from risk_manager.domain.records import Outcome
from risk_manager.gateway_sim.venue_enums import OrderStatus
from risk_manager.simulation.setup import MNQ
from tests.harness.stops import GRACE, PRICE, entered, grace
from tests.harness.words import closes, working

LOSS_SIDE = PRICE - 50


def test_s127_it_protects_a_position_that_a_cooldown_keeps():
    rules = {
        **GRACE,
        "cooldown_after_loss": {
            "loss_thresholds": ({"loss_amount": Decimal(-100), "cooldown_duration": 300},)
        },
    }
    stops = entered(1, rules)
    number = stops.stop(-1, LOSS_SIDE)
    stops.to(5)
    stops.trader.lose("CON.F.US.EP.Z26", 200)
    stops.to(10)
    assert [lock.key.rule_id for lock in stops.world.locks()] == ["RULE-007"]
    stops.trader.cancel(number)
    stops.to(39.9)
    assert stops.net == 1
    stops.to(41)
    assert closes(stops.world)[-1] == "close MNQ"
    assert stops.net == 0


def test_a_day_lock_closes_without_it():
    stops = entered(1, {**GRACE, "daily_realized_loss": {"limit": -500}})
    stops.trader.lose("CON.F.US.EP.Z26", 600)
    stops.to(60)
    assert closes(stops.world).count("close MNQ") == 1
    assert all(second < 1 for second, word in stops.done() if word == "close MNQ")


def test_a_shadow_sends_nothing_and_tells_it_once():
    stops = entered(1, grace(rule_mode="shadow"))
    stops.to(90)
    assert stops.done() == []
    shadows = [r for _, r in stops.world.records if r.outcome is Outcome.SHADOW]
    assert [r.rule_id for r in shadows] == ["RULE-008"]


def test_leftovers_of_a_close_are_cleaned_up_and_nothing_is_turned():
    stops = entered(1)
    target = stops.trader.limit(MNQ, -1, PRICE + 50)
    stops.to(60)
    assert (stops.net, working(stops.world)) == (0, [])
    order = stops.world.exchange.order(target)
    assert order is not None
    assert order.status is OrderStatus.CANCELLED
    assert stops.guarantees.problems == []
