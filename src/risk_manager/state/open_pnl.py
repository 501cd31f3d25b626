"""Open P&L, and its sum with the day's realised P&L.

The closing trade and the position event arrive one after the other, so a plain sum would count
the same loss twice, or not at all, in between. `PairMonitor` watches the pair; the sum uses the
smaller of the two sizes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from risk_manager.domain.contracts import Contract
from risk_manager.domain.ids import ContractId
from risk_manager.domain.money import ZERO
from risk_manager.domain.orders import Side
from risk_manager.domain.unknown import Unknown

PAIR_TOLERANCE_S = 1.0
"""How long reported size and exposure by fills may differ before a look is needed."""


def unrealized(
    size: int, side: Side, average_price: Decimal, price: Decimal, contract: Contract
) -> Decimal:
    """Return the open P&L in USD of `size` contracts (>= 0) on `side`; a loss is negative.

    (price - average price) / tick size * tick value * size, negated for a short. The division
    comes last, so that amounts a decimal can hold are exact.
    """
    points = price - average_price
    return points * contract.tick_value * (size * side.sign) / contract.tick_size


def consistent_size(reported: int, by_fills: int) -> int:
    """Return the signed size for the combined sum: the smaller one, 0 on opposite sides."""
    if reported > 0 and by_fills > 0:
        return min(reported, by_fills)
    if reported < 0 and by_fills < 0:
        return max(reported, by_fills)
    return 0


@dataclass(frozen=True, slots=True)
class OpenPart:
    """The open P&L in USD of one contract, or why it is not known.

    `lacks_price` says that only a price is missing; such a part may be counted 0 after 30 s.
    """

    contract_id: ContractId
    pnl: Decimal | Unknown
    lacks_price: bool = False


def combined(realized: Decimal | Unknown, parts: Iterable[OpenPart]) -> Decimal | Unknown:
    """Return realised plus open P&L in USD; Unknown, with the first cause, if any part is."""
    if isinstance(realized, Unknown):
        return realized
    total = realized
    for part in parts:
        if isinstance(part.pnl, Unknown):
            return part.pnl
        total += part.pnl
    return total


def combined_priced(realized: Decimal | Unknown, parts: Iterable[OpenPart]) -> Decimal | Unknown:
    """Return the combined P&L with every part that lacks a price at 0 USD.

    Parts that are Unknown for another cause, such as an inconsistent pair, keep it Unknown.
    """
    return combined(
        realized,
        (
            OpenPart(part.contract_id, ZERO)
            if part.lacks_price and isinstance(part.pnl, Unknown)
            else part
            for part in parts
        ),
    )


class PairMonitor:
    """Since when reported size and exposure by fills differ, by contract of one account.

    Sizes are signed contracts (positive long), instants monotonic seconds.
    """

    def __init__(self) -> None:
        self._differ_since: dict[ContractId, float] = {}

    def note(self, contract_id: ContractId, reported: int, by_fills: int, mono: float) -> None:
        """Compare the pair after every change of either side."""
        if reported == by_fills:
            self._differ_since.pop(contract_id, None)
        else:
            self._differ_since.setdefault(contract_id, mono)

    def note_look(self, contract_id: ContractId) -> None:
        """A look answered for the contract: it decides, and the clock starts again."""
        self._differ_since.pop(contract_id, None)

    def needs_look(self, mono: float) -> frozenset[ContractId]:
        """Return the contracts whose sizes have differed for the tolerance; no look yet."""
        return frozenset(
            contract_id
            for contract_id, since in self._differ_since.items()
            if mono >= since + PAIR_TOLERANCE_S
        )

    def is_unknown(self, contract_id: ContractId, mono: float) -> bool:
        """Whether the contract's part of the combined sum is Unknown until a look answers."""
        since = self._differ_since.get(contract_id)
        return since is not None and mono >= since + PAIR_TOLERANCE_S

    def next_due(self, mono: float) -> float | None:
        """Return when the next contract will need a look, later than `mono`; None if none."""
        dues = (since + PAIR_TOLERANCE_S for since in self._differ_since.values())
        return min((due for due in dues if due > mono), default=None)
