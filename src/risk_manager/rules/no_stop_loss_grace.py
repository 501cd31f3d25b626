"""RULE-008 NoStopLossGrace: closes a position that has no protective stop when its grace ends.

Watches: every open contract. A stop order on the closing side protects if its price is below the
market for a long and above it for a short; a take-profit never does. Each contract of a position
has its own clock, which starts when it was opened and is not restarted by a restart.

Acts: when a grace ends, after the broker's own lists were read once more. Contracts that a stop
covers are kept, the others are closed. A stop that disappears gives a fresh grace, once in
`regrace_interval_seconds`; after that there is only the time to replace it. There is no lock: you
may trade again at once.

Cannot: close while the broker's lists cannot be read; it asks again and raises an alarm. It never
places a stop of its own, and it does not ask how far away yours is.

Whether the protective orders of the venue's Position Brackets are in the broker's order list is not
verified. If they are not, this rule would close protected positions: set `rule_mode: shadow` until
a stop of yours was seen here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from risk_manager.domain.cover import Cover
from risk_manager.domain.decisions import (
    Breach,
    NotEvaluated,
    Reading,
    Remember,
    Verdict,
)
from risk_manager.domain.distance import Left, Unit, left
from risk_manager.domain.events import (
    ConfigActivated,
    Event,
    OrderChanged,
    PositionChanged,
    StateRestored,
    TimerFired,
)
from risk_manager.domain.ids import ContractId, RuleId
from risk_manager.domain.positions import Position
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule, RuleContext
from risk_manager.rules.grace_book import GraceTimes, Waiting, assign, follow, waiting
from risk_manager.rules.grace_config import NoStopLossGraceConfig
from risk_manager.rules.grace_found import Found
from risk_manager.rules.grace_looks import decided, next_look
from risk_manager.rules.grace_text import decode, encode


class NoStopLossGrace(Rule[NoStopLossGraceConfig]):
    """Close what no stop covers at its deadline."""

    rule_id: ClassVar = RuleId("RULE-008")
    section: ClassVar = "no_stop_loss_grace"
    title: ClassVar = "No stop-loss grace"
    config_model: ClassVar = NoStopLossGraceConfig
    listens_to: ClassVar = (
        PositionChanged, OrderChanged, TimerFired, ConfigActivated, StateRestored,
    )  # fmt: skip
    sets_lock: ClassVar = False

    def __init__(self, config: NoStopLossGraceConfig, context: RuleContext) -> None:
        super().__init__(config, context)
        self._judged: dict[ContractId, tuple[object, Found]] = {}

    @cached_property
    def times(self) -> GraceTimes:
        """The configured times."""
        config = self.config
        return GraceTimes(
            timedelta(seconds=config.grace_period_seconds),
            timedelta(seconds=config.regrace_interval_seconds),
            timedelta(seconds=config.replace_gap_seconds),
        )

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Follow every position's lots; close those that expired by a look."""
        del event
        found = [self._judge(position, view) for position in view.positions()]
        notes = tuple(one.note for one in found)
        left = [lot for one in found for lot in one.left]
        follow_up = next_look(left, view)
        decisions = [d for one in found for d in one.remedies(view)]
        value = ", ".join(
            f"{one.symbol} {one.covered} of {one.position.size} covered" for one in found
        )
        cause = self._unknown(found, left, view)
        if decisions:
            names = ", ".join(f"{one.symbol} {one.expired}" for one in found if one.expired)
            reason = f"no stop for {names} within {self.config.grace_period_seconds} s"
            limit = self.describe_limit()
            return Breach(reason, tuple(decisions), value, limit, notes, follow_up, cause)
        if cause is not None:
            return NotEvaluated(cause, notes, follow_up, alarm=True)
        return Reading(value or "no position", notes, follow_up=follow_up)

    def describe_limit(self) -> str:
        """The grace in words."""
        return f"a stop within {self.config.grace_period_seconds} s"

    def left(self, view: AccountView) -> Left | None:
        """Seconds until the first uncovered contract is closed; None when none waits."""
        ends = [(at, p) for p in view.positions() if (at := self.closes_at(p, view)) is not None]
        if not ends:
            return None
        due, position = min(ends, key=lambda end: (end[0], end[1].contract_id))
        return left(
            Decimal(str((due - view.now).total_seconds())),
            Unit.SECONDS,
            view.label(position.contract_id),
        )

    def closes_at(self, position: Position, view: AccountView) -> datetime | None:
        """When the first uncovered lot of a position is closed; None when nothing will."""
        lots = self.waiting_lots(position.contract_id, view)
        return min((lot.decide_at for lot in lots if lot.decide_at is not None), default=None)

    def waiting_lots(self, contract_id: ContractId, view: AccountView) -> Sequence[Waiting]:
        """The uncovered lots of a position, as last judged (for the countdown)."""
        text = view.memory(self.rule_id, contract_id)
        if text is None or view.position(contract_id) is None:
            return ()
        return list(waiting(decode(text), self._cover(contract_id, view), self.times))

    def _judge(self, position: Position, view: AccountView) -> Found:
        """Judge one position; the same question as last time has the same answer at any time."""
        contract_id, symbol = position.contract_id, view.label(position.contract_id)
        text, cover = view.memory(self.rule_id, contract_id), self._cover(contract_id, view)
        looks = view.looked_at(suspended=True), view.looked_at()
        asked = (position, symbol, text, cover, *looks)
        before = self._judged.get(contract_id)
        if before is not None and before[0] == asked:
            return before[1]
        found = self._follow(position, symbol, text, cover, view)
        if found.note.value == text:  # else the book changed, and its times with it
            self._judged[contract_id] = asked, found
        return found

    def _follow(
        self, position: Position, symbol: str, text: str | None, cover: Cover, view: AccountView
    ) -> Found:
        contract_id, times = position.contract_id, self.times
        known = None if text is None else decode(text)
        book = follow(known, position, lambda: view.fills(contract_id), view.now, times)
        book = assign(book, cover, view.now, times)
        lots = Counter(waiting(book, cover, times))
        left = [lot for lot in lots if not decided(lot, view)]
        return Found(
            position,
            symbol,
            Remember(contract_id, text if text and book is known else encode(book)),
            min(cover.valid, position.size),
            lots.total() - sum(lots[lot] for lot in left),
            left,
        )

    def _cover(self, contract_id: ContractId, view: AccountView) -> Cover:
        """The cover by the configured measure: whole sizes, or any stop for all."""
        cover = view.cover(contract_id)
        position = view.position(contract_id)
        if self.config.require_full_size or position is None:
            return cover
        return cover.whole(position.size)

    def _unknown(
        self, found: Sequence[Found], left: Sequence[Waiting], view: AccountView
    ) -> str | None:
        """Why the cover of an uncovered lot is not known, if so."""
        if not left:
            return None
        names = ", ".join(one.symbol for one in found if one.left)
        if view.look_failure is not None:
            return f"stops of {names} not read: {view.look_failure} - nothing is closed before"
        if any(lot.decide_at is None for lot in left):
            return f"no price of {names} to judge its stop by - nothing is closed before"
        late = [lot for lot in left if lot.deadline <= view.now < (lot.decide_at or view.now)]
        if late:
            return f"a stop of {names} is suspended at the broker - looking again"
        return None
