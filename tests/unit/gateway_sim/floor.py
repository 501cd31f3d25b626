"""A small trading floor for the tests of the simulated exchange."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.model import Answer, PlaceRequest, SimOrder
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderType

# A Wednesday, 9:00 in Chicago: every product trades.
START = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
ACCOUNT = 10001
MNQ = "CON.F.US.MNQ.Z26"
ES = "CON.F.US.EP.Z26"
BUY, SELL = OrderSide.BID, OrderSide.ASK


def dec(value: str | int) -> Decimal:
    return Decimal(value)


class Floor:
    """An exchange with MNQ at 20000 and no slippage unless asked, and short words for tests."""

    def __init__(
        self, *, seed: int = 7, start: datetime = START, accounts: int = 1, **options: Any
    ):
        options.setdefault("stop_slip_ticks", 0)
        self.exchange = Exchange(
            seed=seed, start=start, accounts=accounts, options=ExchangeOptions(**options)
        )
        if options.get("start_prices", True):
            self.price("20000")
        self.exchange.take_events()

    def price(self, last: str, bid: str | None = None, ask: str | None = None) -> None:
        bid_price = None if bid is None else Decimal(bid)
        ask_price = None if ask is None else Decimal(ask)
        self.exchange.set_price(MNQ, Decimal(last), bid_price, ask_price)

    def wait(self, milliseconds: int = 1000) -> None:
        self.exchange.advance_to(self.exchange.now + timedelta(milliseconds=milliseconds))

    def place(self, kind: int, side: OrderSide, size: int = 1, /, **members: Any) -> Answer:
        request = PlaceRequest(ACCOUNT, MNQ, kind, side, size)
        prices = {k: dec(v) for k, v in members.items() if k.endswith("_price") and v is not None}
        return self.exchange.place(replace(request, **{**members, **prices}))

    def order(self, kind: int, side: OrderSide, size: int = 1, **members: Any) -> int:
        """Place an order that must be accepted; returns its id."""
        answer = self.place(kind, side, size, **members)
        assert answer.code == 0, answer
        assert answer.order_id is not None
        return answer.order_id

    def market(self, side: OrderSide, size: int = 1, **members: Any) -> int:
        """Place a market order and let it fill."""
        order_id = self.order(OrderType.MARKET, side, size, **members)
        self.wait()
        return order_id

    def get(self, order_id: int) -> SimOrder:
        found = self.exchange.order(order_id)
        assert found is not None
        return found

    def net(self) -> int:
        return sum(p.size * p.type.sign for p in self.exchange.positions(ACCOUNT))

    def balance(self) -> Decimal:
        account = self.exchange.account(ACCOUNT)
        assert account is not None
        return account.balance

    def events(self) -> list[Any]:
        """Return the VenueEvents since the last call, without the market's; Any spares casts."""
        return [e for e in self.exchange.take_events() if e.kind not in ("quote", "market_trade")]
