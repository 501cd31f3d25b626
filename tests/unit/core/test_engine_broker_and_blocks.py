"""RULE-010 and RULE-011 against the venue's book: lock, close, cancel, and free again."""

from collections.abc import Mapping
from typing import Any

import pytest

from risk_manager.domain.requests import ClosePosition, TakeSnapshot
from risk_manager.simulation.checkers import Guarantees, Knowledge
from risk_manager.simulation.fates import Fate, Way, refused
from risk_manager.simulation.setup import ACCOUNT, ES, LOSS, MES, MNQ, RTY
from risk_manager.simulation.world import World
from tests.harness.words import alarms, closes, did, did_at, working

GUARD: Mapping[str, Mapping[str, Any]] = {"auth_loss_guard": {}}


def blocks(*symbols: str, **keys: Any) -> Mapping[str, Mapping[str, Any]]:
    return {"symbol_blocks": {"blocked_symbols": symbols, **keys}}


def flag(world: World, *, can_trade: bool) -> None:
    """The broker changes canTrade."""
    world.exchange.set_account(ACCOUNT, can_trade=can_trade)
    world.collect()


def locks(world: World) -> list[tuple[str, str]]:
    return sorted((lock.key.rule_id[-3:], lock.key.scope) for lock in world.locks())


def silence(world: World) -> None:
    """The feed no longer tells of the account."""
    world.fates.draw_event = lambda event, usual: [] if event.kind == "account" else [usual]


def test_s64_refused_closes_are_repeated_and_the_lock_stays():
    """Lock first, two closes, retries; canTrade true frees and does nothing else."""
    world = World(GUARD).start()
    knowledge = Knowledge(world)
    checked = Guarantees(world, knowledge, locked=False)
    world.watchers += [knowledge, checked]
    for contract_id in (MNQ, ES):
        world.trader.fill(contract_id, 1)
    world.run(5)
    world.fates.script(ClosePosition, *[refused(1, "not allowed")] * 4)
    since = world.t
    flag(world, can_trade=False)
    world.run(5)
    assert [word for at, word in did_at(world, since) if at < 0.1] == ["close EP", "close MNQ"]
    assert locks(world) == [("010", "account")]
    world.run(25)
    assert sorted(closes(world, since)) == ["close EP"] * 3 + ["close MNQ"] * 3
    assert (world.net(MNQ), world.net(ES), locks(world)) == (0, 0, [("010", "account")])
    assert checked.problems == []
    since = world.t
    flag(world, can_trade=True)
    world.run(0.1)
    assert locks(world) == []
    world.trader.fill(MNQ, 1)
    world.run(70)
    assert (did(world, since), world.net(MNQ)) == ([], 1)


def test_exposure_is_closed_while_locked():
    world = World(GUARD).start()
    flag(world, can_trade=False)
    world.run(5)
    since = world.t
    world.trader.fill(MNQ, 2)
    world.run(10)
    assert (closes(world, since), world.net(MNQ)) == (["close MNQ"], 0)


def test_s66_false_at_the_start_is_locked_before_the_first_second():
    world = World(GUARD)
    world.trader.fill(MNQ, 1)
    flag(world, can_trade=False)
    world.start()
    assert locks(world) == [("010", "account")]
    assert world.net(MNQ) == 0


def test_s67_flag_that_changed_while_the_hub_was_down_is_read_after_it():
    """30 s without the hub; the reconnect reads the account."""
    world = World(GUARD).start()
    world.trader.fill(MNQ, 1)
    world.run(10)
    world.hub.lose()
    world.run(1)
    flag(world, can_trade=False)
    world.run(29)
    assert locks(world) == []
    world.hub.connect()
    world.run(1)
    assert (locks(world), world.net(MNQ)) == ([("010", "account")], 0)


@pytest.mark.parametrize("seconds", [10, 45])
def test_silent_change_is_found_within_the_check_interval(seconds):
    world = World({"auth_loss_guard": {"check_interval_seconds": seconds}}).start()
    silence(world)
    flag(world, can_trade=False)
    world.run(seconds + 1.1)
    assert locks(world) == [("010", "account")]
    flag(world, can_trade=True)
    world.run(seconds + 1.1)
    assert locks(world) == []


def test_account_that_cannot_be_read_is_alarmed_and_asked_for_again():
    """No lock and no unlock: unknown is neither."""
    world = World(GUARD)
    world.fates.script(TakeSnapshot, *[Fate(Way.REFUSED, part="account")] * 2)
    world.start()
    silence(world)
    assert (locks(world), alarms(world)) == ([], ["account row"])
    flag(world, can_trade=False)
    world.run(6)
    assert locks(world) == [("010", "account")]
    world.fates.script(TakeSnapshot, *[Fate(Way.REFUSED, part="account")] * 100)
    flag(world, can_trade=True)
    world.run(400)
    assert locks(world) == [("010", "account")]
    assert "account row" in alarms(world, 300)


def test_s65_restart_keeps_the_lock_until_the_flag_is_known(tmp_path):
    """With a day lock too, that one stays."""
    world = World({**GUARD, **LOSS}).start()
    flag(world, can_trade=False)
    world.run(1)
    world.trader.lose(MNQ, 600)
    world.run(5)
    both = [("003", "account"), ("010", "account")]
    assert locks(world) == both
    world.restart(tmp_path)
    assert locks(world) == both
    flag(world, can_trade=True)
    world.run(1)
    assert locks(world) == [("003", "account")]


def test_s68_blocked_symbol_is_closed_and_cancelled_and_others_are_free():
    """RTY 1 and an RTY order; MNQ; MES."""
    world = World(blocks("RTY", "ES")).start()
    world.trader.fill(MNQ, 3)
    world.trader.fill(MES, -2)
    order = world.trader.limit(RTY, 1, 2000)
    world.trader.fill(RTY, 1)
    world.run(10)
    assert closes(world) == ["close RTY"]
    assert f"cancel {order}" in did(world)
    assert (world.net(RTY), world.net(MNQ), world.net(MES)) == (0, 3, -2)
    assert working(world, RTY) == []
    assert locks(world) == [("011", "ES"), ("011", "RTY")]
    assert not world.running.market.locks.is_locked_out(ACCOUNT, world.time.now)


def test_resting_order_alone_is_cancelled_before_it_fills():
    world = World(blocks("RTY")).start()
    order = world.trader.limit(RTY, 1, 2000)
    world.run(1)
    assert (did(world), working(world)) == ([f"cancel {order}"], [])


@pytest.mark.parametrize("size", [2, -2])
def test_what_was_open_may_stay_but_not_grow(size):
    world = World(blocks("RTY", close_existing=False))
    world.trader.fill(RTY, size)
    world.start().run(5)
    assert did(world) == []
    world.trader.fill(RTY, size // 2)
    world.run(10)
    assert world.net(RTY) == size
    world.trader.fill(RTY, -size // 2)
    world.run(5)
    world.trader.fill(RTY, size // 2)
    world.run(10)
    assert world.net(RTY) == size // 2


def test_block_survives_a_restart_with_what_may_stay(tmp_path):
    """The ceiling is the exposure when the block began, not when the daemon started again."""
    world = World(blocks("RTY", close_existing=False))
    world.trader.fill(RTY, 1)
    world.start().run(5)
    world.kill()
    world.trader.fill(RTY, 1)
    world.restart(tmp_path)
    world.run(10)
    assert world.net(RTY) == 1
