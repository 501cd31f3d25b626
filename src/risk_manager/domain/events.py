"""Everything that can change what we know, as frozen events.

Events carry no receipt time of their own: the inbox stamps arrival (monotonic), the loop stamps
sequence and trusted time. Instants inside events are the venue's, aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from risk_manager.domain.contracts import Contract
from risk_manager.domain.ids import AccountId, ContractId, RuleId
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import AccountRow, Position, Trade
from risk_manager.domain.requests import ActionRequest, FetchContract, FetchLastBar, TakeSnapshot


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
class TradeExecuted:
    """A fill, from the hub or from Trade/search."""

    trade: Trade


@dataclass(frozen=True, slots=True)
class PositionChanged:
    """A position report; size 0 is flat."""

    position: Position


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order report."""

    order: Order


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """An account report; absent members are None and mean "unchanged"."""

    account: AccountRow


@dataclass(frozen=True, slots=True)
class QuoteChanged:
    """A partial quote: None keeps the last value. `at` is the venue's time of the quote."""

    contract_id: ContractId
    last: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProtocolError:
    """A message we could not understand: the entity is read again by REST.

    `entity` is account, order, position, trade, quote or frame; `account_id` None when the
    message does not even say whose it is; `raw` is the text as received, cut to 2,000 characters.
    """

    entity: str
    problem: str
    raw: str
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class HubConnected:
    """A hub (`user` or `market`) is proven: handshake answered, every subscribe completed."""

    hub: str


@dataclass(frozen=True, slots=True)
class HubLost:
    """A hub's connection ended, or one attempt to build it failed."""

    hub: str
    cause: str


@dataclass(frozen=True, slots=True)
class SessionKicked:
    """The venue logged this session out (GatewayLogout)."""

    hub: str


@dataclass(frozen=True, slots=True)
class StreamLossy:
    """The inbox was full and a hub's backlog was dropped: a full reconcile must follow."""

    hub: str
    dropped: int


@dataclass(frozen=True, slots=True)
class ServerTimeSeen:
    """A `Date` header (whole seconds, None if absent) with the answer's monotonic times."""

    date: datetime | None
    requested_mono: float
    answered_mono: float


@dataclass(frozen=True, slots=True)
class ActionAnswered:
    """The answer to a changing call: raw, `enforcement/answers.py` says what it means.

    `status` is the HTTP status, None when no answer came (`failure` then says why: `timeout`,
    `network`, `throttled` when our own budget refused). `sent_mono` is when the last byte was
    handed to the system, None if it was never sent.
    """

    request: ActionRequest
    status: int | None
    success: bool | None
    code: int | None
    message: str | None
    failure: str | None
    retry_after_s: float | None
    sent_mono: float | None
    answered_mono: float


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """The answer to TakeSnapshot. A part that was not asked for or failed is None.

    `failure` is None when every part asked for was read. The monotonic instants say when each
    read was *requested*: an event received later than that wins over the answer.
    """

    request: TakeSnapshot
    trades: tuple[Trade, ...] | None
    orders: tuple[Order, ...] | None
    positions: tuple[Position, ...] | None
    account: AccountRow | None
    suspended: tuple[Order, ...] | None
    failure: str | None
    trades_requested_mono: float
    orders_requested_mono: float
    positions_requested_mono: float
    answered_mono: float

    @property
    def is_look(self) -> bool:
        """Whether orders and then positions were both read, which is what decides."""
        return self.orders is not None and self.positions is not None


@dataclass(frozen=True, slots=True)
class ContractFetched:
    """The answer to FetchContract: `contract` None on failure, `problem` says why."""

    request: FetchContract
    contract: Contract | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class LastBarFetched:
    """The answer to FetchLastBar: close in points at bar start `at`, None when there is none."""

    request: FetchLastBar
    close: Decimal | None
    at: datetime | None
    problem: str | None


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
)
