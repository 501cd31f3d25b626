"""Windows' service interface as far as our arguments go: records calls, promises nothing.

Figures are those of winsvc.h. That Windows does what these calls ask for is not shown by this.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class SystemCallError(Exception):
    """pywintypes.error: number, function, words."""

    def __init__(self, winerror: int, strerror: str) -> None:
        super().__init__(winerror, "", strerror)
        self.winerror, self.strerror = winerror, strerror


class FakeWindows:
    """One machine with at most one service."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.created: tuple[Any, ...] | None = None
        self.state = 1
        self.kept: dict[int, Any] = {}
        self.keeps = True
        self.sddl: list[str] = []

    def modules(self) -> dict[str, ModuleType]:
        """The modules that `import` shall find."""
        service = ModuleType("win32service")
        figures = {
            "SERVICE_RUNNING": 4, "SERVICE_STOPPED": 1, "SERVICE_START_PENDING": 2,
            "SERVICE_STOP_PENDING": 3, "SERVICE_PAUSED": 7, "SERVICE_PAUSE_PENDING": 6,
            "SERVICE_CONTINUE_PENDING": 5, "SC_ACTION_RESTART": 1, "SC_MANAGER_ALL_ACCESS": 0xF003F,
            "SC_MANAGER_CONNECT": 1, "SERVICE_ALL_ACCESS": 0xF01FF, "SERVICE_AUTO_START": 2,
            "SERVICE_WIN32_OWN_PROCESS": 0x10, "SERVICE_ERROR_NORMAL": 1, "SERVICE_START": 0x10,
            "SERVICE_USER_DEFINED_CONTROL": 0x100, "SERVICE_QUERY_STATUS": 4,
            "SERVICE_QUERY_CONFIG": 1, "SERVICE_CONFIG_DESCRIPTION": 1,
            "SERVICE_CONFIG_FAILURE_ACTIONS": 2, "SERVICE_CONFIG_FAILURE_ACTIONS_FLAG": 4,
            "SERVICE_CONFIG_PRESHUTDOWN_INFO": 7, "SERVICE_ACCEPT_PRESHUTDOWN": 0x100,
            "SERVICE_CONTROL_PRESHUTDOWN": 0xF,
        }  # fmt: skip
        functions = [
            self.OpenSCManager, self.CloseServiceHandle, self.OpenService, self.CreateService,
            self.ChangeServiceConfig2, self.QueryServiceConfig2, self.StartService,
            self.ControlService, self.QueryServiceStatusEx, self.DeleteService,
            self.SetServiceObjectSecurity,
        ]  # fmt: skip
        for name, value in figures.items():
            setattr(service, name, value)
        for function in functions:
            setattr(service, function.__name__, function)
        types, con, security = (ModuleType(n) for n in ("pywintypes", "win32con", "win32security"))
        vars(types).update(error=SystemCallError)
        vars(con).update(DELETE=0x10000, WRITE_DAC=0x40000, READ_CONTROL=0x20000)
        vars(security).update(
            SDDL_REVISION_1=1,
            DACL_SECURITY_INFORMATION=4,
            ConvertStringSecurityDescriptorToSecurityDescriptor=lambda text, _revision: text,
        )
        return {
            "win32service": service,
            "pywintypes": types,
            "win32con": con,
            "win32security": security,
        }

    def OpenSCManager(self, _machine: None, _database: None, _access: int) -> str:
        return "manager"

    def CloseServiceHandle(self, _handle: str) -> None: ...

    def OpenService(self, _manager: str, name: str, access: int) -> str:
        if self.created is None:
            raise SystemCallError(1060, "The specified service does not exist.")
        self.calls.append(("open", (name, access)))
        return "service"

    def CreateService(self, *words: Any) -> str:
        self.created = words
        return "service"

    def ChangeServiceConfig2(self, _handle: str, what: int, value: Any) -> None:
        if self.keeps:
            self.kept[what] = value

    def QueryServiceConfig2(self, _handle: str, what: int) -> Any:
        if what not in self.kept:
            raise SystemCallError(124, "Invalid level.")
        return self.kept[what]

    def StartService(self, _handle: str, _arguments: None) -> None:
        self.state = 4

    def ControlService(self, _handle: str, control: int) -> None:
        self.calls.append(("control", control))
        self.state = 1

    def QueryServiceStatusEx(self, _handle: str) -> dict[str, int]:
        return {"CurrentState": self.state, "ProcessId": 7, "Win32ExitCode": 0,
                "ControlsAccepted": 0x100}  # fmt: skip

    def DeleteService(self, _handle: str) -> None:
        self.created = None

    def SetServiceObjectSecurity(self, _handle: str, _what: int, descriptor: str) -> None:
        self.sddl.append(descriptor)


def install(monkeypatch: Any, machine: FakeWindows) -> None:
    """Let this process believe that it runs on `machine`, for modules imported from now on."""
    monkeypatch.setattr(sys, "platform", "win32")
    for name, module in machine.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
