"""Rows: what each member becomes, and which rows are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from risk_manager.api import enums
from risk_manager.api import translate_rows as rows
from risk_manager.domain.orders import OrderKind, OrderStatus, Side
from tests.unit.api.wire_samples import ACCOUNT, CONTRACT, ORDER, POSITION, TRADE, raw

STAMPS = [
    ("2026-08-19T20:51:31Z", 0),
    ("2026-08-19T20:51:31+00:00", 0),
    ("2026-08-19T20:51:31.4+00:00", 400000),
    ("2026-08-19T20:51:31.417+00:00", 417000),
    ("2026-08-19T20:51:31.41736+00:00", 417360),
    ("2026-08-19T20:51:31.417369Z", 417369),
    ("2026-08-19T20:51:31.4173693+00:00", 417369),
    ("2026-08-19T15:51:31.4173693-05:00", 417369),
]
NAN = Decimal("NaN")


@pytest.mark.parametrize(("text", "micros"), STAMPS)
def test_timestamps_of_any_precision(text, micros):
    trade = rows.trade_row(raw(TRADE | {"creationTimestamp": text}))
    assert trade.at == datetime(2026, 8, 19, 20, 51, 31, micros, UTC)


@pytest.mark.parametrize("row", [TRADE, ORDER, POSITION])
def test_malformed_timestamp_is_refused(row):
    to_row = {789: rows.order_row, 456: rows.position_row}.get(row["id"], rows.trade_row)
    with pytest.raises(rows.WireError, match="instant"):
        to_row(raw(row | {"creationTimestamp": "yesterday"}))


@pytest.mark.parametrize("closed", [{"size": 0}, {"type": 0}, {"type": 0, "size": 0}])
@pytest.mark.parametrize("price", [24445.23, None, 0, "NaN"])
def test_closed_position_by_size_or_type(closed, price):
    position = rows.position_row(raw(POSITION | closed | {"averagePrice": price}))
    assert (position.size, position.signed_size) == (0, 0)


@pytest.mark.parametrize(("kind", "signed"), [(1, 2), (2, -2)])
def test_direction_of_a_position_is_its_type(kind, signed):
    position = rows.position_row(raw(POSITION | {"type": kind}))
    assert position.signed_size == signed
    assert position.average_price == Decimal("24445.23")


@pytest.mark.parametrize("price", [None, 0, -1, "NaN"])
def test_open_position_needs_a_price(price):
    with pytest.raises(rows.WireError, match="averagePrice"):
        rows.position_row(raw(POSITION | {"averagePrice": price}))


def test_order_with_everything_left_out():
    order = rows.order_row(raw(ORDER))
    assert (order.status, order.kind, order.side) == (OrderStatus.OPEN, OrderKind.STOP, Side.SELL)
    assert (order.fill_volume, order.limit_price, order.stop_price) == (
        0,
        None,
        Decimal("29504.25"),
    )
    assert (order.custom_tag, order.parent_id, order.linked_id) == (None, None, None)


def test_suspended_bracket_child_keeps_its_signed_distance():
    child = raw(
        ORDER
        | {"status": 8, "stopPrice": 0, "trailPrice": -25.5, "fillVolume": None}
        | {"parentOrderId": 1, "linkedOrderId": 2}
    )
    order = rows.order_row(child)
    assert (order.status, order.stop_price) == (OrderStatus.SUSPENDED, None)
    assert (order.trail_price, order.parent_id, order.linked_id) == (Decimal("-25.5"), 1, 2)


@pytest.mark.parametrize(("table", "count"), [(enums.ORDER_STATUSES, 9), (enums.ORDER_KINDS, 8)])
def test_every_known_enum_has_its_own_word(table, count):
    assert list(table) == list(range(count))
    assert len(set(table.values())) == count


@pytest.mark.parametrize(
    ("to_row", "row"),
    [
        (rows.order_row, ORDER | {"status": 9}),
        (rows.order_row, ORDER | {"status": -1}),
        (rows.order_row, ORDER | {"type": 8}),
        (rows.order_row, ORDER | {"side": 2}),
        (rows.position_row, POSITION | {"type": 3}),
        (rows.position_row, POSITION | {"type": 3, "size": 0}),
        (rows.trade_row, TRADE | {"side": -1}),
    ],
)
def test_unknown_enum_is_refused(to_row, row):
    with pytest.raises(rows.WireError, match="is not a known value"):
        to_row(raw(row))


@pytest.mark.parametrize(
    ("to_row", "row"),
    [
        (rows.order_row, ORDER | {"size": -1}),
        (rows.order_row, ORDER | {"size": 1.5}),
        (rows.order_row, ORDER | {"id": "789"}),
        (rows.order_row, ORDER | {"contractId": ""}),
        (rows.position_row, POSITION | {"size": -2}),
        (rows.trade_row, TRADE | {"price": 0}),
        (rows.trade_row, TRADE | {"profitAndLoss": "NaN"}),
        (rows.trade_row, TRADE | {"fees": "Infinity"}),
        (rows.account_row, ACCOUNT | {"canTrade": 1}),
    ],
)
def test_value_that_makes_no_sense_is_refused(to_row, row):
    with pytest.raises(rows.WireError):
        to_row(raw(row))


def test_id_beyond_64_bits_is_refused():
    with pytest.raises(rows.WireError):
        rows.account_row(b'{"id":9223372036854775808,"canTrade":true}')


def test_opening_fill_has_no_pnl_and_no_costs():
    trade = rows.trade_row(raw(TRADE | {"profitAndLoss": None, "fees": None, "voided": None}))
    assert trade.pnl is None
    assert trade.fees == trade.commissions == 0
    assert not trade.voided


def test_closing_fill_is_exact():
    text = msgspec.json.encode(TRADE)[:-1] + b',"profitAndLoss":-0.10,"fees":1.4000,"voided":true}'
    trade = rows.trade_row(text)
    assert (str(trade.pnl), str(trade.fees), trade.voided) == ("-0.10", "1.4000", True)
    assert sum([trade.pnl or 0] * 10) == Decimal("-1.00")


def test_account_without_balance_or_with_one_that_is_no_number():
    assert rows.account_row(b'{"id":1,"canTrade":false}').balance is None
    assert rows.account_row(raw(ACCOUNT | {"balance": "NaN"})).balance is None
    assert rows.account_row(raw(ACCOUNT | {"balance": -12.5})).balance == Decimal("-12.5")


@pytest.mark.parametrize(
    ("contract_id", "name", "root"),
    [
        ("CON.F.US.ENQ.U25", "NQU5", "NQ"),
        ("CON.F.US.EP.Z25", "ESZ5", "ES"),
        ("CON.F.US.EP.Z25", "oddly named", "ES"),
        ("opaque", "oddly named", "opaque"),
    ],
)
def test_root_of_a_contract(contract_id, name, root):
    row = {"id": contract_id, "name": name, "tickSize": 0.25, "tickValue": 12.5}
    contract = rows.contract_row(raw(row))
    assert (contract.root, contract.active) == (root, True)
    assert contract.point_value == 50


@pytest.mark.parametrize("tick", [0, -0.25, "NaN"])
def test_contract_without_usable_tick_is_refused(tick):
    row = {"id": CONTRACT, "name": "MNQU6", "tickSize": tick, "tickValue": 0.5}
    with pytest.raises(rows.WireError, match="tick"):
        rows.contract_row(raw(row))
