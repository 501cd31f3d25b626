"""MOD-006: merged quotes and the price a position is valued at (S30, S32, S96, S123, S188)."""

import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from risk_manager.config.models import PriceBasis
from risk_manager.domain.events import QuoteChanged
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Side
from risk_manager.domain.unknown import Unknown
from risk_manager.state.quote_tracker import Price, QuoteTracker

MNQ = ContractId("CON.F.US.MNQ.H26")
T0 = datetime(2026, 3, 9, 15, tzinfo=UTC)


def number(text):
    return None if text is None else Decimal(text)


def quote(last=None, bid=None, ask=None, at=None):
    when = None if at is None else T0 + timedelta(seconds=at)
    return QuoteChanged(MNQ, number(last), number(bid), number(ask), when)


def tracker(*quotes, mono=100.0):
    quotes_of = QuoteTracker(Decimal(0))
    for each in quotes:
        quotes_of.update(each, mono)
    return quotes_of


def value(quotes, basis=PriceBasis.LAST, side=Side.BUY, mono=100.0):
    price = quotes.price(MNQ, side, basis, mono, 10)
    return price if isinstance(price, Unknown) else price.value


@pytest.mark.parametrize(
    ("last", "bid", "ask", "expected"),
    [
        ("20900", "20924.75", "20925.25", "20924.75"),
        ("20900", "20930", "20930.50", "20930"),
        ("20950", "20924.75", "20925.25", "20925.25"),
        ("20925", "20924.75", "20925.25", "20925"),
        (None, "20924.75", "20925.25", "20925.00"),
        (None, "20999", "21001", "21000"),
        ("20900", "20925.25", "20924.75", "20900"),
        ("20900", "20924.75", None, "20900"),
        ("20900", None, None, "20900"),
    ],
)
def test_last_is_clamped_into_the_book(last, bid, ask, expected):
    assert value(tracker(quote(last, bid, ask))) == Decimal(expected)


def test_mid_and_exit():
    quotes = tracker(quote("20900", "20924.75", "20925.25"))
    assert value(quotes, PriceBasis.MID) == Decimal(20925)
    assert value(quotes, PriceBasis.EXIT, Side.BUY) == Decimal("20924.75")
    assert value(quotes, PriceBasis.EXIT, Side.SELL) == Decimal("20925.25")


def test_a_missing_field_keeps_its_value():
    quotes = tracker(quote("21000", "20999.75", "21000.25"), quote(bid="20999.50"))
    assert value(quotes) == Decimal(21000)
    quotes = tracker(quote("21000"), quote(bid="20999"), quote(ask="21000.50"))
    assert value(quotes) == Decimal(21000)
    assert value(quotes, PriceBasis.EXIT) == Decimal(20999)


def test_unknown_without_any_price():
    quotes = tracker()
    assert isinstance(value(quotes), Unknown)
    quotes.update(quote(bid="20999"), 100.0)
    assert isinstance(value(quotes), Unknown)
    assert isinstance(value(quotes, PriceBasis.EXIT, Side.SELL), Unknown)
    assert value(quotes, PriceBasis.EXIT, Side.BUY) == Decimal(20999)


def test_an_older_quote_is_ignored_and_one_of_the_same_time_is_not():
    quotes = tracker()
    assert quotes.update(quote("21000", at=5), 100.0)
    assert not quotes.update(quote("20000", at=4.999), 101.0)
    assert quotes.last_quote_mono(MNQ) == 100.0
    assert quotes.update(quote("21001", at=5), 102.0)
    assert quotes.update(quote("21002"), 103.0)
    assert value(quotes) == Decimal(21002)


def test_a_price_is_stale_above_the_age_and_still_used():
    quotes = tracker(quote("20925"))
    fresh = quotes.price(MNQ, Side.BUY, PriceBasis.LAST, 110.0, 10)
    assert fresh == Price(Decimal(20925), 10.0, stale=False)
    old = quotes.price(MNQ, Side.BUY, PriceBasis.LAST, 111.0, 10)
    assert old == Price(Decimal(20925), 11.0, stale=True)


def test_a_stale_book_does_not_clamp_a_new_last_price():
    quotes = tracker(quote("21000", "20999.75", "21000.25"))
    quotes.update(quote(last="21010"), 110.0)
    assert value(quotes) == Decimal("21000.25")
    quotes.update(quote(last="21012"), 110.5)
    assert value(quotes) == Decimal(21012)


def test_silence_alone_never_moves_the_price():
    quotes = tracker(quote("20900", "20930", "20930.50"))
    assert value(quotes, mono=1000.0) == Decimal(20930)


def test_a_bar_is_a_stale_price_when_there_is_no_quote():
    quotes = tracker()
    quotes.set_bar(MNQ, Decimal(5775), T0, 100.0)
    for basis in PriceBasis:
        price = quotes.price(MNQ, Side.BUY, basis, 104.0, 10)
        assert price == Price(Decimal(5775), 4.0, stale=True)
    quotes.set_bar(MNQ, Decimal(1), T0 - timedelta(minutes=1), 105.0)
    assert value(quotes, mono=106.0) == Decimal(5775)
    quotes.update(quote("5780", at=1), 107.0)
    assert quotes.price(MNQ, Side.BUY, PriceBasis.LAST, 107.0, 10) == Price(Decimal(5780), 0, False)


def test_a_bar_that_began_after_the_last_quote_replaces_it():
    quotes = tracker(quote("5800", at=30))
    quotes.set_bar(MNQ, Decimal(5790), T0, 150.0)
    assert value(quotes, mono=151.0) == Decimal(5800)
    quotes.set_bar(MNQ, Decimal(5790), T0 + timedelta(seconds=30), 155.0)
    assert value(quotes, mono=156.0) == Decimal(5800)
    quotes.set_bar(MNQ, Decimal(5790), T0 + timedelta(minutes=1), 160.0)
    assert value(quotes, mono=161.0) == Decimal(5790)
    quotes.update(quote("5801", at=130), 170.0)
    assert value(quotes, mono=170.0) == Decimal(5801)


def test_a_forgotten_contract_has_no_price():
    quotes = tracker(quote("5800"))
    quotes.set_bar(MNQ, Decimal(5790), T0, 100.0)
    quotes.forget(MNQ)
    assert isinstance(value(quotes), Unknown)
    assert quotes.last_quote_mono(MNQ) is None


@pytest.mark.skipif(sys.gettrace() is not None, reason="measuring coverage takes its own time")
def test_update_and_price_cost_a_few_microseconds():
    quotes = QuoteTracker(Decimal(1))
    stream = [quote(21000 + i % 5, 20999 + i % 5, 21001 + i % 5, at=i) for i in range(5000)]
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for mono, each in enumerate(stream):
            quotes.update(each, mono)
            quotes.price(MNQ, Side.BUY, PriceBasis.LAST, mono, 10)
        best = min(best, (time.perf_counter() - started) / len(stream))
        quotes.forget(MNQ)
    assert best < 50e-6, "ten times what it takes on a slow machine"
