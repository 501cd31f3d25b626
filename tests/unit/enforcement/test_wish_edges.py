"""What RULE-012 wishes for while the market stands on the other side of it."""

from decimal import Decimal

from risk_manager.domain.events import QuoteChanged
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import Fate
from risk_manager.simulation.setup import MNQ
from tests.harness.managed import managing
from tests.harness.stops import PRICE


def quote(world, last, bid, ask):
    """A quote, in points from the entry."""
    last, bid, ask = (Decimal(PRICE) + Decimal(str(one)) for one in (last, bid, ask))
    world.world.deliver(QuoteChanged(MNQ, last, bid, ask, world.world.time.now))


def test_a_stop_behind_the_last_price_but_before_the_bid_is_not_sent():
    """Nobody would buy at the last price: such a stop would sell at once."""
    world = managing()
    quote(world, 2.50, -1, 10)
    world.world.run(0.2)
    assert world.words() == []


def test_a_wish_that_the_market_has_passed_waits_for_the_next_quote():
    world = managing()
    quote(world, 2.50, 2.25, 2.75)
    quote(world, -2.50, -2.75, -2.25)
    world.world.run(2)
    assert world.words() == []
    world.trader.limit(MNQ, -1, PRICE + 50)  # an event that is no quote
    world.world.run(2)
    assert world.words() == []
    world.price(3, wait=2)
    assert world.words() == [f"stop MNQ -1 at {PRICE}.00"]


def slow_looks(world):
    """Reads take a while to come back, and no event tells of a position."""
    fates = world.world.fates
    fates.draw_event = lambda event, usual: [] if event.kind == "position" else [usual]
    fates.draw = lambda call: Fate(back_ms=4000) if isinstance(call, TakeSnapshot) else Fate()


def during_a_look(world):
    """Run up to 2 s after the next read was asked for: its answer takes two more."""
    asked = len(world.world.broker.snapshots)
    while len(world.world.broker.snapshots) == asked:
        world.world.run(0.01)
    world.world.run(2)


def test_a_fill_that_overtakes_the_look_is_waited_for_before_a_stop_is_placed():
    world = managing()
    world.price(2.50, wait=0.0)
    slow_looks(world)
    during_a_look(world)
    during_a_look(world)  # the first one does not read the suspended children of brackets
    world.trader.fill(MNQ, 1, PRICE)
    world.world.run(25)
    assert world.book() == [(-2, 0)]
    assert world.guarantees.problems == []


def test_a_fill_that_overtakes_the_look_is_waited_for_before_a_stop_grows():
    world = managing()
    world.price(2.50, wait=5)
    assert world.book() == [(-1, 0)]
    slow_looks(world)
    world.trader.fill(MNQ, 1, PRICE, silent=True)
    during_a_look(world)
    world.trader.fill(MNQ, -1, PRICE)
    world.world.run(20)
    assert world.book() == [(-1, 0)]
    assert world.guarantees.problems == []
