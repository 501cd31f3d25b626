"""Breaches of one step merged into one plan (pure).

Per contract the strongest remedy is executed once; every lock is set. Two reduces of one contract:
the lower target.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CloseContract,
    Flatten,
    HoldStop,
    LockOut,
    ReduceContract,
    refuse_unknown_verbs,
)
from risk_manager.domain.ids import ContractId, RuleId
from risk_manager.enforcement.contract_desk import Demand


@dataclass(frozen=True, slots=True)
class Found:
    """A breach and the rule that found it; `event_mono` is the arrival of its event."""

    rule_id: RuleId
    breach: Breach
    event_mono: float

    @property
    def demand(self) -> Demand:
        """Who wants the actions, and why."""
        return Demand(self.rule_id, self.breach.reason, self.event_mono)


@dataclass(slots=True)
class Plan:
    """What one step wants done. `targets` holds sizes in contracts, 0 closes."""

    locks: list[tuple[Found, LockOut]] = field(default_factory=list)
    flatten: Demand | None = None
    targets: dict[ContractId, tuple[int, Demand]] = field(default_factory=dict)
    cancels: dict[ContractId | None, Demand] = field(default_factory=dict)
    stops: dict[ContractId, tuple[HoldStop, Demand]] = field(default_factory=dict)

    def target_of(self, contract_id: ContractId) -> int | None:
        """The size the plan so far leaves of a contract; None if it does not touch it."""
        if self.flatten is not None:
            return 0
        planned = self.targets.get(contract_id)
        return None if planned is None else planned[0]

    def lower_target(self, contract_id: ContractId, flying: int | None) -> int | None:
        """The smaller of what the plan leaves and of `flying`, the target in flight."""
        planned = self.target_of(contract_id)
        if planned is None or flying is None:
            return flying if planned is None else planned
        return min(planned, flying)

    def add(self, found: Found) -> None:
        """Merge one breach. Raises UnknownVerbError for a decision nobody knows."""
        refuse_unknown_verbs(found.breach.decisions)
        for decision in found.breach.decisions:
            match decision:
                case LockOut():
                    self.locks.append((found, decision))
                case Flatten():
                    self.flatten = self.flatten or found.demand
                case CloseContract(contract_id):
                    self._lower(contract_id, 0, found)
                    self.cancels.setdefault(contract_id, found.demand)
                case ReduceContract(contract_id, target):
                    self._lower(contract_id, target, found)
                case CancelEntries(contract_id):
                    self.cancels.setdefault(contract_id, found.demand)

    def _lower(self, contract_id: ContractId, target: int, found: Found) -> None:
        planned = self.targets.get(contract_id)
        if planned is None or target < planned[0]:
            self.targets[contract_id] = (target, found.demand)


def merge(breaches: Iterable[Found]) -> Plan:
    """One plan of many breaches."""
    plan = Plan()
    for found in breaches:
        plan.add(found)
    return plan
