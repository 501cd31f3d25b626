"""One request on one order, from decision to shown effect (pure data)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import RequestId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.enforcement.answers import Meaning
from risk_manager.enforcement.order_edit import Edit

_OUTCOMES = {
    Meaning.ALREADY: Outcome.ALREADY,
    Meaning.REJECTED: Outcome.REJECTED,
    Meaning.FINAL: Outcome.REJECTED,
    Meaning.NOT_ACTIVE: Outcome.REJECTED,
    Meaning.DEFERRED: Outcome.DEFERRED,
}


@dataclass(slots=True)
class OrderChange:
    """The running request on one order; `edit` None cancels it. Times are monotonic seconds.

    `failed` says that the newest answer was no acceptance.
    """

    record: EnforcementRecord
    event_mono: float
    edit: Edit | None
    failed: bool = False
    tries: int = 0
    in_flight: RequestId | None = None
    not_before: float = 0.0
    look_asked: float = 0.0
    final: bool = False

    @property
    def is_unanswered(self) -> bool:
        """Whether the newest answer was none: only a look tells what became of the request."""
        return self.in_flight is None and self.failed and self.record.code is None

    def note_answer(self, answer: ActionAnswered, meaning: Meaning) -> None:
        """Put an answer into the line of the log."""
        self.failed = meaning is not Meaning.ACCEPTED
        self.record = answered_record(self.record, answer, meaning, self.event_mono)


def answered_record(
    record: EnforcementRecord, answer: ActionAnswered, meaning: Meaning, event_mono: float
) -> EnforcementRecord:
    """Return the line with what an answer says; an acceptance is not yet an effect."""
    outcome = _OUTCOMES.get(meaning, Outcome.STARTED)
    if answer.failure == "timeout":
        outcome = Outcome.TIMED_OUT
    sent_ms = record.ms_to_request
    if sent_ms is None and answer.sent_mono is not None:
        sent_ms = (answer.sent_mono - event_mono) * 1000
    return replace(
        record, outcome=outcome, code=answer.code, message=answer.message, ms_to_request=sent_ms
    )
