"""The test's hands at the simulated gateway: the trader, the market, the weather on the wire."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

from risk_manager.gateway_sim.listing import Listing
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.world.book import Book, Row
from tests.integration.world.inside import Inside
from tests.integration.world.sent import ACTIONS, CLOSE, PARTIAL, Sent, of_paths

TUESDAY = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
"""A Tuesday, 14:00 in New York: regular session, three hours before the reset."""

FIRST_ACCOUNT = 10001
KINDS = {"limit": 1, "market": 2, "stop_limit": 3, "stop": 4, "trailing": 5}
USD_PER_POINT = {"MNQ": 2, "NQ": 20, "MES": 5, "ES": 50, "RTY": 50, "M2K": 5, "YM": 5}


class Venue:
    """A running gateway. Sizes are signed: above zero buys. Symbols are tickers or contract ids."""

    def __init__(
        self,
        *,
        start: datetime = TUESDAY,
        accounts: int = 1,
        exchange: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.start = start
        trade = ExchangeOptions(**(exchange or {}))
        # Clocks are stepped by days within seconds: a token would expire as fast as it is renewed.
        options.setdefault("token_life", timedelta(days=30))
        self.server = SimServer(
            ServerOptions(start=start, accounts=accounts, exchange=trade, **options)
        )
        listing = Listing(start.date())
        self._ids = {contract.symbol: contract.id for contract in listing.active()}
        self._root = {contract.symbol: contract.root for contract in listing.active()}
        self.server.start()
        self.inside = Inside(self.server)

    def stop(self) -> None:
        """End the gateway."""
        self.server.stop()

    def id(self, symbol: str) -> str:
        """The contract id of a ticker's front month; an id stays as it is."""
        return symbol if symbol.startswith("CON.") else self._ids[symbol]

    def month(self, symbol: str, month: str) -> str:
        """The contract id of another month, e.g. `month("MNQ", "M26")`."""
        return f"CON.F.US.{self._root[symbol]}.{month}"

    def control(self, path: str, **body: Any) -> Row:
        """Call the control path; members that are None are left out."""
        given = {name: value for name, value in body.items() if value is not None}
        return self.server.control(f"/sim/{path}", given)

    def book(self, account: int = FIRST_ACCOUNT) -> Book:
        """The gateway's book now (without the request log)."""
        return Book(self.control("state", after=2**53), account)

    def net(self, symbol: str, account: int = FIRST_ACCOUNT) -> int:
        """Signed position of a symbol."""
        return self.book(account).positions().get(self.id(symbol), 0)

    def fill(
        self,
        symbol: str,
        size: int,
        price: Any = None,
        *,
        account: int = FIRST_ACCOUNT,
        silent: bool = False,
    ) -> int:
        """Fill an order of the trader at once; returns the order id."""
        side = 0 if size > 0 else 1
        about = {"accountId": account, "contractId": self.id(symbol), "silent": silent or None}
        answer = self.control("fill", side=side, size=abs(size), price=_text(price), **about)
        return int(answer["orderId"])

    def order(
        self,
        symbol: str,
        size: int,
        kind: str = "limit",
        price: Any = None,
        *,
        account: int = FIRST_ACCOUNT,
        **more: Any,
    ) -> int:
        """Place an order of the trader; returns its id. `price` is the limit or stop price."""
        member = {"limit": "limitPrice", "stop": "stopPrice", "trailing": "trailPrice"}.get(kind)
        if member is not None:
            more[member] = _number(price)
        about = {"accountId": account, "contractId": self.id(symbol), "type": KINDS[kind]}
        answer = self.control("order", side=0 if size > 0 else 1, size=abs(size), **about, **more)
        return int(answer["orderId"])

    def cancel(self, order_id: int, *, account: int = FIRST_ACCOUNT, **more: Any) -> None:
        """The trader cancels an order."""
        self.control("order/cancel", accountId=account, orderId=order_id, **more)

    def price(self, symbol: str, last: Any, bid: Any = None, ask: Any = None) -> None:
        """Set the market of a contract."""
        self.control(
            "price", contractId=self.id(symbol), last=_text(last), bid=_text(bid), ask=_text(ask)
        )

    def lose(self, symbol: str, usd: int, *, size: int = 1, account: int = FIRST_ACCOUNT) -> None:
        """The trader buys and sells with a gross result of -`usd`."""
        start = Decimal(10_000)
        points = Decimal(usd) / Decimal(USD_PER_POINT[symbol]) / size
        self.fill(symbol, size, start, account=account)
        self.fill(symbol, -size, start - points, account=account)

    def fault(self, kind: str, target: str, **how: Any) -> int:
        """Put a fault in force: `count`, `for_s`, `params`; returns its id."""
        return int(self.control("fault", kind=kind, target=target, **how)["id"])

    def clear_faults(self) -> None:
        """End all faults."""
        self.control("fault/clear")

    def requests(self, *paths: str, after: int = 0) -> list[Sent]:
        """What was asked of the gateway on these paths, in the order of arrival."""
        return of_paths(self.server.requests(after), paths)

    def actions(self, *, after: int = 0) -> list[Sent]:
        """Everything the daemon asked the venue to do."""
        return self.requests(*ACTIONS, after=after)

    def closes(self, symbol: str | None = None, *, after: int = 0) -> list[Sent]:
        """Closes and partial closes, of one symbol or of all."""
        found = self.requests(CLOSE, PARTIAL, after=after)
        return [r for r in found if symbol is None or r["contractId"] == self.id(symbol)]

    def mono(self) -> float:
        """Real monotonic seconds on the clock of the request log."""
        return self.server._machine.mono()

    def last_seq(self) -> int:
        """The number of the newest request so far."""
        entries = self.server.requests()
        return entries[-1].seq if entries else 0

    def tell(
        self,
        event: Literal["Trade", "Position", "Order", "Account"],
        data: Row,
        form: Literal["envelope", "bare", "list"] = "envelope",
    ) -> None:
        """Send an event the exchange did not make: late, double or odd."""
        self.inside.tell(event, data, form)

    def close_orders(self, symbol: str) -> list[int]:
        """Sizes of the orders that the venue made of closes it accepted, oldest first."""
        ids = self.inside.close_orders()
        rows = self.control("state", after=2**53)["orders"]
        mine = [row for row in rows if row["contractId"] == self.id(symbol)]
        return [int(row["size"]) for row in mine if row["id"] in ids]

    def result(self, usd: str, symbol: str = "M2K", *, account: int = FIRST_ACCOUNT) -> Row:
        """A round trip of the trader whose closing fill has exactly this result; returns it."""
        self.fill(symbol, 1, account=account, silent=True)
        self.fill(symbol, -1, account=account, silent=True)
        ids = [int(row["id"]) for row in self.book(account).trades(self.id(symbol))[-2:]]
        self.inside.publish_trades(*ids, usd=usd)
        return self.book(account).trades(self.id(symbol))[-1]


def _text(price: Any) -> str | None:
    return None if price is None else str(price)


def _number(price: Any) -> Any:
    return None if price is None else msgspec.Raw(str(price).encode())
