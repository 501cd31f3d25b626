"""Auto OCO brackets: suspended children, activation, one leg cancelling the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from risk_manager.gateway_sim.venue_enums import OrderStatus, OrderType
from tests.unit.gateway_sim.floor import ACCOUNT, BUY, MNQ, SELL, START, Floor, dec

LONG = {"stop_loss_ticks": -40, "stop_loss_type": 4, "take_profit_ticks": 80, "take_profit_type": 1}
SHORT = {
    "stop_loss_ticks": 40,
    "stop_loss_type": 4,
    "take_profit_ticks": -80,
    "take_profit_type": 1,
}


def ids(entry: int) -> tuple[int, int, int]:
    return entry, entry + 1, entry + 2


def test_event_order_of_a_bracketed_market_entry():
    floor = Floor()
    entry, stop, target = ids(floor.market(BUY, **LONG))
    seen = [(e.kind, e.data.id, getattr(e.data, "status", None)) for e in floor.events()]
    orders = [(order_id, status) for kind, order_id, status in seen if kind == "order"]
    assert orders == [(stop, 8), (entry, 6), (target, 8), (entry, 2), (target, 1), (stop, 1)]
    others = [kind for kind, _, _ in seen if kind != "order"]
    assert others == ["trade", "position", "account"]


def test_suspended_children_have_no_price_and_are_hidden_from_open_orders():
    floor = Floor()
    entry, stop, target = ids(floor.order(OrderType.LIMIT, SELL, 3, limit_price="20010",
                                          custom_tag="tag-1", **SHORT))  # fmt: skip
    sl, tp = floor.get(stop), floor.get(target)
    for child in (sl, tp):
        assert child.status is OrderStatus.SUSPENDED
        assert (child.stop_price, child.limit_price) == (None, None)
        assert child.parent_order_id == entry
        assert (child.side, child.size) == (BUY, 3)
    assert (sl.type, sl.trail_distance, sl.trail_price) == (OrderType.STOP, 40, dec("10"))
    assert (tp.type, tp.trail_distance, tp.trail_price) == (OrderType.LIMIT, -80, dec("-20"))
    assert (sl.linked_order_id, tp.linked_order_id) == (None, stop)
    assert (sl.custom_tag, tp.custom_tag) == ("tag-1-SL", "tag-1-TP")
    assert [o.id for o in floor.exchange.open_orders(ACCOUNT)] == [entry]


@pytest.mark.parametrize(
    ("side", "members", "stop_price", "limit_price"),
    [(BUY, LONG, "19990.25", "20020.25"), (SELL, SHORT, "20010", "19980")],
)
def test_children_work_11_ms_after_the_fill_at_signed_offsets(
    side, members, stop_price, limit_price
):
    floor = Floor()
    entry, stop, target = ids(floor.market(side, **members))
    filled = floor.exchange.trades(ACCOUNT)[0].created
    sl, tp = floor.get(stop), floor.get(target)
    assert (sl.status, sl.stop_price) == (OrderStatus.OPEN, dec(stop_price))
    assert (tp.status, tp.limit_price) == (OrderStatus.OPEN, dec(limit_price))
    assert sl.updated == tp.updated == filled + timedelta(milliseconds=11)
    assert floor.get(entry).updated == START, "frozen on fill"


@pytest.mark.parametrize(("price", "winner"), [("19980", 1), ("20030", 2)])
def test_filled_leg_cancels_its_sibling_12_ms_later(price, winner):
    floor = Floor()
    family = ids(floor.market(BUY, **LONG))
    other = family[3 - winner]
    activated = floor.get(family[winner]).updated
    floor.price(price)
    assert floor.net() == 0
    assert floor.get(family[winner]).updated == activated, "frozen on fill"
    floor.wait(11)
    assert floor.get(other).status is OrderStatus.OPEN
    floor.wait(1)
    assert floor.get(other).status is OrderStatus.CANCELLED
    assert floor.get(other).updated == floor.exchange.now


def test_in_the_12_ms_the_sibling_can_still_fill():
    floor = Floor()
    floor.market(BUY, **LONG)
    floor.price("19980")
    floor.price("20030")
    assert floor.net() == -1


def test_cancelled_entry_takes_its_children_along():
    floor = Floor()
    entry, stop, target = ids(floor.order(OrderType.LIMIT, BUY, limit_price="19990", **LONG))
    assert floor.exchange.cancel(ACCOUNT, entry).code == 0
    assert {floor.get(i).status for i in (entry, stop, target)} == {OrderStatus.CANCELLED}


def test_partly_filled_then_cancelled_entry_keeps_protection_for_what_filled():
    floor = Floor(partial_lot=2)
    entry, stop, target = ids(floor.order(OrderType.LIMIT, BUY, 5, limit_price="19990", **LONG))
    floor.price("19989")
    assert floor.get(stop).status is OrderStatus.SUSPENDED
    floor.exchange.cancel(ACCOUNT, entry)
    floor.wait(20)
    assert [(o.id, o.size) for o in floor.exchange.open_orders(ACCOUNT)] == [(stop, 2), (target, 2)]


def test_cancelling_or_moving_one_leg_leaves_the_other():
    floor = Floor()
    _, stop, target = ids(floor.market(BUY, **LONG))
    before = floor.get(stop)
    floor.exchange.modify(ACCOUNT, target, limit_price=dec("20050"))
    assert floor.get(stop) == before
    floor.exchange.cancel(ACCOUNT, target)
    assert floor.get(stop) == before


def test_orphan_leg_opens_a_reverse_position_unless_switched_off():
    for orphan_legs, net in ((True, -1), (False, 0)):
        floor = Floor(orphan_legs=orphan_legs)
        _, stop, _ = ids(floor.market(BUY, **LONG))
        floor.market(SELL)
        assert floor.net() == 0
        assert floor.get(stop).status is OrderStatus.OPEN, "an opposite order leaves the legs"
        floor.price("19980")
        assert floor.net() == net
        assert floor.get(stop).status is (OrderStatus.FILLED if net else OrderStatus.CANCELLED)


def test_children_per_partial_grow_with_the_fill():
    floor = Floor(partial_lot=1, children_per_partial=True)
    _, stop, _ = ids(floor.order(OrderType.MARKET, BUY, 3, **LONG))
    sizes = []
    for _ in range(40):
        floor.wait(1)
        if floor.get(stop).status is OrderStatus.OPEN:
            sizes.append(floor.get(stop).size)
    assert sorted(set(sizes)) == [1, 2, 3]


def test_a_single_leg_and_a_trailing_stop_leg():
    floor = Floor()
    entry = floor.market(BUY, take_profit_ticks=8, take_profit_type=1)
    target = floor.get(entry + 1)
    assert (target.type, target.limit_price) == (OrderType.LIMIT, dec("20002.25"))
    assert target.linked_order_id is None
    second = floor.market(BUY, stop_loss_ticks=-40, stop_loss_type=5)
    floor.price("20002")
    assert floor.get(second + 1).stop_price == dec("19992")


def test_child_price_is_a_whole_tick_when_the_mean_fill_is_not():
    floor = Floor(partial_lot=1)
    entry = floor.order(OrderType.MARKET, BUY, 3, **LONG)
    while floor.get(entry).fill_volume < 1:
        floor.wait(1)
    floor.price("20000.25")
    floor.wait()
    mean = floor.get(entry).filled_price
    assert mean is not None
    assert mean % dec("0.25") != 0
    assert floor.get(entry + 1).stop_price == dec("19990.50")


def test_sibling_lives_until_the_winning_leg_is_complete():
    floor = Floor(partial_lot=1)
    _, stop, target = ids(floor.market(BUY, 3, **LONG))
    floor.price("20030")
    floor.exchange.set_price(MNQ, dec("20000"))
    floor.wait(100)
    assert floor.get(target).fill_volume == 1
    assert floor.get(stop).status is OrderStatus.OPEN
    floor.price("20030")
    floor.wait(100)
    assert floor.get(target).status is OrderStatus.FILLED
    assert floor.get(stop).status is OrderStatus.CANCELLED
