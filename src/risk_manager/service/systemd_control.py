"""The service under systemd."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from risk_manager.service.control import (
    Runner,
    ServiceError,
    ServiceReport,
    ServiceState,
    demand,
    run_tool,
)
from risk_manager.service.systemd_unit import STOP_ALLOWED, UNIT_NAME, unit_text

_STATES: Final = {
    "active": ServiceState.RUNNING,
    "reloading": ServiceState.RUNNING,
    "activating": ServiceState.START_PENDING,
    "deactivating": ServiceState.STOP_PENDING,
}
_SHOWN: Final = "LoadState,ActiveState,SubState,StatusText,MainPID,NRestarts,UnitFileState,Result"


class SystemdControl:
    """`units` holds the unit file, `volatile` (below /run, gone at boot) the drop-in of a stop."""

    def __init__(
        self,
        python: Path,
        root: Path,
        *,
        units: Path = Path("/etc/systemd/system"),
        volatile: Path = Path("/run/systemd/system"),
        run: Runner = run_tool,
    ) -> None:
        self._python = python
        self._root = root
        self._unit = units / UNIT_NAME
        self._drop_in = volatile / f"{UNIT_NAME}.d" / "authorised-stop.conf"
        self._run = run

    def install(self) -> None:
        """Write the unit and enable it; an older unit of ours is replaced."""
        fresh = self._unit.with_name(f".{self._unit.name}.new")
        fresh.write_text(unit_text(self._python, self._root), encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(self._unit)
        demand(self._run, "systemctl", "daemon-reload")
        demand(self._run, "systemctl", "enable", UNIT_NAME)

    def uninstall(self) -> None:
        """Stop it, disable it and remove the unit."""
        self._demand_installed()
        self.stop()
        demand(self._run, "systemctl", "disable", UNIT_NAME)
        self._unit.unlink(missing_ok=True)
        demand(self._run, "systemctl", "daemon-reload")

    def start(self) -> None:
        """Start it; returns once the daemon's local endpoint answers."""
        self._demand_installed()
        demand(self._run, "systemctl", "start", UNIT_NAME)

    def stop(self) -> None:
        """Allow one stop by a drop-in, stop, and forbid stopping again, also after a failure."""
        self._demand_installed()
        self._drop_in.parent.mkdir(parents=True, exist_ok=True)
        self._drop_in.write_text(STOP_ALLOWED, encoding="utf-8")
        try:
            demand(self._run, "systemctl", "daemon-reload")
            demand(self._run, "systemctl", "stop", UNIT_NAME)
        finally:
            self._drop_in.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # somebody else's drop-in is there, too
                self._drop_in.parent.rmdir()
            demand(self._run, "systemctl", "daemon-reload")

    def restart(self) -> None:
        """Ask the daemon to end cleanly; systemd starts it again after a second."""
        self._demand_installed()
        demand(self._run, "systemctl", "kill", "--kill-who=main", "--signal=SIGTERM", UNIT_NAME)

    def report(self) -> ServiceReport:
        """Return the state with the status line, process, restarts and last result."""
        told = demand(self._run, "systemctl", "show", UNIT_NAME, f"--property={_SHOWN}")
        details = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
        if details.get("LoadState") == "not-found":
            return ServiceReport(ServiceState.NOT_INSTALLED, details)
        state = _STATES.get(details.get("ActiveState", ""), ServiceState.STOPPED)
        if details.get("SubState") == "auto-restart":
            state = ServiceState.START_PENDING
        return ServiceReport(state, details)

    def _demand_installed(self) -> None:
        if self.report().state is ServiceState.NOT_INSTALLED:
            raise ServiceError("the service is not installed: risk-manager service install")
