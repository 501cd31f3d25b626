"""The Windows service's names and figures, and what its controls mean."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SERVICE_NAME: Final = "RiskManagerDaemon"
DISPLAY_NAME: Final = "Risk Manager"
DESCRIPTION: Final = "Enforces a trader's own risk rules on TopstepX accounts."

AUTHORISED_STOP: Final = 200
"""A control of our own (128 to 255 are free), which only SYSTEM may send: end cleanly."""

RESTART_AFTER_MS: Final = (1_000, 5_000, 60_000)
"""Recovery after the first, the second and every later failure."""
FAILURES_FORGOTTEN_S: Final = 86_400
PRESHUTDOWN_MS: Final = 30_000
"""How long Windows waits for a clean end when it shuts down."""

BOOT_FILE: Final = Path(__file__).with_name("windows_boot.py")


def command_line(python: Path, root: Path, boot: Path = BOOT_FILE) -> str:
    """Return what the service manager runs, quoted: `python` is the base interpreter.

    Not a virtual environment's, whose python.exe starts a second process that the service manager
    does not know. `-I -S` keep the environment and other people's packages out; the boot file adds
    the one folder the product is installed in. `root` holds the service's folders; it is written
    down here because SYSTEM may see another environment.
    """
    return f'"{python}" -I -S "{boot}" "{root}"'
