"""The exchange in running time: what is due happens, and what happened is passed on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from risk_manager.gateway_sim.clock import SimClock
from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.model import VenueEvent
from risk_manager.gateway_sim.options_server import ServerOptions

_T = TypeVar("_T")

Cancel = Callable[[], None]
"""Takes back a wake-up that was asked for."""


class Venue:
    """Exchange and clock together; every use of the exchange goes through here.

    `publish` gets events in venue order. `wake_in(seconds, function)` asks for one call after
    some real seconds and returns how to take it back. For one thread.
    """

    def __init__(
        self,
        options: ServerOptions,
        clock: SimClock,
        publish: Callable[[list[VenueEvent]], None],
        wake_in: Callable[[float, Callable[[], None]], Cancel],
    ) -> None:
        self.options = options
        self.clock = clock
        self._start = clock.now()
        self._publish = publish
        self._wake_in = wake_in
        self._cancel_wake: Cancel | None = None
        self._exchange = self._fresh(options.seed)

    @property
    def peek(self) -> Exchange:
        """Return the exchange as it stands, to look at what time does not change."""
        return self._exchange

    def now(self) -> datetime:
        """Return simulated now."""
        return self.clock.now()

    def run(self, action: Callable[[Exchange], _T]) -> _T:
        """Bring the exchange up to now, let `action` use it, and pass on what happened."""
        self._exchange.advance_to(self.clock.now())
        try:
            return action(self._exchange)
        finally:
            self._settle()

    def run_silently(self, action: Callable[[Exchange], _T]) -> _T:
        """Do the same, but tell nobody what `action` itself changed."""
        self.catch_up()
        try:
            return action(self._exchange)
        finally:
            self._exchange.take_events()
            self._settle()

    def catch_up(self) -> None:
        """Let everything happen that is due by now."""
        self.run(lambda _: None)

    def set_speed(self, speed: Decimal) -> None:
        """Change the speed of simulated time; ValueError when negative."""
        self.catch_up()
        self.clock.set_speed(speed)
        self.catch_up()

    def reset(self, seed: int | None) -> None:
        """Begin anew with a fresh exchange at the first instant."""
        self.stop()
        self.clock.restart(self._start)
        self._exchange = self._fresh(self.options.seed if seed is None else seed)
        self.catch_up()

    def stop(self) -> None:
        """Ask for no more wake-ups."""
        if self._cancel_wake is not None:
            self._cancel_wake()
            self._cancel_wake = None

    def _fresh(self, seed: int) -> Exchange:
        return Exchange(
            seed=seed,
            start=self._start,
            accounts=self.options.accounts,
            options=self.options.exchange,
        )

    def _settle(self) -> None:
        events = self._exchange.take_events()
        if events:
            self._publish(events)
        self.stop()
        due = self._exchange.next_due()
        delay = None if due is None else self.clock.real_seconds_until(due)
        if delay is not None:
            self._cancel_wake = self._wake_in(delay, self._wake)

    def _wake(self) -> None:
        self._cancel_wake = None
        self.catch_up()
