"""The heartbeat: notices that the loop has stopped coming round, and ends a service that hangs.

Its own thread looks once a second at the published status. The time is counted in looks, not read
from a clock: after sleep or a suspended process the clock has jumped, and the loop deserves its
seconds to catch up.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Final

from risk_manager.ipc.status_board import Published, StatusBoard
from risk_manager.utils.service_manager import ServiceManager

LOOK_S: Final = 1.0
STALE_LOOKS: Final = 15
"""Looks without a new status after which the loop counts as hanging: it publishes twice a second
and no step may wait for the network or the disk."""
HANGING_EXIT: Final = 70
"""The exit code of a daemon that ended itself because its loop hung."""

_log = logging.getLogger("risk_manager.daemon")


def end_hanging() -> None:
    """Write down where every thread is and end the process; no handler runs, none is awaited."""
    faulthandler.dump_traceback(sys.stderr)
    os._exit(HANGING_EXIT)


class Heartbeat:
    """Watches the board while the loop runs, and tells the service manager.

    `end` is called when the loop hangs; None (development) only logs it, once per silence.
    """

    def __init__(
        self,
        board: StatusBoard,
        manager: ServiceManager,
        end: Callable[[], None] | None,
        *,
        look_s: float = LOOK_S,
    ) -> None:
        self._board = board
        self._manager = manager
        self._end = end
        self._look_s = look_s
        self._looping = threading.Event()
        self._stopping = threading.Event()
        self._seen = 0
        self._silent = 0
        self._said = ""
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Start the thread; until `loop_begins` only the process itself counts as alive.

        Logging in at a venue that does not answer takes as long as it takes.
        """
        self._manager.started()
        self._thread.start()

    def loop_begins(self) -> None:
        """From now on the loop has to publish."""
        self._looping.set()

    def loop_ends(self) -> None:
        """The stop is under way; it is bounded by limits of its own."""
        self._looping.clear()
        self._manager.stopping()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._thread.join(timeout=2.0)

    def _run(self) -> None:
        while not self._stopping.wait(self._look_s):
            self.look()

    def look(self) -> None:
        """Compare the board with the last look."""
        status = self._board.latest()
        beats = self._board.beats
        if beats != self._seen or not self._looping.is_set():
            self._seen, self._silent = beats, 0
            self._manager.alive()
            self._say(status)
            return
        self._silent += 1
        if self._silent == STALE_LOOKS:
            _log.critical("the loop has not published for %d looks; it hangs", STALE_LOOKS)
            if self._end is not None:
                self._end()

    def _say(self, status: Published | None) -> None:
        if status is None:
            return
        body = json.loads(status.body)
        text = "; ".join([body["status"], *body["causes"][:3]])
        if text != self._said:
            self._said = text
            self._manager.says(text)
