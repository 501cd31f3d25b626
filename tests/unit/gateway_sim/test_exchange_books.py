"""Positions, trades and balances."""

from __future__ import annotations

from datetime import timedelta

from risk_manager.gateway_sim.venue_enums import PositionType
from tests.unit.gateway_sim.floor import ACCOUNT, BUY, MNQ, SELL, START, Floor, dec

# Recorded per fill and contract for MNQ: fee 0.36, commission 0.25.
COST = dec("0.61")


def test_add_reduce_flip_and_reopen():
    floor = Floor()
    fill = floor.exchange.fill_now
    fill(ACCOUNT, MNQ, BUY, 1, dec("20000"))
    fill(ACCOUNT, MNQ, BUY, 2, dec("20001"))
    (position,) = floor.exchange.positions(ACCOUNT)
    assert (position.size, position.type) == (3, PositionType.LONG)
    assert position.average_price == dec("20000.666666666667"), "no multiple of the tick"
    fill(ACCOUNT, MNQ, SELL, 1, dec("20002"))
    (reduced,) = floor.exchange.positions(ACCOUNT)
    assert (reduced.id, reduced.average_price) == (position.id, position.average_price)
    fill(ACCOUNT, MNQ, SELL, 5, dec("20002"))
    (flipped,) = floor.exchange.positions(ACCOUNT)
    assert (flipped.size, flipped.type) == (3, PositionType.SHORT)
    assert flipped.average_price == dec("20002")
    assert flipped.id != position.id
    assert [t.profit_and_loss is None for t in floor.exchange.trades(ACCOUNT)] == [
        True, False, False, True, True,
    ]  # fmt: skip


def test_flip_is_two_trades_of_one_order_with_a_flat_position_between():
    floor = Floor()
    floor.exchange.fill_now(ACCOUNT, MNQ, BUY, 2, dec("20000"))
    floor.events()
    order_id = floor.exchange.fill_now(ACCOUNT, MNQ, SELL, 3, dec("20010")).order_id
    events = floor.events()[1:]
    assert [e.kind for e in events] == [
        "order", "trade", "position", "account", "trade", "position", "account",
    ]  # fmt: skip
    closing, opening = events[1].data, events[4].data
    assert (closing.size, closing.profit_and_loss) == (2, dec("40"))
    assert (opening.size, opening.profit_and_loss) == (1, None)
    assert closing.order_id == opening.order_id == order_id
    assert (events[2].data.type, events[2].data.size) == (0, 0)
    assert (events[5].data.type, events[5].data.size) == (PositionType.SHORT, 1)


def test_balance_pays_costs_on_every_fill_and_gets_profit_on_the_closing_one():
    floor = Floor()
    start = floor.balance()
    floor.exchange.fill_now(ACCOUNT, MNQ, SELL, 2, dec("20000"))
    assert floor.balance() == start - 2 * COST
    floor.exchange.fill_now(ACCOUNT, MNQ, BUY, 2, dec("20010"))
    assert floor.balance() == start - 4 * COST - dec("40")
    trade = floor.exchange.trades(ACCOUNT)[0]
    assert (trade.fees, trade.commissions) == (dec("0.72"), dec("0.50"))
    assert trade.profit_and_loss == dec("-40"), "gross"


def test_every_reopening_has_a_new_position_id():
    floor = Floor()
    seen = set()
    for _ in range(4):
        floor.exchange.fill_now(ACCOUNT, MNQ, BUY, 1)
        seen.add(floor.exchange.positions(ACCOUNT)[0].id)
        floor.exchange.fill_now(ACCOUNT, MNQ, SELL, 1)
    assert len(seen) == 4


def test_void_takes_the_money_back_once_and_tells_trade_and_account():
    floor = Floor()
    start = floor.balance()
    floor.exchange.fill_now(ACCOUNT, MNQ, BUY, 1, dec("20000"))
    floor.exchange.fill_now(ACCOUNT, MNQ, SELL, 1, dec("19950"))
    floor.events()
    loss = floor.exchange.trades(ACCOUNT)[0]
    voided = floor.exchange.void_trade(loss.id)
    assert voided is not None
    assert voided.voided
    assert floor.balance() == start - COST
    assert [(e.kind, getattr(e.data, "voided", None)) for e in floor.events()] == [
        ("trade", True), ("account", None),
    ]  # fmt: skip
    floor.exchange.void_trade(loss.id)
    assert floor.events() == []
    assert floor.exchange.void_trade(1) is None


def test_trades_come_newest_first_within_the_window():
    floor = Floor()
    for _ in range(3):
        floor.exchange.fill_now(ACCOUNT, MNQ, BUY, 1)
        floor.wait(1000)
    second = START + timedelta(seconds=1)
    ids = [t.id for t in floor.exchange.trades(ACCOUNT)]
    assert ids == sorted(ids, reverse=True)
    assert [t.created for t in floor.exchange.trades(ACCOUNT, second, second)] == [second]
    assert [o.created for o in floor.exchange.orders(ACCOUNT, second, second)] == [second]
    assert floor.exchange.trades(99) == []
    assert floor.exchange.positions(99) == []


def test_accounts_are_numbered_and_flags_are_told():
    floor = Floor(accounts=3, start_balance=dec("50000"))
    assert [a.id for a in floor.exchange.accounts()] == [10001, 10002, 10003]
    assert {a.balance for a in floor.exchange.accounts()} == {dec("50000")}
    changed = floor.exchange.set_account(10002, can_trade=False)
    (event,) = floor.events()
    assert event.data == changed
    assert (changed.can_trade, changed.auto_oco, changed.follower) == (False, True, False)


def test_answers_are_copies():
    floor = Floor()
    account = floor.exchange.account(ACCOUNT)
    assert account is not None
    account.balance = dec(0)
    assert floor.balance() == dec(150000)
    floor.market(BUY)
    floor.exchange.positions(ACCOUNT)[0].size = 9
    assert floor.net() == 1
