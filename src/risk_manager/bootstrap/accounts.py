"""Which configured accounts the login has, and what is said of those it has not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from risk_manager.api.rest_client import ListedAccount
from risk_manager.config.accounts import AccountEntry
from risk_manager.config.effective import AccountConfig
from risk_manager.core.assembly import WatchedAccount
from risk_manager.domain.errors import StartError
from risk_manager.domain.ids import AccountId
from risk_manager.domain.positions import AccountRow

_log = logging.getLogger("risk_manager.daemon")


@dataclass(frozen=True, slots=True)
class Resolved:
    """`unwatched` (number or 0, label) are shown as NOT WATCHED; `causes` say why, in words."""

    watched: list[WatchedAccount]
    unwatched: list[tuple[AccountId, str]]
    causes: list[str]


def resolve_accounts(
    configured: Sequence[AccountConfig], listed: Sequence[ListedAccount]
) -> Resolved:
    """Match the configured accounts with the venue's. One bad account does not stop the others.

    Disabled accounts are unwatched without a cause. Raises StartError when no account is left,
    or when two entries mean the same account: which of their rules count would be chance.
    """
    found = Resolved([], [], [])
    for config in configured:
        entry = config.account
        rows = _matches(entry, listed) if entry.enabled else []
        if len(rows) == 1:
            row = rows[0]
            _refuse_second(row, config, found.watched)
            found.watched.append(WatchedAccount(row.id, row.name or str(row.id), config))
            continue
        found.unwatched.append((AccountId(entry.account_id or 0), entry.label))
        if entry.enabled:
            found.causes.append(_cause(entry, rows))
    for cause in found.causes:
        _log.error("%s", cause)
    if not found.watched:
        names = ", ".join(f"{item.row.id} ({item.row.name})" for item in listed) or "none"
        raise StartError(f"no configured account was found; the login has: {names}")
    return found


def _matches(entry: AccountEntry, listed: Sequence[ListedAccount]) -> list[AccountRow]:
    """The venue's accounts an entry may mean. With a number the name is only a label."""
    if entry.account_id is not None:
        return [item.row for item in listed if item.row.id == entry.account_id]
    wanted = (entry.account_name or "").casefold()
    return [item.row for item in listed if (item.row.name or "").casefold() == wanted]


def _refuse_second(
    row: AccountRow, config: AccountConfig, watched: Sequence[WatchedAccount]
) -> None:
    for other in watched:
        if other.id == row.id:
            first, second = other.config.account.label, config.account.label
            raise StartError(
                f"accounts.yaml: {first} and {second} are the same account {row.id}"
                f" ({row.name}); keep one of the two"
            )


def _cause(entry: AccountEntry, rows: Sequence[AccountRow]) -> str:
    count = "named more than once among" if rows else "not among"
    return (
        f"account {entry.label} is NOT WATCHED: it is {count} the accounts of this login;"
        " correct accounts.yaml or the account, then restart"
    )
