"""The Windows service: create it with its recovery and its access list, start it, look at it.

Everything that is set is read back, because a service that is not restarted after a crash looks
like one that is.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from risk_manager.service import windows_names as names
from risk_manager.service.control import ServiceError, ServiceReport, ServiceState
from risk_manager.utils.clock import MachineClock, sleep
from risk_manager.utils.windows_security import SERVICE, SERVICE_DEFAULT

if sys.platform == "win32":
    import pywintypes
    import win32con
    import win32security
    import win32service

    _ABSENT: Final = 1060
    _LOOK_S: Final = 0.5
    _END_WITHIN_S: Final = 45.0
    _STATES: Final = {
        win32service.SERVICE_RUNNING: ServiceState.RUNNING,
        win32service.SERVICE_STOPPED: ServiceState.STOPPED,
        win32service.SERVICE_START_PENDING: ServiceState.START_PENDING,
        win32service.SERVICE_STOP_PENDING: ServiceState.STOP_PENDING,
        win32service.SERVICE_PAUSED: ServiceState.PAUSED,
        win32service.SERVICE_PAUSE_PENDING: ServiceState.PAUSED,
        win32service.SERVICE_CONTINUE_PENDING: ServiceState.START_PENDING,
    }
    RECOVERY: Final[dict[str, Any]] = {
        "ResetPeriod": names.FAILURES_FORGOTTEN_S,
        "RebootMsg": "",
        "Command": "",
        "Actions": [(win32service.SC_ACTION_RESTART, ms) for ms in names.RESTART_AFTER_MS],
    }

    class WindowsControl:
        """`python` is the base interpreter that will host it, `root` holds its folders."""

        def __init__(self, python: Path, root: Path) -> None:
            self._command = names.command_line(python, root)
            self._mono = MachineClock().mono

        def install(self) -> None:
            """Create the service or bring an installed one up to date; does not start it."""
            with _manager(win32service.SC_MANAGER_ALL_ACCESS) as manager, _told("install"):
                handle = self._create(manager)
                try:
                    _configure(handle)
                    _protect(handle, SERVICE)
                finally:
                    win32service.CloseServiceHandle(handle)
            _verify_recovery()

        def _create(self, manager: Any) -> Any:
            if self.report().state is not ServiceState.NOT_INSTALLED:
                return win32service.OpenService(
                    manager, names.SERVICE_NAME, win32service.SERVICE_ALL_ACCESS
                )
            return win32service.CreateService(
                manager,
                names.SERVICE_NAME,
                names.DISPLAY_NAME,
                win32service.SERVICE_ALL_ACCESS,
                win32service.SERVICE_WIN32_OWN_PROCESS,
                win32service.SERVICE_AUTO_START,
                win32service.SERVICE_ERROR_NORMAL,
                self._command,
                None,
                False,  # noqa: FBT003 - no tag wanted; the call takes no names
                None,
                None,
                None,
            )

        def uninstall(self) -> None:
            """End it by our own control, give the access list back, and delete it."""
            self.stop()
            access = win32con.DELETE | win32con.WRITE_DAC | win32con.READ_CONTROL
            with _told("uninstall"), _service(access) as handle:
                _protect(handle, SERVICE_DEFAULT)
                win32service.DeleteService(handle)

        def start(self) -> None:
            """Start it; returns once it runs."""
            with _told("start"), _service(win32service.SERVICE_START) as handle:
                win32service.StartService(handle, None)
            self._wait(ServiceState.RUNNING)

        def stop(self) -> None:
            """Send our own control, which takes SYSTEM's rights, and wait for the end."""
            if self.report().state is ServiceState.STOPPED:
                return
            with _told("stop"), _service(win32service.SERVICE_USER_DEFINED_CONTROL) as handle:
                win32service.ControlService(handle, names.AUTHORISED_STOP)
            self._wait(ServiceState.STOPPED)

        def restart(self) -> None:
            """End it cleanly and start it again."""
            self.stop()
            self.start()

        def report(self) -> ServiceReport:
            """Return its state, process, and which controls it accepts."""
            try:
                with _service(win32service.SERVICE_QUERY_STATUS) as handle:
                    found = cast("dict[str, int]", win32service.QueryServiceStatusEx(handle))
            except pywintypes.error as error:
                if error.winerror == _ABSENT:
                    return ServiceReport(ServiceState.NOT_INSTALLED, {})
                raise ServiceError(f"the service cannot be asked: {error.strerror}") from error
            details = {
                "ProcessId": str(found["ProcessId"]),
                "ExitCode": str(found["Win32ExitCode"]),
                "AcceptsStop": str(bool(found["ControlsAccepted"] & 1)).lower(),
            }
            state = _STATES.get(found["CurrentState"], ServiceState.STOPPED)
            return ServiceReport(state, details)

        def _wait(self, wanted: ServiceState) -> None:
            until = self._mono() + _END_WITHIN_S
            while (state := self.report().state) is not wanted:
                if self._mono() > until:
                    raise ServiceError(f"still {state} after {_END_WITHIN_S:.0f} s")
                sleep(_LOOK_S)

    def _configure(handle: Any) -> None:
        change = win32service.ChangeServiceConfig2
        change(handle, win32service.SERVICE_CONFIG_DESCRIPTION, names.DESCRIPTION)
        change(handle, win32service.SERVICE_CONFIG_FAILURE_ACTIONS, RECOVERY)
        for what, value in (
            (win32service.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, True),
            (win32service.SERVICE_CONFIG_PRESHUTDOWN_INFO, names.PRESHUTDOWN_MS),
        ):
            with contextlib.suppress(pywintypes.error):  # `_verify_recovery` reads the flag back
                change(handle, what, value)

    def _verify_recovery() -> None:
        """Read the recovery back; ServiceError when Windows did not keep it."""
        query = win32service.QueryServiceConfig2
        with _service(win32service.SERVICE_QUERY_CONFIG) as handle:
            try:
                actions = query(handle, win32service.SERVICE_CONFIG_FAILURE_ACTIONS)
                flag = query(handle, win32service.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG)
            except pywintypes.error as error:
                raise ServiceError(
                    f"installed, but its restart after a crash cannot be verified: {error.strerror}"
                ) from error
        if list(actions["Actions"]) != RECOVERY["Actions"] or not flag:
            raise ServiceError("installed, but Windows did not keep the restart after a crash")

    def _protect(handle: Any, sddl: str) -> None:
        descriptor = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
            sddl, win32security.SDDL_REVISION_1
        )
        win32service.SetServiceObjectSecurity(
            handle, win32security.DACL_SECURITY_INFORMATION, descriptor
        )

    @contextlib.contextmanager
    def _manager(access: int) -> Iterator[Any]:
        with _told("open the service manager"):
            manager = win32service.OpenSCManager(None, None, access)
        try:
            yield manager
        finally:
            win32service.CloseServiceHandle(manager)

    @contextlib.contextmanager
    def _service(access: int) -> Iterator[Any]:
        with _manager(win32service.SC_MANAGER_CONNECT) as manager:
            handle = win32service.OpenService(manager, names.SERVICE_NAME, access)
            try:
                yield handle
            finally:
                win32service.CloseServiceHandle(handle)

    @contextlib.contextmanager
    def _told(what: str) -> Iterator[None]:
        """Turn the system's error into ours, with its number and words."""
        try:
            yield
        except pywintypes.error as error:
            raise ServiceError(
                f"{what}: Windows says {error.winerror}, {error.strerror}"
            ) from error
