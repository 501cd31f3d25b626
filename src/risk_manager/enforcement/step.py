"""What one engine step produces, collected while it runs (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field

from risk_manager.domain.command_events import CommandAnswer
from risk_manager.domain.events import Event, Stamp
from risk_manager.domain.ids import AccountId, IntentId, RequestId
from risk_manager.domain.records import BreachSeen, EnforcementRecord, Gap, Level, Notice
from risk_manager.domain.requests import ActionRequest, Command
from risk_manager.state.writes import PutEnforcement, Write


class Ids:
    """Numbers for requests and intents; intents continue where earlier runs stopped."""

    def __init__(self, last_intent: int = 0) -> None:
        self._request = 0
        self._intent = last_intent

    def request(self) -> RequestId:
        """The next request id, unique in this run."""
        self._request += 1
        return RequestId(self._request)

    def intent(self) -> IntentId:
        """The next intent id, unique in the database."""
        self._intent += 1
        return IntentId(self._intent)


@dataclass(slots=True)
class Step:
    """One step's outcome.

    `first_wave` leaves at once after the commit, in parallel; `commands` go to the workers and
    the feed; `raised` are derived events that the engine handles within this same step. `writes`
    are committed before anything leaves, `late_writes` (the log of what is done) after. `answers`
    go to whoever waits for a command; `stop` ends the run.
    """

    stamp: Stamp
    ids: Ids
    first_wave: list[ActionRequest] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    late_writes: list[Write] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    records: list[EnforcementRecord] = field(default_factory=list)
    breaches: list[BreachSeen] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    raised: list[Event] = field(default_factory=list)
    answers: list[CommandAnswer] = field(default_factory=list)
    stop: bool = False

    def record(self, record: EnforcementRecord) -> None:
        """Write a line of the enforcement log, to the database and the screen."""
        self.records.append(record)
        self.late_writes.append(PutEnforcement(record))

    def alarm(self, account_id: AccountId | None, subject: str, text: str) -> None:
        """Raise an alarm; repeated ones of one subject are shown once per episode."""
        self.notices.append(Notice(Level.ALARM, account_id, subject, text))

    def warn(self, account_id: AccountId | None, subject: str, text: str) -> None:
        """Note something a person should know that is no danger yet."""
        self.notices.append(Notice(Level.WARNING, account_id, subject, text))

    def info(self, account_id: AccountId | None, subject: str, text: str) -> None:
        """Log a change of state."""
        self.notices.append(Notice(Level.INFO, account_id, subject, text))
