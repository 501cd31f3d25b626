"""The trading day of an account in the status JSON: curve, trades, windows, venue.

Money is Decimal USD, instants aware UTC; None is UNKNOWN.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec


class Extreme(msgspec.Struct, frozen=True):
    """The lowest or highest P&L of the day, and when it was."""

    at: datetime
    amount: Decimal


class CurveRow(msgspec.Struct, frozen=True):
    """The day's gross P&L: a value for each step of `step_s` from `began_at` on, None in gaps.

    Before `watched_from` it holds the realised part only.
    """

    began_at: datetime
    watched_from: datetime
    step_s: int
    points: tuple[Decimal | None, ...] = ()
    low: Extreme | None = None
    high: Extreme | None = None


class ResultRow(msgspec.Struct, frozen=True):
    """A fill that closed something: its gross P&L, and the day's sum with it."""

    at: datetime
    symbol: str = ""
    side: str = ""
    size: int = 0
    price: Decimal | None = None
    pnl: Decimal | None = None
    costs: Decimal | None = None
    running: Decimal | None = None


class WindowRow(msgspec.Struct, frozen=True):
    """Trades in a window (`minute`, `hour`, `session`) and how many are left."""

    window: str
    count: int = 0
    limit: int = 0
    left: int = 0


class VenueRow(msgspec.Struct, frozen=True):
    """The venue's maximum loss limit of the preset (negative), and how far it is at most."""

    preset: str = ""
    max_loss_limit: Decimal | None = None
    distance_at_most: Decimal | None = None
