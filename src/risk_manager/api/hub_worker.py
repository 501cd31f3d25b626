"""The thread of one hub: connect, read until the connection ends, say so, connect again."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Protocol

from risk_manager.api.backoff import ReconnectDelays
from risk_manager.api.hub_connection import (
    HubConnection,
    HubEndedError,
    HubTiming,
    hub_address,
)
from risk_manager.api.hub_listener import HubListener, KickedError, SubscribeRefusedError
from risk_manager.api.hub_transport import TransportError, UpgradeRefusedError, WebSocketTransport
from risk_manager.api.waker import Waker
from risk_manager.domain.events import HubLost
from risk_manager.domain.ports import Deliver
from risk_manager.utils.masking import masker
from risk_manager.utils.watched_thread import OnCrash, watched_thread

STABLE_S = 5.0
"""A connection proven for so long was good: the next one is tried without delay."""


class Tokens(Protocol):
    """Where the token for each new connection comes from. Used by both hub threads."""

    def current(self) -> str:
        """Return a token believed valid; may take a login, raises when there is none."""
        ...

    def invalidate(self, token: str) -> None:
        """Take note that the gateway refused `token` (HTTP 401), so that the next is new."""
        ...


class HubWorker:
    """Keeps one hub connected for ever, on a thread of its own.

    Whatever ends a connection, and every attempt that fails, is delivered as HubLost with its
    cause, and another attempt follows. Only `stop` ends the thread.
    """

    def __init__(
        self,
        url: str,
        listener: HubListener,
        tokens: Tokens,
        deliver: Deliver,
        mono: Callable[[], float],
        rng: random.Random,
        timing: HubTiming,
        *,
        kicked: Callable[[str], None],
    ) -> None:
        self._url = url
        self._listener = listener
        self._tokens = tokens
        self._deliver = deliver
        self._mono = mono
        self._timing = timing
        self._kicked = kicked
        self._delays = ReconnectDelays(rng)
        self._waker = Waker()
        self._signal = threading.Event()
        self._lock = threading.Lock()
        self._rebuild_cause: str | None = None
        self._not_before = 0.0
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    def start(self, on_crash: OnCrash) -> None:
        """Start the thread; `on_crash` hears of an error that ends it."""
        self._thread = watched_thread(f"{self._listener.hub}-hub", self._run, on_crash)
        self._thread.start()

    def wake(self) -> None:
        """Let the thread look at its listener's subscriptions; returns at once."""
        self._waker.wake()

    def rebuild(self, cause: str, not_before: float = 0.0) -> None:
        """End the connection, if there is one, and build another; returns at once.

        `not_before` is a monotonic instant. A wait between two attempts ends with it.
        """
        with self._lock:
            self._rebuild_cause = cause
            self._not_before = not_before
        self._interrupt()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._is_stopping = True
        self._interrupt()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread's end; False when it still runs, e.g. in a name look-up."""
        if self._thread is None:
            self._waker.close()  # never started, so the thread cannot do it
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _interrupt(self) -> None:
        self._signal.set()
        self._waker.wake()

    def _is_cancelled(self) -> bool:
        return self._is_stopping or self._rebuild_cause is not None

    def _run(self) -> None:
        try:
            self._pause()
            while not self._is_stopping:
                lost = self._live()
                if not self._is_stopping:
                    self._deliver(lost)
                    self._pause()
        finally:
            self._waker.close()

    def _pause(self) -> None:
        """Wait until the next attempt is due."""
        until = max(self._mono() + self._delays.take(), self._not_before)
        while not self._is_stopping:
            self._signal.clear()
            if self._take_order() is not None:
                until = self._not_before
            left = until - self._mono()
            if left <= 0:
                return
            self._signal.wait(left)

    def _take_order(self) -> str | None:
        with self._lock:
            cause, self._rebuild_cause = self._rebuild_cause, None
            return cause

    def _live(self) -> HubLost:
        """Build one connection and read it to its end; return what is to be told of the end."""
        connection, token, silent_s = None, "", 0.0
        try:
            connection = self._build()
            token = self._tokens.current()
            connection.run(hub_address(self._url, token))
            cause = "ended"
        except KickedError:
            cause = "logged out by the gateway"
            self._kicked(self._listener.hub)
        except (HubEndedError, TransportError, SubscribeRefusedError) as ended:
            cause = str(ended)
            if isinstance(ended, UpgradeRefusedError) and ended.status == 401:
                self._tokens.invalidate(token)
            if isinstance(ended, HubEndedError):
                silent_s = ended.silent_s
        except Exception as fault:  # noqa: BLE001 - the hub must come back from any fault
            cause = f"{type(fault).__name__}: {fault}"
        proven = None if connection is None else connection.proven_mono
        if proven is not None and self._mono() - proven >= STABLE_S:
            self._delays.reset()
        cause = masker([token])(self._take_order() or cause)
        return HubLost(self._listener.hub, cause, silent_s)

    def _build(self) -> HubConnection:
        transport = WebSocketTransport(self._mono, self._waker, self._is_cancelled)
        return HubConnection(
            transport, self._listener, self._deliver, self._mono, self._is_cancelled, self._timing
        )
