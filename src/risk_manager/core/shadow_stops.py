"""What RULE-012 in shadow would have done to stops: recorded and alarmed, never sent (pure)."""

from __future__ import annotations

from decimal import Decimal

from risk_manager.domain.decisions import HoldStop
from risk_manager.domain.ids import ContractId, RuleId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.enforcement.step import Step
from risk_manager.enforcement.stop_judge import protects, to_move
from risk_manager.state.account_state import AccountState
from risk_manager.state.cover import is_protective


class ShadowStops:
    """The stops that were not moved, each price told once and at the configured pace."""

    def __init__(self, account: AccountState) -> None:
        self._account = account
        self._told: dict[ContractId, tuple[str, Decimal, float]] = {}

    def note(self, step: Step, rule_id: RuleId, wanted: HoldStop, reason: str) -> None:
        """Tell of a stop that our book shows to be looser than wanted, or missing."""
        contract_id, mono = wanted.contract_id, step.stamp.mono
        position = self._account.positions.get(contract_id)
        assert position is not None, "a stop is wanted for what is open"
        told = self._told.get(contract_id)
        if told is not None and told[0] == position.opening:
            is_news = (wanted.price - told[1]) * position.side.sign > 0
            if not is_news or mono - told[2] < wanted.every_s:
                return
        alive = self._account.orders.alive(contract_id)
        stops = [order for order in alive if is_protective(order, position)]
        if not to_move(stops, wanted.price) and protects(stops, wanted.price):
            return
        self._told[contract_id] = (position.opening, wanted.price, mono)
        verb = "moved the stop" if stops else "placed a stop"
        text = f"{rule_id} would have {verb} of {contract_id} to {wanted.price}: {reason}"
        step.alarm(self._account.id, f"shadow {rule_id}", text)
        step.record(
            EnforcementRecord(
                key=f"shadow-{step.stamp.sequence}-{rule_id}-{contract_id}",
                at=step.stamp.now,
                account_id=self._account.id,
                rule_id=rule_id,
                reason=f"would have {verb} to {wanted.price}: {reason}",
                action="WOULD_ENFORCE",
                outcome=Outcome.SHADOW,
                contract_id=contract_id,
                to_size=position.size,
            )
        )
