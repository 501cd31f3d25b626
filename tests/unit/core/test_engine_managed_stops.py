"""RULE-012 against the venue's book: stops placed, moved and followed (S70, S71, S148, S172)."""

from decimal import Decimal
from itertools import pairwise

import pytest

from risk_manager.domain.requests import ModifyOrder, PlaceStop
from risk_manager.gateway_sim.venue_enums import OrderType
from risk_manager.simulation.fates import Fate
from risk_manager.simulation.setup import ACCOUNT, MNQ
from tests.harness.managed import TRAIL, managed, managing
from tests.harness.stops import PRICE
from tests.harness.words import did


def test_s70_nothing_at_nine_ticks_and_a_stop_at_ten():
    world = managing()
    world.price(2.25)
    assert world.words() == []
    world.price(2.50)
    assert world.words() == ["stop MNQ -1 at 29500.00"]
    assert world.book() == [(-1, 0)]
    (order,) = world.orders()
    assert (order.type, len(order.custom_tag or "")) == (OrderType.STOP, 26)
    world.to(60)
    assert len(world.words()) == 1
    world.price(0)
    assert (world.net, world.orders(), world.guarantees.problems) == (0, [], [])


@pytest.mark.parametrize(
    ("size", "above", "moved", "book"),
    [(1, -10, True, 0), (1, 1, False, 1), (-1, 10, True, 0), (-1, -1, False, -1)],
)
def test_s70_a_looser_stop_is_moved_and_a_tighter_one_stays(size, above, moved, book):
    world = managing(size)
    if above * size > 0:
        world.price(2 * size)
    number = world.stops(above, -size)
    world.price(2.50 * size)
    assert world.words() == ([f"move {number} to 29500.00"] if moved else [])
    assert world.book() == [(-size, book)]


def test_s71_the_trail_follows_the_best_price():
    world = managing(rules=TRAIL)
    steps = []
    for above in (4.75, 5, 10, 8):
        world.price(above, wait=1.5)
        steps.append([level for _, level in world.book()])
    assert steps == [[], [Decimal("2.50")], [Decimal("7.50")], [Decimal("7.50")]]
    assert len(world.words()) == 2


def test_s71_five_ticks_in_a_second_are_one_change():
    world = managing(rules=TRAIL)
    world.price(5, wait=3)
    begun = world.world.t
    for tick in range(1, 6):
        world.price(5 + tick * 0.25, wait=0.15)
    world.to(begun - world.entry + 0.99)
    assert len(did(world.world, begun)) == 1
    world.world.run(2)
    assert [level for _, level in world.book()] == [Decimal("3.75")]
    assert len(did(world.world, begun)) == 2


@pytest.mark.parametrize("seconds", [1, 4])
def test_no_order_is_changed_more_often_than_configured(seconds):
    world = managing(rules=managed(None, {"update_frequency": seconds}))
    for tick in range(80):
        world.price(5 + tick * 0.25, wait=0.2)
    at = [one.at for one in world.world.broker.sent]
    assert len(at) > 3
    assert min(b - a for a, b in pairwise(at)) >= seconds
    assert world.guarantees.problems == []


def test_s71_a_stop_of_ours_goes_when_the_position_is_flat():
    world = managing(rules=TRAIL)
    world.price(5, wait=2)
    (order,) = world.orders()
    world.trader.fill(MNQ, -1)
    world.world.run(0.5)
    assert (world.words()[-1], world.orders()) == (f"cancel {order.id}", [])


def test_a_stop_of_the_trader_stays_when_the_position_is_flat():
    world = managing()
    number = world.stops(-10)
    world.price(2.50)
    world.trader.fill(MNQ, -1)
    world.world.run(30)
    assert world.words() == [f"move {number} to 29500.00"]


def test_s148_the_size_is_read_again_before_sending():
    """Long 2; one is sold, unknown to us, just before the stop would go out."""
    world = managing(2)
    world.world.fates.draw_event = lambda event, usual: [] if event.kind != "quote" else [usual]
    world.trader.price(MNQ, str(PRICE + 2.5))
    world.trader.fill(MNQ, -1)
    world.world.run(3)
    assert world.words() == ["stop MNQ -1 at 29500.00"]


def test_stop_size_is_reread_before_sending():
    """Lesson 6: a stop sized from what we remember flips the position. Told nothing, we look."""
    world = managing(3, rules=TRAIL)
    world.price(5, wait=2)
    assert world.book() == [(-3, Decimal("2.50"))]
    world.world.fates.draw_event = lambda event, usual: [] if event.kind != "quote" else [usual]
    world.trader.fill(MNQ, -2)
    world.price(8, wait=3)
    assert world.book() == [(-1, Decimal("5.50"))]
    world.price(0)
    assert world.net == 0


def test_s172_the_present_price_is_read_again_before_a_change():
    world = managing()
    number = world.stops(-10)
    world.world.run(0.2)
    world.world.fates.draw_event = lambda event, usual: [] if event.kind == "order" else [usual]
    world.price(2, wait=0.1)
    world.world.exchange.modify(ACCOUNT, number, stop_price=Decimal(PRICE + 1))
    begun = len(world.world.broker.snapshots)
    world.price(2.50, wait=1)
    assert world.words() == []
    assert len(world.world.broker.snapshots) > begun
    assert world.book() == [(-1, 1)]


def test_an_old_order_event_that_comes_late_loosens_nothing():
    """The look says +1, an event from before says -10: neither is loosened."""
    world = managing()
    number = world.stops(-10)
    world.world.run(0.2)
    world.world.fates.draw_event = lambda e, usual: [900 if e.kind == "order" else usual]
    world.price(2, wait=0.1)
    world.world.exchange.modify(ACCOUNT, number, stop_price=Decimal(PRICE + 1))
    world.world.collect()
    world.price(2.50, wait=3)
    assert (world.words(), world.book()) == ([], [(-1, 1)])


@pytest.mark.parametrize("change", [-1, 1])
def test_our_stop_follows_the_size_at_the_same_price(change):
    world = managing(2)
    world.price(2.50, wait=2)
    (order,) = world.orders()
    world.trader.fill(MNQ, change, PRICE)
    world.world.run(2)
    assert world.words()[1:] == [f"resize {order.id} to {2 + change}"]
    assert world.book() == [(-2 - change, 0)]
    assert world.guarantees.problems == []


def test_a_stop_the_trader_moved_is_kept_until_profit_demands_a_tighter_one():
    world = managing(rules=managed({}, {}))
    world.price(2.50, wait=2)
    (order,) = world.orders()
    world.world.exchange.modify(ACCOUNT, order.id, stop_price=Decimal(PRICE - 20))
    world.world.collect()
    world.price(3, wait=10)
    world.price(4.75, wait=10)
    assert world.book() == [(-1, -20)]
    world.price(5, wait=2)
    assert world.book() == [(-1, Decimal("2.50"))]


def test_every_looser_stop_is_moved_and_none_is_added():
    world = managing(3)
    numbers = [world.stops(-10), world.stops(-20), world.stops(-30)]
    world.price(2.50, wait=1)
    assert sorted(world.words()) == [f"move {number} to 29500.00" for number in numbers]


def test_a_trailing_stop_of_the_trader_is_tightened():
    world = managing()
    number = world.trader.place(
        MNQ, OrderType.TRAILING_STOP, -1, trail_price=Decimal(PRICE - 10)
    )  # fmt: skip
    world.price(2.50, wait=2)
    assert world.words() == [f"move {number} to 29500.00"]
    assert world.book() == [(-1, 0)]


def test_the_market_has_passed_the_level_before_the_look_is_in():
    world = managing()
    world.world.broker.fates.script(PlaceStop, Fate())
    world.trader.price(MNQ, str(PRICE + 2.5))
    world.world.run(0.015)
    world.trader.price(MNQ, str(PRICE - 1))
    world.world.run(5)
    assert (world.words(), world.net) == ([], 1)
    world.price(1, wait=1)
    assert world.words() == ["stop MNQ -1 at 29500.00"]
    assert not [one for one in world.world.broker.sent if isinstance(one.request, ModifyOrder)]
