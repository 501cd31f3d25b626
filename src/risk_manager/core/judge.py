"""Asks the rules of one account and turns their breaches into locks and a plan (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from risk_manager.config.models import OnRuleError
from risk_manager.core.breach_log import BreachLog
from risk_manager.core.event_age import is_old
from risk_manager.core.event_router import EventRouter
from risk_manager.core.lock_setter import LockSetter, error_breach, leaves_nothing
from risk_manager.core.quiet_quotes import QuietQuotes, is_plain
from risk_manager.core.rule_record import RuleRecord
from risk_manager.core.shadow_log import ShadowLog
from risk_manager.core.shadow_stops import ShadowStops
from risk_manager.core.unlocking import is_forgiven
from risk_manager.domain.decisions import (
    Breach,
    FollowUp,
    HoldStop,
    NotEvaluated,
    Reading,
    ReleaseLock,
    refuse_unknown_verbs,
)
from risk_manager.domain.events import Event, QuoteChanged
from risk_manager.domain.ids import RuleId
from risk_manager.enforcement.contract_desk import Demand
from risk_manager.enforcement.enforcement_engine import Found, Plan
from risk_manager.enforcement.managed_stop import STOPS
from risk_manager.enforcement.remember import remember
from risk_manager.enforcement.step import Step
from risk_manager.rules.base_rule import Rule
from risk_manager.state.account_state import AccountState
from risk_manager.state.account_view import StateView
from risk_manager.state.pnl_view import Market


class Judge:
    """The rules of one account. `plan` is the plan of the step that is being judged."""

    def __init__(
        self, account: AccountState, market: Market, router: EventRouter, *, all_shadow: bool
    ) -> None:
        self._account = account
        self._market = market
        self._router = router
        self._all_shadow = all_shadow
        self._breaches = BreachLog(account.id)
        self._shadow = ShadowLog(account.id, self._breaches)
        self._shadow_stops = ShadowStops(account)
        self.plan = Plan()
        self.view: StateView | None = None
        self._status = {rule.rule_id: RuleRecord(rule) for rule in router.rules}
        self._hear_quotes()
        self._plain, self._flat_only = True, False
        self.wants_look = False
        self.follow_ups: dict[RuleId, FollowUp | None] = {}
        self._locks = LockSetter(account, market)

    def adopt(self, router: EventRouter, *, all_shadow: bool) -> None:
        """Ask these rules from now on; one that was asked before keeps its last reading."""
        self._router, self._all_shadow, old = router, all_shadow, self.status
        self._status = {r.rule_id: old.get(r.rule_id) or RuleRecord(r) for r in router.rules}
        for rule in router.rules:
            self._status[rule.rule_id].rule = rule
        self._hear_quotes()

    def _hear_quotes(self) -> None:
        hearing = [self._status[rule.rule_id] for rule in self._router.rules_of(QuoteChanged)]
        self.quiet = QuietQuotes(self._account, self._market, hearing)

    @property
    def rules(self) -> tuple[Rule[Any], ...]:
        """The account's rules in the order they are asked."""
        return self._router.rules

    def is_shadow(self, rule: Rule[Any]) -> bool:
        """Whether the rule only watches: by its own mode or by the global one."""
        return rule.is_shadow or self._all_shadow

    @property
    def moves_no_stop(self) -> bool:
        """Whether RULE-012, or everything, is in shadow: it then sends nothing."""
        return self._all_shadow or any(r.is_shadow for r in self.rules if r.rule_id == STOPS)

    @property
    def status(self) -> Mapping[RuleId, RuleRecord]:
        """What each rule answered last."""
        self.quiet.catch_up(self.view)
        return self._status

    def listens(self, event: Event) -> bool:
        """Whether any rule listens to this event."""
        return bool(self._router.rules_for(event))

    def judge(self, step: Step, event: Event, *, fresh: bool) -> Plan:
        """Ask every rule that listens; set the locks and return the plan of actions.

        `fresh` says the event comes from a look and needs no second one. `follow_ups` then holds
        what the asked rules wait for.
        """
        self.plan = Plan()
        self.wants_look = False
        self.follow_ups = {}
        assert self.view is not None, "the account has no view yet"
        view = self.view.at(step.stamp)
        self._flat_only = leaves_nothing(self._market, self._account.id, step.stamp.now)
        self._plain = True
        for rule in self._router.rules_for(event):
            found = self._ask(step, rule, event, view)
            if found is None:
                continue
            old = is_old(event, self._account, step.stamp.now)
            if not fresh and rule.is_lockless and (old or not self._account.proven):
                self.wants_look = True
            elif self._locks.set_all(step, found):
                self._breaches.note(step, rule.rule_id, found.breach, shadow=False)
                self.plan.add(found)
        if type(event) is QuoteChanged:
            self.quiet.judged(step.stamp, plain=self._plain)
        return self.plan

    def forget_plan(self) -> None:
        """The plan was handed over: from now on only actions in flight count as pending."""
        self.plan = Plan()

    def alarm_unknown(self, step: Step) -> None:
        """Once a second: alarm what rules could not evaluate and still cannot."""
        for status in self.status.values():
            status.alarm_unknown(step, self._account.id)

    @property
    def lacks_a_reading(self) -> bool:
        """Whether some rule could not evaluate something and still cannot."""
        return any(status.unknown_since is not None for status in self.status.values())

    def _ask(self, step: Step, rule: Rule[Any], event: Event, view: StateView) -> Found | None:
        status = self._status[rule.rule_id]
        status.events += 1
        try:
            verdict = rule.check(event, view)
            if isinstance(verdict, Breach):
                refuse_unknown_verbs(verdict.decisions)
        except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others
            self._plain = False
            status.note_failure(f"{type(error).__name__}: {error}")
            text = f"{rule.rule_id} failed on {type(event).__name__}: {status.failed}"
            step.alarm(self._account.id, f"rule {rule.rule_id}", text)
            return self._lock_on_error(step, rule, view)
        self._plain = self._plain and is_plain(verdict)
        if verdict is None:
            status.failed = None
            return None
        for note in verdict.notes:
            remember(step, self._account, rule.rule_id, note.key, note.value)
        self.follow_ups[rule.rule_id] = verdict.follow_up
        status.note(verdict, step.stamp)
        if isinstance(verdict, NotEvaluated):
            status.alarm_unknown(step, self._account.id, at_once=verdict.alarm)
            return None
        self._carry_out(step, rule, verdict)
        if isinstance(verdict, Reading):
            self._breaches.end(rule.rule_id)
            return None
        if not verdict.decisions:
            step.warn(self._account.id, f"{rule.rule_id} {verdict.reason}", verdict.reason)
            return None
        rests = rule.is_lockless and self._flat_only
        if rests or is_forgiven(self._account, rule.rule_id, verdict):
            return None
        if self.is_shadow(rule):
            self._shadow.note(step, rule.rule_id, verdict)
            return None
        return Found(rule.rule_id, verdict, step.stamp.received_mono)

    def _carry_out(self, step: Step, rule: Rule[Any], verdict: Breach | Reading) -> None:
        """Do what is no enforcement: end a lock of the rule's own, tighten a stop."""
        for decision in verdict.decisions:
            if isinstance(decision, ReleaseLock):
                self._locks.release(step, rule.rule_id, decision, verdict.value)
            elif isinstance(decision, HoldStop):
                self._hold_stop(step, rule, decision, verdict.value)

    def _hold_stop(self, step: Step, rule: Rule[Any], wanted: HoldStop, reason: str) -> None:
        """Plan a stop; in shadow only say so. Under a lock that leaves nothing there is none."""
        if self._flat_only:
            return
        if self.is_shadow(rule):
            self._shadow_stops.note(step, rule.rule_id, wanted, reason)
            return
        why = Demand(rule.rule_id, reason, step.stamp.received_mono)
        self.plan.stops[wanted.contract_id] = (wanted, why)

    def _lock_on_error(self, step: Step, rule: Rule[Any], view: StateView) -> Found | None:
        """A rule in shadow sets no lock, whatever it does."""
        if self._market.settings.on_rule_error is not OnRuleError.LOCK or self.is_shadow(rule):
            return None
        return Found(rule.rule_id, error_breach(rule.rule_id, view), step.stamp.received_mono)
