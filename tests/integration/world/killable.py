"""The daemon, ended at a named point as a crash would: no handler runs, nothing is flushed.

`python -m tests.integration.world.killable POINT KIND NTH` and then the words of `run`. KIND is the
type of a row of the commit or of the request. With POINT `trace` it only prints what it reaches.
"""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from risk_manager.bootstrap import run_daemon
from risk_manager.domain.ports import POINTS

KILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)
"""On Windows os.kill ends the process at once with any signal."""


class KillPoint:
    """Ends this process when its point is reached for the `nth` time."""

    def __init__(self, point: str, kind: str, nth: int) -> None:
        assert point in (*POINTS, "trace"), f"no such point: {point}"
        self._point, self._kind, self._left = point, kind, nth
        self._lock = threading.Lock()

    def __call__(self, point: str, about: object) -> None:
        """Told by the daemon's threads."""
        kinds = kinds_of(about)
        if self._point == "trace":
            print(point, *kinds, file=sys.stderr, flush=True)
        elif point == self._point and self._kind in kinds:
            with self._lock:
                self._left -= 1
                if self._left == 0:
                    os.kill(os.getpid(), KILL)
                    threading.Event().wait()  # until the kill is carried out


def kinds_of(about: object) -> list[str]:
    """The types of the rows, or of the request."""
    rows = about if isinstance(about, Sequence) else [about]
    return sorted({type(row).__name__ for row in rows})


def main() -> int:
    """Run the daemon until it is killed."""
    point, kind, nth, _, config, _, data = sys.argv[1:]
    hook = KillPoint(point, kind, int(nth))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    return run_daemon(Path(config), Path(data), out=sys.stdout, stop=stop, reached=hook)


if __name__ == "__main__":
    sys.exit(main())
