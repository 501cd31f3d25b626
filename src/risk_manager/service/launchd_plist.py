"""The property list for launchd on macOS. Facts: launchd.plist(5).

`KeepAlive` restarts the daemon after every end, at most once in 10 s (launchd's own throttle,
which cannot be lowered safely). launchd has no watchdog: the daemon's heartbeat ends a hung loop.
An administrator can switch the service off in the system's settings.
"""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Final

LABEL: Final = "com.risk-manager.daemon"


def plist_text(python: Path, root: Path) -> str:
    """Return the plist that runs the daemon with `python`; its folders are below `root`."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": [str(python), "-I", "-m", "risk_manager", "run", "--service"],
            "RunAtLoad": True,
            "KeepAlive": True,
            "ExitTimeOut": 30,
            "ProcessType": "Interactive",
            "WorkingDirectory": str(root),
            "Umask": 0o077,
            "StandardErrorPath": str(root / "logs" / "launchd.log"),
            "EnvironmentVariables": {"PYTHONFAULTHANDLER": "1"},
        },
        sort_keys=False,
    ).decode()
