"""The service under launchd (macOS). Written from launchctl(1); not yet run on a Mac."""

from __future__ import annotations

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
from risk_manager.service.launchd_plist import LABEL, plist_text

_TARGET: Final = f"system/{LABEL}"


class LaunchdControl:
    """`daemons` is the folder launchd reads at boot."""

    def __init__(
        self,
        python: Path,
        root: Path,
        *,
        daemons: Path = Path("/Library/LaunchDaemons"),
        run: Runner = run_tool,
    ) -> None:
        self._python = python
        self._root = root
        self._plist = daemons / f"{LABEL}.plist"
        self._run = run

    def install(self) -> None:
        """Write the property list; launchd reads it at boot and at `start`."""
        fresh = self._plist.with_name(f".{self._plist.name}.new")
        fresh.write_text(plist_text(self._python, self._root), encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(self._plist)
        demand(self._run, "launchctl", "enable", _TARGET)

    def uninstall(self) -> None:
        """Stop it and remove the property list."""
        self._demand_installed()
        if self.report().state is not ServiceState.STOPPED:
            self.stop()
        self._plist.unlink(missing_ok=True)

    def start(self) -> None:
        """Load it; `RunAtLoad` starts it."""
        self._demand_installed()
        demand(self._run, "launchctl", "bootstrap", "system", str(self._plist))

    def stop(self) -> None:
        """Unload it until `start` or the next boot."""
        self._demand_installed()
        demand(self._run, "launchctl", "bootout", _TARGET)

    def restart(self) -> None:
        """End it cleanly; `KeepAlive` starts it again."""
        self._demand_installed()
        demand(self._run, "launchctl", "kill", "SIGTERM", _TARGET)

    def report(self) -> ServiceReport:
        """Return the state; launchctl's text is for people, only `state =` and `pid =` are read."""
        if not self._plist.exists():
            return ServiceReport(ServiceState.NOT_INSTALLED, {})
        answer = self._run(("launchctl", "print", _TARGET))
        if answer.code != 0:
            return ServiceReport(ServiceState.STOPPED, {})
        pairs = [line.strip().split(" = ", 1) for line in answer.out.splitlines() if " = " in line]
        details = {name: value for name, value in pairs if name in {"state", "pid", "runs"}}
        running = details.get("state") == "running"
        state = ServiceState.RUNNING if running else ServiceState.START_PENDING
        return ServiceReport(state, details)

    def _demand_installed(self) -> None:
        if not self._plist.exists():
            raise ServiceError("the service is not installed: risk-manager service install")
