"""RULE-004 against the venue's book: closes, the lock, prices that are missing or old."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from risk_manager.domain.records import Level
from risk_manager.domain.requests import FetchLastBar
from risk_manager.simulation.fates import SERVED, refused
from risk_manager.simulation.setup import ACCOUNT, ES, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, did, working

RESET = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
ALONE = {"daily_unrealized_loss": {"limit": -300, "scope": "per_position"}}
TOTAL = {"daily_unrealized_loss": {"limit": -300}}


def holding(rules, size=2, price=29500, **more):
    """A world with MNQ open at `price`, where the market stands."""
    world = World(rules, **more).start()
    world.trader.price(MNQ, price)
    world.trader.fill(MNQ, size, price)
    world.run(5)
    return world


def test_s27_one_contract_is_closed_without_a_lock_and_may_be_entered_again():
    """A tick above the limit is nothing; at it that contract is closed, its stop last."""
    world = holding(ALONE)
    world.trader.fill(ES, 1)
    stop = world.trader.stop(MNQ, -2, 29400)
    world.run(5)
    world.trader.price(MNQ, "29425.25")
    world.run(3)
    assert did(world) == []
    world.trader.price(MNQ, 29425)
    world.run(0.05)
    assert closes(world) == ["close MNQ"]
    world.run(10)
    assert did(world) == ["close MNQ", f"cancel {stop}"]
    assert (world.net(MNQ), world.net(ES), world.locks()) == (0, 1, [])
    world.trader.fill(MNQ, 1, 29425)
    world.run(10)
    assert world.net(MNQ) == 1


def test_s28_the_sum_locks_and_flattens_everything():
    """Total: both contracts are closed and the entry order goes."""
    world = holding(TOTAL)
    quote = world.exchange.quote(ES)
    assert quote is not None
    assert quote.last is not None
    world.trader.fill(ES, 1, quote.last)
    order = world.trader.limit(MNQ, 1, 29000)
    world.run(5)
    world.trader.price(MNQ, 29450)
    world.run(2)
    assert world.locks() == []
    world.trader.price(ES, quote.last - 2)
    world.run(20)
    (lock,) = world.locks()
    assert (lock.key.rule_id, lock.until) == ("RULE-004", RESET)
    assert sorted(closes(world)) == ["close EP", "close MNQ"]
    assert f"cancel {order}" in did(world)
    assert working(world) == []
    assert (world.net(MNQ), world.net(ES)) == (0, 0)


@pytest.mark.parametrize("rules", [ALONE, TOTAL])
def test_a_breach_that_goes_on_is_closed_once(rules):
    world = holding(rules)
    for step in range(8):
        world.trader.price(MNQ, Decimal(29420) - step)
        world.run(0.02)
    world.run(10)
    assert closes(world) == ["close MNQ"]
    assert world.net(MNQ) == 0


def test_s194_a_jump_that_stands_closes_after_250_ms():
    world = holding(ALONE, size=1)
    since = world.t
    world.trader.price(MNQ, 29100)
    world.run(0.2)
    assert did(world, since) == []
    world.run(0.2)
    assert closes(world, since) == ["close MNQ"]


def test_the_sweep_finds_a_breach_no_quote_tells_of():
    """The position event alone, after its price is known: the average makes it a breach."""
    world = holding(ALONE, size=1)
    since = world.t
    world.fates.draw_event = lambda event, usual: [] if event.kind == "quote" else [usual]
    world.trader.fill(MNQ, 1, 29801)
    world.run(1.2)
    assert closes(world, since) == ["close MNQ"]


def unpriced(contract_id):
    """No quote of this contract arrives, and there is no bar."""

    def draw(event, usual):
        silent = event.kind == "quote" and event.data.contract_id == contract_id
        return [] if silent else [usual]

    return draw, lambda request: refused(1) if isinstance(request, FetchLastBar) else SERVED


def test_s31_no_price_closes_nothing_and_alarms_under_one_subject():
    """60 s without any price of ES: nothing; then the first price closes it."""
    world = World(ALONE).start()
    usual = world.fates.draw_event
    world.fates.draw_event, world.fates.draw = unpriced(ES)
    world.trader.fill(ES, 1, 5800)
    world.run(60)
    assert did(world) == []
    status = world.running.guards[ACCOUNT].judge.status
    assert [one.unknown for one in status.values()] == [f"no price of {ES} yet"]
    alarms = [notice for _, notice in world.notices if notice.level is Level.ALARM]
    assert {notice.subject for notice in alarms} == {"RULE-004 UNKNOWN"}
    assert all(notice.text.startswith(f"UNKNOWN - no price of {ES} yet - ") for notice in alarms)
    world.fates.draw_event = usual
    world.trader.price(ES, 5775)
    world.run(5)
    assert closes(world) == ["close EP"]


@pytest.mark.parametrize("priced", [True, False])
def test_s125_the_total_is_unknown_until_priced_or_for_30_seconds(priced):
    world = World(TOTAL).start()
    usual = world.fates.draw_event
    world.fates.draw_event, world.fates.draw = unpriced(ES)
    world.trader.fill(ES, 1, 5800)
    world.trader.fill(MNQ, 9, 29500)
    world.trader.price(MNQ, 29450)
    world.run(10)
    assert world.locks() == []
    if priced:
        world.fates.draw_event = usual
        world.trader.price(ES, 5802)
        world.run(0.1)
        assert [lock.reason for lock in world.locks()] == ["open loss -800.00 of -300.00"]
        return
    world.run(19)
    assert world.locks() == []
    world.run(3)
    (lock,) = world.locks()
    text = "open loss -900.00 of -300.00 (without the positions that have no price)"
    assert lock.reason == text
    world.run(10)
    assert (world.net(MNQ), world.net(ES)) == (0, 0)


def test_s32_an_old_price_is_used_and_warned_about_once():
    world = holding(ALONE)
    world.trader.price(MNQ, "29425.25")
    world.fates.draw_event, world.fates.draw = unpriced(MNQ)
    world.run(39)
    assert did(world) == []
    old = [notice.text for _, notice in world.notices if "older than 10 s" in notice.text]
    assert old == ["the price of MNQ is older than 10 s; it is used"]
    world.trader.fill(MNQ, 1, "29425.75")
    world.run(2)
    assert closes(world) == ["close MNQ"]
