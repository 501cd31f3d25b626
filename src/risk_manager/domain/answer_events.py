"""The answers to our requests, as frozen events: exactly one for each request.

Monotonic instants are seconds of this machine; instants of rows are the venue's, aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from risk_manager.domain.contracts import Contract
from risk_manager.domain.ids import OrderId
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import AccountRow, Position, Trade
from risk_manager.domain.requests import ActionRequest, FetchContract, FetchLastBar, TakeSnapshot


@dataclass(frozen=True, slots=True)
class ActionAnswered:
    """The answer to a changing call: raw, `enforcement/answers.py` says what it means.

    `status` is the HTTP status, None when no answer came (`failure` then says why: `timeout`,
    `network`, `throttled` when our own budget refused). `sent_mono` is when the last byte was
    handed to the system, None if it was never sent. `order_id` is that of an order placed, also of
    a refused one.
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
    order_id: OrderId | None = None


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
