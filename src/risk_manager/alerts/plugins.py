"""The library that knows the services (apprise), behind two functions.

It takes about a second and 40 MiB to load, so only the sender process and the test command do.
"""

from __future__ import annotations

import logging
import threading
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable
from typing import Any, Final

CONNECT_S: Final = 5.0
READ_S: Final = 10.0
_NOTE: Final = {"info": "info", "warning": "warning", "alarm": "failure"}
"""The library's words for our levels: services show them as a sign or a colour."""

Send = Callable[[str, str, str], str | None]
"""Takes title, text and level; returns why it failed, None when the service took it."""


class ChannelError(Exception):
    """No service is known behind an address; the text does not hold the address."""


class _Reasons(logging.Handler):
    """Keeps the library's last complaint of each thread: its calls only say yes or no."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._texts: dict[int, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text."""
        self._texts[threading.get_ident()] = record.getMessage()

    def take(self) -> str:
        """Return this thread's last complaint and forget it."""
        return self._texts.pop(threading.get_ident(), "the service did not take it")


_REASONS: Final = _Reasons()


def open_channel(url: str) -> Send:
    """Return the way to send to an address. Raises ChannelError."""
    plugin = _plugin(url)

    def send(title: str, text: str, level: str) -> str | None:
        _REASONS.take()
        try:
            done = plugin.notify(body=text, title=title, notify_type=_NOTE[level])
        except Exception as error:  # noqa: BLE001 - a fault of one service must not end the others
            return f"{type(error).__name__}: {error}"
        return None if done else _REASONS.take()

    return send


def _plugin(url: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the many services it loads, none of ours
        import apprise  # noqa: PLC0415 - slow, see above

        logger = logging.getLogger("apprise")
        logger.propagate = False
        if _REASONS not in logger.handlers:
            logger.addHandler(_REASONS)
        plugin = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if plugin is None:
        raise ChannelError(f"no service is known for it: {_REASONS.take()}")
    plugin.socket_connect_timeout = CONNECT_S
    plugin.socket_read_timeout = READ_S
    return plugin


def call_heartbeat(url: str) -> str | None:
    """GET the heartbeat's address; return why it failed, None when it was answered well."""
    try:
        with urllib.request.urlopen(url, timeout=READ_S) as answer:  # noqa: S310 - https, or http on loopback
            answer.read(1024)
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return None
