"""The positions of one account and the ids that are dead (pure).

Position events have no version, so a closed id stays closed: a late event would otherwise bring a
position back that is not there, and its close would open a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Set
from dataclasses import dataclass, field
from datetime import datetime

from risk_manager.domain.ids import ContractId, PositionId
from risk_manager.domain.positions import Position

KEEP_DEAD = 200
"""Ids of closed positions to remember for each contract; an older one is known by its opening."""

SECOND_READ_S = 1.0
"""A position that only one read lacks may be there: a read this much later decides."""


@dataclass(frozen=True, slots=True)
class PositionChange:
    """What a report did: the position before and after (None is flat), or `ignored`."""

    before: Position | None
    after: Position | None
    ignored: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return self.before != self.after

    @property
    def died(self) -> Position | None:
        """The position that ended with this change, if one did."""
        gone = self.before is not None and (self.after is None or self.after.id != self.before.id)
        return self.before if gone else None


@dataclass(slots=True)
class _Dead:
    ids: dict[PositionId, None] = field(default_factory=dict)
    """In the order in which they died, the newest last."""
    opened_at: datetime | None = None


class PositionBook:
    """Open positions by contract. Received and requested times are monotonic seconds."""

    def __init__(self) -> None:
        self._open: dict[ContractId, Position] = {}
        self._seen: dict[ContractId, float] = {}
        self._heard: dict[ContractId, tuple[PositionId, float]] = {}
        self._dead: dict[ContractId, _Dead] = {}
        self._absent: dict[ContractId, float] = {}
        self.ignored = 0

    def get(self, contract_id: ContractId) -> Position | None:
        """The open position of a contract, None when flat."""
        return self._open.get(contract_id)

    def all(self) -> list[Position]:
        """Open positions."""
        return list(self._open.values())

    def contract_ids(self) -> KeysView[ContractId]:
        """The contracts with an open position."""
        return self._open.keys()

    def seen_mono(self, contract_id: ContractId) -> float:
        """When the last report of a contract was received, or its read requested."""
        return self._seen.get(contract_id, float("-inf"))

    def mark_dead(
        self, contract_id: ContractId, position_id: PositionId, opened_at: datetime | None
    ) -> None:
        """Remember a closed id (also when restored from the database)."""
        dead = self._dead.setdefault(contract_id, _Dead())
        dead.ids.pop(position_id, None)
        dead.ids[position_id] = None
        while len(dead.ids) > KEEP_DEAD:
            del dead.ids[next(iter(dead.ids))]
        if opened_at is not None and (dead.opened_at is None or opened_at > dead.opened_at):
            dead.opened_at = opened_at

    def update(self, position: Position, received_mono: float) -> PositionChange:
        """Take one event. A dead id, or one older than the last closed one, is ignored."""
        before = self._open.get(position.contract_id)
        if position.size > 0 and self._is_dead(position, before):
            self.ignored += 1
            return PositionChange(before, before, ignored=True)
        self._seen[position.contract_id] = received_mono
        self._absent.pop(position.contract_id, None)
        if position.size == 0:
            self.mark_dead(position.contract_id, position.id, position.opened_at)
            if before is not None and before.id != position.id:
                return PositionChange(before, before)
        if before is None or before.id != position.id:
            self._heard[position.contract_id] = (position.id, received_mono)
        return self._store(position.contract_id, before, position)

    def heard_mono(self, position: Position) -> float:
        """When the feed first told of a position; long ago if only a read did."""
        known = self._heard.get(position.contract_id)
        return known[1] if known is not None and known[0] == position.id else float("-inf")

    def note_absent(
        self, answer: Set[ContractId], held: Set[ContractId], requested_mono: float
    ) -> frozenset[ContractId]:
        """Return the open contracts that a read lacks but that may still be open.

        `answer` are the contracts the read shows, `held` those the fills say are open. One empty
        list proves nothing: without a fill or an event that closed it, a second read without it,
        requested at least a second later, is needed.
        """
        doubtful = set()
        for contract_id in self._open.keys() - answer:
            if self.seen_mono(contract_id) < requested_mono and contract_id in held:
                first = self._absent.setdefault(contract_id, requested_mono)
                if requested_mono - first < SECOND_READ_S:
                    doubtful.add(contract_id)
        for contract_id in sorted(self._absent.keys() - doubtful):
            del self._absent[contract_id]
        return frozenset(doubtful)

    def replace(
        self,
        positions: Iterable[Position],
        requested_mono: float,
        doubtful: Set[ContractId] = frozenset(),
    ) -> list[PositionChange]:
        """Merge a position read: a contract it lacks is flat (also an expired one).

        A contract reported after the read was requested is left alone, and so are the `doubtful`
        ones. The read is the truth: an id it shows open is not dead.
        """
        answer = {p.contract_id: p for p in positions if p.size > 0}
        changes = []
        for contract_id in dict.fromkeys((*answer, *self._open)):
            if contract_id in doubtful or self.seen_mono(contract_id) >= requested_mono:
                continue
            before = self._open.get(contract_id)
            after = answer.get(contract_id)
            self._seen[contract_id] = requested_mono
            if after is not None:
                self._dead.setdefault(contract_id, _Dead()).ids.pop(after.id, None)
            change = self._store(contract_id, before, after)
            if change.changed:
                changes.append(change)
        return changes

    def _is_dead(self, position: Position, before: Position | None) -> bool:
        dead = self._dead.get(position.contract_id)
        if dead is None or (before is not None and before.id == position.id):
            return False
        if position.id in dead.ids:
            return True
        return (
            dead.opened_at is not None
            and position.opened_at is not None
            and position.opened_at < dead.opened_at
        )

    def _store(
        self, contract_id: ContractId, before: Position | None, after: Position | None
    ) -> PositionChange:
        if after is not None and after.size == 0:
            after = None
        change = PositionChange(before, after)
        died = change.died
        if died is not None:
            self.mark_dead(contract_id, died.id, died.opened_at)
        if after is None:
            self._open.pop(contract_id, None)
        else:
            self._open[contract_id] = after
        return change
