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

MATCH_WINDOW = timedelta(seconds=2)
FILL_WINDOW = timedelta(seconds=5)


def is_surely_own(action: ContractAction, order: Order) -> bool:
    """Whether a closing market order is surely the one this action's call caused.

    Untagged, of the size asked for, and created within 2 s of the call. In doubt it is not.
    """
    if action.sent_at is None or order.created_at is None or order.custom_tag is not None:
        return False
    wanted = action.intent.expected_size - action.target
    return (
        action.is_closing_order(order)
        and order.size == wanted
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
    """Whether a position on the other side was opened by a fill of our own close.

    A stop and our close can cross in the venue: the position then opens on the closing side
    right after the call. Later positions are the trader's.
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
