"""Silence, age and sleep, with shorter waits: frozen hubs, old tokens, odd clocks (S92 to S101)."""

import threading
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from tests.integration.scenarios.tools import (
    causes,
    pid_of,
    quick_pings,
    said,
    wait_enforced,
    wait_hubs,
)
from tests.integration.world.sent import CLOSE, READ_POSITIONS
from tests.integration.world.settings import daily_loss, max_contracts, pause
from tests.integration.world.waiting import wait_until

CAP = {"max_contracts": max_contracts(5)}
LOSS = {"daily_realized_loss": daily_loss()}
VALIDATE = "/api/Auth/validate"
LOGIN = "/api/Auth/loginKey"


def test_s100_a_market_without_quotes_is_connected_anew(make_world, impatient):
    impatient(core__price_watch__SILENT_S=1.5, core__price_watch__BAR_AFTER_S=0.5)
    rules = {"daily_realized_loss": daily_loss(include_unrealized=True)}
    world = make_world(rules)
    venue = world.venue
    venue.fault("freeze", "market", for_s=60)
    world.quiet(2)
    assert said(world).count("market hub connected") == 1  # flat: silence is normal
    venue.price("MNQ", 20_000)
    venue.fill("MNQ", 1, 20_000)
    world.wait_seen("MNQ", 1)
    wait_until(lambda: venue.requests("/api/History/retrieveBars"), what="the last bar")
    wait_until(lambda: said(world).count("market hub connected") == 2, 6, "the hub anew")
    assert "building the market hub anew" in said(world)
    assert said(world).count("user hub connected") == 1
    venue.clear_faults()
    venue.price("MNQ", 19_900)
    venue.price("MNQ", 19_900.25)
    wait_until(lambda: world.status()["unrealized_pnl"] == "-199.50", 6, "a price again")


def test_a_hub_that_says_nothing_at_all_is_dead(make_world, impatient):
    impatient(hub_timing={"silence_s": 1.0, "ping_s": 0.5})
    world = make_world(CAP, hub_times=quick_pings())
    venue = world.venue
    venue.fill("MNQ", 3)
    world.wait_seen("MNQ", 3)
    world.quiet(1.5)
    assert said(world).count("hub lost") == 0  # pings are life enough
    fault = venue.fault("freeze", "both", params={"pings": False})
    wait_hubs(world, "down", within=5)
    assert "nothing heard for 1 s" in said(world)
    venue.fill("MNQ", 3)
    wait_until(venue.closes, 5, "the close")
    venue.control("fault/clear", id=fault)
    wait_hubs(world, "up")
    wait_enforced(world)
    assert len(venue.closes()) == 1


def test_s101_an_old_token_is_renewed_and_the_hubs_follow(make_world, impatient):
    impatient(api__auth__RENEW_ALWAYS_S=2.0, api__auth__RENEW_IN_BREAK_S=2.0, token_check_s=0.1)
    world = make_world(CAP)
    venue = world.venue
    renewal = wait_until(lambda: venue.requests(VALIDATE), 5, "a renewal")[0]
    wait_until(lambda: said(world).count("user hub connected") == 2, 2, "the user hub anew")
    wait_until(lambda: said(world).count("market hub connected") == 2, 2, "the market hub anew")
    wait_until(lambda: venue.requests(READ_POSITIONS, after=renewal.seq), what="a reconcile")
    assert len(venue.requests(VALIDATE)) == 1
    assert len(venue.requests(LOGIN)) == 1
    assert "token renewed" in said(world)
    world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])


def test_a_renewal_that_fails_is_said_and_the_old_token_serves(make_world, impatient):
    impatient(api__auth__RENEW_ALWAYS_S=1.0, api__auth__RENEW_IN_BREAK_S=1.0, token_check_s=0.1)
    world = make_world(CAP, started=False)
    world.venue.fault("rest_status", VALIDATE, params={"status": 500})
    world.guard()
    wait_until(lambda: "login failing" in causes(world), 6, "the cause")
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    assert said(world).count("user hub connected") == 1


def test_a_machine_that_slept_reads_first(make_world, impatient):
    impatient(core__clock_watch__JUMP_S=1.0)
    world = make_world(CAP)
    venue = world.venue
    venue.fill("MNQ", 3)
    world.wait_seen("MNQ", 3)
    process = psutil.Process(pid_of(world))
    process.suspend()
    venue.fault("close", "user", params={"abrupt": True})
    venue.fill("MNQ", 3)
    threading.Event().wait(2)
    process.resume()
    wait_until(lambda: "the loop stood still" in causes(world), what="the sleep")
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    assert len(venue.closes()) == 1


@pytest.mark.parametrize("step_s", [-3600, 90_000])
def test_s92_s124_a_stepped_wall_clock_changes_no_lock(make_world, impatient, step_s):
    wall = impatient()
    world = make_world(LOSS)
    venue = world.venue
    venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    wall.write_text(str(step_s))
    wait_until(lambda: "locks are not affected" in said(world), what="the step in the log")
    assert world.locks() == [("003", "account", end)]
    world.provoke(lambda: venue.fill("MES", 1), paths=[CLOSE])
    world.clock_to(datetime(2026, 3, 10, 20, 59, 57, tzinfo=UTC))
    assert world.locks() == [("003", "account", end)]
    world.wait_free(within=8)  # three seconds later, by the venue's time
    assert venue.book().now.isoformat() >= "2026-03-10T21:00:00"


@pytest.mark.parametrize("step_s", [-3600, 3600])
def test_s92_a_stepped_wall_clock_neither_shortens_nor_lengthens_a_pause(
    make_world, impatient, step_s
):
    wall = impatient()
    world = make_world({"cooldown_after_loss": pause()})
    venue = world.venue
    venue.result("-100")
    end = datetime.fromisoformat(world.wait_lock("007"))
    wall.write_text(str(step_s))
    wait_until(lambda: "locks are not affected" in said(world), what="the step in the log")
    assert datetime.fromisoformat(world.wait_lock("007")) == end
    world.clock_to(end - timedelta(seconds=4))
    assert [rule for rule, _, _ in world.locks()] == ["007"]
    world.wait_free(within=8)
    assert venue.book().now >= end - timedelta(seconds=1)
