"""The jump guard: one odd quote must not close a position (rules 1.3, S194)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from risk_manager.config.models import PriceBasis
from risk_manager.domain.events import QuoteChanged
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Side
from risk_manager.state.quote_tracker import Price, QuoteTracker

ES = ContractId("CON.F.US.EP.H26")
AT = datetime(2026, 3, 9, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def price(text):
    return None if text is None else Decimal(text)


class Feed:
    """A tracker with a 1 % guard that starts at a given last price, at second 0."""

    def __init__(self, start="5800", percent="1"):
        self.quotes = QuoteTracker(Decimal(percent))
        self.send(0.0, last=start)

    def send(self, mono, **fields):
        last, bid, ask = (fields.get(name) for name in ("last", "bid", "ask"))
        self.quotes.update(QuoteChanged(ES, price(last), price(bid), price(ask)), mono)
        return self.price(mono)

    def price(self, mono, basis=PriceBasis.LAST):
        price = self.quotes.price(ES, Side.BUY, basis, mono, 10)
        assert isinstance(price, Price)
        return price.value


def test_one_odd_quote_that_is_taken_back_never_counts():
    feed = Feed()
    assert feed.send(1.0, last="5740") == 5800
    assert feed.quotes.pending_confirmation() == 1.25
    assert feed.send(1.1, last="5799.75") == Decimal("5799.75")
    assert feed.quotes.pending_confirmation() is None
    assert feed.price(9.0) == Decimal("5799.75")


def test_a_second_quote_confirms_at_once():
    feed = Feed()
    feed.send(1.0, last="5740")
    assert feed.send(1.001, last="5741.25") == Decimal("5741.25")
    assert feed.quotes.pending_confirmation() is None


def test_a_jump_that_stands_counts_after_250_ms():
    feed = Feed()
    feed.send(1.0, last="5740")
    assert feed.price(1.2499) == 5800
    assert feed.price(1.25) == 5740
    assert feed.quotes.confirm_standing(1.2499) == ()
    assert feed.quotes.confirm_standing(1.25) == (ES,)
    assert feed.quotes.pending_confirmation() is None
    assert feed.send(1.3, last="5741") == 5741


def test_a_standing_jump_counts_even_if_nobody_asked_in_between():
    feed = Feed()
    feed.send(1.0, last="5740")
    assert feed.send(1.3, last="5799.75") == 5740
    assert feed.price(1.55) == Decimal("5799.75")


def test_exactly_the_distance_is_no_jump_and_zero_is_off():
    assert Feed().send(1.0, last="5742") == 5742
    assert Feed().send(1.0, last="5741.75") == 5800
    assert Feed(percent="0").send(1.0, last="1") == 1


def test_a_different_jump_starts_waiting_anew():
    feed = Feed()
    feed.send(1.0, last="5740")
    assert feed.send(1.2, last="6500") == 5800
    assert feed.price(1.25) == 5800
    assert feed.quotes.pending_confirmation() == 1.45


def test_a_quote_without_the_price_does_not_repeat_it():
    feed = Feed()
    feed.send(1.0, last="5740")
    assert feed.send(1.1, bid="5799.50") == 5800
    assert feed.price(1.25) == 5740


def test_the_book_takes_an_odd_last_price_back():
    feed = Feed()
    feed.send(1.0, last="5740")
    feed.send(1.05, bid="5799.50")
    assert feed.send(1.1, ask="5800") == Decimal("5799.50")
    assert feed.price(5.0) == Decimal("5799.50")


def test_each_basis_is_guarded():
    feed = Feed()
    feed.send(0.1, bid="5799.75", ask="5800.25")
    feed.send(1.0, bid="5000")
    assert feed.price(1.0, PriceBasis.EXIT) == Decimal("5799.75")
    assert feed.price(1.0, PriceBasis.MID) == 5800
    feed.send(1.1, ask="5800.50")
    assert feed.price(1.1, PriceBasis.MID) == 5800
    assert feed.price(1.0, PriceBasis.LAST) == 5800
    feed.send(1.2, bid="5799.50")
    assert feed.price(9.0, PriceBasis.EXIT) == Decimal("5799.50")
    assert feed.price(9.0, PriceBasis.MID) == 5800


def test_an_odd_bar_must_stand_too():
    feed = Feed()
    feed.quotes.update(QuoteChanged(ES, last=Decimal(5800), at=AT), 1.0)
    feed.quotes.set_bar(ES, Decimal(5000), AT + MINUTE, 60.0)
    assert feed.price(60.2) == 5800
    assert feed.price(60.25) == 5000


prices = st.decimals("5000", "6600", places=2)


@given(st.lists(st.tuples(prices, st.floats(0.0, 0.2)), min_size=1, max_size=30))
def test_an_accepted_jump_was_repeated_or_stood(steps):
    feed = Feed()
    mono, history = 0.0, [(0.0, Decimal(5800))]
    for price, pause in steps:
        mono += pause
        before = feed.price(mono)
        after = feed.send(mono, last=str(price))
        if abs(after - before) > before / 100:
            near = [abs(seen - after) <= seen / 100 for _, seen in history]
            assert near[-1], "only the quote before can have been repeated"
        history.append((mono, price))
    stood = feed.price(mono + 0.25)
    assert stood == steps[-1][0]
