"""Two rules asked on the very same state, and whether one verdict covers another."""

from __future__ import annotations

from typing import Any

from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CeilingPolicy,
    CloseContract,
    Flatten,
    LockOut,
    ReduceContract,
    ReleaseLock,
)
from risk_manager.domain.ids import ACCOUNT_SCOPE
from risk_manager.rules.base_rule import Rule


class Pair(Rule[Any]):
    """Asks both rules on every event and answers as the old one, whose locks and memory count."""

    def __init__(self, old: Rule[Any], new: Rule[Any]) -> None:
        super().__init__(old.config, old.context)
        self.old, self.new = old, new
        self.rule_id, self.section = old.rule_id, old.section  # type: ignore[misc]  # a stand-in
        self.sets_lock = old.sets_lock  # type: ignore[misc]  # a stand-in, as above
        self.lapses: list[tuple[Any, Any, Any]] = []

    @property
    def count_by(self) -> str | None:
        return self.old.count_by

    def describe_limit(self) -> str:
        return self.old.describe_limit()

    def inputs(self) -> Any:
        return tuple({*self.old.inputs(), *self.new.inputs()})

    def check(self, event: Any, view: Any) -> Any:
        new = self.new.check(event, view) if type(event) in self.new.inputs() else None
        old = self.old.check(event, view) if type(event) in self.old.inputs() else None
        if not covers(new, old):
            self.lapses.append((event, old, new))
        return old


def covers(new: Any, old: Any) -> bool:
    """Whether the new verdict refuses what the old one refuses, and releases no more."""
    if set(releases(new)) > set(releases(old)):
        return False
    wanted = old.decisions if isinstance(old, Breach) else ()
    given_ = new.decisions if isinstance(new, Breach) else ()
    return all(any(meets(one, need) for one in given_) for need in wanted)


def releases(verdict: Any) -> list[str]:
    decisions = getattr(verdict, "decisions", ())
    return [one.scope for one in decisions if isinstance(one, ReleaseLock)]


def meets(one: Any, need: Any) -> bool:
    """Whether one decision does what another demands, or more."""
    match need:
        case LockOut():
            return isinstance(one, LockOut) and one.scope == need.scope and outlasts(one, need)
        case Flatten():
            return isinstance(one, Flatten)
        case CloseContract(contract):
            return isinstance(one, Flatten) or one == CloseContract(contract) or ends(one)
        case ReduceContract(contract, target):
            less = isinstance(one, ReduceContract) and one.contract_id == contract
            return (less and one.target <= target) or meets(one, CloseContract(contract))
        case CancelEntries():
            same = one in (CancelEntries(), need)
            if need.contract_id is None:
                return same or isinstance(one, Flatten)
            return same or isinstance(one, Flatten) or one == CloseContract(need.contract_id)
        case _:
            return True


def outlasts(one: LockOut, need: LockOut) -> bool:
    longer = one.until is None or (need.until is not None and one.until >= need.until)
    lower = one.ceiling is CeilingPolicy.ZERO or one.ceiling is need.ceiling
    return longer and lower


def ends(one: Any) -> bool:
    """A lock of the whole account that leaves nothing closes everything by itself."""
    zero = isinstance(one, LockOut) and one.ceiling is CeilingPolicy.ZERO
    return zero and one.scope == ACCOUNT_SCOPE
