"""Tells the system's service manager how the daemon is; today systemd's notify protocol.

The protocol (sd_notify(3)): one datagram of NAME=VALUE lines to the socket that the environment
variable NOTIFY_SOCKET names; a name that begins with `@` stands for Linux's abstract namespace.
"""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Mapping
from typing import Final, Protocol

NOTIFY_SOCKET: Final = "NOTIFY_SOCKET"
AUTHORISED_STOP_EXIT: Final = 10
"""The exit code of a service that an administrator was allowed to stop: not started again."""

_log = logging.getLogger("risk_manager.daemon")


class ServiceManager(Protocol):
    """Who started the daemon and starts it again when it falls silent."""

    def started(self) -> None:
        """The configuration is good, the locks are loaded, the local endpoint answers."""
        ...

    def alive(self) -> None:
        """The loop has published since the last call."""
        ...

    def says(self, text: str) -> None:
        """One line for whoever asks the system how the service is."""
        ...

    def stopping(self) -> None:
        """A stop was asked for and is under way."""
        ...


class NoServiceManager:
    """Nobody is told: the daemon runs in the foreground, or its service manager does not ask."""

    def started(self) -> None:
        """Tell nobody."""

    def alive(self) -> None:
        """Tell nobody."""

    def says(self, text: str) -> None:
        """Tell nobody."""

    def stopping(self) -> None:
        """Tell nobody."""


class SystemdNotifier:
    """Speaks to systemd; a message that cannot be sent is logged once and never stops the guard."""

    def __init__(self, address: str) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._failed = False

    def started(self) -> None:
        """Release `Type=notify`: the start counts as done."""
        self._send("READY=1")

    def alive(self) -> None:
        """Restart systemd's watchdog time."""
        self._send("WATCHDOG=1")

    def says(self, text: str) -> None:
        """Set the line `systemctl status` shows."""
        self._send("STATUS=" + " ".join(text.split()))

    def stopping(self) -> None:
        """Announce the stop."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        try:
            _send_datagram(self._address, message.encode())
        except OSError as error:
            if not self._failed:
                self._failed = True
                _log.error("the service manager cannot be told %s: %s", message, error)
        else:
            self._failed = False


def _send_datagram(address: str, message: bytes) -> None:
    if sys.platform != "win32":  # which has no such sockets
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0)
            sock.connect(address)
            sock.send(message)


def service_manager(environment: Mapping[str, str]) -> ServiceManager:
    """Return the service manager that started this process, as its environment tells."""
    address = environment.get(NOTIFY_SOCKET, "")
    spoken_here = sys.platform != "win32" and address[:1] in {"/", "@"}
    return SystemdNotifier(address) if spoken_here else NoServiceManager()
