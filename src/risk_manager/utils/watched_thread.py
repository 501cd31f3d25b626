"""Threads that cannot die unnoticed."""

from __future__ import annotations

import threading
from collections.abc import Callable

OnCrash = Callable[[str, BaseException], None]
"""Told the thread's name and its error, on that thread, as the last thing it does."""


def watched_thread(name: str, run: Callable[[], None], on_crash: OnCrash) -> threading.Thread:
    """Return a daemon thread, not yet started, that hands the error which ends it to `on_crash`."""

    def watched() -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - nobody else would hear of it
            on_crash(name, error)

    return threading.Thread(target=watched, name=name, daemon=True)
