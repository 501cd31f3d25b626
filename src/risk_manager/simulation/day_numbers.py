"""G8: once the feed has caught up, the day's numbers are those of the venue's ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from risk_manager.core.account_status import account_status
from risk_manager.core.reconcile import WHOLE_DAY_S
from risk_manager.domain.events import Stamp
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.watching import Watcher
from risk_manager.state.reset_scheduler import ResetSchedule

if TYPE_CHECKING:
    from risk_manager.simulation.week_world import WeekWorld

SETTLED_S = 130.0
"""A poll is due within a minute, and the next one after a failure within half of one."""

Numbers = dict[int, tuple[Decimal | None, bool]]


class DayNumbers(Watcher):
    """Compares the stored fills of the day, and the sum that is shown, with the venue's.

    News of a voided trade may be lost; the whole day is read again after five minutes.
    """

    def __init__(self, world: WeekWorld) -> None:
        self._world = world
        self._schedule = ResetSchedule(*world.reset)
        self.problems: list[str] = []
        self._caught_up_at = float("-inf")

    def on_fault(self, kind: str) -> None:
        if kind == "voided trade":
            self._caught_up_at = self._world.t + WHOLE_DAY_S + SETTLED_S

    def compare(self) -> None:
        """Now, when nothing is under way."""
        world = self._world
        if world.t < self._caught_up_at:
            return
        if world.engine is None or not world.hub.is_up:
            return
        boundary = self._schedule.last_boundary(world.time.now)
        ledger: Numbers = {
            trade.id: (trade.profit_and_loss, trade.voided)
            for trade in world.exchange.trades(ACCOUNT, boundary)
        }
        kept = world.store.load()
        stored: Numbers = {
            int(trade.id): (trade.pnl, trade.voided) for trade in kept.trades.get(ACCOUNT, ())
        }
        if kept.boundaries.get(ACCOUNT) != boundary:
            self._broken(f"the day began {boundary}, stored is {kept.boundaries.get(ACCOUNT)}")
        wrong = [i for i in sorted({*ledger, *stored}) if ledger.get(i) != stored.get(i)]
        if wrong:
            number = wrong[0]
            self._broken(
                f"trade {number}: stored {stored.get(number)}, at the venue {ledger.get(number)}"
            )
        self._compare_sum(ledger)

    def _compare_sum(self, ledger: Numbers) -> None:
        total = sum(
            (pnl or Decimal(0) for pnl, voided in ledger.values() if not voided), Decimal(0)
        )
        mono = self._world.time.mono
        stamp = Stamp(0, self._world.trusted_now(), mono, mono)
        shown = account_status(self._world.running.guards[ACCOUNT], (), stamp)["realized_pnl"]
        if shown != f"{total:.2f}":
            self._broken(f"realised P&L shown {shown}, at the venue {total}")

    def _broken(self, what: str) -> None:
        self.problems.append(f"{self._world.t:.3f} G8: {what}")
