"""The checks of the systemd lab; runs inside the booted system, with the standard library only."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path("/var/lib/risk-manager")
FOLDERS = ("--config", str(ROOT / "config"), "--data", str(ROOT / "data"))
PASSWORD = "a password of the lab"
UNIT = "risk-manager"
PORT = 7777
START, CONTRACT = "2026-11-18T15:00:00Z", "CON.F.US.MNQ.Z26"
ACCOUNTS = """\
topstepx:
  username: "sim-trader"
  api_key: "stored"
  api_url: "http://127.0.0.1:{port}"
  user_hub: "http://127.0.0.1:{port}/hubs/user"
  market_hub: "http://127.0.0.1:{port}/hubs/market"
monitored_account: {{account_id: 10001}}
"""
RULES = """\
max_contracts: {enabled: true, limit: 5}
daily_realized_loss: {enabled: true, limit: -500}
"""
GUARDING_WITHIN_S = 5.0
WATCHDOG_WITHIN_S = 40.0


def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command and return how it ended."""
    return subprocess.run(words, input=given, capture_output=True, text=True, check=False)


def as_trader(command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command as the standard user."""
    return run("su", "trader", "-c", command)


def sim(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the simulated gateway's control path."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/sim/{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def shown(name: str) -> str:
    """Return a property of the unit."""
    return run("systemctl", "show", "--property", name, "--value", UNIT).stdout.strip()


def is_guarding(not_pid: str) -> bool:
    """Whether another process than `not_pid` guards, and knows what the gateway has open."""
    endpoint = json.loads((ROOT / "run" / "endpoint.json").read_text("utf-8"))
    if str(endpoint["pid"]) == not_pid:
        return False
    status = json.loads(run("risk-manager", "trader", "status", "--json").stdout)
    is_open = bool(sim("state", {})["positions"])
    return status["status"] == "MONITORED" and bool(status["accounts"][0]["positions"]) == is_open


def guards(not_pid: str, within_s: float) -> float:
    """Wait until another process than `not_pid` guards; return the seconds."""
    begun = time.monotonic()
    while (took := time.monotonic() - begun) < within_s:
        with contextlib.suppress(OSError, ValueError, LookupError):  # between two daemons
            if is_guarding(not_pid):
                return took
        time.sleep(0.05)
    raise AssertionError(f"not guarding after {within_s:.0f} s")


def check_install() -> str:
    """Installing needs a good configuration and the typed word; then it guards."""
    assert run("risk-manager", "service", "install", "--type", "APPLY").returncode == 7
    (ROOT / "config" / "accounts.yaml").write_text(ACCOUNTS.format(port=PORT), "utf-8")
    (ROOT / "config" / "risk_config.yaml").write_text(RULES, "utf-8")
    secret = ROOT / "config" / "api_key.secret"
    secret.touch(0o600)
    secret.write_text("sim-key-0001\n", "utf-8")
    assert run("risk-manager", "service", "install").returncode == 2
    done = run("risk-manager", "service", "install", "--type", "APPLY")
    assert done.returncode == 0, done.stderr
    password = ["risk-manager", "admin", "password", "--password-stdin", *FOLDERS]
    assert run(*password, given=f"{PASSWORD}\n").returncode == 0
    return f"guards after {guards('0', 20):.1f} s"


def check_manual_stop() -> str:
    """`systemctl stop` and `restart` are refused, for root too."""
    for verb in ("stop", "restart"):
        assert run("systemctl", verb, UNIT).returncode != 0
    assert shown("ActiveState") == "active"
    return f"CanStop={shown('CanStop')}"


def check_standard_user() -> str:
    """A standard user sees the status and nothing else."""
    seen = as_trader("risk-manager trader status --json")
    assert seen.returncode in {0, 3}, seen  # 3: degraded, which a busy machine may be
    for file in ("config/accounts.yaml", "run/admin.token", "data/state.db", "logs/daemon.log"):
        assert as_trader(f"cat {ROOT}/{file}").returncode != 0, file
    assert as_trader(f"touch {ROOT}/run/x").returncode != 0
    assert as_trader(f"kill -9 {shown('MainPID')}").returncode != 0
    assert as_trader("risk-manager service stop").returncode == 6
    return "status readable; configuration, tokens, database, logs and the process are not"


def check_kills(count: int) -> str:
    """After `kill -9` it guards again in time, every time."""
    took = []
    for _ in range(count):
        pid = shown("MainPID")
        run("kill", "-9", pid)
        took.append(guards(pid, 30))
    assert max(took) < GUARDING_WITHIN_S, took
    return f"{count} kills: median {sorted(took)[count // 2]:.1f} s, worst {max(took):.1f} s"


def check_suspended() -> str:
    """A suspended process is found by the watchdog and replaced."""
    pid = shown("MainPID")
    run("kill", "-STOP", pid)
    return f"guards after {guards(pid, WATCHDOG_WITHIN_S):.0f} s"


def check_stop() -> str:
    """With nothing at stake the product's stop ends it for good; start guards again."""
    assert stop("wrong password").returncode == 6
    done = stop()
    assert done.returncode == 0, done.stderr
    time.sleep(5)
    assert (shown("ActiveState"), shown("ExecMainStatus")) == ("inactive", "10"), shown("Result")
    assert run("risk-manager", "service", "start").returncode == 0
    return f"stays down; after start it guards in {guards('0', 15):.1f} s"


def check_waiting_stop() -> str:
    """With a position the stop waits, there is no way past it, and a restart comes back."""
    sim("fill", {"accountId": 10001, "contractId": CONTRACT, "side": 0, "size": 2})
    guards("0", 10)
    done = stop()
    assert "not before" in done.stdout, done
    assert stop(PASSWORD, "--force", "--type", "STOP").returncode == 8
    assert stop(PASSWORD, "--cancel").returncode == 0
    pid = shown("MainPID")
    assert run("risk-manager", "service", "restart").returncode == 0
    return f"{done.stdout.strip()}; a restart guards again after {guards(pid, 15):.1f} s"


def stop(password: str = PASSWORD, *words: str) -> subprocess.CompletedProcess[str]:
    """Ask the product to stop the service."""
    return run("risk-manager", "service", "stop", "--password-stdin", *words, given=f"{password}\n")


def checks(kills: int) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield each check with its name."""
    yield "install", check_install
    yield "stop and start", check_stop
    yield "a stop with a position, restart", check_waiting_stop
    yield "a stop by hand", check_manual_stop
    yield "a standard user", check_standard_user
    yield "kill -9", lambda: check_kills(kills)
    yield "a suspended process", check_suspended


def main() -> int:
    """Run the checks; one that fails does not stop the next."""
    gateway = ["risk-manager", "gateway-sim", "--port", str(PORT), "--start", START]
    subprocess.Popen(gateway, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(3)
    failed = 0
    for name, check in checks(int(sys.argv[1])):
        try:
            print(f"ok   {name}: {check()}", flush=True)
        except (AssertionError, OSError) as error:
            failed += 1
            print(f"FAIL {name}: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
