"""The loop: what moves time, what it says of login and database, and when it publishes."""

import logging
import threading
from datetime import timedelta

import pytest

from risk_manager.domain.events import (
    HubConnected,
    ServerTimeSeen,
    StoreChanged,
    TokenChanged,
    TradeExecuted,
)
from risk_manager.domain.requests import WatchQuotes
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.utils.trusted_time import TrustedTime
from tests.support.make import position, trade
from tests.unit.core.test_daemon_recovery import answer, loop

__all__ = ["loop"]


@pytest.fixture
def lines(caplog):
    """The lines of the daemon's log."""
    caplog.set_level(logging.INFO, "risk_manager.daemon")
    return lambda: [record.getMessage() for record in caplog.records]


def test_without_an_anchor_there_is_no_now(loop):
    daemon, _, _ = loop
    daemon._out.trusted = TrustedTime()
    with pytest.raises(RuntimeError, match="without a time anchor"):
        daemon.now()


def test_a_servers_date_moves_time_and_nothing_else(loop):
    daemon, machine, _ = loop
    before, ahead = daemon.now(), timedelta(seconds=3)
    daemon.engine.step = None  # whoever asks it fails
    daemon.take(ServerTimeSeen(before + ahead, 1000.0, 1000.0), machine.mono())
    assert daemon.now() >= before + ahead
    assert daemon._out.notices.alarms(machine.mono()) == []


def test_a_fills_time_moves_time_a_little(loop):
    daemon, machine, _ = loop
    at = daemon.now() + timedelta(seconds=2)
    daemon.take(TradeExecuted(trade("MNQ", 1, at=at, account=ACCOUNT)), machine.mono())
    assert daemon.now() >= at


def test_a_failing_login_is_alarmed_until_it_works(loop):
    daemon, machine, _ = loop
    daemon.take(TokenChanged("no answer"), machine.mono())
    assert daemon.token_problem == "no answer"
    assert daemon._out.notices.alarms(machine.mono()) == ["login or token renewal fails: no answer"]
    daemon.take(TokenChanged(None), machine.mono())
    assert daemon.token_problem is None


def test_a_failing_database_is_told_and_its_end_too(loop, lines):
    daemon, machine, _ = loop
    daemon.take(StoreChanged("disk full"), machine.mono())
    daemon.take(StoreChanged(None), machine.mono())
    assert lines() == [
        "the database fails, acting from memory: disk full",
        "the database takes rows again",
    ]


def test_what_is_held_is_watched(loop):
    daemon, machine, sent = loop
    daemon.take(HubConnected("user"), machine.mono())
    held = position("MNQ", 1, opened=daemon.now(), account=ACCOUNT)
    answer(daemon, machine, sent, held)
    daemon._spare.tell()
    assert sent.newest(WatchQuotes).contract_ids == {held.contract_id}


def test_while_events_queue_up_the_clock_is_asked_once_in_ten_milliseconds(loop):
    daemon, machine, _ = loop
    asked = []
    advance = daemon.engine.advance

    def counted(stamp):
        asked.append(machine.seconds)
        return advance(stamp)

    daemon.engine.advance = counted
    daemon._out.inbox.put(HubConnected("market"))  # it waits
    for number in range(30):
        machine.seconds = 1001 + number / 1024
        daemon.take(HubConnected("user"), machine.mono())
    assert [(at - 1001) * 1024 for at in asked] == [0, 11, 22]


@pytest.mark.timeout(10)
def test_a_machine_that_slept_and_a_clock_that_is_due_are_events_of_the_loop(loop):
    """The status is published at least each half second, at most ten times a second."""
    daemon, machine, _ = loop
    stop = threading.Event()
    seen = []
    take = daemon.take

    def noted(event, received_mono):
        seen.append(type(event).__name__)
        take(event, received_mono)

    def published() -> None:
        machine.seconds += 10.0 if "ClockJumped" not in seen else 1.0
        if seen.count("TimerFired") >= 2:
            stop.set()

    daemon.take, daemon._out.publish = noted, published
    daemon.run(stop)
    assert seen[0] == "Started"
    assert seen.count("ClockJumped") == 1


def test_the_status_is_published_each_half_second_although_nothing_happens(loop):
    daemon, machine, _ = loop
    published = []
    daemon._out.publish = lambda: published.append(machine.seconds)
    for number in range(9):
        machine.seconds = 1000 + number / 8
        daemon._spare.use(quiet=True)
    assert published == [1000.0, 1000.5, 1001.0]
