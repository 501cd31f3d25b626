"""Is the account guarded, and may it trade: the words and exit codes of a status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.trader.model import AccountRow, LockRow, Status
from risk_manager.ipc.client import STALE_AFTER_S

NOT_MONITORED = "NOT MONITORED"
NOT_WATCHED = "NOT WATCHED"
_LOCKED_STATES = frozenset({"LOCKED OUT", "COOLDOWN", "RESTRICTED", "SESSION CLOSED"})


@dataclass(frozen=True, slots=True)
class Watch:
    """What a tool knows at one instant.

    `age_s` is the age of `status` in seconds; `problem` says why there is no status.
    """

    status: Status | None
    age_s: float | None
    problem: str = ""

    @property
    def word(self) -> str:
        """MONITORED, SHADOW, DEGRADED or NOT MONITORED, whatever the daemon last said."""
        return NOT_MONITORED if self.is_stale or self.status is None else self.status.status

    @property
    def is_stale(self) -> bool:
        """Whether there is no status, or one too old to prove that anybody watches."""
        return self.status is None or self.age_s is None or self.age_s > STALE_AFTER_S

    @property
    def causes(self) -> tuple[str, ...]:
        """Why the word is not MONITORED."""
        if self.status is None:
            return (self.problem or "no status yet",)
        if self.is_stale:
            return (f"the last status is {self.age_s:.0f} s old", *filter(None, [self.problem]))
        return self.status.causes


def exit_code(watch: Watch, accounts: Sequence[AccountRow], check: str | None) -> ExitCode:
    """Return the first that applies of 5, 4, 3 and 0, over `accounts`.

    `check` "guard" ignores locks, "trade" ignores a degraded guard, None looks at both.
    """
    if watch.status is None or watch.word == NOT_MONITORED:
        return ExitCode.NOT_RUNNING
    if check != "guard" and any(is_locked(account) for account in accounts):
        return ExitCode.LOCKED
    if check != "trade" and (watch.word != "MONITORED" or _anything_unsure(accounts)):
        return ExitCode.DEGRADED
    return ExitCode.DONE


def is_locked(account: AccountRow) -> bool:
    """Whether the whole account is locked; a symbol's lock does not lock the account."""
    return account.state in _LOCKED_STATES or any(lock.scope == "account" for lock in account.locks)


def choose(status: Status, wanted: str | None) -> tuple[AccountRow, ...]:
    """Return the account named by id or name, or all that are watched, the worst first.

    An unknown name gives none.
    """
    if wanted is not None:
        text = wanted.casefold()
        return tuple(
            account
            for account in status.accounts
            if text in {str(account.id), (account.name or "").casefold()}
        )
    watched = [account for account in status.accounts if account.state != NOT_WATCHED]
    return tuple(sorted(watched or status.accounts, key=lambda account: not is_locked(account)))


def fingerprint(watch: Watch) -> object:
    """Return what a screen must not show a second late; equal as long as nothing of it changed."""
    if watch.status is None:
        return watch.word, watch.problem
    return (
        watch.word,
        watch.is_stale or watch.status.causes,
        tuple(_mark(account) for account in watch.status.accounts),
    )


def _mark(account: AccountRow) -> object:
    newest = max((row.at for row in account.enforcements), default=None)
    return (
        account.state,
        tuple((lock.rule, lock.scope, lock.until) for lock in account.locks),
        tuple((held.contract, held.side, held.size, held.covered) for held in account.positions),
        tuple((order.contract, order.size, order.status) for order in account.orders),
        (newest, len(account.enforcements), tuple(row.outcome for row in account.enforcements)),
    )


def main_lock(locks: Iterable[LockRow]) -> LockRow | None:
    """Return the lock to show: account locks before symbol locks, then the one that ends last."""
    ordered = sorted(
        locks,
        key=lambda lock: (
            lock.scope == "account",
            lock.until is None,
            lock.until.timestamp() if lock.until else 0.0,
        ),
    )
    return ordered[-1] if ordered else None


def _anything_unsure(accounts: Iterable[AccountRow]) -> bool:
    return any(_is_unsure(account) for account in accounts)


def _is_unsure(account: AccountRow) -> bool:
    """Whether a value the guard needs is UNKNOWN, a rule is in shadow, or nobody watches."""
    values = (account.can_trade, account.realized_pnl)
    open_pnl_unknown = account.unrealized_pnl is None and bool(account.positions)
    return (
        account.state == NOT_WATCHED
        or None in values
        or open_pnl_unknown
        or any(room.contracts is None for room in account.headroom)
        or any(rule.unknown or rule.mode == "shadow" for rule in account.rules if rule.enabled)
    )
