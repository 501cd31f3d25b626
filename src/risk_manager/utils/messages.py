"""Sentences for the trader: what happened, why, until when, and what is still allowed.

Pure builders, shared by the daemon (which fills `reason` and `allowed` of a lock) and the screens
(which put the whole line together). Amounts are USD, sizes contracts (positive; the side is in
words where it matters), instants aware UTC, durations seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from risk_manager.domain.ids import ACCOUNT_SCOPE
from risk_manager.domain.locks import LockKind
from risk_manager.domain.money import usd
from risk_manager.utils.wording import duration

NEW_ORDERS_CLOSED: Final = "new orders are closed at once"
UNPRICED_LEFT_OUT: Final = " (without the positions that have no price)"
"""Follows a reason for which only what has a price was counted."""
NOTHING_TO_DO: Final = f"nothing to do; {NEW_ORDERS_CLOSED}"


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is open in one symbol: size in contracts (> 0) and whether a stop protects it."""

    symbol: str
    size: int
    has_stop: bool = False

    def __str__(self) -> str:
        """Return `MNQ 2`."""
        return f"{self.symbol} {self.size}"


def amount_of(value: Decimal, limit: Decimal) -> str:
    """Return `-550.00 of -500.00`, the form of every reason about money."""
    return f"{usd(value)} of {usd(limit)}"


def daily_loss_reason(value: Decimal, limit: Decimal) -> str:
    """Return `daily loss -550.00 of -500.00`; both are negative for a loss."""
    return f"daily loss {amount_of(value, limit)}"


def daily_profit_reason(value: Decimal, limit: Decimal) -> str:
    """Return `daily target reached, well done: 1,020.00 of 1,000.00`."""
    return f"daily target reached, well done: {amount_of(value, limit)}"


def trade_count_reason(count: int, limit: int, counted: str, window: str) -> str:
    """Return `4/3 entries per minute`; `counted` is entry, order or execution."""
    names = {"entry": "entries", "order": "orders", "execution": "fills"}
    when = "this session" if window == "session" else f"per {window}"
    return f"{count}/{limit} {names[counted]} {when}"


def trade_loss_reason(value: Decimal, limit: Decimal) -> str:
    """Return `loss of a trade -150.00 of -100.00`; both are negative."""
    return f"loss of a trade {amount_of(value, limit)}"


def open_loss_reason(value: Decimal, limit: Decimal, symbol: str | None = None) -> str:
    """Return `open loss -310.00 of -300.00`, with the symbol for a single position."""
    return f"{_named(symbol)}open loss {amount_of(value, limit)}"


def open_profit_reason(value: Decimal, limit: Decimal, symbol: str | None = None) -> str:
    """Return `open profit 1,000.00 of 1,000.00`, with the symbol for a single position."""
    return f"{_named(symbol)}open profit {amount_of(value, limit)}"


def given_back_reason(value: Decimal, offset: Decimal, armed: Decimal, symbol: str) -> str:
    """Return `MNQ back at 0.00 (closed at 0.00 after a profit of 100.00)`."""
    return f"{symbol} back at {usd(value)} (closed at {usd(offset)} after a profit of {usd(armed)})"


def contracts_reason(count: int | Decimal, limit: int, symbol: str | None = None) -> str:
    """Return `6 of 5 contracts`, with the symbol for a limit per instrument."""
    return f"{count} of {limit} {_named(symbol)}contracts"


def allowed_hard_lock(closing: Sequence[Exposure]) -> str:
    """What a lock that leaves no exposure allows; `closing` is what is not flat yet."""
    if not closing:
        return NOTHING_TO_DO
    names = ", ".join(map(str, closing))
    return f"closing {names}; you may close {_it(closing)} yourself"


def allowed_with_positions(kept: Sequence[Exposure]) -> str:
    """What a lock with a ceiling above zero allows; `kept` are the positions that may stay."""
    if not kept:
        return NOTHING_TO_DO
    named = [
        f"{kept_one} and its stop" if kept_one.has_stop else str(kept_one) for kept_one in kept
    ]
    verb = "stays" if len(kept) == 1 and not kept[0].has_stop else "stay"
    return f"your {', '.join(named)} {verb}; you may close or reduce"


def allowed_by_lock(
    kind: LockKind,
    scope: str,
    exposed: Sequence[Exposure],
    kept: Sequence[Exposure],
    *,
    locked_out: bool = False,
) -> str:
    """Return what is still allowed under one lock.

    `scope` is `account` or a symbol root; `exposed` is open exposure the lock removes, `kept`
    exposure its ceiling lets stay. `locked_out` says that the account is locked as well.
    """
    if exposed:
        return allowed_hard_lock(exposed)
    if kept:
        return allowed_with_positions(kept)
    if kind in (LockKind.BY_CONDITION, LockKind.BY_CONDITION_KEPT):
        return f"contact the broker's support; {NEW_ORDERS_CLOSED}"
    if scope != ACCOUNT_SCOPE:
        return "the whole account is locked, too" if locked_out else "other symbols are free"
    return NEW_ORDERS_CLOSED if kind is LockKind.UNTIL_SESSION else NOTHING_TO_DO


def lock_line(word: str, reason: str, ending: str, allowed: str) -> str:
    """Return the one line of a lock: `LOCKED OUT - reason - reset 5:00 PM ET (…) - allowed`."""
    return " - ".join(part for part in (word, reason, ending, allowed) if part)


def closed_without_lock(closed: Exposure, reason: str) -> str:
    """Return the line of a close that sets no lock; `reason` as `6 of 5 contracts`."""
    return f"CLOSED - {closed} - {reason} - you may trade again now"


def reduced(symbol: str, from_size: int, to_size: int, limit: int) -> str:
    """Return the line of a reduction to a limit."""
    change = f"{symbol} {from_size} to {to_size}"
    return f"REDUCED - {change} - limit {limit} - you may trade within the limit"


def unknown_price(symbol: str, for_s: float, what: str) -> str:
    """Return the line of a value that cannot be known; `what` as `floating loss`."""
    since = duration(for_s)
    return (
        f"UNKNOWN - no price for {symbol} for {since} - {what} is not evaluated"
        " - you may trade; other rules are active"
    )


def not_evaluated(rule: str, cause: str) -> str:
    """Return the line of a rule that lacks something; `cause` as `no price of ES yet`."""
    return f"UNKNOWN - {cause} - {rule} is not evaluated there - other rules are active"


def not_flat(symbol: str, for_s: float) -> str:
    """Return the line of a close whose effect no look has shown yet."""
    since = duration(for_s)
    return (
        f"NOT FLAT - close of {symbol} not confirmed for {since}"
        " - retrying - you may close it yourself"
    )


def session_ends(in_s: float, at: str) -> str:
    """Return the warning before a forced close; `at` is the wall time in words."""
    return (
        f"SESSION ENDS in {duration(in_s)} - all positions are closed at {at}"
        " - you may trade until then"
    )


def pending_line(change: str, when: str, number: int) -> str:
    """Return the line of a looser setting that waits; `when` is the wall time in words."""
    return (
        f"PENDING - {change} - active {when} - the old value holds until then"
        f" - cancel with: risk-manager admin pending cancel {number}"
    )


def _named(symbol: str | None) -> str:
    return f"{symbol} " if symbol else ""


def _it(closing: Sequence[Exposure]) -> str:
    return "it" if len(closing) == 1 else "them"
