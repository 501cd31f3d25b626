"""Which service control this system has."""

from __future__ import annotations

import sys
from pathlib import Path

from risk_manager.service.control import ServiceControl, ServiceError
from risk_manager.service.launchd_control import LaunchdControl
from risk_manager.service.systemd_control import SystemdControl
from risk_manager.utils.paths import Surroundings, production


def this_control(around: Surroundings) -> ServiceControl:
    """Return the control for the service that runs this very interpreter.

    Raises ServiceError on a system without a service manager we know.
    """
    python, root = Path(sys.executable), production(around).data.parent
    if around.macos:
        return LaunchdControl(python, root)
    if not around.windows and Path("/run/systemd/system").is_dir():
        return SystemdControl(python, root)
    if sys.platform == "win32":
        from risk_manager.service.windows_control import (  # noqa: PLC0415 - needs pywin32
            WindowsControl,
        )

        return WindowsControl(Path(sys.base_exec_prefix) / "python.exe", root)
    raise ServiceError("no service manager of this system is supported here; use: risk-manager run")
