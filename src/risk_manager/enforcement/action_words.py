"""What a person is told of a close or reduce: that it took effect, or that it does not (pure)."""

from __future__ import annotations

from risk_manager.domain.ids import GATE
from risk_manager.enforcement.contract_action import ContractAction
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.pnl_view import Market
from risk_manager.utils.messages import Exposure, closed_without_lock, not_flat, reduced


class ActionTeller:
    """Tells of the actions of one account, in the words of every message."""

    def __init__(self, account: AccountState, market: Market) -> None:
        self._account = account
        self._market = market

    def done(self, step: Step, action: ContractAction) -> None:
        """The effect was seen. Under a lock the lock's own line says what is allowed."""
        rule_id, now = action.intent.rule_id, step.stamp.now
        locks = self._market.locks.active(self._account.id, now)
        if rule_id == GATE or any(lock.key.rule_id == rule_id for lock in locks):
            return
        symbol, size = self._market.contracts.label(action.contract_id), action.record.from_size
        if action.target == 0:
            text = closed_without_lock(Exposure(symbol, size or 0), action.intent.reason)
        else:
            text = reduced(symbol, size or 0, action.target, action.target)
        step.info(self._account.id, f"done {action.contract_id}", text)

    def late(self, step: Step, action: ContractAction) -> None:
        """No look has shown the effect for a while."""
        symbol = self._market.contracts.label(action.contract_id)
        # Whole seconds that have passed: the words are made for a countdown and round up.
        text = not_flat(symbol, int(step.stamp.mono - action.event_mono))
        step.alarm(self._account.id, f"not flat {action.contract_id}", text)
