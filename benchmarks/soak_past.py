"""Months of use in a moment: every book of the engine that has a bound, filled to it."""

from datetime import timedelta
from decimal import Decimal

from risk_manager.core.assembly import Restored
from risk_manager.domain.ids import IntentId, OrderId, PositionId
from risk_manager.domain.orders import Order, OrderKind, OrderStatus, Side
from risk_manager.domain.records import PastClose
from risk_manager.enforcement.own_closes import KEEP_CLOSES
from risk_manager.simulation.setup import ACCOUNT, MNQ, START
from risk_manager.state.order_book import KEEP_TERMINAL
from risk_manager.state.position_book import KEEP_DEAD
from risk_manager.state.writes import PutDeadPosition
from tests.harness.random_trader import CONTRACTS


def long_past() -> Restored:
    """What the database of a guard holds that has closed a great deal."""
    begun = START - timedelta(days=30)
    closes = [
        PastClose(
            ACCOUNT,
            MNQ,
            IntentId(number),
            begun + timedelta(minutes=number),
            begun + timedelta(minutes=number, seconds=1),
            Side.SELL,
        )
        for number in range(1, KEEP_CLOSES + 1)
    ]
    dead = [
        PutDeadPosition(ACCOUNT, contract_id, PositionId(number), begun + timedelta(minutes=number))
        for contract_id in CONTRACTS
        for number in range(1, KEEP_DEAD + 1)
    ]
    return Restored(closes=tuple(closes), last_intent_id=KEEP_CLOSES, dead_positions=tuple(dead))


def old_orders() -> list[Order]:
    """As many orders that are over as the book remembers; each with values of its own."""
    begun = START - timedelta(days=30)
    return [
        Order(
            OrderId(number),
            ACCOUNT,
            MNQ,
            OrderStatus.CANCELLED,
            OrderKind.LIMIT,
            Side.BUY,
            1,
            limit_price=Decimal(28_000) + number,
            created_at=begun + timedelta(minutes=number),
            updated_at=begun + timedelta(minutes=number, seconds=1),
        )
        for number in range(1, KEEP_TERMINAL + 1)
    ]
