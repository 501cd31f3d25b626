"""The gateway's own book at one instant, with the questions tests ask of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

ALIVE = {0, 1, 6, 7, 8}
"""Order statuses in which an order can still fill or come to life."""

Row = dict[str, Any]


def to_ms(instant: datetime) -> datetime:
    """An instant as exact as the status shows it."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


class Book:
    """What `/sim/state` shows of one account. Sizes are signed: long above zero."""

    def __init__(self, state: Row, account_id: int) -> None:
        self._state = state
        self.account_id = account_id

    @property
    def now(self) -> datetime:
        """Simulated now."""
        return datetime.fromisoformat(self._state["now"])

    def positions(self) -> dict[str, int]:
        """Signed sizes by contract id."""
        rows = self._mine("positions")
        return {r["contractId"]: r["size"] * (1 if r["type"] == 1 else -1) for r in rows}

    def position(self, contract_id: str) -> Row | None:
        """The row of one position."""
        rows = [r for r in self._mine("positions") if r["contractId"] == contract_id]
        return rows[0] if rows else None

    def alive(self, contract_id: str | None = None) -> list[Row]:
        """Alive orders, oldest first."""
        rows = [r for r in self._mine("orders") if r["status"] in ALIVE]
        found = [r for r in rows if contract_id in (None, r["contractId"])]
        return sorted(found, key=lambda row: int(row["id"]))

    def order(self, order_id: int) -> Row:
        """One order, alive or not."""
        return next(r for r in self._mine("orders") if r["id"] == order_id)

    def trades(self, contract_id: str | None = None) -> list[Row]:
        """Fills, oldest first."""
        rows = self._mine("trades")
        found = [r for r in rows if contract_id in (None, r["contractId"])]
        return sorted(found, key=lambda row: (str(row["creationTimestamp"]), int(row["id"])))

    def realized(self) -> Decimal:
        """Sum of profit and loss of all fills that are not voided."""
        rows = [r for r in self._mine("trades") if not r["voided"]]
        return sum((Decimal(r["profitAndLoss"] or 0) for r in rows), Decimal(0))

    def walk(self, contract_id: str) -> list[int]:
        """Signed position after each fill, from flat."""
        held, path = 0, []
        for row in self.trades(contract_id):
            held += row["size"] if row["side"] == 0 else -row["size"]
            path.append(held)
        return path

    def _mine(self, kind: str) -> list[Row]:
        return [row for row in self._state[kind] if row["accountId"] == self.account_id]
