"""The thread that renews the token in time, long before it expires."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Final

from risk_manager.api.auth import TokenSource
from risk_manager.utils.watched_thread import OnCrash, watched_thread

CHECK_S: Final = 15.0
STOP_S: Final = 1.0


class TokenKeeper:
    """Asks the token source every 15 s whether a renewal is due.

    `is_break` says whether the venue is in its daily break, when a renewal disturbs least;
    `renewed` is called after each renewal, so that both hubs are rebuilt with the new token;
    `on_crash` hears of an error that ends the thread.
    """

    def __init__(
        self,
        token: TokenSource,
        *,
        is_break: Callable[[], bool],
        renewed: Callable[[], None],
        on_crash: OnCrash,
        check_s: float = CHECK_S,
    ) -> None:
        self._token = token
        self._is_break = is_break
        self._renewed = renewed
        self._check_s = check_s
        self._stopping = Event()
        self._thread = watched_thread("token", self._run, on_crash)

    def start(self) -> None:
        """Start the thread; once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a renewal under way is not waited for longer than 1 s."""
        self._stopping.set()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._stopping.wait(self._check_s):
            if self._token.renew_if_due(in_break=self._is_break()):
                self._renewed()
