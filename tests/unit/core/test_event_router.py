"""Which rules hear which event, and in which order they are asked."""

from decimal import Decimal
from itertools import permutations

import pytest

from risk_manager.core.event_router import EventRouter
from risk_manager.domain import events
from tests.support.limits import cap, caps, loss
from tests.support.make import ACCOUNT, NOW, cid, order, position, trade
from tests.support.sessions import hours

RULES = (cap(), caps(MNQ=2), loss(), hours())
EVENTS: dict[str, events.Event] = {
    "trade": events.TradeExecuted(trade("MNQ", 1)),
    "position": events.PositionChanged(position("MNQ", 1)),
    "order": events.OrderChanged(order("MNQ", 1)),
    "quote": events.QuoteChanged(cid("MNQ"), Decimal(1)),
    "sweep": events.TimerFired("sweep", ACCOUNT),
    "session": events.SessionEnded(ACCOUNT, NOW),
    "restored": events.StateRestored(ACCOUNT),
    "config": events.ConfigActivated(ACCOUNT),
    "reset": events.DayReset(ACCOUNT, NOW),
}


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("trade", "3"),
        ("position", "219"),
        ("order", "29"),
        ("quote", ""),
        ("sweep", ""),
        ("session", "9"),
        ("restored", "2139"),
        ("config", "2139"),
        ("reset", "3"),
    ],
)
def test_every_rule_hears_its_events_narrowest_first_whatever_the_order_of_the_file(name, numbers):
    for rules in permutations(RULES):
        heard = EventRouter(rules).rules_for(EVENTS[name])
        assert "".join(rule.rule_id[-1] for rule in heard) == numbers


def test_open_pnl_adds_its_events():
    router = EventRouter([loss(include_unrealized=True)])
    assert {name for name, event in EVENTS.items() if router.rules_for(event)} == {
        "trade", "position", "quote", "sweep", "restored", "config", "reset",
    }  # fmt: skip
