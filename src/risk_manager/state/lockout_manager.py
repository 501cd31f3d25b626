"""MOD-002 Lockout manager: every lock of every account (pure).

Locks only get longer or expire. One row per (account, scope, rule); several may be active, and the
end of one never ends another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from risk_manager.domain.ids import ACCOUNT_SCOPE, AccountId, ContractId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.positions import Trade
from risk_manager.state.lock_merging import lower_ceiling, merge

CLOCKS_AGREE = timedelta(seconds=1)  # trusted time and the venue's


@dataclass(frozen=True, slots=True)
class LockInfo:
    """What the screen shows first: the lock that ends last, and how many others there are."""

    lock: Lockout
    remaining_s: int | None
    others: int


class LockoutManager:
    """All locks in force. `now` is always trusted time."""

    def __init__(self, locks: Iterable[Lockout] = ()) -> None:
        self._locks: dict[LockKey, Lockout] = {lock.key: lock for lock in locks}

    def set(self, lock: Lockout, now: datetime) -> Lockout | None:
        """Set or strengthen a lock; returns the row to store, or None when nothing changed."""
        old = self._locks.get(lock.key)
        if old is not None and old.is_active(now):
            lock = merge(old, lock)
            if lock == old:
                return None
        self._locks[lock.key] = lock
        return lock

    def get(self, key: LockKey, now: datetime) -> Lockout | None:
        """The active lock of a key."""
        lock = self._locks.get(key)
        return lock if lock is not None and lock.is_active(now) else None

    def active(self, account_id: AccountId, now: datetime) -> list[Lockout]:
        """Active locks of an account, the one that ends last first."""
        locks = [
            lock
            for lock in self._locks.values()
            if lock.key.account_id == account_id and lock.is_active(now)
        ]
        return sorted(locks, key=_end_key, reverse=True)

    def is_locked_out(self, account_id: AccountId, now: datetime) -> bool:
        """Whether an account lock is active; a symbol lock alone does not lock the account."""
        return any(
            key.scope == ACCOUNT_SCOPE and key.account_id == account_id and lock.is_active(now)
            for key, lock in self._locks.items()
        )

    def is_symbol_locked(self, account_id: AccountId, root: str, now: datetime) -> bool:
        """Whether the root is locked, by its own lock or the account's."""
        return any(lock.key.scope in (ACCOUNT_SCOPE, root) for lock in self.active(account_id, now))

    def get_lockout_info(self, account_id: AccountId, now: datetime) -> LockInfo | None:
        """The account lock that ends last, or None when the account is free."""
        locks = [k for k in self.active(account_id, now) if k.key.scope == ACCOUNT_SCOPE]
        if not locks:
            return None
        first = locks[0]
        left = None if first.until is None else max(int((first.until - now).total_seconds()), 0)
        return LockInfo(first, left, len(locks) - 1)

    def ceiling(
        self, account_id: AccountId, contract_id: ContractId, root: str | None, now: datetime
    ) -> int | None:
        """The lowest signed ceiling over the locks that cover a contract; None without one.

        `root` None means "not resolved": then only account locks cover it.
        """
        lowest: int | None = None
        for lock in self._locks.values():
            if lock.key.account_id != account_id or not lock.is_active(now):
                continue
            if lock.key.scope not in (ACCOUNT_SCOPE, root):
                continue
            size = lock.ceilings.get(contract_id, 0)
            lowest = size if lowest is None else lower_ceiling(lowest, size)
        return lowest

    def note_exposure(
        self,
        account_id: AccountId,
        contract_id: ContractId,
        exposure: int,
        now: datetime,
        happened_at: datetime | None = None,
    ) -> list[Lockout]:
        """Let ceilings follow a reduction (signed exposure by fills); returns changed rows.

        One of an earlier moment (exchange time) lowers only locks surely set before it.
        """
        changed = []
        for key, lock in self._locks.items():
            old = lock.ceilings.get(contract_id, 0)
            if happened_at is not None and happened_at <= lock.set_at + CLOCKS_AGREE:
                continue
            if key.account_id != account_id or old == 0 or not lock.is_active(now):
                continue
            new = lower_ceiling(old, exposure)
            if new != old:
                changed.append(self._put_ceiling(lock, contract_id, new))
        return changed

    def note_fill(
        self, account_id: AccountId, trade: Trade, exposure: int, now: datetime
    ) -> list[Lockout]:
        """Let a further fill of the order that caused a lock stay (exposure signed, by fills).

        What it adds on the side of the exposure counts, and nothing else raises a ceiling.
        Returns the changed rows.
        """
        raised = []
        for lock in self._caused_by(account_id, trade, now):
            if exposure * trade.signed_size <= 0:
                continue
            old = lock.ceilings.get(trade.contract_id, 0)
            kept = abs(old) if old * exposure > 0 else 0
            new = lower_ceiling(exposure, trade.side.sign * (kept + trade.size))
            if new != old:
                raised.append(self._put_ceiling(lock, trade.contract_id, new))
        return raised

    def take_back(self, account_id: AccountId, trade: Trade, now: datetime) -> None:
        """Undo what a fill added (see `note_fill`), to let it follow earlier ones learned late."""
        for lock in self._caused_by(account_id, trade, now):
            old = lock.ceilings.get(trade.contract_id, 0)
            if old * trade.signed_size > 0:
                new = trade.side.sign * max(abs(old) - trade.size, 0)
                self._put_ceiling(lock, trade.contract_id, new)

    def end(self, key: LockKey) -> Lockout | None:
        """End one lock; idempotent. The caller checks that it may."""
        return self._locks.pop(key, None)

    def end_day_locks(self, account_id: AccountId, now: datetime) -> list[Lockout]:
        """End the locks of kind "until reset" and "rule error" whose time is over."""
        return self._end_where(
            lambda lock: (
                lock.key.account_id == account_id
                and lock.kind in (LockKind.UNTIL_RESET, LockKind.RULE_ERROR)
                and not lock.is_active(now)
            )
        )

    def pop_due(self, now: datetime) -> list[Lockout]:
        """Remove every lock whose time is over and return what ended."""
        return self._end_where(lambda lock: not lock.is_active(now))

    def next_due(self) -> datetime | None:
        """The instant at which the next lock ends."""
        return min((k.until for k in self._locks.values() if k.until is not None), default=None)

    def _caused_by(self, account_id: AccountId, trade: Trade, now: datetime) -> list[Lockout]:
        return [
            lock
            for lock in self.active(account_id, now)
            if lock.cause_order is not None and lock.cause_order == trade.order_id
        ]

    def _put_ceiling(self, lock: Lockout, contract_id: ContractId, size: int) -> Lockout:
        """Replace a lock by one with another signed ceiling; zero is not kept as a row."""
        ceilings = {c: s for c, s in lock.ceilings.items() if c != contract_id}
        if size != 0:
            ceilings[contract_id] = size
        self._locks[lock.key] = replace(lock, ceilings=ceilings)
        return self._locks[lock.key]

    def _end_where(self, over: Callable[[Lockout], bool]) -> list[Lockout]:
        ended = [lock for lock in self._locks.values() if over(lock)]
        for lock in ended:
            del self._locks[lock.key]
        return ended


def _end_key(lock: Lockout) -> tuple[bool, float]:
    return (lock.until is None, lock.until.timestamp() if lock.until else 0.0)
