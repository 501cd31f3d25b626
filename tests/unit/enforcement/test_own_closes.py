"""Which fills our own closes caused; in doubt they are ours, for they are only not counted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from risk_manager.domain.ids import IntentId
from risk_manager.domain.orders import OrderKind, Side
from risk_manager.domain.records import PastClose
from risk_manager.enforcement.own_closes import KEEP_CLOSES, OwnCloses
from tests.support.make import ACCOUNT, NOW, cid, order, trade
from tests.unit.enforcement.test_own_orders import action

MARKET = OrderKind.MARKET


def after(seconds: float):
    """So long after the close was sent."""
    return NOW + timedelta(seconds=seconds)


def sent(*, ended: float | None = None) -> OwnCloses:
    """The close of a long MNQ was sent at NOW."""
    closes = OwnCloses()
    closes.note_sent(action())
    if ended is not None:
        closes.note_ended(IntentId(1), after(ended))
    return closes


def fill(seconds: float = 0.1, size: int = -3, name: str = "MNQ", pnl: str | None = "-10"):
    """A fill so long after the close was sent."""
    return trade(name, size, at=after(seconds), pnl=pnl)


@pytest.mark.parametrize(
    ("done", "is_own"),
    [
        (fill(), True),
        (fill(size=-1), True),
        (fill(-2), True),
        (fill(-2.001), False),
        (fill(3600), True),
        (fill(pnl=None), True),
        (fill(size=3, pnl=None), False),
        (fill(size=3), True),
        (fill(name="MNQ Z25"), False),
    ],
)
def test_a_fill_fits_by_contract_side_and_time(done, is_own):
    assert sent().caused(done, None) is is_own
    assert not OwnCloses().caused(done, None)


def test_once_a_look_showed_the_effect_later_fills_are_the_traders():
    assert sent(ended=1).caused(fill(3), None)
    assert not sent(ended=1).caused(fill(3.001), None)


@pytest.mark.parametrize(
    ("row", "is_own"),
    [
        (order("MNQ", -3, MARKET), True),
        (order("MNQ", -3, OrderKind.UNKNOWN), True),
        (order("MNQ", -3, OrderKind.LIMIT), False),
        (order("MNQ", -3, OrderKind.STOP), False),
        (order("MNQ", -3, MARKET, tag="mine"), False),
        (order("MNQ", -3, MARKET, created=after(-2.001)), False),
        (order("MNQ", -3, MARKET, created=after(-2)), True),
        (replace(order("MNQ", -3, MARKET), created_at=None), True),
    ],
)
def test_an_order_that_is_known_must_be_able_to_be_ours(row, is_own):
    assert sent().caused(fill(), row) is is_own


def test_a_call_that_was_not_sent_caused_nothing_and_a_repeat_keeps_the_first_time():
    closes = OwnCloses()
    closes.note_sent(action(sent_at=None))
    assert not closes.caused(fill(), None)
    closes = sent()
    closes.note_sent(action(sent_at=after(10)))
    assert closes.caused(fill(0.1), None)


def test_closes_of_earlier_runs_fit_on_their_side_or_on_either_if_it_is_not_known():
    closes = OwnCloses()
    sold = PastClose(ACCOUNT, cid("MNQ"), IntentId(9), NOW, None, Side.SELL)
    closes.restore([sold])
    assert closes.caused(fill(60), None)
    assert not closes.caused(fill(60, size=3, pnl=None), None)
    past = replace(sold, side=None)
    closes.restore([past, replace(past, intent_id=IntentId(8), contract_id=cid("ES"))])
    assert closes.caused(fill(60, size=3, pnl=None), None)
    closes.note_ended(IntentId(9), after(1))
    assert not closes.caused(fill(60), None)
    assert closes.caused(fill(60, name="ES"), None)


def test_the_oldest_closes_are_forgotten():
    closes = sent(ended=1)
    for number in range(2, KEEP_CLOSES + 2):
        one = action(sent_at=after(3600))
        one.intent = replace(one.intent, id=IntentId(number))
        closes.note_sent(one)
    assert not closes.caused(fill(), None)
