"""Takes in fills, heard one by one or read as a list: P&L, counts, exposure and ceilings (pure)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from risk_manager.domain.counts import FillMarks
from risk_manager.domain.events import SnapshotTaken, Stamp
from risk_manager.domain.ids import ContractId, TradeId
from risk_manager.domain.positions import Trade
from risk_manager.state.account_state import AccountState
from risk_manager.state.ceiling_keeper import CeilingKeeper
from risk_manager.state.effects import Effects
from risk_manager.state.pnl_tracker import TradeChange
from risk_manager.state.writes import PutTrade

KEEP_LATE = 500
"""Fills remembered that came after their trading day had ended."""


class FillTaker:
    """The fills of one account; `is_own_close` tells those of our closes."""

    def __init__(
        self,
        account: AccountState,
        ceilings: CeilingKeeper,
        is_own_close: Callable[[Trade], bool],
    ) -> None:
        self._account = account
        self._ceilings = ceilings
        self._is_own_close = is_own_close
        self._heard: dict[TradeId, float] = {}
        self._late: dict[TradeId, None] = {}

    def take(self, trade: Trade, received_mono: float, now: datetime, effects: Effects) -> None:
        """Count a fill; one that is known only moves what it moves anew."""
        account = self._account
        change = account.pnl.add_trade(trade)
        is_new = change is TradeChange.NEW or self._is_late(trade, change)
        if is_new:
            effects.new_trades.append(trade)
        if change in (TradeChange.KNOWN, TradeChange.OUT_OF_DAY):
            effects.look |= self._note_fill(trade, received_mono)
            self._ceilings.note_fill(trade, now, effects, is_new=is_new)
            return
        effects.changed = True
        self._heard[trade.id] = received_mono
        if is_new:
            account.fills_heard[trade.contract_id] = received_mono
        if account.newest_trade_at is None or trade.at > account.newest_trade_at:
            account.newest_trade_at = trade.at
        account.note_moved(trade.contract_id, received_mono)
        before = account.exposure.exposure(trade.contract_id)
        effects.look |= self._note_fill(trade, received_mono)
        marks = account.counter.marks(trade.id) or self._marks(trade, before)
        account.counter.record_trade(trade, opens=marks.opens, own_close=marks.own_close)
        effects.writes.append(PutTrade(trade, marks))
        self._ceilings.note_fill(trade, now, effects, is_new=is_new)

    def merge(self, answer: SnapshotTaken, stamp: Stamp, effects: Effects) -> None:
        """Take over the fills of a read, but for those the feed told of after its request."""
        account = self._account
        since, requested = answer.request.trades_since, answer.trades_requested_mono
        self._heard = {t: at for t, at in self._heard.items() if at >= requested}
        trades = [trade for trade in answer.trades or () if trade.id not in self._heard]
        self._ceilings.begin_read()
        for trade in sorted(trades, key=lambda trade: (trade.at, trade.id)):
            self.take(trade, requested, stamp.now, effects)
        self._ceilings.end_read(stamp.now, effects)
        # An answer may come after that of a later request: neither may go back.
        account.fills_read_mono = max(account.fills_read_mono, requested)
        assert account.boundary is not None, "the first step of a run begins the day"
        assert since is not None, "fills are read from some instant on"
        verified = account.pnl.is_verified
        result = account.pnl.rebuild_day(account.boundary, trades, since)
        effects.changed |= account.pnl.is_verified != verified
        read_at = stamp.now - timedelta(seconds=stamp.mono - requested)
        account.trades_read_at = max(account.trades_read_at or read_at, read_at)
        effects.missing_trades.extend(t for t in result.missing if t.id not in self._heard)
        effects.writes.extend(
            PutTrade(trade, account.counter.marks(trade.id) or FillMarks())
            for trade in result.changed
        )

    def note_pair(self, contract_id: ContractId, mono: float) -> None:
        """Compare the reported size of a contract with its exposure by fills."""
        account = self._account
        by_fills = account.exposure.exposure(contract_id)
        account.pairs.note(contract_id, account.reported(contract_id), by_fills, mono)

    def _is_late(self, trade: Trade, change: TradeChange) -> bool:
        """Whether a fill of an ended day is heard of for the first time."""
        if change is not TradeChange.OUT_OF_DAY or trade.voided or trade.id in self._late:
            return False
        self._late[trade.id] = None
        if len(self._late) > KEEP_LATE:
            del self._late[next(iter(self._late))]
        return True

    def _marks(self, trade: Trade, before: int) -> FillMarks:
        """What the fill did to the exposure (`before` it, signed), and whether it is ours."""
        if before == self._account.exposure.exposure(trade.contract_id):
            before -= trade.signed_size  # a look held the fill already
        after = before + trade.signed_size
        # A report that knows neither size says that a fill was lost: it was not turned for sure.
        known = self._account.reported(trade.contract_id) in (0, before, after)
        opens = trade.pnl is None or (known and before * after < 0)
        return FillMarks(opens, self._is_own_close(trade))

    def _note_fill(self, trade: Trade, received_mono: float) -> bool:
        """Let exposure and pair follow a fill, of whatever trading day; True asks for a look."""
        look = self._account.exposure.note_trade(trade, received_mono)
        self.note_pair(trade.contract_id, received_mono)
        return look
