"""The daemon as a Windows service: what the service manager sees and may ask.

It does not accept STOP: `sc stop`, services.msc and `net stop` get error 1052. It accepts the
notice of a shutdown (PRESHUTDOWN) and the product's own control, which only SYSTEM may send. A
daemon that fails ends without reporting STOPPED, which is what makes Windows restart it.

Windows gives a new process 30 s to report, also while the whole machine starts; so the daemon
itself is imported after that.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from risk_manager.service.windows_names import AUTHORISED_STOP, DISPLAY_NAME, SERVICE_NAME
from risk_manager.utils.service_manager import AUTHORISED_STOP_EXIT

if sys.platform == "win32":
    import servicemanager
    import win32service
    import win32serviceutil

    START_HINT_MS = 60_000
    STOP_HINT_MS = 30_000

    class RiskManagerService(win32serviceutil.ServiceFramework):
        """One run of the daemon, hosted by python.exe."""

        _svc_name_ = SERVICE_NAME
        _svc_display_name_ = DISPLAY_NAME
        root: Path
        """Set by `host`: the folder that holds config, data, logs and run."""

        def __init__(self, args: Sequence[str]) -> None:
            super().__init__(args)
            self._stop = threading.Event()

        def GetAcceptedControls(self) -> int:  # noqa: N802 - the base's name
            """Return what Windows may ask: the notice of a shutdown, and nothing else.

            The base class would add STOP. Our own control needs no entry here.
            """
            return win32service.SERVICE_ACCEPT_PRESHUTDOWN

        def SvcOtherEx(  # noqa: N802 - the base's name
            self,
            control: int,
            event_type: int,  # noqa: ARG002 - the base's signature
            data: object,  # noqa: ARG002 - the base's signature
        ) -> None:
            """Begin the stop on a shutdown's notice or our own control; twice does no harm."""
            if control in {win32service.SERVICE_CONTROL_PRESHUTDOWN, AUTHORISED_STOP}:
                self.stopping()
                self._stop.set()

        def SvcRun(self) -> None:  # noqa: N802 - the base's name
            """Run the daemon; RUNNING is reported once its local endpoint answers."""
            self.ReportServiceStatus(win32service.SERVICE_START_PENDING, waitHint=START_HINT_MS)
            code, text = guard(self.root, self._stop, self)
            if code in {0, AUTHORISED_STOP_EXIT}:
                self.ReportServiceStatus(win32service.SERVICE_STOPPED)
                return
            servicemanager.LogErrorMsg(f"{DISPLAY_NAME}: {text}")
            os._exit(code)  # STOPPED is not reported: that is what recovery acts on

        def started(self) -> None:
            """Tell Windows that the service runs."""
            self.ReportServiceStatus(win32service.SERVICE_RUNNING)
            servicemanager.LogInfoMsg(f"{DISPLAY_NAME}: started")

        def alive(self) -> None:
            """Windows asks for no heartbeat; a hung loop ends itself."""

        def says(self, text: str) -> None:
            """Write a change of the status to the event log."""
            servicemanager.LogInfoMsg(f"{DISPLAY_NAME}: {text}")

        def stopping(self) -> None:
            """Tell Windows that the end is under way."""
            self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, waitHint=STOP_HINT_MS)

    def host(root: Path) -> None:
        """Serve the service manager with the folders below `root`; returns at the service's end."""
        RiskManagerService.root = root
        servicemanager.Initialize(DISPLAY_NAME, None)
        servicemanager.PrepareToHostSingle(RiskManagerService)
        servicemanager.StartServiceCtrlDispatcher()  # type: ignore[no-untyped-call]  # the stub says nothing

    def guard(root: Path, stop: threading.Event, manager: RiskManagerService) -> tuple[int, str]:
        """Run the daemon; the exit code and, for the event log, why it failed."""
        from risk_manager.bootstrap import run_daemon  # noqa: PLC0415 - takes seconds, see above
        from risk_manager.config.errors import ConfigErrors  # noqa: PLC0415 - the same reason
        from risk_manager.domain.errors import RiskManagerError  # noqa: PLC0415 - the same reason

        _give_streams(root / "logs")
        try:
            code = run_daemon(
                root / "config",
                root / "data",
                out=_EventLog(),
                stop=stop,
                service=True,
                manager=manager,
            )
        except ConfigErrors as errors:
            return 7, f"the configuration in {root / 'config'} is refused:\n{errors}"
        except RiskManagerError as error:
            return 1, f"not started: {error}"
        return code, f"ended with exit code {code}"

    class _EventLog(io.StringIO):
        """Where the READY line goes: a service has no standard output."""

        def write(self, text: str, /) -> int:
            if text.strip():
                servicemanager.LogInfoMsg(f"{DISPLAY_NAME}: {text.strip()}")
            return len(text)

    def _give_streams(logs: Path) -> None:
        """Give this process the standard streams that Windows gives no service."""
        logs.mkdir(parents=True, exist_ok=True)
        stream = (logs / "service.log").open("a", encoding="utf-8", buffering=1)
        sys.stdout = sys.stderr = stream
