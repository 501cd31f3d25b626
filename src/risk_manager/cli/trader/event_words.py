"""What an enforcement means for the trader: what, why, and what is still allowed."""

from __future__ import annotations

from typing import Final

from risk_manager.cli.trader.model import AccountRow, EnforcementRow, LockRow
from risk_manager.domain.symbols import root_of_contract_id
from risk_manager.utils.messages import Exposure, closed_without_lock, reduced

_CLOSE, _REDUCE = "CLOSE_POSITION", "REDUCE_POSITION"
_DONE: Final = frozenset({"DONE", "STARTED"})


def event_words(account: AccountRow, row: EnforcementRow) -> str:
    """Return one line, e.g. `CLOSED - ES 6 - 6 of 5 contracts - you may trade again now`.

    Under a lock its own words say what is still allowed. What did not succeed says its outcome.
    """
    if row.outcome not in _DONE:
        return f"{row.reason} - {row.outcome.replace('_', ' ').lower()}"
    symbol = (root_of_contract_id(row.contract) or row.contract) if row.contract else ""
    lock = _lock_over(account, row, symbol)
    if lock is not None:
        return f"{row.reason} - {lock.allowed}" if lock.allowed else row.reason
    if row.action == _CLOSE and row.from_size is not None:
        return closed_without_lock(Exposure(symbol, row.from_size), row.reason)
    if row.action == _REDUCE and row.from_size is not None and row.to_size is not None:
        return reduced(symbol, row.from_size, row.to_size, _limit(account, symbol, row.to_size))
    return row.reason


def _lock_over(account: AccountRow, row: EnforcementRow, symbol: str) -> LockRow | None:
    """The lock this line belongs to, or one that forbids to trade again."""
    fitting = [lock for lock in account.locks if lock.scope in ("account", symbol)]
    return next(
        (lock for lock in fitting if lock.rule == row.rule), fitting[0] if fitting else None
    )


def _limit(account: AccountRow, symbol: str, fallback: int) -> int:
    """The limit of a symbol as the positions tell it; a reduction ends at the limit."""
    limits = (held.limit for held in account.positions if held.symbol == symbol)
    return next((limit for limit in limits if limit is not None), fallback)
