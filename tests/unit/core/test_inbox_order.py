"""The user hub goes first; what waits behind it does not wait for long."""

from risk_manager.core.inbox import PATIENCE_S, Inbox
from risk_manager.domain.events import PositionChanged, QuoteChanged, Started
from tests.support.make import position
from tests.unit.core.test_inbox import Ticking, quote


def test_what_the_user_hub_tells_goes_before_answers_and_quotes():
    box = Ticking()
    box.inbox.put(Started())
    box.inbox.port("market")(quote(last=5))
    held = PositionChanged(position("MNQ", 1))
    box.inbox.port("user")(held)
    assert box.inbox.depth == 3
    assert box.inbox.get(1) == (held, 3.0)
    assert box.inbox.depth == 2
    assert [type(event) for event in box.drain()] == [Started, QuoteChanged]


def test_an_answer_waits_for_user_events_no_longer_than_its_patience():
    times = iter((1.0, 1.001, 1.002, 1.002 + PATIENCE_S, 1.002 + PATIENCE_S))
    inbox = Inbox(lambda: next(times))
    inbox.put(Started())
    first, second = (PositionChanged(position("MNQ", size)) for size in (1, 2))
    hear = inbox.port("user")
    hear(first)
    hear(second)
    assert inbox.get(0) == (first, 1.001)
    assert inbox.get(0) == (Started(), 1.0)
    assert inbox.get(0) == (second, 1.002)
