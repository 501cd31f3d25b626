"""One close or reduce of one contract, from decision to confirmed effect (pure data).

At most one is in flight per contract: two closers can flip a position, because the venue takes a
close's size when it accepts it and fills it later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Order, OrderKind, Side
from risk_manager.domain.positions import Position
from risk_manager.domain.records import EnforcementRecord, Intent, IntentKind, Outcome
from risk_manager.domain.requests import ActionRequest
from risk_manager.enforcement.repeats import CLOSES

LOOKS_AFTER_ANSWER_S = (0.25, 0.5, 1.0, 2.0, 5.0)
LOOK_EVERY_S = 5.0
NOT_FLAT_ALARM_S = 10.0
HANGING_S = 10.0
NOTHING_TO_CLOSE = 2
"""PositionNotFound, of closes and partial closes alike (gateway reference)."""


class Phase(Enum):
    """Where an action stands."""

    LOOK_FIRST = "look_first"
    """A look decides whether and what to send."""
    SENT = "sent"
    """The request is on its way; nothing else goes out on this contract."""
    VERIFY = "verify"
    """Answered or given up: looks decide."""


@dataclass(slots=True)
class ContractAction:
    """The action in flight on one contract. Times are monotonic seconds.

    `side` is the side of the position it was decided for. `look_after` is the earliest request
    time of a look that may decide; `not_before` the earliest repeat. `flat_read_mono` is the
    request time of the first read without the position, `flat_event_mono` when the feed said
    so.
    """

    intent: Intent
    record: EnforcementRecord
    side: Side
    event_mono: float
    phase: Phase
    look_after: float
    request: ActionRequest | None = None
    sent_mono: float | None = None
    sent_at: datetime | None = None
    first_sent_mono: float | None = None
    answered_mono: float = 0.0
    looks: int = 0
    tries: int = 0
    not_before: float = 0.0
    flat_read_mono: float | None = None
    flat_event_mono: float | None = None
    hanging_since: float | None = None
    cancelled_own: bool = False
    asked_opener: bool = False
    alarmed: bool = False

    @property
    def contract_id(self) -> ContractId:
        """The contract acted on."""
        return self.intent.contract_id

    @property
    def target(self) -> int:
        """The size wanted, in contracts; 0 to close."""
        return self.intent.target

    def lower(self, target: int) -> bool:
        """Join a further demand: the target may only fall. Returns whether it did."""
        if target >= self.intent.target:
            return False
        kind = IntentKind.CLOSE if target == 0 else IntentKind.REDUCE
        self.intent = replace(self.intent, target=target, kind=kind)
        self.record = replace(
            self.record,
            action="CLOSE_POSITION" if target == 0 else "REDUCE_POSITION",
            to_size=target,
        )
        return True

    def name_position(self, position: Position) -> bool:
        """Take the id of the position it was decided for; returns whether it was not known."""
        if self.intent.position_ids or position.side is not self.side:
            return False
        self.intent = replace(self.intent, position_ids=frozenset({position.id}))
        return True

    def next_look(self, mono: float) -> float:
        """When to look next after an answer: 0.25, 0.5, 1, 2, 5 s after it, then every 5 s."""
        while self.looks < len(LOOKS_AFTER_ANSWER_S):
            due = self.answered_mono + LOOKS_AFTER_ANSWER_S[self.looks]
            self.looks += 1
            if due > mono:
                return due
        return mono + LOOK_EVERY_S

    def pause(self) -> float:
        """Seconds between the last send and a repeat."""
        return CLOSES.pause(self.tries, self.intent.id)

    def is_closing_order(self, order: Order) -> bool:
        """Whether an order is an alive market order on the closing side: maybe our own close."""
        return (
            order.is_alive
            and order.contract_id == self.contract_id
            and order.kind is OrderKind.MARKET
            and order.side is self.side.opposite
        )

    @property
    def reached(self) -> Outcome:
        """The outcome when a look shows the target: not ours if there was nothing left to do."""
        needless = self.request is None or self.record.code == NOTHING_TO_CLOSE
        return Outcome.ALREADY if needless else Outcome.DONE

    @property
    def is_unanswered(self) -> bool:
        """Whether the newest answer was none: only a look tells what became of the request."""
        return self.answered_mono > 0 and self.record.code is None

    def finish_record(self, outcome: Outcome, at: datetime, flat_mono: float | None) -> None:
        """Put the outcome and the time to the effect into the log line."""
        flat_ms = None if flat_mono is None else (flat_mono - self.event_mono) * 1000
        self.record = replace(self.record, outcome=outcome, at=at, ms_to_flat=flat_ms)
