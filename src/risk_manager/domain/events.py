"""Everything that can change what we know, as frozen events.

Events carry no receipt time of their own: the inbox stamps arrival (monotonic), the loop stamps
sequence and trusted time. What the gateway sends is in `feed_events.py`, what it answers in
`answer_events.py`; what the daemon raises itself is here, and the union of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from risk_manager.domain.answer_events import (
    ActionAnswered,
    ContractFetched,
    LastBarFetched,
    SnapshotTaken,
)
from risk_manager.domain.command_events import (
    ConfigOffered,
    PendingCancelled,
    StopAsked,
    UnlockAsked,
)
from risk_manager.domain.feed_events import (
    AccountChanged,
    HubConnected,
    HubLost,
    OrderChanged,
    PositionChanged,
    ProtocolError,
    QuoteChanged,
    ServerTimeSeen,
    SessionKicked,
    StreamLossy,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId, RuleId

__all__ = [
    "AccountChanged",
    "ActionAnswered",
    "ClockJumped",
    "ConfigActivated",
    "ConfigOffered",
    "ContractFetched",
    "DayReset",
    "Event",
    "HubConnected",
    "HubLost",
    "LastBarFetched",
    "LockExpired",
    "OrderChanged",
    "PendingCancelled",
    "PositionChanged",
    "ProtocolError",
    "QuoteChanged",
    "ServerTimeSeen",
    "SessionEnded",
    "SessionKicked",
    "SnapshotTaken",
    "Stamp",
    "Started",
    "StateRestored",
    "StopAsked",
    "StoreChanged",
    "StreamLossy",
    "TimerFired",
    "TokenChanged",
    "TradeExecuted",
    "UnlockAsked",
]


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an event was taken.

    `sequence` counts from 1 per run; `now` is trusted time; `mono` and `received_mono` are
    monotonic seconds of this machine at the step and at the event's arrival.
    """

    sequence: int
    now: datetime
    mono: float
    received_mono: float


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A named timer is due; `subject` is what it was started for."""

    name: str
    account_id: AccountId | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class LockExpired:
    """A lock's time is over."""

    account_id: AccountId
    scope: str
    rule_id: RuleId


@dataclass(frozen=True, slots=True)
class DayReset:
    """A new trading day began at `boundary`; raised once per boundary, also after downtime."""

    account_id: AccountId
    boundary: datetime


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A trading session of RULE-009 ended (or its close grace did) at `at`."""

    account_id: AccountId
    at: datetime


@dataclass(frozen=True, slots=True)
class StateRestored:
    """Broker truth was read and merged: level-triggered rules are asked once."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class ConfigActivated:
    """A new configuration is active for the account."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class Started:
    """The loop runs: the first event of every run."""


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """Wall and monotonic time moved apart by `seconds` (signed), or the loop stood still."""

    seconds: float
    slept: bool


@dataclass(frozen=True, slots=True)
class StoreChanged:
    """The database began (`problem` set) or ceased (`problem` None) to fail."""

    problem: str | None


@dataclass(frozen=True, slots=True)
class TokenChanged:
    """Login or renewal worked (`problem` None) or fails."""

    problem: str | None


Event = (
    TradeExecuted
    | PositionChanged
    | OrderChanged
    | AccountChanged
    | QuoteChanged
    | ProtocolError
    | HubConnected
    | HubLost
    | SessionKicked
    | StreamLossy
    | ServerTimeSeen
    | ActionAnswered
    | SnapshotTaken
    | ContractFetched
    | LastBarFetched
    | TimerFired
    | LockExpired
    | DayReset
    | SessionEnded
    | StateRestored
    | ConfigActivated
    | Started
    | ClockJumped
    | StoreChanged
    | TokenChanged
    | ConfigOffered
    | PendingCancelled
    | UnlockAsked
    | StopAsked
)
