"""Takes up what an earlier run left unfinished, once broker truth is known (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.records import Intent
from risk_manager.enforcement.step import Step
from risk_manager.state.writes import EndIntent


class IntentResumer:
    """Only closes are resumed, only for the positions they name, only while those are open.

    Reduces and cancels are dropped: the rules decide afresh on the restored state.
    """

    def __init__(self, intents: Sequence[Intent]) -> None:
        self._left = list(intents)

    def resume(self, step: Step, guard: AccountGuard) -> None:
        """After the first look of an account: go on with its closes, drop the rest."""
        if not guard.account.restored or not self._left:
            return
        for intent in [i for i in self._left if i.account_id == guard.account.id]:
            self._left.remove(intent)
            position = guard.account.positions.get(intent.contract_id)
            named = position is not None and position.id in intent.position_ids
            running = guard.enforcer.target_of(intent.contract_id) is not None
            if named and intent.target == 0 and not running:
                guard.enforcer.resume(step, intent)
            else:
                step.writes.append(EndIntent(intent.id, step.stamp.now, "dropped at start"))
