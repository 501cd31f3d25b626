"""Defects that real guards had, each planted by a patch for one test: what is known and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from risk_manager.core import account_guard
from risk_manager.core.assembly import Restored
from risk_manager.core.reconcile import Reconciler
from risk_manager.domain.events import TradeExecuted
from risk_manager.rules.daily_realized_loss import DailyRealizedLoss
from risk_manager.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from risk_manager.state import lockout_manager
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.pnl_tracker import PnlTracker
from risk_manager.state.quote_tracker import QuoteTracker
from risk_manager.utils.trusted_time import TrustedTime
from tests.harness.planted import Patch


def reset_ends_every_lock(patch: Patch) -> None:
    """The daily reset also ends what was to last longer."""

    def all_of_them(self, account_id, now):
        return self._end_where(lambda lock: lock.key.account_id == account_id)

    patch.setattr(LockoutManager, "end_day_locks", all_of_them)


def shorter_lock_wins(patch: Patch) -> None:
    """A second lock of a rule replaces the first, also when it ends earlier."""

    def sooner(old, new):
        ends = [lock.until for lock in (old, new) if lock.until is not None]
        return replace(new, until=min(ends) - timedelta(seconds=1) if ends else None)

    patch.setattr(lockout_manager, "merge", sooner)


def restart_forgets_locks(patch: Patch) -> None:
    """What the database holds of locks is not taken over."""
    of = Restored.of
    patch.setattr(Restored, "of", staticmethod(lambda kept: replace(of(kept), locks=())))


def wall_clock_is_trusted(patch: Patch) -> None:
    """Time is what the machine says it is: whoever sets its clock ends a lock."""
    observe = TrustedTime.observe_date

    def believe(self, date, requested_mono, answered_mono, wall):
        del date
        self._offset = None
        observe(self, wall, requested_mono, answered_mono, wall)

    patch.setattr(TrustedTime, "observe_date", believe)


def cap_is_one_too_large(patch: Patch) -> None:
    """One contract too many is taken for allowed."""
    is_over = MaxContractsPerInstrument._is_over

    def later(self, root, count):
        return is_over(self, root, count - 1)

    patch.setattr(MaxContractsPerInstrument, "_is_over", later)


def loss_on_opening_fills_only(patch: Patch) -> None:
    """The rule is asked on the wrong events."""
    check = DailyRealizedLoss.check

    def deaf(self, event, view):
        closing = isinstance(event, TradeExecuted) and event.trade.pnl is not None
        return None if closing or not isinstance(event, TradeExecuted) else check(self, event, view)

    patch.setattr(DailyRealizedLoss, "check", deaf)


def old_price_is_kept(patch: Patch) -> None:
    """A price that nobody watched judges the next position."""
    patch.setattr(QuoteTracker, "forget", lambda *_args: None)


def void_is_ignored(patch: Patch) -> None:
    """A busted trade stays in the day's sum."""
    add, rebuild = PnlTracker.add_trade, PnlTracker.rebuild_day

    def unvoided(trade):
        return replace(trade, voided=False)

    def rebuilt(self, boundary, trades, since):
        return rebuild(self, boundary, [unvoided(trade) for trade in trades], since)

    patch.setattr(PnlTracker, "add_trade", lambda self, trade: add(self, unvoided(trade)))
    patch.setattr(PnlTracker, "rebuild_day", rebuilt)


def old_day_is_never_read_again(patch: Patch) -> None:
    """Polls read the newest trades only, from the last trade that was seen."""
    patch.setattr(account_guard, "Reconciler", _NewestOnly)


class _NewestOnly(Reconciler):
    def trades_since(self):
        return self._account.newest_trade_at or self._account.boundary

    def read(self, step, priority, *, with_account):
        since = self.trades_since()
        looks = self._enforcer.looks
        looks.send(step, priority, trades_since=since, with_account=with_account)
        self.poll.note_sent(step.stamp.mono, with_account=with_account)


def blind_and_content(patch: Patch) -> None:
    """The status has no eye on the hubs."""
    patch.setattr("risk_manager.core.status.causes", lambda *_args: [])


def sign_is_lost(patch: Patch) -> None:
    """A limit of a loss is compared with its amount: profits end the day."""
    check = DailyRealizedLoss.check

    def positive(self, event, view):
        wrong = self.config.model_copy(update={"limit": Decimal(100)})
        right, self.config = self.config, wrong
        try:
            return check(self, event, view)
        finally:
            self.config = right

    patch.setattr(DailyRealizedLoss, "check", positive)
