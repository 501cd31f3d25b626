"""The alerts' thread: nothing it does, or fails to do, reaches the engine's thread."""

import threading
import time

import pytest

from risk_manager.alerts import post as post_module
from risk_manager.alerts.outlet import Outlet
from risk_manager.alerts.post import MAX_QUEUED, MAX_WAITING, AlertPost
from risk_manager.alerts.wire import Beat, ChannelSetup, Message, Setup
from risk_manager.config.alerts_file import AlertsFile
from risk_manager.domain.records import Level, Notice
from tests.integration.world.waiting import wait_until


class Stuck:
    """A sender process that takes nothing until it is freed."""

    def __init__(self):
        self.free = threading.Event()
        self.taken: list[Message | Beat] = []

    def send(self, order):
        assert self.free.wait(30)
        self.taken.append(order)
        return True

    def close(self):
        pass


def notices(number):
    return [Notice(Level.ALARM, None, f"subject {n}", f"text {n}") for n in range(number)]


@pytest.fixture
def post(monkeypatch):
    monkeypatch.setattr(post_module, "LOOK_S", 0.01)
    outlet = Stuck()
    made = AlertPost(AlertsFile(), lambda: None, outlet, time.monotonic, lambda: False)
    made.__enter__()
    yield made, outlet
    outlet.free.set()
    made.close()


def test_a_stuck_sender_fills_no_memory_and_blocks_nobody(post):
    made, outlet = post
    made.note(notices(1)[0])
    time.sleep(0.2)
    begun = time.monotonic()
    for notice in notices(5 * MAX_QUEUED):
        made.note(notice)
    assert time.monotonic() - begun < 5
    assert made._queue.qsize() <= MAX_QUEUED
    outlet.free.set()
    wait_until(lambda: made._queue.empty() and not made._waiting, what="an empty queue")
    assert len(made._waiting) <= MAX_WAITING
    assert made.dropped > 0


def test_what_is_lost_is_said(post, caplog):
    made, outlet = post
    outlet.free.set()
    with caplog.at_level("ERROR", "risk_manager.daemon"):
        for notice in notices(MAX_QUEUED):
            made.note(notice)
        wait_until(lambda: any("too many" in r.getMessage() for r in caplog.records), what="a line")


def test_the_last_word_says_that_nobody_guards(post):
    made, outlet = post
    outlet.free.set()
    made.close()
    last = outlet.taken[-1]
    assert isinstance(last, Message)
    assert "NOT MONITORED - the guard was stopped" in last.text


def test_the_sender_gets_its_secrets_by_its_input_only(sink):
    url = sink.url("a-secret-path-0123456789")
    outlet = Outlet(Setup((ChannelSetup("phone", url, "info"),)), str, time.monotonic)
    assert outlet.send(Message("title", "text", "alarm"))
    process = outlet._process
    assert process is not None
    assert "secret" not in str(process.args)
    sink.wait("text")
    outlet.close()
    assert process.returncode == 0
