"""What an event says of itself: whose it is, and which time of the venue it carries (pure)."""

from __future__ import annotations

from datetime import datetime

from risk_manager.domain.events import (
    AccountChanged,
    ConfigActivated,
    DayReset,
    Event,
    LockExpired,
    OrderChanged,
    PositionChanged,
    ProtocolError,
    QuoteChanged,
    SessionEnded,
    StateRestored,
    TimerFired,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId

_ADDRESSED = (
    ProtocolError, DayReset, StateRestored, ConfigActivated, SessionEnded, TimerFired, LockExpired,
)  # fmt: skip


def account_of(event: Event) -> AccountId | None:
    """The account an event concerns; None for all, or when it does not say."""
    match event:
        case PositionChanged(position):
            return position.account_id
        case TradeExecuted(trade):
            return trade.account_id
        case OrderChanged(order):
            return order.account_id
        case AccountChanged(account):
            return account.id
        case _ if isinstance(event, _ADDRESSED):
            return event.account_id
        case _:
            return None


def venue_time(event: Event) -> datetime | None:
    """The newest instant of the venue's in a message of the feed, None if it carries none.

    The venue had reached it when it sent the message, so it is a lower bound of its time.
    """
    match event:
        case QuoteChanged():
            return event.at
        case TradeExecuted(trade):
            return trade.at
        case PositionChanged(position):
            return position.opened_at
        case OrderChanged(order):
            known = [at for at in (order.created_at, order.updated_at) if at is not None]
            return max(known, default=None)
        case _:
            return None
