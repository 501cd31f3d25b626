"""The run of the loop, with what lives exactly as long."""

from __future__ import annotations

import gc
import logging
import sys
import threading

from risk_manager.bootstrap.feed_port import LiveFeed
from risk_manager.bootstrap.heartbeat import Heartbeat
from risk_manager.bootstrap.maintenance import Maintenance
from risk_manager.core.daemon import Daemon
from risk_manager.enforcement.executor import Executor

FINISH_S = 10.0
SWITCH_S = 0.00005
"""Thread switch interval: a busy worker must not hold up the loop for Python's usual 5 ms."""

_log = logging.getLogger("risk_manager.daemon")


def run_loop(
    daemon: Daemon,
    executor: Executor,
    feed: LiveFeed,
    maintenance: Maintenance,
    heartbeat: Heartbeat,
    stop: threading.Event,
) -> None:
    """Run until told to stop; then close the feed and finish enforcement calls in flight."""
    maintenance.start()
    feed.start()
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)
    heartbeat.loop_begins()
    try:
        daemon.run(stop)
    finally:
        stop.set()
        heartbeat.loop_ends()
        maintenance.stop()
        feed.stop()
        if not executor.stop(FINISH_S):
            _log.error("enforcement calls were still running at the end")
