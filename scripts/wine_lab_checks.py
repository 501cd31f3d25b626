"""Try the Windows service under Wine: run by the lab's Windows Python (see wine_lab.sh).

    FOLDER/python PATH_OF_THIS_FILE PORT [after-reboot]

PORT is where a simulated gateway listens. Prints one line per check; exit code 1 if one fails.
Wine is not Windows: it keeps neither recovery actions nor access lists of services, so the first
check expects the product to say that it could not verify the recovery.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from risk_manager.service.administrator import is_administrator, prepare_folders
from risk_manager.service.control import ServiceError, ServiceState
from risk_manager.service.windows_names import AUTHORISED_STOP, SERVICE_NAME
from risk_manager.utils.paths import Folders

if sys.platform == "win32":
    import pywintypes
    import win32service

    from risk_manager.service.windows_control import WindowsControl

    ROOT = Path("C:/ProgramData/RiskManager")
    CONTROL = WindowsControl(Path(sys.base_exec_prefix) / "python.exe", ROOT)
    NOT_ACCEPTED = 1052
    ACCOUNTS = """\
topstepx:
  username: "sim-trader"
  api_key: "stored"
  api_url: "http://127.0.0.1:{port}"
  user_hub: "http://127.0.0.1:{port}/hubs/user"
  market_hub: "http://127.0.0.1:{port}/hubs/market"
monitored_account: {{account_id: 10001}}
"""

    def check_install() -> str:
        """Folders and service are made; what Wine does not keep is reported, not passed over."""
        assert is_administrator()
        if not ROOT.exists():
            prepare_folders(Folders("production", ROOT / "config", ROOT / "data"))
        config = ROOT / "config"
        accounts = ACCOUNTS.format(port=sys.argv[1])
        (config / "accounts.yaml").write_text(accounts, "utf-8")
        (config / "risk_config.yaml").write_text("max_contracts: {enabled: true, limit: 5}\n")
        (config / "api_key.secret").write_text("sim-key-0001\n", "utf-8")
        try:
            CONTROL.install()
        except ServiceError as error:
            assert "cannot be verified" in str(error), error
            return f"created; {error}"
        return "created, recovery verified (then this is not Wine)"

    def check_start() -> str:
        """It runs, and the trader's tool sees a guard."""
        begun = time.monotonic()
        CONTROL.start()
        return f"{_guarding()}, {time.monotonic() - begun:.0f} s"

    def check_stop_is_refused() -> str:
        """The usual stop gets error 1052 and changes nothing."""
        manager = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_CONNECT)
        handle = win32service.OpenService(manager, SERVICE_NAME, win32service.SERVICE_STOP)
        try:
            win32service.ControlService(handle, win32service.SERVICE_CONTROL_STOP)
        except pywintypes.error as error:
            assert error.winerror == NOT_ACCEPTED, error
            assert CONTROL.report().state is ServiceState.RUNNING
            return f"error {error.winerror}"
        raise AssertionError("it stopped")

    def check_authorised_stop() -> str:
        """Our own control ends it with exit code 0."""
        CONTROL.stop()
        log = (ROOT / "logs" / "daemon.log").read_text("utf-8").splitlines()[-1]
        assert "stopped with exit code 0" in log, log
        return f"control {AUTHORISED_STOP}: {CONTROL.report().details['ExitCode']}"

    def check_remove() -> str:
        """After removal the service is not known."""
        CONTROL.uninstall()
        assert CONTROL.report().state is ServiceState.NOT_INSTALLED
        return "not known any more"

    def check_reboot() -> str:
        """After a boot it runs by itself."""
        until = time.monotonic() + 60
        while CONTROL.report().state is not ServiceState.RUNNING:
            assert time.monotonic() < until, CONTROL.report()
            time.sleep(1)
        return _guarding()

    def _guarding() -> str:
        words = [sys.executable, "-m", "risk_manager", "trader", "status", "--check", "guard"]
        words += ["--data", str(ROOT / "data")]
        until = time.monotonic() + 60
        while (done := _run(words)).returncode != 0:
            assert time.monotonic() < until, done.stdout
            time.sleep(1)
        return done.stdout.splitlines()[1].strip()

    def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, check=False, capture_output=True, text=True)

    CHECKS: dict[str, list[Callable[[], str]]] = {
        "": [check_install, check_start, check_stop_is_refused, check_authorised_stop],
        "after-reboot": [check_reboot, check_stop_is_refused, check_remove],
    }

    def main() -> int:
        """Run the checks of this boot."""
        failed = 0
        for check in CHECKS[sys.argv[2] if len(sys.argv) > 2 else ""]:
            name = check.__name__.removeprefix("check_").replace("_", " ")
            try:
                print(f"ok   {name}: {check()}", flush=True)
            except (AssertionError, ServiceError, OSError) as error:
                failed += 1
                print(f"FAIL {name}: {error}", flush=True)
        return 1 if failed else 0

    if __name__ == "__main__":
        sys.exit(main())
