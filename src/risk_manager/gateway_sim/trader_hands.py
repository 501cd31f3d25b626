"""The hands of a simulated trader: orders and prices through the control path, told aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from risk_manager.utils.datetime_helpers import format_instant, parse_instant

Control = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""Calls the control path and returns the answer's members, e.g. `SimServer.control`."""

Row = Mapping[str, Any]

BUY: Final = 0
SELL: Final = 1

_LIMIT_ORDER: Final = 1
_MARKET_ORDER: Final = 2
_STOP_ORDER: Final = 4
_VERBS: Final = {BUY: "buy", SELL: "sell"}
_LOOK_EVERY_S: Final = 0.02
_FILL_WITHIN_S: Final = 5.0
_ZONE: Final = ZoneInfo("America/New_York")


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
        """Send a market order and wait until it has filled; returns its id.

        Raises TimeoutError when it does not.
        """
        self.tell(f"The trader {_VERBS[side]}s {size} {symbol}: {remark}.")
        return self.fill(symbol, side, size)

    def fill(self, symbol: str, side: int, size: int) -> int:
        """Do what `market` does without a word."""
        order = self._order(symbol, side, size, {"type": _MARKET_ORDER})
        for _ in range(int(_FILL_WITHIN_S / _LOOK_EVERY_S)):
            self.pause(_LOOK_EVERY_S)
            if self._fills("orderId", order):
                return order
        raise TimeoutError(f"{symbol} has not filled within {_FILL_WITHIN_S:.0f} s")

    def rest(self, symbol: str, side: int, price: Decimal) -> int:
        """Place a limit order, which waits for its price; returns its id."""
        self.tell(f"The trader leaves an order to {_VERBS[side]} 1 {symbol} in the market.")
        return self._order(symbol, side, 1, {"type": _LIMIT_ORDER, "limitPrice": price})

    def protect(self, symbol: str, side: int, size: int) -> int:
        """Place a stop 2 % away for a position opened on `side`; returns its id."""
        away = Decimal("0.98") if side == BUY else Decimal("1.02")
        price = (self.last_price(symbol) * away).quantize(Decimal(1))
        closing = SELL if side == BUY else BUY
        return self._order(symbol, closing, size, {"type": _STOP_ORDER, "stopPrice": price})

    def move(self, symbol: str, points: Decimal) -> datetime:
        """Move the market by `points` from the last fill's price; returns the instant before."""
        before = self.now()
        last = self.last_price(symbol) + points
        self.control("/sim/price", {"contractId": self.contracts[symbol], "last": last})
        return before

    def set_can_trade(self, *, allowed: bool) -> datetime:
        """Let the broker change the account's flag; returns the instant before."""
        before = self.now()
        self.control("/sim/account", {"accountId": self._account, "canTrade": allowed})
        return before

    def now(self) -> datetime:
        """Return simulated now."""
        return parse_instant(str(self._state()["now"]))

    def clock_to(self, instant: datetime) -> None:
        """Step simulated now forward to an instant, and say so; a past one changes nothing."""
        if self.now() < instant:
            self.tell(f"The clock moves on to {clock_text(instant)} in New York.")
            self.control("/sim/clock", {"set": format_instant(instant)})

    def realised(self, since: datetime) -> Decimal:
        """Return the account's realised P&L since an instant, USD."""
        rows = self._fills("accountId", self._account)
        newer = [row for row in rows if parse_instant(str(row["creationTimestamp"])) >= since]
        return sum((Decimal(row["profitAndLoss"] or 0) for row in newer), Decimal(0))

    def last_price(self, symbol: str) -> Decimal:
        """Return the price of the account's newest fill in a symbol."""
        return Decimal(self._newest(symbol)["price"])

    def last_filled_at(self, symbol: str) -> datetime:
        """Return when the account's newest fill in a symbol was made."""
        return parse_instant(str(self._newest(symbol)["creationTimestamp"]))

    def _newest(self, symbol: str) -> Row:
        fills = self._fills("contractId", self.contracts[symbol])
        return max(fills, key=lambda row: str(row["creationTimestamp"]))

    def _fills(self, member: str, value: object) -> list[Row]:
        return [row for row in self._state()["trades"] if row[member] == value]

    def _state(self) -> Row:
        return self.control("/sim/state", {})

    def _order(self, symbol: str, side: int, size: int, kind: Mapping[str, Any]) -> int:
        whole = {
            "accountId": self._account,
            "contractId": self.contracts[symbol],
            "side": side,
            "size": size,
            **kind,
        }
        return int(self.control("/sim/order", whole)["orderId"])


def clock_text(instant: datetime) -> str:
    """Return an instant as the time of day in New York."""
    local = instant.astimezone(_ZONE)
    return f"{local:%H:%M}" if local.second == 0 else f"{local:%H:%M:%S}"
