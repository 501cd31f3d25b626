"""The hands of a simulated trader: orders and prices through the control path, told aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

Control = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""Calls the control path and returns the answer's members, e.g. `SimServer.control`."""

BUY: Final = 0
SELL: Final = 1

_LIMIT_ORDER: Final = 1
_MARKET_ORDER: Final = 2
_VERBS: Final = {BUY: "buy", SELL: "sell"}
_FILL_S: Final = 0.05


class TraderHands:
    """Trades one account. `contracts` maps tickers to contract ids.

    `tell` gets the story line by line; `pause` waits for a number of seconds.
    """

    def __init__(
        self,
        control: Control,
        account_id: int,
        contracts: Mapping[str, str],
        *,
        tell: Callable[[str], None],
        pause: Callable[[float], None],
    ) -> None:
        self.control = control
        self.contracts = contracts
        self.tell = tell
        self.pause = pause
        self._account = account_id

    def market(self, symbol: str, side: int, size: int, remark: str) -> int:
        """Send a market order and give it time to fill; returns its id."""
        self.tell(f"The trader {_VERBS[side]}s {size} {symbol}: {remark}.")
        order = self._order(symbol, side, size, {"type": _MARKET_ORDER})
        self.pause(_FILL_S)
        return order

    def rest(self, symbol: str, side: int) -> int:
        """Place a limit order far from the market, where it waits; returns its id."""
        self.tell(f"The trader leaves an order to {_VERBS[side]} 1 {symbol} in the market.")
        away = Decimal("1.02") if side == SELL else Decimal("0.98")
        price = self._last_price(symbol) * away
        whole = price.quantize(Decimal(1))
        return self._order(symbol, side, 1, {"type": _LIMIT_ORDER, "limitPrice": whole})

    def _order(self, symbol: str, side: int, size: int, kind: Mapping[str, Any]) -> int:
        whole = {
            "accountId": self._account,
            "contractId": self.contracts[symbol],
            "side": side,
            "size": size,
            **kind,
        }
        return int(self.control("/sim/order", whole)["orderId"])

    def move(self, symbol: str, points: Decimal) -> None:
        """Move the market by `points` from the last fill's price."""
        last = self._last_price(symbol) + points
        self.control("/sim/price", {"contractId": self.contracts[symbol], "last": last})

    def _last_price(self, symbol: str) -> Decimal:
        """Return the price of the account's newest fill in a symbol."""
        trades = self.control("/sim/state", {})["trades"]
        fills = [row for row in trades if row["contractId"] == self.contracts[symbol]]
        newest = max(fills, key=lambda row: str(row["creationTimestamp"]))
        return Decimal(newest["price"])
