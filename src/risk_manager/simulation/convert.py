"""The simulated exchange's objects as the domain's: what the wire and the translator do together.

Enumerations go through the product's own tables, so a number means here what it means on the wire.
"""

from __future__ import annotations

from risk_manager.api import enums
from risk_manager.domain.contracts import Contract
from risk_manager.domain.events import (
    AccountChanged,
    Event,
    OrderChanged,
    PositionChanged,
    QuoteChanged,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId, ContractId, OrderId, PositionId, TradeId
from risk_manager.domain.money import usable_price
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import AccountRow, Position, Trade
from risk_manager.domain.symbols import root_of_name
from risk_manager.gateway_sim.market_model import SimQuote
from risk_manager.gateway_sim.model import (
    SimAccount,
    SimContract,
    SimOrder,
    SimPosition,
    SimTrade,
    VenueEvent,
)


def order_of(row: SimOrder) -> Order:
    """An order."""
    return Order(
        id=OrderId(row.id),
        account_id=AccountId(row.account_id),
        contract_id=ContractId(row.contract_id),
        status=enums.ORDER_STATUSES[row.status],
        kind=enums.ORDER_KINDS[row.type],
        side=enums.SIDES[row.side],
        size=row.size,
        fill_volume=row.fill_volume,
        limit_price=row.limit_price,
        stop_price=row.stop_price,
        trail_price=row.trail_price,
        filled_price=row.filled_price,
        custom_tag=row.custom_tag,
        created_at=row.created,
        updated_at=row.updated,
        parent_id=None if row.parent_order_id is None else OrderId(row.parent_order_id),
        linked_id=None if row.linked_order_id is None else OrderId(row.linked_order_id),
    )


def position_of(row: SimPosition) -> Position:
    """A position; type UNDEFINED is size 0."""
    return Position(
        id=PositionId(row.id),
        account_id=AccountId(row.account_id),
        contract_id=ContractId(row.contract_id),
        side=enums.POSITION_SIDES[row.type],
        size=0 if row.type == enums.POSITION_FLAT else row.size,
        average_price=row.average_price,
        opened_at=row.created,
    )


def trade_of(row: SimTrade) -> Trade:
    """A fill."""
    return Trade(
        id=TradeId(row.id),
        account_id=AccountId(row.account_id),
        contract_id=ContractId(row.contract_id),
        at=row.created,
        price=row.price,
        side=enums.SIDES[row.side],
        size=row.size,
        order_id=OrderId(row.order_id),
        pnl=row.profit_and_loss,
        fees=row.fees,
        commissions=row.commissions,
        voided=row.voided,
    )


def account_of(row: SimAccount) -> AccountRow:
    """An account row."""
    return AccountRow(AccountId(row.id), row.name, row.balance, row.can_trade)


def quote_of(row: SimQuote) -> QuoteChanged:
    """A quote."""
    return QuoteChanged(
        ContractId(row.contract_id),
        usable_price(row.last),
        usable_price(row.bid),
        usable_price(row.ask),
        row.at,
    )


def contract_of(row: SimContract) -> Contract:
    """A contract."""
    root = root_of_name(row.name)
    assert root is not None
    return Contract(ContractId(row.id), row.name, root, row.tick_size, row.tick_value, row.active)


def event_of(happened: VenueEvent) -> Event | None:
    """The hub's event for a change at the venue; None for what no hub of ours sends."""
    match happened.data:
        case SimOrder():
            return OrderChanged(order_of(happened.data))
        case SimPosition():
            return PositionChanged(position_of(happened.data))
        case SimTrade():
            return TradeExecuted(trade_of(happened.data))
        case SimAccount():
            return AccountChanged(account_of(happened.data))
        case SimQuote():
            return quote_of(happened.data)
        case _:
            return None
