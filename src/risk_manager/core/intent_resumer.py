"""Takes up what an earlier run left unfinished, once broker truth is known (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.records import EnforcementRecord, Intent, IntentKind, Outcome
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
                guard.enforcer.closes.note_ended(intent.id, step.stamp.now)
                step.writes.append(EndIntent(intent.id, step.stamp.now, "dropped at start"))
                step.record(_line(intent, step.stamp.now, is_open=named))


def _line(intent: Intent, now: datetime, *, is_open: bool) -> EnforcementRecord:
    """How the log ends: a run that was killed may not have written its line.

    ALREADY: what the intent named is no longer open. TIMED_OUT: it is, and the rules decide anew.
    """
    closing = intent.kind is IntentKind.CLOSE
    return EnforcementRecord(
        key=f"intent-{intent.id}",
        at=now,
        account_id=intent.account_id,
        rule_id=intent.rule_id,
        reason=intent.reason,
        action="CLOSE_POSITION" if closing else "REDUCE_POSITION",
        outcome=Outcome.TIMED_OUT if is_open else Outcome.ALREADY,
        contract_id=intent.contract_id,
        from_size=intent.expected_size,
        to_size=intent.target,
    )
