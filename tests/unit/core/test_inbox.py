"""The inbox: waiting quotes merge, user events keep their order, a full one says so (S188)."""

import threading
from datetime import timedelta
from decimal import Decimal
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.core.inbox import Inbox, merged
from risk_manager.domain.events import (
    Event,
    HubConnected,
    HubLost,
    PositionChanged,
    ProtocolError,
    QuoteChanged,
    SessionKicked,
    Started,
    StreamLossy,
)
from tests.support.make import NOW, cid, position


def quote(name: str = "MNQ", *, seconds: int | None = None, **fields: int) -> QuoteChanged:
    """A partial quote with whole prices."""
    at = None if seconds is None else NOW + timedelta(seconds=seconds)
    prices = {field: Decimal(value) for field, value in fields.items()}
    return QuoteChanged(cid(name), prices.get("last"), prices.get("bid"), prices.get("ask"), at)


class Ticking:
    """An inbox whose clock counts calls: the first event arrives at 1.0."""

    def __init__(self, capacity: int = 20) -> None:
        self.mono = 0.0
        self.inbox = Inbox(self._tick, capacity)

    def _tick(self) -> float:
        self.mono += 1.0
        return self.mono

    def drain(self) -> list[Event]:
        """Everything that waits, in order."""
        found: list[Event] = []
        while (entry := self.inbox.get(0)) is not None:
            found.append(entry[0])
        return found


def test_s188_waiting_quotes_merge_field_by_field():
    box = Ticking()
    hear = box.inbox.port("market")
    hear(quote(last=21000))
    hear(quote(bid=20999))
    hear(quote(bid=20998, ask=21001, seconds=3))
    assert box.inbox.depth == 1
    assert box.drain() == [quote(last=21000, bid=20998, ask=21001, seconds=3)]
    hear(quote(ask=21002))
    assert box.drain() == [quote(ask=21002)]


def test_quotes_of_different_contracts_stay_apart_and_in_order_of_their_first():
    box = Ticking()
    hear = box.inbox.port("market")
    for item in (quote("MNQ", last=1), quote("ES", last=2), quote("MNQ", bid=1)):
        hear(item)
    assert box.drain() == [quote("MNQ", last=1, bid=1), quote("ES", last=2)]


def test_an_event_carries_the_instant_of_its_arrival_a_merged_quote_of_the_first():
    box = Ticking()
    hear = box.inbox.port("market")
    hear(quote(last=1))
    hear(quote(last=2))
    box.inbox.put(Started())
    assert box.inbox.get(0) == (quote(last=2), 1.0)
    assert box.inbox.get(0) == (Started(), 2.0)
    assert box.inbox.get(0) is None


def test_user_events_are_neither_merged_nor_reordered():
    box = Ticking()
    hear = box.inbox.port("user")
    events = [PositionChanged(position("MNQ", size, number=1)) for size in (2, 3, 4, 3)]
    for event in events:
        hear(event)
    assert box.drain() == events


def test_a_full_inbox_drops_counts_and_tells_of_the_loss_once_it_is_half_empty():
    box = Ticking(capacity=4)
    hear = box.inbox.port("user")
    events = [PositionChanged(position("MNQ", size)) for size in range(1, 8)]
    for event in events:
        hear(event)
    taken = [box.inbox.get(0) for _ in range(3)]
    assert [entry[0] for entry in taken if entry] == events[:3]
    assert box.drain() == [StreamLossy("user", 3), events[3]]
    hear(events[6])
    assert box.drain() == [events[6]]


def test_our_own_events_and_quotes_are_never_dropped():
    box = Ticking(capacity=1)
    box.inbox.port("user")(PositionChanged(position("MNQ", 1)))
    box.inbox.put(Started())
    box.inbox.port("market")(quote(last=5))
    assert [type(event) for event in box.drain()] == [PositionChanged, Started, QuoteChanged]


def test_what_a_hub_says_of_itself_goes_in_however_full_the_inbox_is():
    box = Ticking(capacity=2)
    hear = box.inbox.port("user")
    held = PositionChanged(position("MNQ", 1))
    said: list[Event] = [
        HubLost("user", "reset"),
        HubConnected("user"),
        SessionKicked("user"),
        ProtocolError("order", "no id", "{}"),
    ]
    for event in (held, held, *said, held):
        hear(event)
    heard = box.drain()
    assert [event for event in heard if not isinstance(event, StreamLossy)] == [held, held, *said]
    assert StreamLossy("user", 1) in heard


def test_a_loss_is_told_per_hub():
    box = Ticking(capacity=2)
    user, market = box.inbox.port("user"), box.inbox.port("market")
    held = PositionChanged(position("MNQ", 1))
    for hear in (user, user, user, user, market):
        hear(held)
    lost = [event for event in box.drain() if isinstance(event, StreamLossy)]
    assert sorted(lost, key=lambda one: one.hub) == [
        StreamLossy("market", 1), StreamLossy("user", 2),
    ]  # fmt: skip


@pytest.mark.timeout(10)
def test_waiting_ends_with_the_next_event_or_with_the_time():
    box = Ticking()
    assert box.inbox.get(0.01) is None
    threading.Timer(0.05, box.inbox.put, [Started()]).start()
    assert box.inbox.get(9.0) == (Started(), 1.0)


def test_threads_lose_nothing_and_keep_the_order_of_each():
    box = Ticking(capacity=10_000)
    rows = {hub: [position("MNQ", n, number=n) for n in range(1, 300)] for hub in ("one", "two")}

    def run(hub: str) -> None:
        hear = box.inbox.port(hub)
        for row in rows[hub]:
            hear(PositionChanged(row))
            hear(quote(last=row.size))

    threads = [threading.Thread(target=run, args=(hub,)) for hub in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    heard = [event for event in box.drain() if isinstance(event, PositionChanged)]
    for sent in rows.values():
        ours = {id(row) for row in sent}
        assert [e.position for e in heard if id(e.position) in ours] == sent
    assert len(heard) == 598


fields = st.fixed_dictionaries(
    {}, optional={name: st.integers(1, 9) for name in ("last", "bid", "ask")}
)


@given(st.lists(fields, min_size=1, max_size=6))
def test_merging_keeps_the_newest_value_of_each_field(rows):
    quotes = [quote("MNQ", **row) for row in rows]
    both = reduce(merged, quotes)
    expected: dict[str, int] = {}
    for row in rows:
        expected.update(row)
    assert both == quote("MNQ", **expected)
