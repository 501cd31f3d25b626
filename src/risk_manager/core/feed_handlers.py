"""What connection events mean: hubs, kicks, lost or odd messages, a jumped clock (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.feed_state import FeedState
from risk_manager.domain.events import (
    ClockJumped,
    Event,
    HubConnected,
    HubLost,
    ProtocolError,
    SessionKicked,
    StreamLossy,
)
from risk_manager.domain.ids import AccountId
from risk_manager.domain.records import Gap
from risk_manager.domain.requests import RebuildHub
from risk_manager.enforcement.step import Step

BLIND = "user hub lost"


class FeedHandlers:
    """Handlers of connection events for all accounts."""

    def __init__(self, guards: Mapping[AccountId, AccountGuard], feed: FeedState) -> None:
        self._guards = guards
        self._feed = feed

    def on_hub_connected(self, step: Step, event: Event) -> None:
        """A hub is proven: read broker truth and release the feed's events after it."""
        assert isinstance(event, HubConnected)
        blind_s = self._feed.connected(event.hub, step.stamp.mono)
        if blind_s is not None:
            step.gaps.append(Gap(BLIND, "ended", blind_s))
        step.info(None, f"hub {event.hub}", f"{event.hub} hub connected")
        if event.hub == "user":
            for guard in self._guards.values():
                guard.reconciler.untold.note_fed(step.stamp.now)
                guard.reconcile(step)

    def on_hub_lost(self, step: Step, event: Event) -> None:
        """A hub is down: poll soon, and say so once."""
        assert isinstance(event, HubLost)
        mono = step.stamp.mono
        if self._feed.lost(event.hub, event.cause, mono, silent_s=event.silent_s):
            step.warn(None, f"hub {event.hub}", f"{event.hub} hub lost: {event.cause}")
            if event.hub == "user":
                step.gaps.append(Gap(BLIND, "began"))
                for guard in self._guards.values():
                    guard.note_blind(float("inf"))
                    guard.reconciler.untold.note_fed(None)
                    guard.reconciler.poll.note_hub_down(mono)

    def on_kick(self, step: Step, event: Event) -> None:
        """The venue logged us out; the connection manager reconnects once."""
        assert isinstance(event, SessionKicked)
        text = f"the venue logged this session out ({event.hub} hub); reconnecting"
        step.warn(None, "kicked", text)

    def on_lossy(self, step: Step, event: Event) -> None:
        """Events were dropped: only a full read tells the truth."""
        assert isinstance(event, StreamLossy)
        text = f"{event.dropped} events of the {event.hub} hub were dropped; reading everything"
        step.alarm(None, "inbox full", text)
        lost = f"{event.dropped} events of the {event.hub} hub were dropped"
        step.gaps.append(Gap(lost, "once"))
        fed_from = step.stamp.now if self._feed.is_up("user") else None
        for guard in self._guards.values():
            guard.reconciler.untold.note_fed(fed_from)
            guard.reconcile(step)

    def on_protocol_error(self, step: Step, event: Event) -> None:
        """A message was not understood: the entity is read again."""
        assert isinstance(event, ProtocolError)
        self._feed.protocol_errors += 1
        text = f"{event.entity} message not understood: {event.problem}"
        step.warn(event.account_id, f"protocol {event.entity}", text)
        if event.entity != "quote":
            for guard in self._guards_of(event.account_id):
                guard.reconciler.reread(step)

    def on_clock_jump(self, step: Step, event: Event) -> None:
        """A wall clock step changes no lock; a sleep is treated as a disconnect."""
        assert isinstance(event, ClockJumped)
        what = "the loop stood still" if event.slept else "the machine's clock was changed"
        step.alarm(None, "clock", f"{what} by {event.seconds:.0f}s; locks are not affected")
        if event.slept:
            step.gaps.append(Gap(what, "once", event.seconds))
            # Until a socket that died meanwhile is noticed by its silence we would be blind.
            step.commands.append(RebuildHub("both", what))
            for guard in self._guards.values():
                guard.reconcile(step)

    def _guards_of(self, account_id: AccountId | None) -> Iterable[AccountGuard]:
        if account_id is None:
            return self._guards.values()
        guard = self._guards.get(account_id)
        return () if guard is None else (guard,)
