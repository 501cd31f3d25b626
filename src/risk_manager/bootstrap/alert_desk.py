"""Builds the alerts of a run, if the configuration names somebody to tell."""

from __future__ import annotations

import threading
from collections.abc import Callable

from risk_manager.alerts.outlet import Outlet
from risk_manager.alerts.post import AlertPost
from risk_manager.alerts.wire import ChannelSetup, Setup
from risk_manager.config.alerts_file import AlertsFile
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.utils.clock import MachineClock


def open_alerts(
    settings: AlertsFile,
    board: StatusBoard,
    clean: Callable[[str], str],
    stop: threading.Event,
) -> tuple[AlertPost, ...]:
    """Return the one to be started, or none when nobody is to be told.

    Once `stop` is set the status is no longer looked at: it grows old because the run ends.
    """
    if not settings.channels and settings.heartbeat is None:
        return ()

    def latest() -> tuple[bytes, float] | None:
        newest = board.latest()
        return None if newest is None else (newest.body, board.age_s(newest))

    mono = MachineClock().mono
    outlet = Outlet(setup_of(settings), clean, mono)
    return (AlertPost(settings, latest, outlet, mono, stop.is_set),)


def setup_of(settings: AlertsFile) -> Setup:
    """Return what the sender process must know."""
    beat = settings.heartbeat
    return Setup(
        tuple(
            ChannelSetup(each.name, each.url.get_secret_value(), each.level.value)
            for each in settings.channels
        ),
        None if beat is None else beat.url.get_secret_value(),
    )
