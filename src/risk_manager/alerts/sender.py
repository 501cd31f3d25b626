"""The sender process: reads orders from its input, tells people, reports to its output.

A process of its own, so that no service, however it hangs, and no library can hold up the guard.
It ends when its input ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from typing import BinaryIO, Final

from risk_manager.alerts.alert import at_least
from risk_manager.alerts.channel import Beats, Channel
from risk_manager.alerts.plugins import ChannelError, call_heartbeat, open_channel
from risk_manager.alerts.wire import ORDERS, Beat, ChannelSetup, Message, Report, Setup, line
from risk_manager.config.alerts_file import HEARTBEAT, AlertLevel

FINISH_S: Final = 3.0


class Sender:
    """Hands messages to every channel of their level."""

    def __init__(self, report: Callable[[Report], None]) -> None:
        self._report = report
        self._channels: list[tuple[AlertLevel, Channel]] = []
        self._beats: Beats | None = None

    def take(self, order: Setup | Message | Beat) -> None:
        """Carry out one order; never waits for a service."""
        if isinstance(order, Setup):
            self._open(order)
        elif isinstance(order, Message):
            for level, channel in self._channels:
                if at_least(AlertLevel(order.level), level):
                    channel.put(order)
        elif self._beats is not None:
            self._beats.beat()

    def finish(self) -> None:
        """Send what waits, as far as it goes at once."""
        for _, channel in self._channels:
            channel.close()
        for _, channel in self._channels:
            channel.join(FINISH_S)

    def _open(self, setup: Setup) -> None:
        for each in setup.channels:
            channel = self._channel(each)
            if channel is not None:
                self._channels.append((AlertLevel(each.level), channel))
                channel.start()
        if setup.heartbeat is not None:
            url = setup.heartbeat
            self._beats = Beats(HEARTBEAT, lambda: call_heartbeat(url), self._report)

    def _channel(self, setup: ChannelSetup) -> Channel | None:
        try:
            return Channel(setup.name, open_channel(setup.url), self._report)
        except ChannelError as error:
            self._report(Report(setup.name, str(error)))
            return None


def serve(orders: Iterable[bytes], output: BinaryIO) -> None:
    """Carry out orders until there are no more."""
    writing = threading.Lock()

    def report(what: Report) -> None:
        with writing:
            output.write(line(what))
            output.flush()

    sender = Sender(report)
    for raw in orders:
        sender.take(ORDERS.decode(raw))
    sender.finish()


def main() -> None:
    """Serve the process that started this one; it ends this one by closing the input."""
    for name in ("SIGINT", "SIGBREAK"):  # what stops the guard at a terminal reaches us, too
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout.flush()
    os._exit(0)  # a thread that hangs in a service must not keep the process
