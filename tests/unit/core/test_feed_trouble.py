"""Connections in trouble: what is said, what is read again, and how long we were blind."""

import pytest

from risk_manager.core.feed_state import FeedState
from risk_manager.domain.events import (
    ClockJumped,
    HubConnected,
    HubLost,
    ProtocolError,
    SessionKicked,
    StreamLossy,
)
from risk_manager.domain.ids import AccountId
from risk_manager.domain.records import Level
from risk_manager.simulation.setup import ACCOUNT, CAP, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import alarms, closes


def reads(world, since):
    """The reads that left at or after `since`."""
    return [at for at, _ in world.broker.snapshots if at >= since]


def told(world, level, since):
    """The texts of this level."""
    return [n.text for at, n in world.notices if n.level is level and at >= since]


@pytest.fixture
def world():
    found = World(CAP).start()
    found.run(1)
    return found


def test_a_logout_is_told_and_the_connections_are_left_to_their_manager(world):
    since = world.t
    world.deliver(SessionKicked("user"))
    assert told(world, Level.WARNING, since) == [
        "the venue logged this session out (user hub); reconnecting"
    ]
    assert reads(world, since) == []


def test_events_that_were_dropped_are_made_up_for_by_a_full_read(world):
    world.trader.fill(MNQ, 6, silent=True)
    since = world.t
    world.deliver(StreamLossy("user", 17))
    assert told(world, Level.ALARM, since) == [
        "17 events of the user hub were dropped; reading everything"
    ]
    world.run(1)
    assert closes(world, since) == ["close MNQ"]


@pytest.mark.parametrize(
    ("entity", "account", "reads_again"),
    [
        ("position", ACCOUNT, True),
        ("frame", None, True),
        ("position", AccountId(999), False),
        ("quote", None, False),
    ],
)
def test_a_message_that_is_not_understood_is_read_instead(world, entity, account, reads_again):
    since = world.t
    world.deliver(ProtocolError(entity, "no size", "{}", account))
    world.run(0.5)
    assert bool(reads(world, since)) is reads_again
    assert told(world, Level.WARNING, since) == [f"{entity} message not understood: no size"]
    assert world.running.feed.protocol_errors == 1


@pytest.mark.parametrize(("slept", "what"), [(True, "stood still"), (False, "was changed")])
def test_a_clock_that_jumped_is_told_and_only_a_sleep_is_read_after(world, slept, what):
    since = world.t
    world.deliver(ClockJumped(7.2, slept=slept))
    (text,) = told(world, Level.ALARM, since)
    assert what in text
    assert text.endswith("by 7s; locks are not affected")
    assert alarms(world, since) == ["clock"]
    world.run(0.5)
    assert bool(reads(world, since)) is slept


def test_a_hub_is_told_lost_once_and_only_the_users_makes_blind(world):
    since = world.t
    world.deliver(HubLost("market", "closed"))
    world.deliver(HubLost("market", "refused"))
    assert told(world, Level.WARNING, since) == ["market hub lost: closed"]
    world.run(2)
    assert world.running.feed.blind_s(world.time.mono) == 0
    assert world.running.guards[ACCOUNT].account.proven
    world.deliver(HubLost("user", "closed"))
    assert not world.running.guards[ACCOUNT].account.proven


def test_a_hub_that_connects_twice_keeps_what_waits_for_its_first_read(world):
    world.deliver(HubConnected("user"))
    buffer = world.running.guards[ACCOUNT].buffer
    due = buffer.due()
    world.run(0.002)
    world.deliver(HubConnected("user"))
    assert due is not None
    assert buffer.due() == due


def test_blind_time_is_that_of_the_user_hub_and_of_one_day():
    feed = FeedState()
    feed.connected("market", 0.0)
    feed.connected("user", 10.0)
    feed.lost("user", "closed", 20.0)
    feed.lost("user", "refused", 25.0)
    assert (feed.blind_s(50.0), feed.cause["user"]) == (30.0, "refused")
    feed.reset_blind(60.0)
    assert feed.blind_s(65.0) == 5.0
    feed.connected("user", 70.0)
    feed.reset_blind(80.0)
    assert feed.blind_s(90.0) == 0.0
