"""Turns what a step of the engine brought about into entries of the ledger (pure)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from risk_manager.domain.locks import LockKey, Lockout
from risk_manager.domain.records import BreachSeen, EnforcementRecord, Gap, Outcome
from risk_manager.enforcement.step import Step
from risk_manager.ledger.chain import Entry
from risk_manager.ledger.kinds import Digests, config_changed
from risk_manager.state.writes import EndLock, PutActiveConfig, PutLock
from risk_manager.utils.datetime_helpers import format_instant

REMEMBERED: Final = 1000
"""Actions whose outcome may still change; an older one that does is written once more."""
_LOCK_WORDS: Final = frozenset(
    {"SET_LOCKOUT", "SET_COOLDOWN", "SET_SYMBOL_LOCKOUT", "CLEAR_LOCKOUT"}
)
"""What the lines of the kind `lock` say already."""


class Translator:
    """Knows what is in force and the outcomes written, so that each change is one line."""

    def __init__(self, locks: Iterable[Lockout] = (), config: Digests | None = None) -> None:
        self._config = dict(config or {})
        self._until: dict[LockKey, datetime | None] = {lock.key: lock.until for lock in locks}
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()

    def entries(self, step: Step) -> Iterator[Entry]:
        """Yield the entries of a step: why, what was locked, what was done, what came of it."""
        at = step.stamp.now
        for gap in step.gaps:
            yield Entry(at, "gap", _gap(gap))
        for breach in step.breaches:
            yield Entry(at, "breach", _breach(breach))
        for write in step.writes:
            if isinstance(write, PutLock):
                yield from self._lock(at, write.lock)
            elif isinstance(write, EndLock):
                self._until.pop(write.key, None)
                yield Entry(at, "lock", {"event": "ended", "cause": write.cause, **_key(write.key)})
            elif isinstance(write, PutActiveConfig):
                yield from self._activated(at, write)
        for record in step.records:
            yield from self._record(record)

    def _lock(self, at: datetime, lock: Lockout) -> Iterator[Entry]:
        """A lock that is only followed by fills, or found again, is no news."""
        before = self._until.get(lock.key, ...)
        self._until[lock.key] = lock.until
        if before == lock.until:
            return
        yield Entry(
            at,
            "lock",
            {
                "event": "set" if before is ... else "extended",
                "kind": lock.kind.value,
                "limit": lock.limit,
                "reason": lock.reason,
                "until": None if lock.until is None else format_instant(lock.until),
                "value": lock.value,
                **_key(lock.key),
            },
        )

    def _activated(self, at: datetime, write: PutActiveConfig) -> Iterator[Entry]:
        """The same configuration, stored again, is no news."""
        account = str(write.account_id)
        before = self._config.get(account)
        self._config[account] = write.digest
        if before != write.digest:
            yield config_changed(at, account, before, write.digest)

    def _record(self, record: EnforcementRecord) -> Iterator[Entry]:
        if record.action in _LOCK_WORDS or self._outcomes.get(record.key) is record.outcome:
            return
        self._outcomes[record.key] = record.outcome
        self._outcomes.move_to_end(record.key)
        if len(self._outcomes) > REMEMBERED:
            self._outcomes.popitem(last=False)
        data: dict[str, Any] = {
            "account": record.account_id,
            "action": record.action,
            "contract": record.contract_id,
            "from_size": record.from_size,
            "key": record.key,
            "reason": record.reason,
            "rule": record.rule_id,
            "to_size": record.to_size,
        }
        if record.outcome is Outcome.STARTED:
            yield Entry(record.at, "action", data)
            return
        result = {
            "code": record.code,
            "message": record.message,
            "ms_to_flat": _milliseconds(record.ms_to_flat),
            "ms_to_request": _milliseconds(record.ms_to_request),
            "outcome": record.outcome.value,
        }
        yield Entry(record.at, "result", data | result)


def _key(key: LockKey) -> dict[str, Any]:
    return {"account": key.account_id, "rule": key.rule_id, "scope": key.scope}


def _breach(breach: BreachSeen) -> dict[str, Any]:
    return {
        "account": breach.account_id,
        "limit": breach.limit,
        "mode": "shadow" if breach.shadow else "enforce",
        "reason": breach.reason,
        "rule": breach.rule_id,
        "value": breach.value,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    whole = None if gap.seconds is None else int(gap.seconds)
    return {"cause": gap.cause, "event": gap.event, "seconds": whole}


def _milliseconds(value: float | None) -> str | None:
    """Text, because a number of the ledger has no fraction."""
    return None if value is None else f"{value:.1f}"
