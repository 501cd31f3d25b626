"""What a restart keeps: locks, sums, boundaries; and what it finishes (S22 to S25, S83, S89)."""

from datetime import UTC, datetime

import pytest

from tests.integration.scenarios.tools import (
    causes,
    edit_risk,
    run_to_end,
    said,
    stored_locks,
    wait_enforced,
    whole,
)
from tests.integration.world.admin import change, set_password
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss, max_contracts, session, window
from tests.integration.world.waiting import wait_until

LOSS = {"daily_realized_loss": daily_loss()}
EVENING = datetime(2026, 3, 9, 22, 10, tzinfo=UTC)
"""Monday 18:10 in New York: the trading day of Tuesday."""

MORNING = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)
RESET = "2026-03-10T21:00:00.000Z"


def test_s16_a_position_opened_while_locked_is_closed_and_counted(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    wait_enforced(world)
    after = venue.last_seq()
    for _ in range(2):
        world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])
        world.wait_net("MNQ", 0)
        wait_enforced(world)
    world.wait_sum(str(venue.book().realized()))
    assert world.locks() == [("003", "account", end)]
    assert len(venue.closes(after=after)) == 2
    world.check_sides("MNQ")


def test_s22_a_lock_of_last_evening_holds_until_this_afternoons_reset(make_world):
    world = make_world(LOSS, start=EVENING)
    venue = world.venue
    venue.lose("MNQ", 520)
    assert world.wait_lock("003") == RESET
    world.daemon.stop()
    venue.control("clock", set=MORNING.isoformat())
    world.guard()
    assert world.locks() == [("003", "account", RESET)]
    world.wait_sum("-520")
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])


def test_s23_the_sum_survives_restarts_and_counts_on(make_world):
    world = make_world(LOSS, start=EVENING)
    venue = world.venue
    venue.lose("MNQ", 200)
    world.wait_sum("-200")
    for _ in range(2):
        venue.control("clock", advance_s=1200)
        world.restart()
        world.wait_sum("-200")
        assert world.locks() == []
    venue.lose("MNQ", 300)
    assert world.wait_lock("003") == RESET


def test_s89_a_lock_without_end_is_kept_and_shown(make_world):
    world = make_world({"daily_realized_loss": daily_loss(lockout_until="permanent")})
    venue = world.venue
    venue.lose("MNQ", 520)
    assert world.wait_lock("003") is None
    world.restart(crash=True)
    assert world.locks() == [("003", "account", None)]
    world.clock_to(datetime(2026, 3, 12, 15, 0, tzinfo=UTC))
    assert world.locks() == [("003", "account", None)]
    (lock,) = world.status()["locks"]
    assert (lock["kind"], lock["until"], lock["remaining_s"]) == ("permanent", None, None)
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])


def test_a_session_lock_survives_a_crash(make_world):
    night = datetime(2026, 3, 10, 23, 0, tzinfo=UTC)
    rules = {"session_block_outside": session(window("09:30", "16:00"))}
    world = make_world(rules, start=night)
    before = world.wait_lock("009")
    world.restart(crash=True)
    assert world.locks() == [("009", "account", before)]
    world.provoke(lambda: world.venue.fill("MNQ", 1), paths=[CLOSE])


def test_a_breach_that_exists_at_the_start_is_enforced_once(make_world):
    world = make_world({"max_contracts": max_contracts(5)}, started=False)
    world.venue.fill("MNQ", 6)
    world.guard()
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    world.restart()
    world.quiet(0.3, after=world.venue.closes()[0].seq)
    assert len(world.venue.closes()) == 1


@pytest.mark.parametrize("loss", [499.5, 500])
def test_a_loss_made_while_nobody_watched_is_found_at_the_start(make_world, loss):
    world = make_world(LOSS)
    venue = world.venue
    world.daemon.stop()
    venue.lose("MNQ", 300)
    venue.fill("MNQ", 1, 10_000)
    venue.fill("MNQ", -1, 10_000 - (loss - 300) / 2)
    venue.fill("MES", 1)
    world.guard()
    if loss < 500:
        world.wait_sum(str(-loss))
        world.quiet(0.3)
        assert world.locks() == []
        return
    world.wait_lock("003")
    world.wait_net("MES", 0)
    wait_enforced(world)
    world.wait_sum(str(venue.book().realized()))
    assert len(venue.closes()) == 1


def test_s21_a_missed_reset_is_applied_once(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.lose("MNQ", 520)
    world.wait_lock("003")
    world.daemon.stop()
    venue.control("clock", set="2026-03-10T21:20:00Z")
    venue.lose("MNQ", 100)
    world.guard()
    world.wait_sum("-100")
    assert world.locks() == []
    assert stored_locks(world) == []
    assert said(world).count("RULE-003 lock ended") <= 1
    world.restart()
    assert world.locks() == []
    world.wait_sum("-100")


def test_the_status_word_needs_a_reading_of_this_run(make_world):
    world = make_world(LOSS)
    first = whole(world)["last_reconcile_at"]
    world.venue.control("clock", advance_s=60)
    world.restart()
    second = wait_until(lambda: whole(world)["last_reconcile_at"])
    assert second > first


def test_s83_a_bad_file_changes_nothing_and_a_tighter_one_is_held_until_it_is_confirmed(make_world):
    """Over restarts: a changed file that would act at once waits a minute, or for the word."""
    world = make_world(LOSS)
    venue = world.venue
    venue.lose("MNQ", 350)
    world.wait_sum("-350")
    world.tolerated(lambda: venue.fill("ES", 1), "ES", 1)
    world.daemon.stop()
    edit_risk(world, "daily_realized_loss: {enabled: true, limit: minus 300}")
    ended = run_to_end(world)
    assert (ended.returncode, stored_locks(world)) == (7, [])
    assert "daily_realized_loss.limit" in ended.stderr
    edit_risk(world, "daily_realized_loss: {enabled: true, limit: -300}")
    set_password(world)
    world.guard()
    world.wait_for(lambda: "HELD - changed file closes ES 1" in causes(world), what="held")
    assert (world.locks(), venue.net("ES")) == ([], 1)
    assert change(world, "config", "apply", "--type", "APPLY")[1]["effect"] == "active"
    assert world.wait_lock("003") == RESET
    world.wait_net("ES", 0)
    world.wait_sum(str(venue.book().realized()))
