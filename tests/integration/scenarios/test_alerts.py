"""Alerts of the whole daemon, told to a service on loopback by its sender process."""

import json
import os
import re
import time

import psutil
import pytest

from tests.integration.scenarios.tools import data_of, pid_of, wait_enforced, wait_hubs, wait_word
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import holds, wait_until
from tests.unit.alerts.sink import Sink

RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}


@pytest.fixture
def sink():
    with Sink() as made:
        yield made


def alerted(make_world, sink, *, heartbeat=None, channels=None, rules=RULES):
    """A guarded world whose alerts go to the service."""
    world = make_world(rules, started=False)
    settings = {
        "channels": channels
        or [{"name": "phone", "url": sink.url("phone-secret-path"), "level": "info"}],
    }
    if heartbeat is not None:
        settings["heartbeat"] = heartbeat
    path = world.folder / "config" / "alerts.yaml"
    path.write_text(json.dumps(settings), encoding="utf-8")
    world.guard()
    return world


def senders(world):
    """The sender processes of the daemon."""
    return psutil.Process(pid_of(world)).children()


def log_of(world):
    return (world.folder / "logs" / "daemon.log").read_text(encoding="utf-8")


def test_a_day_of_alerts(make_world, sink):
    world = alerted(make_world, sink)
    venue = world.venue
    sink.wait("MONITORED - the guard is on")
    venue.fill("MNQ", 3)
    text = sink.wait("50 % - contracts 3 of 5")
    assert text.endswith("2 contracts left - you may trade")
    venue.fill("MNQ", 3)
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    assert "CLOSED - MNQ 6 - 6 of 5 contracts - you may trade again now" in sink.wait("CLOSED")
    venue.fill("MNQ", 2, 20_000)
    venue.fill("MNQ", -2, 19_890)
    assert re.match(r"85 % - daily loss -4\d\d\.00 of -500\.00 - \d\d\.00 left", sink.wait("85 %"))
    venue.fill("MNQ", 2, 20_000)
    venue.fill("MNQ", -2, 19_900)
    world.wait_lock("003")
    lock = sink.wait("LOCKED OUT")
    assert re.search(r"daily loss -8\d\d\.00 of -500\.00 - reset .*5:00 PM ET", lock)
    assert "nothing to do; new orders are closed at once" in lock
    world.daemon.stop()
    sink.wait("NOT MONITORED - the guard was stopped")
    assert [text for text in sink.texts if "LOCKED OUT" in text] == [lock]
    assert not [text for text in sink.texts if "50 % - daily loss" in text]


def test_the_heartbeat_beats_only_while_somebody_guards(make_world, sink):
    with Sink() as watch:
        beat = {"url": watch.url("beat", "http"), "every_seconds": 5}
        world = alerted(make_world, sink, heartbeat=beat)
        wait_word(world, "MONITORED")
        watch.wait_calls(2)
        world.venue.fault("close", "both", for_s=60)
        wait_hubs(world, "down")
        seen = len(watch.calls)
        holds(lambda: len(watch.calls) <= seen + 1, 7, "no heartbeat while degraded")
        world.venue.clear_faults()
        wait_word(world, "MONITORED", within=30)
        watch.wait_calls(seen + 2)


def request_ms(world, rounds):
    """Milliseconds from the breach to the first request, as the daemon measured them."""
    for _ in range(rounds):
        world.provoke(lambda: world.venue.fill("MNQ", 6))
        world.wait_net("MNQ", 0)
        shown = wait_enforced(world)
    return sorted(row["ms_to_request"] for row in shown if row["ms_to_request"] is not None)


def test_a_service_that_hangs_or_fails_holds_up_nothing(make_world, sink):
    """G1 holds for each breach, with the median in the order of a quiet run's; memory stays."""
    world = make_world(RULES)
    quiet = request_ms(world, 8)
    world.daemon.stop()
    bad = [
        {"name": "hangs", "url": sink.url("hang"), "level": "info"},
        {"name": "nobody", "url": "json://127.0.0.1:9/x", "level": "info"},
        {"name": "unknown", "url": "nothing://x", "level": "info"},
    ]
    sink.hang.set()
    (world.folder / "config" / "alerts.yaml").write_text(json.dumps({"channels": bad}), "utf-8")
    world.guard()
    wait_until(lambda: len(sink.calls) >= 1, 30, "the hanging service was asked")
    daemon = psutil.Process(pid_of(world))
    request_ms(world, 2)
    before = daemon.memory_info().rss
    loud = request_ms(world, 8)
    assert daemon.memory_info().rss - before < 8 * 1024 * 1024
    assert loud[len(loud) // 2] < 3 * quiet[len(quiet) // 2] + 2.0, (quiet, loud)
    wait_until(lambda: "channel nobody fails" in log_of(world), what="the failure in the log")
    assert "channel unknown fails" in log_of(world)
    begun = time.monotonic()
    assert world.daemon.stop() == 0
    assert time.monotonic() - begun < 15
    wait_until(lambda: not daemon.is_running(), what="the end")


@pytest.mark.skipif(os.name != "posix", reason="a process is killed by its signal")
def test_a_sender_that_dies_is_started_again_and_ends_with_the_daemon(make_world, sink):
    world = alerted(make_world, sink)
    sink.wait("MONITORED - the guard is on")
    (sender,) = senders(world)
    sender.kill()
    wait_until(lambda: sender.status() == psutil.STATUS_ZOMBIE, what="a dead sender")
    world.venue.fill("MNQ", 6)
    world.wait_net("MNQ", 0)
    sink.wait("CLOSED")
    (second,) = senders(world)
    world.kill()
    wait_until(lambda: not second.is_running(), 20, "the end of the sender")


def test_a_bad_alerts_file_is_refused_with_its_line(make_world, tmp_path):
    world = make_world(RULES, started=False)
    path = world.folder / "config" / "alerts.yaml"
    path.write_text("channels:\n  - name: phone\n    adress: x://y\n", encoding="utf-8")
    assert world.launch().wait_end() == 7
    said = world.daemon.last_words()
    assert "alerts.yaml:3: channels.0.adress: unknown key" in said
    assert not (data_of(world) / "ledger").exists()
