"""Endpoints that list orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from risk_manager.gateway_sim import wire
from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.fields import INT64_MAX, BadRequestError, Fields
from risk_manager.gateway_sim.model import SimOrder
from risk_manager.gateway_sim.rest_context import Call, Endpoint
from risk_manager.gateway_sim.rest_reply import Reply, envelope

ACCOUNT_NOT_FOUND = 1
ORDER_NOT_FOUND = 1
PAGE_CAP = 100
SORT_BY_ID, SORT_DESCENDING = 1, 1


def search(call: Call) -> Reply:
    """`Order/search`: by creation from `startTimestamp` to `endTimestamp`, ascending by id."""
    fields = call.fields
    account_id, start = fields.integer("accountId"), fields.instant("startTimestamp")
    end = fields.opt_instant("endTimestamp")

    def chosen(exchange: Exchange) -> list[SimOrder]:
        return [o for o in exchange.orders(account_id) if _within(o.created, start, end)]

    return _list(call, account_id, chosen)


def search_open(call: Call) -> Reply:
    """`Order/searchOpen`: hides suspended bracket children."""
    account_id = call.fields.integer("accountId")
    return _list(call, account_id, lambda e: e.open_orders(account_id))


def search_by_id(call: Call) -> Reply:
    """`Order/searchById`."""
    account_id = call.fields.integer("accountId")
    order_id = call.fields.integer("orderId", INT64_MAX)
    found = call.venue.run(lambda e: e.order(order_id))
    if found is None or found.account_id != account_id:
        return envelope(ORDER_NOT_FOUND, order=None)
    return envelope(order=wire.order(call.style, found))


@dataclass(frozen=True, slots=True)
class Query:
    """A `v2/query`; `offset` counts rows, the contract filter is ignored (measured Aug 2026)."""

    account_id: int
    statuses: list[int] | None
    after: datetime | None
    before: datetime | None
    page_size: int
    offset: int
    by_id: bool
    descending: bool
    count: bool

    @classmethod
    def read(cls, fields: Fields) -> Query:
        """Read a body; BadRequestError when the fields stand at the root."""
        chosen = fields.opt_object("filter")
        if chosen is None:
            raise BadRequestError("filter", "The filter field is required.")
        chosen.opt_text("contractId")
        size, offset = fields.opt_integer("pageSize"), fields.opt_integer("pageOffset")
        if (size is not None and size < 1) or (offset is not None and offset < 0):
            raise BadRequestError("pageSize", "pageSize must be over 0 and pageOffset not below.")
        return cls(
            account_id=chosen.integer("accountId"),
            statuses=chosen.opt_integers("statuses"),
            after=chosen.opt_instant("createdAfter"),
            before=chosen.opt_instant("createdBefore"),
            page_size=min(PAGE_CAP, size or PAGE_CAP),
            offset=offset or 0,
            by_id=fields.opt_integer("sortBy") == SORT_BY_ID,
            descending=fields.opt_integer("sortDirection") == SORT_DESCENDING,
            count=fields.opt_flag("includeTotalCount") or False,
        )

    def rows(self, orders: Iterable[SimOrder]) -> list[SimOrder]:
        """Return every order the query means, sorted."""
        found = [
            order
            for order in orders
            if (not self.statuses or order.status in self.statuses)
            and _within(order.created, self.after, self.before)
        ]
        found.sort(key=lambda order: order.id, reverse=self.descending)
        if not self.by_id:
            found.sort(key=lambda order: order.created, reverse=self.descending)
        return found


def query(call: Call) -> Reply:
    """`Order/v2/query`: the only list that shows suspended orders; at most 100 rows."""
    asked = Query.read(call.fields)
    orders = call.venue.run(
        lambda e: None if e.account(asked.account_id) is None else e.orders(asked.account_id)
    )
    if orders is None:
        return envelope(ACCOUNT_NOT_FOUND, orders=None, totalCount=None)
    rows = asked.rows(orders)
    page = rows[asked.offset : asked.offset + asked.page_size]
    return envelope(
        orders=[wire.order(call.style, item) for item in page],
        totalCount=len(rows) if asked.count else None,
    )


def _list(call: Call, account_id: int, chosen: Callable[[Exchange], list[SimOrder]]) -> Reply:
    orders = call.venue.run(lambda e: None if e.account(account_id) is None else chosen(e))
    if orders is None:
        return envelope(ACCOUNT_NOT_FOUND, orders=None)
    return envelope(orders=[wire.order(call.style, item) for item in orders])


def _within(instant: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or instant >= start) and (end is None or instant <= end)


ENDPOINTS = {
    "/api/Order/search": Endpoint(search, "orders"),
    "/api/Order/searchOpen": Endpoint(search_open, "orders"),
    "/api/Order/searchById": Endpoint(search_by_id, "order"),
    "/api/Order/v2/query": Endpoint(query, "orders"),
}
