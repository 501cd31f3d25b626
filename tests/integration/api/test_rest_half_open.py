"""Connections that a router has forgotten: nobody says so, and each could cost a time limit."""

import contextlib
import time
from dataclasses import replace

import pytest

from risk_manager.api.auth_calls import Credentials
from risk_manager.api.rest_client import RestGateway
from risk_manager.gateway_sim.server import SimServer
from tests.integration.api.rest_rig import CLOSE, LOOK, SHORT
from tests.integration.line.proxy import BadLine

CLOSE_S, READ_S = 0.4, 2.0


@pytest.fixture
def through():
    """A bad line and three channels, all warm, that go through it."""
    with SimServer() as sim, BadLine(int(sim.api_url.rpartition(":")[2]), 1) as line:
        gateway = RestGateway(
            line.addresses["api_url"],
            Credentials(sim.username, sim.api_key),
            mono=time.monotonic,
            deliver=lambda _event: None,
            timeouts=replace(SHORT, close=CLOSE_S, read=READ_S),
        )
        gateway.login()
        with contextlib.ExitStack() as stack:
            names = ("one", "two", "three")
            channels = [
                stack.enter_context(contextlib.closing(gateway.open_channel(n))) for n in names
            ]
            for channel in channels:
                assert looked(channel)
            yield line, channels


def looked(channel):
    """Whether a look on this channel is answered."""
    return channel.run(LOOK).is_look


def timed(call, *arguments):
    """What a call gives, and for how many seconds it ran."""
    begun = time.monotonic()
    return call(*arguments), time.monotonic() - begun


def test_one_time_limit_is_paid_for_all_forgotten_connections(through):
    line, (one, two, three) = through
    line.forget()
    answer, took = timed(one.run, CLOSE)
    assert answer.failure == "timeout"
    assert took >= CLOSE_S - 0.05
    for other in (two, three):
        found, took = timed(looked, other)
        assert found
        assert took < READ_S / 2
    assert one.run(CLOSE).status == 200


def test_a_doubtful_connection_takes_no_bytes_at_once(through):
    line, (one, two, _) = through
    line.forget()
    assert two.write_now(CLOSE)
    assert two.finish(CLOSE).failure == "timeout"
    assert not one.write_now(CLOSE)
    assert one.run(CLOSE).status == 200
    assert one.write_now(CLOSE)
    assert one.finish(CLOSE).status == 200


def test_connections_used_since_the_unanswered_call_left_are_not_in_doubt(through):
    line, (one, two, three) = through
    for channel in (one, two, three):
        channel.run(LOOK)
    opened = line.accepted
    line.forget()
    answer = one.run(CLOSE)
    assert answer.failure == "timeout"
    assert [looked(channel) for channel in (two, three, two, three)] == [True] * 4
    assert line.accepted == opened + 2
