"""A price that moved while nothing else did, as rules see it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from risk_manager.domain.positions import Position
from risk_manager.domain.unknown import Unknown


class PriceMove(NamedTuple):
    """What one open position, and the account, are worth at a new price.

    `price` and `tick_size` in points. `pnl` is the open P&L in USD of the position, `open_pnl` of
    the whole account: every position has a price, and the size that its fills say. `gross` and
    `net` are the trading day's realised P&L in USD without and with fees and commissions.
    """

    position: Position
    price: Decimal
    tick_size: Decimal
    pnl: Decimal
    open_pnl: Decimal
    gross: Decimal | Unknown
    net: Decimal | Unknown

    def realized(self, *, net: bool) -> Decimal | Unknown:
        """Realised P&L of the trading day; `net` subtracts fees and commissions."""
        return self.net if net else self.gross
