"""What we ask of the broker, as data. Each request is answered by exactly one event.

Only these requests exist: none is a market order. A stop is the only order that is ever placed, and
only on the closing side of a position a look has just shown, for no more than its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum

from risk_manager.domain.ids import AccountId, ContractId, OrderId, RequestId
from risk_manager.domain.orders import Side


class Priority(IntEnum):
    """Who may use the request budget first; smaller is more urgent.

    ENFORCEMENT and TOKEN may use the whole reserve; CONFIRM, the looks that actions wait for,
    most of it, so that however often a trader comes back there is a request left for the next
    close. The others stop at the reserve.
    """

    ENFORCEMENT = 0
    CONFIRM = 1
    TOKEN = 2
    SAFETY = 3
    RECONCILE = 4
    DISPLAY = 5


@dataclass(frozen=True, slots=True)
class ClosePosition:
    """Position/closeContract: no size, so it cannot exceed the position at acceptance."""

    request_id: RequestId
    account_id: AccountId
    contract_id: ContractId


@dataclass(frozen=True, slots=True)
class ReducePosition:
    """Position/partialCloseContract: `size` is the number of contracts to close (>= 1)."""

    request_id: RequestId
    account_id: AccountId
    contract_id: ContractId
    size: int


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Order/cancel."""

    request_id: RequestId
    account_id: AccountId
    order_id: OrderId


@dataclass(frozen=True, slots=True)
class ModifyOrder:
    """Order/modify; None keeps the present value. `size` contracts, prices absolute levels.

    That `trail_price` is a level here and a distance when read is the venue's own way. What only
    follows the market has a lower `priority`, so that closes keep their share of the budget.
    """

    request_id: RequestId
    account_id: AccountId
    order_id: OrderId
    size: int | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    priority: Priority = Priority.ENFORCEMENT


@dataclass(frozen=True, slots=True)
class PlaceStop:
    """Order/place of a plain stop (type 4); `tag` is unique in the account, at most 60 characters.

    `size` in contracts (>= 1), `stop_price` in points, on a tick.
    """

    request_id: RequestId
    account_id: AccountId
    contract_id: ContractId
    side: Side
    size: int
    stop_price: Decimal
    tag: str
    priority: Priority = Priority.SAFETY


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    """Read broker truth in a fixed order: trades, open orders, positions, account.

    Orders are read before positions, and positions only when the order answer is in: an order
    that fills between the two reads is then seen as a position. With neither trades nor account
    this is a "look". `trades_since` None leaves the trades out; `with_suspended` also asks
    Order/v2/query for status 8, which the open-order search hides. `asked_at` is trusted time
    when it was asked for: time may be found to be later while the answer is on its way, as after
    a sleep, and the answer is not newer for that.
    """

    request_id: RequestId
    account_id: AccountId
    trades_since: datetime | None = None
    with_account: bool = False
    with_suspended: bool = False
    priority: Priority = Priority.SAFETY
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FetchContract:
    """Contract/searchById."""

    request_id: RequestId
    contract_id: ContractId
    priority: Priority = Priority.SAFETY


@dataclass(frozen=True, slots=True)
class FetchLastBar:
    """History/retrieveBars: the newest 1-minute bar in [start, end], for a stale price."""

    request_id: RequestId
    contract_id: ContractId
    start: datetime
    end: datetime
    priority: Priority = Priority.SAFETY


@dataclass(frozen=True, slots=True)
class WatchQuotes:
    """The contracts whose quotes the market hub shall send from now on (the whole set)."""

    contract_ids: frozenset[ContractId]


@dataclass(frozen=True, slots=True)
class RebuildHub:
    """Drop a hub's connection and build a new one; `hub` is `user`, `market` or `both`."""

    hub: str
    cause: str


ActionRequest = ClosePosition | ReducePosition | CancelOrder | ModifyOrder | PlaceStop
ReadRequest = TakeSnapshot | FetchContract | FetchLastBar
BrokerRequest = ActionRequest | ReadRequest
FeedRequest = WatchQuotes | RebuildHub
Command = ReadRequest | FeedRequest
"""What a step wants beside its first wave."""


def priority_of(request: ActionRequest) -> Priority:
    """Return how urgent a changing request is."""
    if isinstance(request, ModifyOrder | PlaceStop):
        return request.priority
    return Priority.ENFORCEMENT
