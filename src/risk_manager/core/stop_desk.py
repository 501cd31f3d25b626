"""When the guard may be stopped: at once without a commitment, else like a looser setting (pure).

On a trading day without a fill, and with no lock, open position or working order on any account,
a stop is carried out at once. Otherwise it waits as long as a looser setting would, and until no
lock is in force. What is not known counts as a commitment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from risk_manager.config.models import LoosenPolicy
from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.command_events import CommandAnswer, Effect, StopAsked
from risk_manager.domain.events import Event
from risk_manager.domain.ids import AccountId
from risk_manager.enforcement.step import Step
from risk_manager.state.writes import PutMeta
from risk_manager.utils.datetime_helpers import format_instant

STOP_ASKED: Final = "stop_asked"
"""The stored instant at which an administrator asked; empty when nothing waits."""


class StopDesk:
    """The stop that waits, if any; `asked_at` is trusted time and survives restarts."""

    def __init__(self, guards: Mapping[AccountId, AccountGuard]) -> None:
        self._guards = guards
        self.asked_at: datetime | None = None

    def ask(self, step: Step, event: Event) -> None:
        """Stop now, wait, or forget a stop that waits."""
        assert isinstance(event, StopAsked)
        effect, notes, matures = Effect.NONE, ("a stop that waited is forgotten",), None
        if event.cancel:
            self._keep(step, None)
        elif all(self._is_free(guard, step.stamp.now) for guard in self._guards.values()):
            effect, notes = Effect.ACTIVE, ("the guard stops; nothing is closed or unlocked",)
            step.stop = True
        else:
            if self.asked_at is None:
                self._keep(step, step.stamp.now)
            effect, matures = Effect.PENDING, self._earliest()
            notes = ("the guard stops when no lock is in force, at the earliest at the time named",)
        ends = {} if matures is None else dict.fromkeys(self._guards, matures)
        step.answers.append(CommandAnswer(event.ticket, effect, matures=ends, notes=notes))

    def advance(self, step: Step) -> None:
        """Carry out a stop that has waited long enough."""
        earliest, now = self._earliest(), step.stamp.now
        if earliest is None or now < earliest:
            return
        if any(guard.market.locks.active(one, now) for one, guard in self._guards.items()):
            return
        self._keep(step, None)
        step.stop = True

    def _earliest(self) -> datetime | None:
        if self.asked_at is None:
            return None
        hours = [guard.market.settings.loosen_min_wait_hours for guard in self._guards.values()]
        return self.asked_at + timedelta(hours=max(hours))

    def _keep(self, step: Step, asked_at: datetime | None) -> None:
        self.asked_at = asked_at
        text = "" if asked_at is None else format_instant(asked_at)
        step.writes.append(PutMeta(STOP_ASKED, text))

    def _is_free(self, guard: AccountGuard, now: datetime) -> bool:
        """Whether nothing is at stake on an account."""
        account = guard.account
        if guard.market.settings.loosen_policy is LoosenPolicy.IMMEDIATE:
            return True
        is_known = account.restored and account.proven and account.pnl.is_verified
        newest, boundary = account.newest_trade_at, account.boundary
        has_traded = newest is not None and (boundary is None or newest >= boundary)
        is_busy = account.positions.all() or account.orders.alive()
        return is_known and not (
            has_traded or is_busy or guard.market.locks.active(account.id, now)
        )
