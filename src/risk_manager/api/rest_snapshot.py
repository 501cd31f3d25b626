"""Broker truth in its fixed order: trades, open orders, positions, suspended orders, account.

Orders are read before positions, and positions only when the order answer is in: an order that
fills between the two reads is then seen as a position.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from risk_manager.api import requests_encode as encode
from risk_manager.api import translate_rows as rows
from risk_manager.api.http_socket import Mono
from risk_manager.api.requests_encode import Call, Timeouts
from risk_manager.api.rest_exchange import Reply
from risk_manager.api.rest_reads import ReadFailedError, listed, translated
from risk_manager.domain.events import SnapshotTaken
from risk_manager.domain.ids import AccountId
from risk_manager.domain.orders import Order
from risk_manager.domain.ports import Deliver
from risk_manager.domain.positions import AccountRow, Position, Trade
from risk_manager.domain.requests import Priority, TakeSnapshot

MAX_PAGES: Final = 5
Part = TypeVar("Part")
Row = TypeVar("Row", Order, Position, Trade)


@dataclass(slots=True)
class SnapshotRead:
    """One snapshot under way.

    A part the venue refuses leaves the others readable; once a call gets no answer at all the
    rest is not tried, so that a silent venue costs one time limit and not five.
    """

    request: TakeSnapshot
    send: Callable[[Call, Priority], Reply]
    mono: Mono
    deliver: Deliver
    timeouts: Timeouts
    failure: str | None = None
    is_silent: bool = False
    requested: dict[str, float] = field(default_factory=dict)

    def take(self) -> SnapshotTaken:
        """Read every part that was asked for."""
        request, started = self.request, self.mono()
        trades = orders = positions = account = suspended = None
        if request.trades_since is not None:
            trades = self._part("trades", self._trades)
        orders = self._part("orders", self._orders)
        if orders is not None:
            positions = self._part("positions", self._positions)
        if request.with_suspended:
            suspended = self._part("suspended", self._suspended)
        if request.with_account:
            account = self._part("account", self._account)
        return SnapshotTaken(
            request=request,
            trades=trades,
            orders=orders,
            positions=positions,
            account=account,
            suspended=suspended,
            failure=self.failure,
            trades_requested_mono=self.requested.get("trades", started),
            orders_requested_mono=self.requested.get("orders", started),
            positions_requested_mono=self.requested.get("positions", started),
            answered_mono=self.mono(),
        )

    def _part(self, name: str, read: Callable[[], Part]) -> Part | None:
        """Return a part, None after noting why it could not be read."""
        if self.is_silent:
            return None
        self.requested[name] = self.mono()
        try:
            return read()
        except ReadFailedError as error:
            self.failure = self.failure or f"{name}: {error}"
            self.is_silent = error.status is None
            return None

    def _trades(self) -> tuple[Trade, ...]:
        since = self.request.trades_since
        assert since is not None
        call = encode.trades_call(self.request.account_id, since, self.timeouts)
        return self._rows(call, "trades", "trade", rows.trade_row)

    def _orders(self) -> tuple[Order, ...]:
        call = encode.orders_call(self.request.account_id, self.timeouts)
        return self._rows(call, "orders", "order", rows.order_row)

    def _positions(self) -> tuple[Position, ...]:
        call = encode.positions_call(self.request.account_id, self.timeouts)
        return self._rows(call, "positions", "position", rows.position_row)

    def _suspended(self) -> tuple[Order, ...]:
        """Read all pages; a venue without this endpoint (400, 404) hides no more than before."""
        found: list[Order] = []
        for _ in range(MAX_PAGES):
            call = encode.suspended_call(self.request.account_id, len(found), self.timeouts)
            try:
                page = self._rows(call, "orders", "order", rows.order_row)
            except ReadFailedError as error:
                if error.status in {400, 404}:
                    return ()
                raise
            found.extend(page)
            if len(page) < encode.PAGE_SIZE:
                return tuple(found)
        raise ReadFailedError(f"more than {len(found)} suspended orders", 200)

    def _account(self) -> AccountRow:
        """Find our account among all, the inactive ones too: a blocked one must not vanish."""
        reply = self._send(encode.accounts_call(self.timeouts, only_active=False))
        raw_rows = listed(reply, "accounts")
        found = translated(raw_rows, "account", rows.account_row, reply, self.deliver)
        for account in found:
            if account.id == self.request.account_id:
                return account
        raise ReadFailedError(f"no account {self.request.account_id} in the answer", reply.status)

    def _rows(
        self, call: Call, member: str, entity: str, to_row: Callable[[rows.Raw], Row]
    ) -> tuple[Row, ...]:
        reply = self._send(call)

        def own_row(raw: rows.Raw) -> Row:
            row = to_row(raw)
            _check_owner(row.account_id, self.request.account_id)
            return row

        return translated(listed(reply, member), entity, own_row, reply, self.deliver)

    def _send(self, call: Call) -> Reply:
        return self.send(call, self.request.priority)


def _check_owner(found: AccountId, asked: AccountId) -> None:
    if found != asked:
        raise rows.WireError(f"a row of account {found} in an answer about {asked}")
