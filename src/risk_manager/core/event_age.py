"""How old an event is by exchange time (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

from risk_manager.domain.events import (
    Event,
    LastBarFetched,
    OrderChanged,
    PositionChanged,
    QuoteChanged,
)
from risk_manager.state.account_state import AccountState

OLD_AFTER = timedelta(seconds=2)
"""A no-lock rule's event older than this is checked by a look first."""


def is_old(event: Event, account: AccountState, now: datetime) -> bool:
    """Return whether the event happened more than 2 s before trusted time `now`.

    A position event carries no time of its own: its age is that of the newest fill known of
    its contract, or of the position's opening. An event without any time is not old.
    """
    times: list[datetime | None] = []
    match event:
        case PositionChanged(position):
            times = [account.exposure.newest_fill_at(position.contract_id), position.opened_at]
        case OrderChanged(order):
            times = [order.created_at, order.updated_at]
        case QuoteChanged() | LastBarFetched():
            times = [event.at]
    known = [at for at in times if at is not None]
    return bool(known) and now - max(known) > OLD_AFTER
