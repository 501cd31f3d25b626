"""One row of the gateway's JSON to one domain object, or WireError.

The same rows come in REST lists and in hub arguments. Prices that nobody can trade at (zero,
negative, not a number) count as missing, field by field.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from risk_manager.api import enums, wire
from risk_manager.domain.contracts import Contract
from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.events import QuoteChanged
from risk_manager.domain.ids import AccountId, ContractId, OrderId, PositionId, TradeId
from risk_manager.domain.money import ZERO, usable_price
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import AccountRow, Position, Trade
from risk_manager.domain.symbols import root_of_contract_id, root_of_name
from risk_manager.utils.datetime_helpers import parse_instant

Raw = msgspec.Raw | bytes
"""JSON text of one value."""
Wire = TypeVar("Wire")
MAX_EXPONENT: Final = 15
"""No price or amount has more digits before or zeros behind the point; 1E+400 is nonsense."""


class WireError(RiskManagerError):
    """A row that cannot be understood; the text says why."""


def decode(decoder: msgspec.json.Decoder[Wire], raw: Raw) -> Wire:
    """Return the typed row; WireError for malformed JSON, wrong types and missing members."""
    try:
        return decoder.decode(raw)
    except (ValueError, RecursionError) as error:  # DecodeError and UnicodeError are ValueErrors
        raise WireError(str(error)) from error


def account_row(raw: Raw) -> AccountRow:
    """Return an account; a balance that is no number is missing."""
    row = decode(wire.ACCOUNT, raw)
    return AccountRow(AccountId(row.id), row.name, _finite(row.balance), row.can_trade)


def order_row(raw: Raw) -> Order:
    """Return an order."""
    row = decode(wire.ORDER, raw)
    return Order(
        id=OrderId(row.id),
        account_id=AccountId(row.account_id),
        contract_id=ContractId(row.contract_id),
        status=_word(enums.ORDER_STATUSES, row.status, "order status"),
        kind=_word(enums.ORDER_KINDS, row.type, "order type"),
        side=_word(enums.SIDES, row.side, "side"),
        size=row.size,
        fill_volume=row.fill_volume or 0,
        limit_price=_price(row.limit_price),
        stop_price=_price(row.stop_price),
        trail_price=_finite(row.trail_price),
        filled_price=_price(row.filled_price),
        custom_tag=row.custom_tag,
        created_at=_instant(row.creation_timestamp),
        updated_at=_instant(row.update_timestamp),
        parent_id=None if row.parent_order_id is None else OrderId(row.parent_order_id),
        linked_id=None if row.linked_order_id is None else OrderId(row.linked_order_id),
    )


def position_row(raw: Raw) -> Position:
    """Return a position; size 0 and type 0 both mean closed."""
    row = decode(wire.POSITION, raw)
    side = _word(enums.POSITION_SIDES, row.type, "position type")
    size = 0 if row.type == enums.POSITION_FLAT else row.size
    average_price = _price(row.average_price)
    if size and average_price is None:
        raise WireError("averagePrice is missing or no price")
    return Position(
        id=PositionId(row.id),
        account_id=AccountId(row.account_id),
        contract_id=ContractId(row.contract_id),
        side=side,
        size=size,
        average_price=average_price,
        opened_at=_instant(row.creation_timestamp),
    )


def trade_row(raw: Raw) -> Trade:
    """Return a fill; a null P&L is an opening fill, so one that is no number is an error."""
    row = decode(wire.TRADE, raw)
    price = _price(row.price)
    if price is None:
        raise WireError(f"price {row.price} is no price")
    return Trade(
        id=TradeId(row.id),
        account_id=AccountId(row.account_id),
        contract_id=ContractId(row.contract_id),
        at=_parse(row.creation_timestamp),
        price=price,
        side=_word(enums.SIDES, row.side, "side"),
        size=row.size,
        order_id=OrderId(row.order_id),
        pnl=None if row.profit_and_loss is None else _amount(row.profit_and_loss, "P&L"),
        fees=_amount(row.fees or ZERO, "fees"),
        commissions=_amount(row.commissions or ZERO, "commissions"),
        voided=row.voided or False,
    )


def quote_row(contract_id: ContractId, raw: Raw) -> QuoteChanged:
    """Return a partial quote. Its time is `lastUpdated`, or `timestamp` where that is absent."""
    row = decode(wire.QUOTE, raw)
    return QuoteChanged(
        contract_id=contract_id,
        last=_price(row.last_price),
        bid=_price(row.best_bid),
        ask=_price(row.best_ask),
        at=_instant(row.last_updated or row.timestamp),
    )


def contract_row(raw: Raw) -> Contract:
    """Return a contract; its root comes from the name, else from the id, else is the id."""
    row = decode(wire.CONTRACT, raw)
    tick_size, tick_value = _price(row.tick_size), _price(row.tick_value)
    if tick_size is None or tick_value is None:
        raise WireError(f"tick size {row.tick_size} or tick value {row.tick_value} is unusable")
    return Contract(
        id=ContractId(row.id),
        name=row.name,
        root=root_of_name(row.name) or root_of_contract_id(row.id) or row.id,
        tick_size=tick_size,
        tick_value=tick_value,
        active=row.active_contract is not False,
    )


def bar_row(raw: Raw) -> tuple[datetime, Decimal | None]:
    """Return a bar's start and its close in points (None when that is no price)."""
    row = decode(wire.BAR, raw)
    return _parse(row.t), _price(row.c)


def _word(table: enums.Table[Wire], number: int, member: str) -> Wire:
    try:
        return enums.word(table, number, member)
    except enums.UnknownEnumError as error:
        raise WireError(str(error)) from error


def _parse(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise WireError(str(error)) from error


def _instant(text: str | None) -> datetime | None:
    return None if text is None else _parse(text)


def _finite(value: Decimal | None) -> Decimal | None:
    if value is None or not value.is_finite():
        return None
    if value.is_zero():
        return ZERO
    return value if abs(value.adjusted()) <= MAX_EXPONENT else None


def _price(value: Decimal | None) -> Decimal | None:
    return usable_price(_finite(value))


def _amount(value: Decimal, member: str) -> Decimal:
    amount = _finite(value)
    if amount is None:
        raise WireError(f"{member} {value} is no amount")
    return amount
