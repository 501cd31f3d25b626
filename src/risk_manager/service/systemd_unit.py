"""The unit file for systemd, as text. Facts: systemd.service(5), systemd.exec(5), systemd 247+.

`RefuseManualStop` makes `systemctl stop` fail, also for root; only another unit file or the admin
tool's own drop-in changes that. `Restart=always` covers every end except the one exit code of an
authorised stop. The service runs as root because root owns its files, but with no capability at
all and a read-only view of the system.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from risk_manager.utils.service_manager import AUTHORISED_STOP_EXIT

UNIT_NAME: Final = "risk-manager.service"
WATCHDOG_S: Final = 20
"""Longer than the heartbeat's own limit of 15 s, which leaves the reason in the log."""

_TEMPLATE: Final = """\
# Written by: risk-manager service install
[Unit]
Description=Risk Manager - enforces a trader's own rules on TopstepX accounts
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0
RefuseManualStop=yes

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
Restart=always
RestartSec=1
RestartPreventExitStatus={authorised}
WatchdogSec={watchdog}
TimeoutStartSec=60
TimeoutStopSec=30
KillMode=mixed
Environment=PYTHONFAULTHANDLER=1
WorkingDirectory={root}
UMask=0077
User=root
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={root}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""

STOP_ALLOWED: Final = "[Unit]\nRefuseManualStop=no\n"
"""A drop-in under /run: the admin tool lays it down for one authorised stop and takes it away."""


def unit_text(python: Path, root: Path) -> str:
    """Return the unit that runs the daemon with `python`; its folders are below `root`."""
    command = f"{_quoted(python)} -I -m risk_manager run --service"
    return _TEMPLATE.format(
        command=command,
        root=_escaped(str(root)),
        authorised=AUTHORISED_STOP_EXIT,
        watchdog=WATCHDOG_S,
    )


def _quoted(path: Path) -> str:
    return '"' + _escaped(str(path)).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    """Percent signs are specifiers in a unit file."""
    return text.replace("%", "%%")
