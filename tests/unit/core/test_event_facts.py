"""Whose an event is, and how the venue's time in it moves ours."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from risk_manager.domain import events
from risk_manager.domain.event_facts import account_of, venue_time
from risk_manager.domain.ids import RuleId
from tests.support.make import ACCOUNT, NOW, cid, order, position, trade
from tests.unit.core.test_daemon_recovery import WALL, loop

__all__ = ["loop"]

AT = WALL + timedelta(seconds=1003)
TOLD = {
    "trade": events.TradeExecuted(replace(trade("MNQ", 1), at=AT)),
    "position": events.PositionChanged(replace(position("MNQ", 1), opened_at=AT)),
    "order": events.OrderChanged(replace(order("MNQ", 1), created_at=NOW, updated_at=AT)),
    "new order": events.OrderChanged(replace(order("MNQ", 1), created_at=AT, updated_at=None)),
    "quote": events.QuoteChanged(cid("MNQ"), Decimal(20_000), at=AT),
}
UNTOLD = (
    events.PositionChanged(replace(position("MNQ", 1), opened_at=None)),
    events.OrderChanged(replace(order("MNQ", 1), created_at=None, updated_at=None)),
    events.QuoteChanged(cid("MNQ"), Decimal(20_000)),
    events.HubConnected("user"),
    events.TimerFired("sweep", ACCOUNT),
)
ITS_OWN = (
    *(TOLD[name] for name in ("trade", "position", "order")),
    events.TimerFired("sweep", ACCOUNT),
    events.SessionEnded(ACCOUNT, NOW),
    events.StateRestored(ACCOUNT),
    events.ConfigActivated(ACCOUNT),
    events.DayReset(ACCOUNT, NOW),
    events.LockExpired(ACCOUNT, "account", RuleId("RULE-006")),
    events.ProtocolError("order", "no id", "{}", ACCOUNT),
)
EVERYBODYS = (
    events.TimerFired("sweep", None),
    events.Started(),
    events.ClockJumped(9.0, slept=True),
    events.ProtocolError("frame", "no JSON", "{"),
    TOLD["quote"],
)


@pytest.mark.parametrize("event", ITS_OWN, ids=lambda event: type(event).__name__)
def test_an_event_of_an_account_names_it(event):
    assert account_of(event) == ACCOUNT


@pytest.mark.parametrize("event", EVERYBODYS, ids=lambda event: type(event).__name__)
def test_an_event_of_nobody_concerns_all(event):
    assert account_of(event) is None


@pytest.mark.parametrize("name", TOLD)
def test_every_message_of_the_feed_with_a_time_moves_ours(loop, name):
    daemon, machine, _ = loop
    assert daemon.now() == WALL + timedelta(seconds=1000)
    daemon.take(TOLD[name], machine.mono())
    assert daemon.now() == AT


def test_a_message_far_ahead_moves_nothing(loop):
    daemon, machine, _ = loop
    ahead = WALL + timedelta(seconds=1000 + 3600)
    daemon.take(events.QuoteChanged(cid("MNQ"), Decimal(20_000), at=ahead), machine.mono())
    assert daemon.now() == WALL + timedelta(seconds=1000)


@pytest.mark.parametrize("event", UNTOLD, ids=lambda event: type(event).__name__)
def test_what_carries_no_time_says_so(event):
    assert venue_time(event) is None
