"""RULE-006 against the venue's book: what the cooldown leaves, bypasses, own closes, restarts."""

from typing import Any

import pytest

from risk_manager.simulation.setup import ACCOUNT, ES, MNQ, Sections
from risk_manager.simulation.world import World
from tests.harness.words import closes, did, working

FREQUENCY: Sections = {"trade_frequency_limit": {"limits": {"per_minute": 3}}}
BY_ORDER: Sections = {"trade_frequency_limit": {"limits": {"per_minute": 3}, "count_by": "order"}}


def end(world: World) -> float | None:
    """When the lock ends, in seconds after the start; None without one."""
    (lock,) = world.locks() or (None,)
    if lock is None or lock.until is None:
        return None
    return round((lock.until - world.time.start_at).total_seconds(), 3)


def session(world: World) -> int:
    """Trades counted in the session."""
    return world.running.guards[ACCOUNT].account.counter.counts(world.time.now).session


def three_entries(rules: Sections = FREQUENCY, **options: Any) -> World:
    """Three entry orders of one MNQ each, ten seconds apart; quiet since."""
    world = World(rules, **options).start()
    for _ in range(3):
        world.trader.fill(MNQ, 1)
        world.run(10)
    assert did(world) == []
    return world


def test_s47_position_and_stop_stay_entries_and_what_is_added_go():
    world = three_entries()
    stop = world.trader.stop(MNQ, -3, 29000)
    entry = world.trader.limit(ES, 1, 7000)
    world.run(5)
    world.trader.fill(MNQ, 1)
    locked_at = world.t
    world.run(5)
    assert end(world) == round(locked_at + 60, 3)
    assert did(world) == [f"cancel {entry}"]
    assert world.net(MNQ) == 4
    world.trader.fill(MNQ, 1)
    world.run(5)
    assert closes(world) == ["reduce MNQ by 1"]
    assert (world.net(MNQ), stop in working(world)) == (4, True)


@pytest.mark.parametrize("first", ["trade", "position"])
def test_s176_the_causing_orders_fills_stay_and_no_others(first):
    """Flat before; the fourth order of the minute fills 1, 1, 1: ceiling 3."""
    world = World(FREQUENCY, partial_lot=1).start()
    for _ in range(3):
        world.trader.fill(ES, 1)
        world.trader.fill(ES, -1)
        world.run(5)
    world.fates.draw_event = lambda event, usual: [usual + (0 if event.kind == first else 30)]
    world.trader.market(MNQ, 3)
    world.run(10)
    assert (closes(world), world.net(MNQ)) == ([], 3)
    assert dict(world.locks()[0].ceilings) == {MNQ: 3}
    world.trader.fill(MNQ, 1)
    world.run(10)
    assert (closes(world), world.net(MNQ)) == (["reduce MNQ by 1"], 3)


@pytest.mark.parametrize("lot", [None, 1])
def test_s181_what_the_causing_order_reversed_into_stays(lot):
    world = World(FREQUENCY, partial_lot=lot).start()
    world.trader.fill(MNQ, 2)
    world.run(5)
    for _ in range(2):
        world.trader.fill(ES, 1)
        world.trader.fill(ES, -1)
        world.run(0.1)
    world.trader.market(MNQ, -4)
    world.run(10)
    assert (closes(world), world.net(MNQ)) == ([], -2)
    assert dict(world.locks()[0].ceilings) == {MNQ: -2}


def test_s182_a_resting_order_extends_nothing_and_a_new_one_does():
    world = three_entries(out_ms=300)
    resting = world.trader.limit(ES, 1, 7500)
    world.run(5)
    world.trader.fill(MNQ, 1)
    until = round(world.t + 60, 3)
    world.run(0.1)
    world.trader.price(ES, "7499.75")
    world.run(10)
    assert (end(world), world.net(ES), world.net(MNQ)) == (until, 0, 4)
    row = world.exchange.order(resting)
    assert row is not None
    assert row.status.name == "FILLED"
    world.trader.fill(MNQ, 1)
    bypass = round(world.t + 60, 3)
    world.run(10)
    assert (end(world), world.net(MNQ)) == (bypass, 4)


def test_s142_a_stop_that_fills_is_counted_by_order_and_extends_nothing():
    for rules, counted in ((FREQUENCY, 4), (BY_ORDER, 5)):
        world = three_entries(rules)
        world.trader.stop(MNQ, -4, 29400)
        world.trader.fill(MNQ, 1)
        until = round(world.t + 60, 3)
        world.run(5)
        world.trader.price(MNQ, 29399)
        world.run(5)
        assert (world.net(MNQ), end(world), session(world)) == (0, until, counted)


def test_s128_the_guards_own_closes_never_count(tmp_path):
    """RULE-001 closes what the third entry brought; the count stays, also after a restart."""
    world = World({**BY_ORDER, "max_contracts": {"limit": 2}}).start()
    for _ in range(3):
        world.trader.fill(MNQ, 1)
        world.run(5)
    assert closes(world) == ["close MNQ"]
    assert (world.net(MNQ), session(world), world.locks()) == (0, 3, [])
    world.restart(tmp_path)
    assert session(world) == 3


def test_an_own_close_that_fills_while_we_are_down_does_not_count_either(tmp_path):
    world = World({**BY_ORDER, "max_contracts": {"limit": 2}}, close_delay_ms=900).start()
    for _ in range(3):
        world.trader.fill(MNQ, 1)
        world.run(0.5)
    assert closes(world) == ["close MNQ"]
    world.kill()
    world.run(10)
    assert world.net(MNQ) == 0
    world.restart(tmp_path)
    world.run(10)
    assert (session(world), world.locks()) == (3, [])


def test_s129_old_entries_found_after_a_reconnect_lock_nothing():
    world = World(FREQUENCY).start()
    world.run(5)
    world.kill()
    for _ in range(5):
        world.trader.fill(MNQ, 1)
        world.run(5)
    world.run(600)
    world.start()
    world.run(5)
    assert (world.locks(), session(world), did(world)) == ([], 5, [])
    assert any("4/3" in n.text or "5/3" in n.text for _, n in world.notices)


def test_a_restart_keeps_lock_count_and_bypass(tmp_path):
    world = three_entries()
    world.trader.fill(MNQ, 1)
    until = round(world.t + 60, 3)
    world.run(5)
    world.restart(tmp_path)
    assert (end(world), session(world)) == (until, 4)
    world.trader.fill(MNQ, 1)
    bypass = round(world.t + 60, 3)
    world.run(5)
    assert (end(world), session(world), world.net(MNQ)) == (bypass, 5, 4)


def test_s154_the_children_of_the_bracket_that_locked_stay_alive():
    world = three_entries()
    parent = world.trader.bracket(MNQ, 1, None)
    world.run(10)
    assert did(world) == []
    assert len(world.locks()) == 1
    assert len([order for order in working(world, MNQ) if order != parent]) == 2
