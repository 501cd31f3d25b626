"""Exposure by fills: what the fills say we hold, anchored at looks (pure).

Position events carry neither a version nor an order id, so ceilings and the P&L pair are kept by
fills. A look re-anchors: from then on only fills it cannot contain are added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from risk_manager.domain.ids import ContractId, TradeId
from risk_manager.domain.positions import Trade

NEAR_LOOK = timedelta(seconds=1)
"""A late fill this close to a look's request may or may not be in it: look again."""
KEEP_ABSORBED = 500  # fills of one contract remembered as contained in a look


@dataclass(slots=True)
class _Anchor:
    """`unexplained` is what looks showed beyond the fills known: fills still to come.

    `sure_from` is the exchange time from which on fills are certainly not in the look, `before`
    when the look before it was requested;
    `doubtful` says that one before it is counted although the look may contain it.
    """

    size: int = 0
    requested_at: datetime | None = None
    requested_mono: float = float("-inf")
    sure_from: datetime | None = None
    before: datetime | None = None
    unexplained: int = 0
    doubtful: bool = False
    fills: dict[TradeId, tuple[Trade, float]] = field(default_factory=dict)
    absorbed: dict[TradeId, None] = field(default_factory=dict)


class ExposureBook:
    """Signed exposure per contract of one account, by distinct non-voided fills."""

    def __init__(self) -> None:
        self._anchors: dict[ContractId, _Anchor] = {}
        self._newest_fill: dict[ContractId, datetime] = {}
        self._looked = False
        self._sums: dict[ContractId, int] = {}  # asked for on every quote, so summed up once

    def exposure(self, contract_id: ContractId) -> int:
        """Signed contracts by fills (positive long); 0 when nothing is known."""
        total = self._sums.get(contract_id)
        if total is None and (anchor := self._anchors.get(contract_id)) is not None:
            total = anchor.size + sum(trade.signed_size for trade, _ in anchor.fills.values())
            self._sums[contract_id] = total
        return total or 0

    def path_from(self, contract_id: ContractId, at: datetime) -> list[tuple[Trade, int]]:
        """Each fill on top of the look from `at` on, and the signed exposure after it.

        In the venue's order: fills learned late take their place, so that no size appears that
        was never held.
        """
        anchor = self._anchors.get(contract_id)
        if anchor is None:
            return []
        fills = sorted((one for one, _ in anchor.fills.values()), key=lambda one: (one.at, one.id))
        sizes = accumulate((one.signed_size for one in fills), initial=anchor.size)
        next(sizes)
        return [(one, size) for one, size in zip(fills, sizes, strict=True) if one.at >= at]

    def has_closed(self, contract_id: ContractId, reported: int) -> bool:
        """Whether fills since the last look have closed or turned what is still reported."""
        anchor = self._anchors.get(contract_id)
        told = anchor is not None and anchor.fills
        return bool(told) and self.exposure(contract_id) * reported <= 0

    def is_doubtful(self, contract_id: ContractId) -> bool:
        """Whether a fill is counted that the last look may contain; ceilings wait for the next."""
        anchor = self._anchors.get(contract_id)
        return anchor is not None and anchor.doubtful

    def newest_fill_at(self, contract_id: ContractId) -> datetime | None:
        """Exchange time of the newest fill known of a contract."""
        return self._newest_fill.get(contract_id)

    def contracts(self) -> Iterable[ContractId]:
        """Contracts with a non-zero exposure by fills."""
        return [c for c in self._anchors if self.exposure(c) != 0]

    def note_trade(self, trade: Trade, received_mono: float) -> bool:
        """Add a fill (idempotent by id, a voided one is taken out).

        Returns True when the fill is so close to the last look's request that another look must
        decide whether it was in it.
        """
        anchor = self._anchors.setdefault(trade.contract_id, _Anchor())
        self._sums.pop(trade.contract_id, None)
        if trade.voided:
            anchor.fills.pop(trade.id, None)
            anchor.absorbed[trade.id] = None  # a late copy from before the void adds nothing
            return False
        newest = self._newest_fill.get(trade.contract_id)
        if newest is None or trade.at > newest:
            self._newest_fill[trade.contract_id] = trade.at
        if trade.id in anchor.fills or trade.id in anchor.absorbed:
            return False
        if anchor.requested_at is not None and trade.at <= anchor.requested_at:
            anchor.absorbed[trade.id] = None
            recent = anchor.before is not None and trade.at > anchor.before
            if self._explain(anchor, trade) != recent:
                anchor.doubtful = True  # a fill we do not know evened it out, or explains it
            return anchor.doubtful or anchor.requested_at - trade.at <= NEAR_LOOK
        if anchor.sure_from is None or trade.at > anchor.sure_from:
            anchor.fills[trade.id] = (trade, received_mono)
            return False
        self._settle_near(anchor, trade, received_mono)
        return True

    def note_look(
        self,
        sizes: Mapping[ContractId, int],
        requested_at: datetime,
        requested_mono: float,
        doubtful: Set[ContractId] = frozenset(),
        answered_at: datetime | None = None,
    ) -> None:
        """Re-anchor every contract at a look's signed sizes; a missing contract is flat.

        The venue read them between `requested_at` and `answered_at` (None: at once), both by
        trusted time, which may trail the venue's by up to a second.
        Of the `doubtful` ones the look proves nothing; they keep their anchor. Fills that reached
        us before the look was requested are in it; later ones with a later exchange time are kept
        on top. An older look changes nothing.
        """
        self._sums.clear()
        for contract_id in sorted({*self._anchors, *sizes} - doubtful):
            anchor = self._anchors.setdefault(contract_id, _Anchor())
            if requested_mono < anchor.requested_mono:
                continue
            before = anchor.size
            if anchor.sure_from is not None and requested_at >= anchor.sure_from:
                anchor.unexplained = 0  # a fill of that time is older than this look, and so in it
            anchor.size = sizes.get(contract_id, 0)
            anchor.before, anchor.requested_at = anchor.requested_at, requested_at
            anchor.requested_mono = requested_mono
            anchor.sure_from = (answered_at or requested_at) + NEAR_LOOK
            self._absorb(anchor, before)
            if not self._looked:
                anchor.unexplained = 0  # what was held before is no fill still to come
        self._looked = True

    def _settle_near(self, anchor: _Anchor, trade: Trade, received_mono: float) -> None:
        """A fill so close to the look that times cannot tell: what the look left open does.

        If the look showed just what the fills had said, the fill is not in it; if the difference
        has room for the fill, it is.
        """
        if self._explain(anchor, trade):
            anchor.absorbed[trade.id] = None
            return
        anchor.doubtful = anchor.doubtful or anchor.unexplained != 0
        anchor.fills[trade.id] = (trade, received_mono)

    @staticmethod
    def _explain(anchor: _Anchor, trade: Trade) -> bool:
        """Take a fill for (a part of) what looks showed beyond the fills known; False if none."""
        rest = anchor.unexplained - trade.signed_size
        if anchor.unexplained * trade.signed_size <= 0 or rest * anchor.unexplained < 0:
            return False
        anchor.unexplained = rest
        return True

    @staticmethod
    def _absorb(anchor: _Anchor, before: int) -> None:
        """Drop the fills that are in the look, and remember them: they may be repeated.

        Those that reached us while it was read are in it as far as they lead, in the venue's
        order, from the size before to the size it shows.
        """
        near = []
        for trade_id, (trade, received) in list(anchor.fills.items()):
            later = anchor.requested_at is not None and trade.at > anchor.requested_at
            if received >= anchor.requested_mono and later:
                near.append(trade)
                continue
            before += trade.signed_size
            del anchor.fills[trade_id]
            anchor.absorbed[trade_id] = None
        near.sort(key=lambda trade: (trade.at, trade.id))
        sums = list(accumulate((trade.signed_size for trade in near), initial=before))
        explained = anchor.size in sums
        for trade in near[: sums.index(anchor.size)] if explained else ():
            del anchor.fills[trade.id]
            anchor.absorbed[trade.id] = None
        anchor.unexplained += 0 if explained else anchor.size - before
        anchor.doubtful = not explained and bool(near)
        while len(anchor.absorbed) > KEEP_ABSORBED:
            del anchor.absorbed[next(iter(anchor.absorbed))]
