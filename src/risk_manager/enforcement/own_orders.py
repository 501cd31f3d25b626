"""Which orders and positions our own closes caused (pure).

A close returns no order id, so it is matched by contract, closing side, size and time. The match
only counts, recognises a residue and finds an own order that hangs: no close is sent or left out
because of it.
"""

from __future__ import annotations

from datetime import timedelta

from risk_manager.domain.orders import Order, OrderKind, Side
from risk_manager.domain.positions import Position
from risk_manager.enforcement.contract_action import ContractAction
from risk_manager.state.account_state import AccountState

MATCH_WINDOW = timedelta(seconds=2)
FILL_WINDOW = timedelta(seconds=5)
NEAR_FILL = timedelta(seconds=1)


def is_surely_own(action: ContractAction, order: Order) -> bool:
    """Whether an alive closing market order is surely the one this action's call caused."""
    return order.is_alive and is_own_close(action, order)


def is_own_close(action: ContractAction, order: Order) -> bool:
    """Whether this action's call surely caused an order, alive or over.

    Untagged, of the size asked for, created within 2 s of the call. In doubt it is not ours.
    """
    if action.sent_at is None or order.created_at is None or order.custom_tag is not None:
        return False
    return (
        order.contract_id == action.contract_id
        and order.kind is OrderKind.MARKET
        and order.side is action.side.opposite
        and order.size == action.intent.expected_size - action.target
        and abs(order.created_at - action.sent_at) <= MATCH_WINDOW
    )


def may_be_own(action: ContractAction, order: Order) -> bool:
    """Whether an order could have been caused by this action's call, on whichever side.

    A close carries no side: the venue takes it from the position it finds, and that may have
    turned over since we decided. Any untagged market order that lives and was not there before
    the call may be it; waiting for one that is not costs one look.
    """
    if action.sent_at is None or order.custom_tag is not None:
        return False
    return (
        order.is_alive
        and order.contract_id == action.contract_id
        and order.kind is OrderKind.MARKET
        and (order.created_at is None or order.created_at >= action.sent_at - MATCH_WINDOW)
    )


def is_residue(action: ContractAction, position: Position) -> bool:
    """Whether a position on the other side fits a fill of our own close, by side, size and time.

    A stop and our close can cross in the venue: the position then opens on the closing side
    right after the call. Later positions are the trader's; so is one that another order opened
    (`opened_by_own`).
    """
    if action.sent_at is None or position.opened_at is None or position.size == 0:
        return False
    closing_side: Side = action.side.opposite
    age = position.opened_at - action.sent_at
    return (
        position.side is closing_side
        and position.size <= action.intent.expected_size
        and -MATCH_WINDOW <= age <= FILL_WINDOW
    )


def opened_by_own(account: AccountState, action: ContractAction, position: Position) -> bool | None:
    """Whether a fill of our own close surely opened a position; None while its fill is not known.

    The fill is the one on the position's side nearest to its opening time, within a second
    (whether both carry exactly the same instant is not known). If two orders could be our close,
    the position counts as the trader's.
    """
    opened_at = position.opened_at
    fills = [
        (abs(trade.at - opened_at), trade.id, trade.order_id)
        for trade in account.pnl.trades()
        if opened_at is not None
        and trade.contract_id == position.contract_id
        and trade.side is position.side
    ]
    nearest = min(fills, default=None)
    if nearest is None or nearest[0] > NEAR_FILL:
        return None
    orders = account.orders.known(position.contract_id)
    return [o.id for o in orders if is_own_close(action, o)] == [nearest[2]]
