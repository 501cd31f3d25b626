"""Asks the rules of one account and turns their breaches into locks and a plan (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from risk_manager.config.models import OnRuleError
from risk_manager.core.event_router import EventRouter
from risk_manager.core.lock_setter import LockSetter
from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CeilingPolicy,
    LockOut,
    NotEvaluated,
    Reading,
    Remember,
)
from risk_manager.domain.events import Event, OrderChanged, PositionChanged
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKind
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.enforcement.enforcement_engine import Found, Plan
from risk_manager.enforcement.step import Step
from risk_manager.rules.base_rule import Rule
from risk_manager.state.account_state import AccountState
from risk_manager.state.account_view import StateView
from risk_manager.state.pnl_view import Market
from risk_manager.state.writes import PutMemory

OLD_AFTER = timedelta(seconds=2)
"""A no-lock rule's event older than this by exchange time is checked by a look first."""


@dataclass(slots=True)
class RuleStatus:
    """The last evaluation of one rule, for the status. `unknown` is a cause, None if known."""

    rule: Rule[Any]
    value: str | None = None
    unknown: str | None = "not evaluated yet"
    failed: str | None = None
    evaluated_at: datetime | None = None
    events: int = 0


class Judge:
    """The rules of one account. `plan` is the plan of the step that is being judged."""

    def __init__(
        self, account: AccountState, market: Market, router: EventRouter, *, all_shadow: bool
    ) -> None:
        self._account = account
        self._market = market
        self._router = router
        self._all_shadow = all_shadow
        self._shadowed: set[RuleId] = set()
        self.plan = Plan()
        self.view: StateView | None = None
        self.status = {rule.rule_id: RuleStatus(rule) for rule in router.rules}
        self.wants_look = False
        self._locks = LockSetter(account, market)

    @property
    def rules(self) -> tuple[Rule[Any], ...]:
        """The account's rules in the order they are asked."""
        return self._router.rules

    def is_shadow(self, rule: Rule[Any]) -> bool:
        """Whether the rule only watches: by its own mode or by the global one."""
        return rule.is_shadow or self._all_shadow

    def listens(self, event: Event) -> bool:
        """Whether any rule listens to this event."""
        return bool(self._router.rules_for(event))

    def judge(self, step: Step, event: Event, *, fresh: bool) -> Plan:
        """Ask every rule that listens; set the locks and return the plan of actions.

        `fresh` says the event comes from a look and needs no second one.
        """
        self.plan = Plan()
        self.wants_look = False
        view = self._view().at(step.stamp)
        for rule in self._router.rules_for(event):
            found = self._ask(step, rule, event, view)
            if found is None:
                continue
            doubtful = not self._account.proven or self._is_old(event, step.stamp.now)
            if not fresh and not rule.sets_lock and doubtful:
                self.wants_look = True
            elif self._locks.set_all(step, found):
                self.plan.add(found)
        return self.plan

    def forget_plan(self) -> None:
        """The plan was handed over: from now on only actions in flight count as pending."""
        self.plan = Plan()

    def _view(self) -> StateView:
        if self.view is None:
            raise RuntimeError("the account has no view yet")
        return self.view

    def _ask(self, step: Step, rule: Rule[Any], event: Event, view: StateView) -> Found | None:
        status = self.status[rule.rule_id]
        status.events += 1
        try:
            verdict = rule.check(event, view)
        except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others
            status.failed = f"{type(error).__name__}: {error}"
            text = f"{rule.rule_id} failed on {type(event).__name__}: {status.failed}"
            step.alarm(self._account.id, f"rule {rule.rule_id}", text)
            return self._lock_on_error(step, rule, view)
        status.failed = None
        if verdict is None:
            return None
        if isinstance(verdict, NotEvaluated):
            status.value, status.unknown = None, verdict.cause
            return None
        status.evaluated_at = step.stamp.now
        status.value, status.unknown = verdict.value, None
        self._remember(step, rule.rule_id, verdict.notes)
        if isinstance(verdict, Reading):
            for decision in verdict.decisions:
                self._locks.release(step, rule.rule_id, decision, verdict.value)
            self._shadowed.discard(rule.rule_id)
            return None
        if self.is_shadow(rule):
            self._note_shadow(step, rule.rule_id, verdict)
            return None
        return Found(rule.rule_id, verdict, step.stamp.received_mono)

    def _remember(self, step: Step, rule_id: RuleId, notes: tuple[Remember, ...]) -> None:
        """Keep what the rule needs again; stored with this step."""
        memory = self._account.memory
        for note in notes:
            if memory.get((rule_id, note.key)) == note.value:
                continue
            if note.value is None:
                memory.pop((rule_id, note.key), None)
            else:
                memory[(rule_id, note.key)] = note.value
            step.writes.append(PutMemory(self._account.id, rule_id, note.key, note.value))

    def _lock_on_error(self, step: Step, rule: Rule[Any], view: StateView) -> Found | None:
        """With `on_rule_error: lock`: no new exposure until the reset, positions and stops stay.

        A rule in shadow sets no lock, whatever it does.
        """
        if self._market.settings.on_rule_error is not OnRuleError.LOCK or self.is_shadow(rule):
            return None
        lock = LockOut(LockKind.RULE_ERROR, view.next_reset, ceiling=CeilingPolicy.EXPOSURE)
        breach = Breach(f"{rule.rule_id} failed; no new exposure", (lock, CancelEntries()))
        return Found(rule.rule_id, breach, step.stamp.received_mono)

    def _note_shadow(self, step: Step, rule_id: RuleId, breach: Breach) -> None:
        """Record once per episode what would have been done; nothing is sent."""
        if rule_id in self._shadowed:
            return
        self._shadowed.add(rule_id)
        names = ", ".join(type(decision).__name__ for decision in breach.decisions)
        text = f"{rule_id} would have acted ({names}): {breach.reason}"
        step.alarm(self._account.id, f"shadow {rule_id}", text)
        step.record(
            self._record(step, f"shadow-{step.stamp.sequence}-{rule_id}", rule_id, breach.reason)
        )

    def _record(self, step: Step, key: str, rule_id: RuleId, reason: str) -> EnforcementRecord:
        return EnforcementRecord(
            key=key,
            at=step.stamp.now,
            account_id=self._account.id,
            rule_id=rule_id,
            reason=reason,
            action="WOULD_ENFORCE",
            outcome=Outcome.SHADOW,
        )

    def _is_old(self, event: Event, now: datetime) -> bool:
        """Whether the event happened more than 2 s ago by exchange time.

        A position event carries no time of its own: its age is that of the newest fill known of
        its contract, or of the position's opening.
        """
        if isinstance(event, PositionChanged):
            position = event.position
            known = self._account.exposure.newest_fill_at(position.contract_id)
            times = [at for at in (known, position.opened_at) if at is not None]
        elif isinstance(event, OrderChanged):
            times = [at for at in (event.order.created_at, event.order.updated_at) if at]
        else:
            return False
        return bool(times) and now - max(times) > OLD_AFTER
