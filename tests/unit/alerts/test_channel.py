"""A channel against a real service on loopback, through the real library."""

import threading
import time

import pytest

from risk_manager.alerts import channel as channel_module
from risk_manager.alerts import plugins
from risk_manager.alerts.channel import MAX_WAITING, Beats, Channel
from risk_manager.alerts.plugins import ChannelError, call_heartbeat, open_channel
from risk_manager.alerts.wire import Message, Report
from tests.integration.world.waiting import wait_until


def message(number=1, level="alarm"):
    return Message("Risk Manager: main", f"text {number}", level)


@pytest.fixture
def opened(sink, monkeypatch):
    """Return a function that starts a channel to the service; its reports are collected."""
    monkeypatch.setattr(channel_module, "PAUSES_S", (0.01, 0.02))
    made: list[Channel] = []
    reports: list[Report] = []

    def start(scheme="json"):
        channel = Channel("phone", open_channel(sink.url(scheme=scheme)), reports.append)
        channel.start()
        made.append(channel)
        return channel, reports

    yield start
    sink.hang.clear()
    sink.released.set()
    for channel in made:
        channel.close()
        assert channel.join(20)


@pytest.mark.parametrize("scheme", ["json", "ntfy"])
def test_a_message_arrives_as_it_is(opened, sink, scheme):
    channel, reports = opened(scheme)
    channel.put(message())
    assert sink.wait("text 1")
    assert reports == []


def test_title_text_and_level_reach_the_service(opened, sink):
    channel, _ = opened()
    channel.put(message(level="warning"))
    sink.wait("text 1")
    (_, body) = sink.received[0]
    assert (body["title"], body["message"], body["type"]) == (
        "Risk Manager: main", "text 1", "warning",
    )  # fmt: skip


def test_what_failed_is_tried_again_and_reported_once(opened, sink):
    channel, reports = opened()
    sink.status = 500
    channel.put(message())
    sink.wait_calls(4)
    assert len(reports) == 1
    assert "500" in reports[0].problem
    sink.status = 200
    sink.wait("text 1")
    wait_until(lambda: len(reports) == 2, what="the second report")
    assert reports[1].problem is None
    assert sink.texts == ["text 1"]


def test_what_piled_up_goes_as_one_message(opened, sink):
    channel, _ = opened()
    sink.status = 503
    for number in range(30):
        channel.put(message(number))
    sink.wait_calls(3)
    sink.status = 200
    text = sink.wait("text 29")
    assert "and 10 earlier" in text
    assert "text 9\n" not in text
    assert sink.received[0][1]["title"] == "Risk Manager: 30 messages"


def test_a_service_that_hangs_fills_no_memory_and_blocks_nobody(opened, sink, monkeypatch):
    monkeypatch.setattr(plugins, "READ_S", 0.3)
    sink.hang.set()
    channel, reports = opened()
    begun = time.monotonic()
    for number in range(5 * MAX_WAITING):
        channel.put(message(number))
    assert time.monotonic() - begun < 5
    sink.wait_calls(2)
    assert len(channel._waiting) <= MAX_WAITING
    sink.hang.clear()
    sink.wait(f"text {5 * MAX_WAITING - 1}")
    wait_until(lambda: reports and reports[-1].problem is None, what="the last report")
    assert reports[-1].dropped == 4 * MAX_WAITING


def test_an_end_does_not_wait_for_a_service_that_fails(opened, sink):
    channel, _ = opened()
    sink.status = 500
    channel.put(message())
    sink.wait_calls(2)
    channel.close()
    assert channel.join(5)


@pytest.mark.parametrize("url", ["nothing://host/secret-key-1234", "tgram://", "json://"])
def test_an_address_nobody_serves_is_refused_without_its_secret(url):
    with pytest.raises(ChannelError) as caught:
        open_channel(url)
    assert "secret-key-1234" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "tgram://123456789:abcdefg_hijklmnop/12315544",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "ntfys://a-topic",
        "mailtos://user:password@example.com?to=me@example.com",
    ],
)
def test_the_services_of_the_documentation_are_known(url):
    assert callable(open_channel(url))


def test_the_heartbeat_calls_once_for_each_beat_and_never_later(sink):
    reports, failed = [], threading.Semaphore(0)

    def report(what):
        reports.append(what)
        failed.release()

    beats = Beats("heartbeat", lambda: call_heartbeat(sink.url("beat", "http")), report)
    beats.beat()
    sink.wait_calls(1)
    sink.status = 500
    beats.beat()
    assert failed.acquire(timeout=10)
    assert "500" in str(reports[0].problem)
    sink.status = 200
    time.sleep(0.3)
    assert len(sink.calls) == 2
    beats.beat()
    assert failed.acquire(timeout=10)
    assert reports[1].problem is None
