"""RULE-009 SessionBlockOutside: keeps the account flat outside trading hours.

Watches: positions, working orders and the clock. Each symbol has its own session or the global one;
overnight sessions, weekdays, holidays, early closes and daylight saving are respected.

Acts: at the end of a session, and on what is opened or ordered outside it. It closes positions,
cancels entry orders and locks the symbol until its next start, by the clock and before any fill;
when everything is closed the account is locked too. The locks end by themselves.

Cannot: close while the exchange itself is closed: the close is repeated until it opens. A symbol
that is not known yet counts as closed only when every session is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CloseContract,
    Decision,
    NotEvaluated,
    Reading,
    Verdict,
)
from risk_manager.domain.distance import Left, NextOrder, Unit, left, nearest
from risk_manager.domain.events import (
    ConfigActivated,
    Event,
    OrderChanged,
    PositionChanged,
    SessionEnded,
    StateRestored,
)
from risk_manager.domain.ids import ACCOUNT_SCOPE, AccountId, ContractId, RuleId
from risk_manager.domain.positions import Position
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule, RuleContext
from risk_manager.rules.session_config import SessionBlockOutsideConfig
from risk_manager.rules.session_locks import closed_reason, forced_close, is_weaker, session_lock
from risk_manager.utils.sessions import SessionCalendar, SessionState


class SessionBlockOutside(Rule[SessionBlockOutsideConfig]):
    """Close and lock whatever is outside its session."""

    rule_id: ClassVar = RuleId("RULE-009")
    section: ClassVar = "session_block_outside"
    title: ClassVar = "Session block outside"
    config_model: ClassVar = SessionBlockOutsideConfig
    listens_to: ClassVar = (
        PositionChanged,
        OrderChanged,
        SessionEnded,
        ConfigActivated,
        StateRestored,
    )

    def __init__(self, config: SessionBlockOutsideConfig, context: RuleContext) -> None:
        super().__init__(config, context)
        self.calendar: SessionCalendar = config.calendar(context.holidays)
        self.grace = timedelta(seconds=config.session_close_grace_seconds)

    def next_event(self, after: datetime) -> tuple[datetime, Event] | None:
        """The next start or end of a session, or the end of a close grace."""
        dues = [self.calendar.next_transition(after)]
        if self.grace:
            for window in self.calendar.windows():
                ended = self.calendar.window_state(window, after).last_end
                if ended is not None and ended + self.grace > after:
                    dues.append(ended + self.grace)
        due = min((at for at in dues if at is not None), default=None)
        return None if due is None else (due, SessionEnded(AccountId(0), due))

    @property
    def symbols(self) -> Iterable[str]:
        """The symbols with hours of their own."""
        return self.calendar.per_root

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Ask every symbol that is listed, held or ordered whether its session is open."""
        del event
        roots: dict[str, list[Position]] = {root: [] for root in self.calendar.per_root}
        ordered: dict[str, set[ContractId]] = {}
        unresolved: dict[ContractId, Decision] = {}
        for position in view.positions():
            root = view.root_of(position.contract_id)
            if isinstance(root, Unknown):
                unresolved[position.contract_id] = CloseContract(position.contract_id)
            else:
                roots.setdefault(root, []).append(position)
        for order in view.entry_orders():
            root = view.root_of(order.contract_id)
            if isinstance(root, Unknown):
                unresolved.setdefault(order.contract_id, CancelEntries(order.contract_id))
            else:
                roots.setdefault(root, [])
                ordered.setdefault(root, set()).add(order.contract_id)
        decisions: list[Decision] = []
        closed: list[str] = []
        for root, positions in sorted(roots.items()):
            state = self.calendar.state(root, view.now)
            if not state.open:
                closed.append(root)
                decisions += self._enforce(root, state, positions, ordered.get(root, set()), view)
        # A symbol that is not known is closed only when every session there is, is closed.
        everything_closed = self.calendar.unresolved_closed(view.now)
        if unresolved and everything_closed:
            decisions += [unresolved[contract_id] for contract_id in sorted(unresolved)]
        decisions += self._lock_account(view)
        value = f"closed: {', '.join(closed)}" if closed else "open"
        cause = None
        if unresolved and not everything_closed and self.calendar.windows():
            cause = f"symbol of {min(unresolved)} is not known yet"
        if decisions:
            reason = closed_reason(self.calendar, closed, view.now, self.config.display_zone)
            return Breach(reason, tuple(decisions), value, self.describe_limit(), unknown=cause)
        return Reading(value) if cause is None else NotEvaluated(cause)

    def describe_limit(self) -> str:
        """The hours in words: `09:30-16:00 ET, ES 18:00-17:00 ET`."""
        return self.config.hours_in_words()

    def left(self, view: AccountView) -> Left | None:
        """Seconds until the first symbol that is held is closed by the clock."""
        ends = [
            left(Decimal(str((at - view.now).total_seconds())), Unit.SECONDS, root)
            for position in view.positions()
            if (root := view.label(position.contract_id)) and (at := self.closes_at(root, view.now))
        ]
        return nearest(ends)

    def closes_at(self, root: str, now: datetime) -> datetime | None:
        """When the clock closes a symbol; None when it will not, or is past it."""
        if not self.config.close_positions_at_session_end:
            return None
        return forced_close(self.calendar.state(root, now), self.grace, now)

    def room(self, order: NextOrder, view: AccountView) -> int | None:
        """Nothing outside the symbol's session."""
        return None if self.calendar.state(order.root, view.now).open else 0

    def _enforce(
        self,
        root: str,
        state: SessionState,
        positions: list[Position],
        ordered: set[ContractId],
        view: AccountView,
    ) -> list[Decision]:
        """What a closed symbol demands: a lock, closes, cancels. Nothing when all is done."""
        staying = {p.contract_id for p in positions if self._may_stay(p, state, view)}
        decisions: list[Decision] = []
        lock = view.lock_of(root, self.rule_id)
        if self.config.lockout_outside_session and is_weaker(lock, state.next_start, staying):
            decisions.append(session_lock(root, state.next_start, staying))
        decisions += [
            CloseContract(p.contract_id)
            for p in positions
            if p.contract_id not in staying and view.size_after_pending(p.contract_id) > 0
        ]
        decisions += [CancelEntries(contract_id) for contract_id in sorted(ordered)]
        return decisions

    def _may_stay(self, position: Position, state: SessionState, view: AccountView) -> bool:
        """Whether exposure held at the session's end may remain for now.

        For good without close_positions_at_session_end, else while the grace runs. After a
        downtime the position's opening time decides what was open at the end.
        """
        end = state.last_end
        if end is None or not view.opened_before(position.contract_id, end):
            return False
        return not self.config.close_positions_at_session_end or view.now < end + self.grace

    def _lock_account(self, view: AccountView) -> list[Decision]:
        """The account lock: only while the global session and every listed one are closed."""
        closure = self.calendar.account_closure(view.now)
        if not self.config.lockout_outside_session or not closure.closed:
            return []
        staying = frozenset(
            position.contract_id for position in view.positions() if self._stays(position, view)
        )
        if not is_weaker(view.lock_of(ACCOUNT_SCOPE, self.rule_id), closure.until, staying):
            return []
        return [session_lock(ACCOUNT_SCOPE, closure.until, staying)]

    def _stays(self, position: Position, view: AccountView) -> bool:
        root = view.root_of(position.contract_id)
        if isinstance(root, Unknown):
            return False
        return self._may_stay(position, self.calendar.state(root, view.now), view)
