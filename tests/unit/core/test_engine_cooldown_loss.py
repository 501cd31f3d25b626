"""RULE-007 against the venue's book: what the cooldown leaves, and what it closes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import LOST_BEFORE
from risk_manager.simulation.setup import ES, LOSS, MNQ, Sections
from risk_manager.simulation.world import World
from tests.harness.words import closes, did, working

TIERS = ({"loss_amount": Decimal(-100), "cooldown_duration": 300},)
PAUSE: Sections = {"cooldown_after_loss": {"loss_thresholds": TIERS}}
FLAT: Sections = {
    "cooldown_after_loss": {"loss_thresholds": TIERS, "close_positions_on_breach": True}
}


def ends(world: World) -> list[float]:
    """The ends of the locks, in seconds after the start."""
    instants = [lock.until for lock in world.locks() if lock.until is not None]
    return [(until - world.time.start_at).total_seconds() for until in instants]


def test_the_pause_keeps_position_and_stop_and_ends_by_itself():
    world = World(PAUSE).start()
    world.trader.fill(ES, 2)
    stop = world.trader.stop(ES, -2, 7000)
    entry = world.trader.limit(MNQ, 1, 25000)
    world.run(5)
    world.trader.lose(MNQ, 100)
    lost_at = world.t
    world.run(10)
    assert [one for one in did(world) if one != "close MNQ"] == [f"cancel {entry}"]
    assert (working(world), world.net(ES)) == ([stop], 2)
    assert ends(world) == [pytest.approx(lost_at + 300)]
    world.trader.fill(ES, 1)
    world.run(10)
    assert (closes(world)[-1], world.net(ES)) == ("reduce EP by 1", 2)
    world.run_to(lost_at + 301)
    assert world.locks() == []
    world.trader.fill(ES, 1)
    world.run(10)
    assert world.net(ES) == 3


def test_s88_a_pause_neither_shortens_nor_ends_the_days_lock():
    """The loss that ends the day also begins a pause of 300 s; the day stays locked to 17:00."""
    world = World({**PAUSE, **LOSS}).start()
    world.trader.lose(MNQ, 550)
    lost_at = world.t
    world.run(5)
    rules = [lock.key.rule_id for lock in world.locks()]
    assert rules == ["RULE-003", "RULE-007"]
    reset = 7 * 3600
    assert ends(world) == [reset, pytest.approx(lost_at + 300)]
    world.run_to(lost_at + 301)
    assert ends(world) == [reset]
    since = world.t
    world.trader.fill(ES, 1)
    world.run(5)
    assert (closes(world, since), world.net(ES)) == (["close EP"], 0)
    world.run_to(reset - 1)
    assert ends(world) == [reset]
    world.run_to(reset + 1)
    assert world.locks() == []


def test_with_close_positions_nothing_stays():
    world = World(FLAT).start()
    world.trader.fill(ES, 2)
    world.run(5)
    world.trader.lose(MNQ, 100)
    world.run(10)
    assert "close EP" in closes(world)
    assert world.net(ES) == 0
    assert dict(world.locks()[0].ceilings) == {}


@pytest.mark.parametrize("lot", [None, 2, 1], ids=["one fill", "two fills", "four fills"])
@pytest.mark.parametrize("first", ["trade", "position"])
def test_s180_what_a_losing_order_opens_is_closed(lot, first):
    """Long 2; one order sells 4 for a loss: the short 2 goes, whatever is told first."""
    world = World(PAUSE, partial_lot=lot).start()
    world.fates.draw_event = lambda event, usual: [usual + (0 if event.kind == first else 30)]
    world.trader.fill(MNQ, 2, 29500)
    world.trader.fill(ES, 1)
    world.run(5)
    world.trader.price(MNQ, 29400)
    world.trader.market(MNQ, -4)
    world.run(15)
    assert (world.net(MNQ), world.net(ES)) == (0, 1)
    assert "close EP" not in closes(world)
    assert [dict(lock.ceilings) for lock in world.locks()] == [{ES: 1}]


def test_a_loss_found_by_a_read_counts_from_its_own_time():
    world = World(PAUSE).start()
    world.run(5)
    world.hub.lose(noticed_after_s=10)
    world.trader.lose(MNQ, 100)
    lost_at = world.t
    world.run(30)
    assert ends(world) == [pytest.approx(lost_at + 300)]


def test_a_finished_pause_is_not_applied_again_after_a_restart(tmp_path):
    world = World(PAUSE).start()
    world.trader.lose(MNQ, 100)
    world.run(10)
    (lock,) = world.locks()
    world.restart(tmp_path)
    assert world.locks() == [lock]
    world.kill()
    world.run(300)
    world.restart(tmp_path)
    world.run(10)
    assert world.locks() == []


def test_a_loss_while_the_daemon_was_down_pauses_for_the_rest(tmp_path):
    world = World(PAUSE).start()
    world.run(5)
    world.kill()
    world.trader.lose(MNQ, 100)
    lost_at = world.t
    world.run(120)
    world.restart(tmp_path)
    assert ends(world) == [pytest.approx(lost_at + 300)]
    world.run_to(lost_at + 301)
    assert world.locks() == []


def test_the_daily_reset_ends_no_pause():
    world = World(PAUSE, start=World(PAUSE).time.start_at + timedelta(hours=6, minutes=59)).start()
    world.trader.lose(MNQ, 100)
    world.run(120)
    assert len(world.locks()) == 1


def test_the_losing_order_is_found_although_the_read_of_trades_fails():
    world = World(PAUSE).start()
    world.fates.script(TakeSnapshot, *[LOST_BEFORE] * 2)
    world.trader.fill(MNQ, 2, 29500)
    world.run(1)
    world.trader.fill(MNQ, -2, 29400)
    world.run(1)
    assert len(world.locks()) == 1
