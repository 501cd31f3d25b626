"""How the ceilings of locks follow fills (pure).

A ceiling above zero follows reductions and never rises, except by further fills of the order that
caused the lock. Fills take their place in the venue's order, however late they are learned. Before
the first look of a run the exposure is not known: fills found until then follow once it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import UTC, datetime

from risk_manager.domain.ids import ContractId, TradeId
from risk_manager.domain.locks import LockKey
from risk_manager.domain.positions import Trade
from risk_manager.state.account_state import AccountState
from risk_manager.state.effects import Effects
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.writes import PutLock

_EVER = datetime.min.replace(tzinfo=UTC)

Path = list[tuple[Trade, int]]
"""Fills in the venue's order, each with the signed exposure after it."""


class CeilingKeeper:
    """Moves the ceilings of one account."""

    def __init__(self, account: AccountState, locks: LockoutManager) -> None:
        self._account = account
        self._locks = locks
        self._unplaced: dict[ContractId, list[Trade]] = {}
        self._reading: dict[ContractId, list[tuple[Trade, bool]]] | None = None
        self._raised: dict[ContractId, set[TradeId]] = {}
        self._looked = False

    def begin_read(self) -> None:
        """A read of fills is being merged: what they did is seen once all of them are known."""
        self._reading = {}

    def end_read(self, now: datetime, effects: Effects) -> None:
        """All fills of the read are in the exposure now."""
        reading, self._reading = self._reading or {}, None
        for contract_id, fills in reading.items():
            self._follow(contract_id, fills, now, effects)

    def note_fill(self, trade: Trade, now: datetime, effects: Effects, *, is_new: bool) -> None:
        """A fill is in the exposure now; `is_new` unless it was heard before."""
        if self._reading is not None:
            self._reading.setdefault(trade.contract_id, []).append((trade, is_new))
        else:
            self._follow(trade.contract_id, [(trade, is_new)], now, effects)

    def note_look(
        self,
        contracts: Iterable[ContractId],
        doubtful: Set[ContractId],
        now: datetime,
        effects: Effects,
    ) -> None:
        """A look has anchored the exposure of every contract, but for the doubtful ones."""
        kept = {c for lock in self._locks.active(self._account.id, now) for c in lock.ceilings}
        for contract_id in sorted({*kept, *contracts, *self._unplaced}):
            if contract_id in doubtful or self._account.exposure.is_doubtful(contract_id):
                if not self._looked:
                    self._unplaced.setdefault(contract_id, [])
                continue
            fills = sorted(self._unplaced.pop(contract_id, []), key=lambda one: (one.at, one.id))
            size = self._account.exposure.exposure(contract_id)
            size -= sum(trade.signed_size for trade in fills)
            path: Path = []
            for trade in fills:
                size += trade.signed_size
                path.append((trade, size))
            self._walk(contract_id, path, fills, now, effects)
            on_top = {trade.id for trade, _ in self._account.exposure.path_from(contract_id, _EVER)}
            self._raised[contract_id] = self._raised.get(contract_id, set()) & on_top
        self._looked = True

    def _follow(
        self,
        contract_id: ContractId,
        fills: Sequence[tuple[Trade, bool]],
        now: datetime,
        effects: Effects,
    ) -> None:
        new = [trade for trade, is_new in fills if is_new and not trade.voided]
        if self._account.looked_mono == float("-inf") or contract_id in self._unplaced:
            self._unplaced.setdefault(contract_id, []).extend(new)
            return
        book = self._account.exposure
        size = book.exposure(contract_id)
        told = sum(trade.signed_size for trade in new)
        if book.is_doubtful(contract_id) or not self._agrees(contract_id, size, told):
            # What was added is sure, what was reduced is not: the next look says it.
            before = self._ceilings(contract_id, now)
            for trade in new:
                self._raise(trade, size, now)
            self._tell(contract_id, before, now, effects)
            effects.look = True
            return
        path = book.path_from(contract_id, min(trade.at for trade, _ in fills))
        if path:
            size = path[0][1] - path[0][0].signed_size
        on_top = {trade.id for trade, _ in path}
        held = [(trade, size) for trade in new if trade.id not in on_top]  # the look has them
        self._walk(contract_id, [*held, *path], new, now, effects)

    def _agrees(self, contract_id: ContractId, size: int, told: int) -> bool:
        """Whether the report of the position knows of these fills, or of all but these.

        Else a fill was lost, and a reduction would look larger than it was.
        """
        return told == 0 or self._account.reported(contract_id) in (0, size, size - told)

    def _walk(
        self,
        contract_id: ContractId,
        path: Path,
        new: Sequence[Trade],
        now: datetime,
        effects: Effects,
    ) -> None:
        """Let ceilings follow each fill of the path, then what is held now.

        What known fills of a causing order had added is taken back first, to be added again at
        their place: otherwise the smaller exposures before them would count as reductions.
        """
        account_id, locks = self._account.id, self._locks
        before = self._ceilings(contract_id, now)
        known = self._raised.setdefault(contract_id, set())
        again = [trade for trade, _ in path if trade.id in known]
        for trade in again:
            locks.take_back(account_id, trade, now)
        rising = {trade.id for trade in (*again, *new)}
        for trade, size in path:
            locks.note_exposure(account_id, contract_id, size, now, happened_at=trade.at)
            if trade.id in rising:
                self._raise(trade, size, now)
        held = self._account.exposure.exposure(contract_id)
        locks.note_exposure(account_id, contract_id, held, now)
        self._tell(contract_id, before, now, effects)

    def _ceilings(self, contract_id: ContractId, now: datetime) -> dict[LockKey, int]:
        locks = self._locks.active(self._account.id, now)
        return {lock.key: lock.ceilings.get(contract_id, 0) for lock in locks}

    def _tell(
        self, contract_id: ContractId, before: dict[LockKey, int], now: datetime, effects: Effects
    ) -> None:
        """Store the locks whose ceiling moved."""
        for lock in self._locks.active(self._account.id, now):
            old, left = before[lock.key], lock.ceilings.get(contract_id, 0)
            if left != old:
                effects.writes.append(PutLock(lock))
            if abs(left) > abs(old):
                effects.raised.add(contract_id)

    def _raise(self, trade: Trade, exposure: int, now: datetime) -> None:
        if self._locks.note_fill(self._account.id, trade, exposure, now):
            self._raised.setdefault(trade.contract_id, set()).add(trade.id)
