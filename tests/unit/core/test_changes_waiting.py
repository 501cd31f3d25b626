"""Tighter at once, looser at the account's own reset: the virtual world with an administrator."""

from datetime import UTC, datetime, time, timedelta

import pytest

from risk_manager.domain.command_events import Effect
from risk_manager.simulation.setup import ACCOUNT, LOSS, MNQ, RTY
from risk_manager.simulation.world import World
from tests.harness.words import did
from tests.support.commands import alarms, cancel, change, found_in_file, limits, sleep_to

RESET = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
EARLY = datetime(2026, 11, 18, 13, 30, tzinfo=UTC)
WIDER = {"daily_realized_loss": {"limit": -800}}
NARROWER = {"daily_realized_loss": {"limit": -400}}
RATE = {"trade_frequency_limit": {"limits": {"per_minute": 3}}}
ONE_DAY = timedelta(days=1)


def loss_limit(world):
    return limits(world)["RULE-003"]


def run_to(world, instant):
    world.run((instant - world.time.now).total_seconds())


def test_s118_a_looser_limit_waits_for_the_reset(tmp_path):
    """Asked for at 08:30 it counts from 17:00 of the same day; the old one holds until then."""
    world = World(LOSS, start=EARLY).start()
    answer = change(world, WIDER)
    assert (answer.effect, answer.matures) == (Effect.PENDING, {ACCOUNT: RESET})
    world.trader.lose(MNQ, 600)
    world.run(10)
    assert [lock.until for lock in world.locks()] == [RESET]
    sleep_to(world, RESET + timedelta(seconds=2), tmp_path)
    assert (loss_limit(world), world.locks()) == ("-800.00", [])
    world.trader.lose(MNQ, 700)
    world.run(5)
    assert world.locks() == []


def test_s118_requested_too_late_for_today_it_waits_for_tomorrow(tmp_path):
    world = World(LOSS).start()  # 10:00: less than eight hours before the reset
    assert change(world, WIDER).matures == {ACCOUNT: RESET + ONE_DAY}
    sleep_to(world, RESET + timedelta(hours=1), tmp_path)
    assert loss_limit(world) == "-500.00"
    sleep_to(world, RESET + ONE_DAY + timedelta(seconds=2), tmp_path)
    assert loss_limit(world) == "-800.00"


def test_s118_it_can_be_cancelled_before(tmp_path):
    world = World(LOSS, start=EARLY).start()
    change(world, WIDER)
    (row,) = world.running.configs.pending.rows
    assert cancel(world, row.id).refused is None
    assert cancel(world, row.id).refused is not None
    sleep_to(world, RESET + timedelta(seconds=2), tmp_path)
    assert loss_limit(world) == "-500.00"


def test_a_waiting_change_survives_restarts_and_matures_while_the_daemon_is_down(tmp_path):
    world = World(LOSS, start=EARLY).start()
    change(world, WIDER)
    world.restart(tmp_path)
    assert found_in_file(world, WIDER).notes != ()
    assert alarms(world) == []
    assert loss_limit(world) == "-500.00"
    sleep_to(world, RESET + timedelta(hours=1), tmp_path)
    assert loss_limit(world) == "-800.00"


def test_asked_again_it_waits_no_longer_and_a_later_value_replaces_it():
    world = World(LOSS, start=EARLY).start()
    change(world, WIDER)
    (row,) = world.running.configs.pending.rows
    world.run(60)
    change(world, WIDER)
    assert world.running.configs.pending.rows == [row]
    change(world, {"daily_realized_loss": {"limit": -900}})
    (later,) = world.running.configs.pending.rows
    assert later.not_before - row.not_before == timedelta(seconds=60)
    assert change(world, NARROWER).effect is Effect.ACTIVE
    assert world.running.configs.pending.rows == []
    assert loss_limit(world) == "-400.00"


def test_s119_a_disabled_rule_ends_no_lock():
    world = World(RATE, settings={"loosen_policy": "immediate"}).start()
    for _ in range(4):
        world.trader.fill(MNQ, 1)
        world.run(2)
    (lock,) = world.locks()
    assert lock.until is not None
    answer = change(world, {}, loosen_policy="immediate")
    assert (answer.effect, limits(world)) == (Effect.ACTIVE, {})
    assert world.locks() == [lock]
    run_to(world, lock.until + timedelta(seconds=1))
    assert world.locks() == []


@pytest.mark.parametrize("file", [WIDER, {}])
def test_s120_a_looser_file_is_not_used(tmp_path, file):
    """Neither a larger limit nor a section that is gone."""
    world = World(LOSS).start()
    world._rules = file
    world.restart(tmp_path)
    found_in_file(world, file)
    assert loss_limit(world) == "-500.00"
    assert any("looser value that is not used" in text for text in alarms(world))
    assert world.running.configs.pending.rows == []
    found_in_file(world, LOSS)
    assert world.running.configs.unused == {ACCOUNT: ()}


def test_s69_a_symbol_is_free_once_its_removal_has_matured(tmp_path):
    blocks = {"symbol_blocks": {"blocked_symbols": ("RTY",)}}
    world = World(blocks, start=EARLY).start()
    change(world, {"symbol_blocks": {}})
    sleep_to(world, RESET - timedelta(seconds=3), tmp_path)
    run_to(world, RESET - timedelta(seconds=1))
    assert [lock.key.scope for lock in world.locks()] == ["RTY"]
    sleep_to(world, RESET + timedelta(seconds=2), tmp_path)
    assert world.locks() == []
    world.trader.fill(RTY, 1)
    world.run(5)
    assert did(world) == []


def test_a_symbol_is_free_too_when_its_whole_section_goes():
    blocks = {"symbol_blocks": {"blocked_symbols": ("RTY",)}}
    world = World(blocks, settings={"loosen_policy": "immediate"}).start()
    change(world, {}, loosen_policy="immediate")
    assert world.locks() == []


def test_a_moved_reset_is_judged_by_the_old_one(tmp_path):
    world = World(LOSS, start=EARLY).start()
    answer = change(world, LOSS, reset=(time(16), "America/New_York"))
    assert answer.matures == {ACCOUNT: RESET}
    sleep_to(world, RESET - timedelta(minutes=30), tmp_path)
    assert world.running.guards[ACCOUNT].account.boundary == RESET - ONE_DAY
    sleep_to(world, RESET - timedelta(seconds=3), tmp_path)
    run_to(world, RESET + timedelta(seconds=2))
    account = world.running.guards[ACCOUNT].account
    assert account.boundary == RESET
    assert account.reset.next_reset(world.time.now) == RESET + ONE_DAY - timedelta(hours=1)
