"""The packaged product table, with what a fill costs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from risk_manager.gateway_sim.months import Cycle, cycle_of

# Micro products pay the lower commission (gateway reference, section 6).
_MICROS = frozenset(
    (
        *("MES", "MNQ", "M2K", "MYM", "MBT", "GMET", "MCLE", "MNG"),
        *("MGC", "SIL", "MHG", "M6E", "M6A", "M6B", "GMCD"),
    )
)
_MICRO_COMMISSION = Decimal("0.25")
_MINI_COMMISSION = Decimal("0.50")
# No cost is published for these: they take that of the nearest product that has one (our choice).
_COSTS_LIKE = {"EMD": "EP", "GMCD": "M6E", "SR3": "TUA", "GF": "GLE"}


@dataclass(slots=True, frozen=True)
class Product:
    """A product; `round_turn` is its all-in cost in and out, USD per contract.

    `change` is a later cost with the first day on which it holds.
    """

    root: str
    symbol: str
    name: str
    group: str
    tick_size: Decimal
    tick_value: Decimal
    round_turn: Decimal
    change: tuple[date, Decimal] | None
    cycle: Cycle

    @property
    def commission(self) -> Decimal:
        """Return the commission per contract and fill, USD."""
        return _MICRO_COMMISSION if self.root in _MICROS else _MINI_COMMISSION

    def fee(self, day: date) -> Decimal:
        """Return the fee per contract and fill on `day`, USD: half the cost less commission."""
        cost = self.round_turn
        if self.change is not None and day >= self.change[0]:
            cost = self.change[1]
        return cost / 2 - self.commission


@cache
def products() -> dict[str, Product]:
    """Return every product of the packaged table by root, in the table's order."""
    text = resources.files("risk_manager").joinpath("data/contracts.json").read_text("utf-8")
    rows = {row["root"]: row for row in json.loads(text)["products"]}
    return {root: _product(row, rows) for root, row in rows.items()}


def _product(row: dict[str, Any], rows: dict[str, dict[str, Any]]) -> Product:
    root = row["root"]
    priced = rows[_COSTS_LIKE.get(root, root)]
    change = priced.get("roundTurnChange")
    return Product(
        root=root,
        symbol=row["exchangeSymbol"],
        name=row["name"],
        group=row["group"],
        tick_size=Decimal(row["tickSize"]),
        tick_value=Decimal(row["tickValue"]),
        round_turn=Decimal(priced["roundTurnUsd"]),
        change=(date.fromisoformat(change["from"]), Decimal(change["usd"])) if change else None,
        cycle=cycle_of(root, row["group"]),
    )
