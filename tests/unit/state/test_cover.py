"""Which orders protect a position, and which only may."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from risk_manager.domain.cover import Cover
from risk_manager.domain.ids import OrderId
from risk_manager.domain.orders import Order, OrderStatus
from risk_manager.domain.unknown import Unknown
from risk_manager.state.cover import Parents, cover_of
from tests.support.grace import stop
from tests.support.make import NOW, order, position

LONG = position("MNQ", 3)
PRICE = Decimal(21000)


def covered(*orders: Order, parents: tuple[Order, ...] = (), heard: datetime | None = NOW) -> Cover:
    """The cover of a long of 3."""
    by_id: dict[OrderId, Order] = {one.id: one for one in parents}
    known = Parents(by_id.get, lambda _: heard)
    return cover_of(LONG, orders, PRICE, known)


def child(**more) -> Order:
    """A suspended stop of a bracket whose entry is order 7."""
    return stop(-2, None, status=OrderStatus.SUSPENDED, parent=7, **more)


def entry(status: OrderStatus, filled: int) -> Order:
    """The bracket's entry for 3."""
    return order("MNQ", 3, number=7, status=status, filled=filled)


def test_remaining_sizes_add_up_and_may_exceed_the_position():
    stops = (stop(-2, "20990"), stop(-3, "20980", number=501, filled=1))
    assert covered(*stops) == Cover(valid=4)


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        (entry(OrderStatus.OPEN, 0), Cover()),
        (entry(OrderStatus.OPEN, 1), Cover(filling=2)),
        (entry(OrderStatus.FILLED, 3), Cover(waking=2, completed_at=NOW)),
        (entry(OrderStatus.CANCELLED, 1), Cover(waking=2, completed_at=NOW)),
    ],
)
def test_a_suspended_child_follows_its_entry(parent, expected):
    assert covered(child(), parents=(parent,)) == expected


def test_a_child_of_an_entry_nobody_remembers_is_waking():
    assert covered(child(), heard=None) == Cover(waking=2)
    orphan = replace(child(), parent_id=None)
    assert covered(orphan) == Cover(waking=2)


def test_a_plain_stop_without_its_price_cannot_be_judged():
    assert covered(stop(-1, None)) == Cover(unpriced=1)


def test_without_price_and_average_nothing_can_be_judged():
    row = replace(LONG, average_price=None)
    found = cover_of(
        row, [stop(-1, "1")], Unknown("no price"), Parents(lambda _: None, lambda _: None)
    )
    assert found == Cover(unpriced=1)


def test_any_stop_for_all():
    assert Cover(valid=1, waking=1, completed_at=NOW).whole(3) == Cover(
        valid=3, waking=3, completed_at=NOW
    )
    assert Cover().whole(3) == Cover()
