"""What the status says of an account's configuration (pure)."""

from __future__ import annotations

from typing import Any

from risk_manager.config.pending import in_words
from risk_manager.core.config_desk import ConfigDesk
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import AccountId
from risk_manager.utils.datetime_helpers import format_instant, zone_of
from risk_manager.utils.messages import pending_line
from risk_manager.utils.wording import wall_time

_SHORT = 8


def config_status(desk: ConfigDesk, account_id: AccountId, stamp: Stamp) -> dict[str, Any]:
    """The hash of what is active, and the changes that wait, each with its line for the screen."""
    active = desk.active[account_id]
    pending = []
    for row in desk.pending.of(account_id):
        at, words = desk.matures_at(row), in_words(row.change)
        when = wall_time(at, zone_of(active.reset.zone), stamp.now)
        pending.append(
            {
                "id": row.id,
                "change": words,
                "requested_at": format_instant(row.requested_at),
                "active_at": format_instant(at),
                "text": pending_line(words, when, row.id),
            }
        )
    return {"config": active.digest[:_SHORT], "pending": pending}


def config_causes(desk: ConfigDesk, stamp: Stamp) -> list[str]:
    """What in the files does not count, or not yet."""
    held = [one.text(stamp.mono) for one in desk.held.values()]
    unused = [
        f"account {account_id}: the file holds a looser value that is not used: {in_words(change)}"
        for account_id, changes in desk.unused.items()
        for change in changes
    ]
    return held + unused
