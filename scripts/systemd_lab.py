"""Try the service on a booted Linux system: a Debian in a container, with a real systemd.

    sudo python scripts/systemd_lab.py FOLDER [--kills 20]

Needs root, `debootstrap` and `systemd-nspawn` (Debian: systemd-container). FOLDER keeps the system
between runs; nothing outside of it is changed. Installs this checkout with its locked dependencies
and the simulated gateway, opens a position, and prints one line per check; exit code 1 if one
fails. The checks are in `systemd_lab_checks.py`, which runs inside.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

PACKAGES = "systemd,systemd-sysv,dbus,python3,python3-venv,ca-certificates,procps"
MIRROR = "http://deb.debian.org/debian"
PROJECT = Path(__file__).resolve().parent.parent
MACHINE = "risk-manager-lab"
BOOT_S = 60.0
INSTALL = """
python3 -m venv /opt/risk-manager
/opt/risk-manager/bin/pip install -q --no-index --no-deps /wheels/*.whl
ln -sf /opt/risk-manager/bin/risk-manager /usr/bin/risk-manager
id trader >/dev/null 2>&1 || useradd -m trader
"""
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def call(words: Sequence[str | Path]) -> None:
    """Run a command that must succeed."""
    subprocess.run([str(word) for word in words], check=True)


def build(system: Path) -> None:
    """Make the system and install the product from this checkout."""
    if not (system / "etc").is_dir():
        call(
            [
                "debootstrap",
                "--variant=minbase",
                f"--include={PACKAGES}",
                "bookworm",
                system,
                MIRROR,
            ]
        )
    wheels = system / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "-q"]
    lock = PROJECT / "requirements.lock"
    call([*pip, "download", "--no-deps", "--require-hashes", "-r", lock, "-d", wheels])
    call([*pip, "wheel", "--no-deps", "-w", wheels, PROJECT])
    shutil.rmtree(system / "opt" / "risk-manager", ignore_errors=True)
    shutil.rmtree(system / "var" / "lib" / "risk-manager", ignore_errors=True)
    call(["chroot", system, "sh", "-ec", INSTALL])
    shutil.copy(PROJECT / "scripts" / "systemd_lab_checks.py", system / "opt" / "checks.py")


def boot(system: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Boot the system; return the container and the process id of its systemd."""
    container = subprocess.Popen(
        [
            "systemd-nspawn", "-q", "-b", "-D", str(system), "--register=no", "--keep-unit",
            f"--machine={MACHINE}",
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + BOOT_S
    children = Path(f"/proc/{container.pid}/task/{container.pid}/children")
    while time.monotonic() < until:
        time.sleep(0.5)
        found = children.read_text(encoding="ascii").split()
        if found and inside(found[0], ["systemctl", "is-system-running", "--wait"]) in {0, 1}:
            return container, found[0]
    raise SystemExit("the system did not boot")


def inside(leader: str, words: Sequence[str]) -> int:
    """Run a command in the booted system and return its exit code."""
    into = ["nsenter", "--all", "--target", leader, "sh", "-c", 'cd / && exec "$@"', "sh"]
    return subprocess.run([*into, *words], env=ENVIRONMENT, check=False).returncode


def main() -> int:
    """Build, boot, check, power off."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    missing = [name for name in ("debootstrap", "systemd-nspawn") if shutil.which(name) is None]
    is_root = sys.platform != "win32" and os.geteuid() == 0
    if not is_root or missing:
        print(f"needs root and: {', '.join(missing) or 'nothing more'}", file=sys.stderr)
        return 2
    options.folder.mkdir(parents=True, exist_ok=True)
    system = options.folder.resolve() / "system"
    build(system)
    container, leader = boot(system)
    try:
        code = inside(leader, ["python3", "/opt/checks.py", str(options.kills)])
        inside(leader, ["systemctl", "poweroff"])
        container.wait(90)
    finally:
        container.kill()
    last = (system / "var" / "lib" / "risk-manager" / "logs" / "daemon.log").read_text("utf-8")
    clean = "stopped" in last.splitlines()[-1]
    print(
        f"{'ok  ' if clean else 'FAIL'} power off ends the daemon cleanly: {last.splitlines()[-1]}"
    )
    return code if clean else 1


if __name__ == "__main__":
    sys.exit(main())
