"""One reading of broker truth, as everyone who waited for it sees it (pure data)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from risk_manager.domain.events import SnapshotTaken
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import Position
from risk_manager.state.position_book import PositionBook


@dataclass(frozen=True, slots=True)
class Look:
    """A look as merged into our state.

    `fills_before` is the exposure by fills of each contract just before the look re-anchored
    it; `positions` are the rows of the answer itself. `is_whole` says that the suspended children
    of brackets, which an open-order read hides, were read too.
    """

    orders: tuple[Order, ...]
    positions: Mapping[ContractId, Position]
    requested_mono: float
    orders_requested_mono: float
    fills_before: Mapping[ContractId, int]
    is_whole: bool = False

    @staticmethod
    def of(answer: SnapshotTaken, fills_before: Mapping[ContractId, int]) -> Look | None:
        """The look in a snapshot, None when orders or positions are missing."""
        if answer.orders is None or answer.positions is None:
            return None
        return Look(
            orders=answer.orders + (answer.suspended or ()),
            positions={p.contract_id: p for p in answer.positions if p.size > 0},
            requested_mono=answer.positions_requested_mono,
            orders_requested_mono=answer.orders_requested_mono,
            fills_before=fills_before,
            is_whole=answer.suspended is not None,
        )

    def is_overtaken(self, book: PositionBook, contract_id: ContractId) -> bool:
        """Whether a report newer than this look's read of positions says something else.

        Such a look decides nothing about the contract; the next one does.
        """
        known, read = book.get(contract_id), self.positions.get(contract_id)
        newer = book.seen_mono(contract_id) > self.requested_mono
        return newer and _identity(known) != _identity(read)


def _identity(position: Position | None) -> tuple[int, int] | None:
    return None if position is None else (position.id, position.signed_size)
