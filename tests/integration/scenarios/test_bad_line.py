"""A bad line between the real daemon and the gateway, at the level of TCP: each family of faults.

The same story each time. The trader holds a position; the line turns bad; he loses the day's limit
behind it; the line is mended. The lock and the close follow, the close is carried out once, and the
status never says MONITORED while the daemon cannot see.
"""

import threading

import psutil
import pytest

from tests.integration.line.proxy import BadLine
from tests.integration.line.weather import Trouble, Weather, storm
from tests.integration.scenarios.tools import (
    edit_accounts,
    pid_of,
    quick_pings,
    said,
    stored_locks,
    wait_enforced,
    wait_word,
    whole,
)
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import wait_until

LOSS = {"daily_realized_loss": daily_loss(), "max_contracts": max_contracts(5)}
SILENCE_S = 2.0
SLEPT_S = 1.6


@pytest.fixture
def bad_line(make_world, impatient):
    """Return a function that makes a world whose daemon talks through a bad line."""
    impatient(
        core__clock_watch__JUMP_S=1.0,
        hub_timing={"silence_s": SILENCE_S, "ping_s": 0.5, "open_s": 3.0, "answer_s": 3.0},
    )
    made = []

    def make(seed):
        world = make_world(LOSS, started=False, hub_times=quick_pings())
        port = int(world.venue.server.api_url.rpartition(":")[2])
        line = BadLine(port, seed)
        line.__enter__()
        made.append((world, line))
        edit_accounts(world, **line.addresses)
        world.guard()
        world.venue.fill("MES", 2)
        world.wait_seen("MES", 2)
        return world, line

    yield make
    for world, line in made:
        world.daemon.stop()
        line.__exit__()


def is_blind(world):
    """Whether the daemon says that it cannot see."""
    shown = whole(world)
    assert (shown["hubs"]["user"] == "up") or shown["status"] != "MONITORED", shown
    return shown["status"] in ("DEGRADED", "NOT MONITORED")


def judge(world, mended, *, blind, word="MONITORED"):
    """What holds after every story: G1 after the fault's end, G2, G7, G9; `word` at the end."""
    venue = world.venue
    world.wait_net("MES", 0, within=max(0.1, mended + 10 - venue.mono()))
    end = world.wait_lock("003")
    wait_enforced(world)
    wait_word(world, word, within=20)
    assert venue.close_orders("MES") == [2], venue.close_orders("MES")
    world.check_sides("MES", "MNQ")
    assert [row[2] for row in stored_locks(world)] == ["RULE-003"]
    if blind:
        assert whole(world)["blind_s_today"] >= 1
    world.provoke(lambda: venue.fill("MES", 1), paths=[CLOSE])
    world.wait_net("MES", 0)
    assert world.locks() == [("003", "account", end)]


@pytest.mark.parametrize("trouble", [Trouble.SLICES, Trouble.DRIP, Trouble.DELAY])
def test_a_line_that_only_delays_holds_nothing_up_for_long(bad_line, trouble):
    world, line = bad_line(seed=11)
    line.turn(Weather(trouble))
    begun = world.venue.mono()
    world.venue.lose("MNQ", 520)
    world.wait_net("MES", 0, within=5)
    assert world.venue.mono() - begun < 5
    assert trouble in line.now_struck()
    line.clear()
    judge(world, world.venue.mono(), blind=False)
    assert said(world).count("hub lost") == 0


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("trouble", [Trouble.STALL, Trouble.DEAF])
def test_a_line_that_is_dead_in_one_direction(bad_line, trouble, way):
    world, line = bad_line(seed=12)
    line.turn(Weather(trouble, directions=(way,)))
    world.venue.lose("MNQ", 520)
    wait_until(lambda: is_blind(world), SILENCE_S + 3, "a daemon that says it is blind")
    if way == "down":
        wait_until(lambda: whole(world)["hubs"]["user"] == "down", SILENCE_S + 3, "the silence")
    line.clear()
    judge(world, world.venue.mono(), blind=way == "down")


@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.CUT])
def test_a_line_that_breaks_in_the_middle_of_everything(bad_line, trouble):
    world, line = bad_line(seed=13)
    line.turn(Weather(trouble))
    world.venue.lose("MNQ", 520)
    wait_until(lambda: is_blind(world), SILENCE_S + 3, "a daemon that says it is blind")
    broken = line.accepted
    wait_until(lambda: line.accepted > broken + 5, 10, "more broken connections")
    line.clear()
    judge(world, world.venue.mono(), blind=True)


def test_a_line_that_takes_no_connection(bad_line):
    world, line = bad_line(seed=14)
    line.refuse()
    world.venue.lose("MNQ", 520)
    wait_until(lambda: is_blind(world), 3, "a daemon that says it is blind")
    wait_until(lambda: whole(world)["blind_s_today"] >= 2, 6, "blind seconds")
    assert world.locks() == []
    line.clear()
    judge(world, world.venue.mono(), blind=True)


def test_a_router_that_forgets_every_connection(bad_line):
    """Nothing is refused and nobody says anything: hubs and idle connections are all dead."""
    world, line = bad_line(seed=15)
    line.forget()
    begun = world.venue.mono()
    world.venue.lose("MNQ", 520)
    wait_until(lambda: is_blind(world), SILENCE_S + 3, "a daemon that says it is blind")
    judge(world, begun + SILENCE_S - 7, blind=True)  # flat 3 s after the silence was noticed


def test_after_a_sleep_no_connection_is_trusted(bad_line):
    world, line = bad_line(seed=16)
    process = psutil.Process(pid_of(world))
    process.suspend()
    line.forget()
    world.venue.lose("MNQ", 520)
    threading.Event().wait(SLEPT_S)
    process.resume()
    judge(world, world.venue.mono() - 7, blind=False, word="DEGRADED")  # the alarm lasts a minute
    assert said(world).count("user hub lost") == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm(bad_line, seed):
    """Everything by turns, while the trader goes beyond the cap, comes back, and loses the day."""
    world, line = bad_line(seed)
    venue = world.venue
    for number, (weather, seconds) in enumerate(storm(seed, 8)):
        line.turn(weather)
        if number in (2, 8):
            venue.fill("MNQ", 6)
        threading.Event().wait(seconds)
        is_blind(world)
    line.clear()
    mended = venue.mono()
    for symbol in ("MNQ", "MES"):
        world.wait_net(symbol, 0, within=max(0.1, mended + 10 - venue.mono()))
    venue.lose("RTY", 520)
    world.wait_net("MES", 0)
    world.wait_lock("003")
    world.check_sides("MES", "MNQ")
    sizes = [*venue.close_orders("MNQ"), *venue.close_orders("MES")]
    assert sum(sizes) <= 2 + 6 + 6, sizes
    wait_word(world, "MONITORED", within=30)
