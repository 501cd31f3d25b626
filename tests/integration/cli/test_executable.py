"""The executable: version, help, usage errors, folders."""

import json
import subprocess
import sys
from pathlib import Path

from risk_manager import __version__
from risk_manager.cli.main import COMMANDS

#: Prints which slow packages `--help` has loaded.
SHOW_LOADED = """
import sys
from risk_manager.cli.main import main
main(["--help"])
slow = ("rich", "msgspec", "pydantic", "http", "risk_manager.cli.trader")
print([name for name in sys.modules if name.startswith(slow)], file=sys.stderr)
"""


def execute(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "risk_manager", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
    )


def test_version() -> None:
    assert __version__ in execute("--version").stdout


def test_help_lists_the_commands_without_loading_them() -> None:
    done = execute("--help")
    assert done.returncode == 0
    for name, lazy in COMMANDS.items():
        assert name in done.stdout
        assert lazy.summary in " ".join(done.stdout.split())
    loaded = subprocess.run(
        [sys.executable, "-c", SHOW_LOADED], capture_output=True, text=True, timeout=60, check=False
    )
    assert loaded.stderr.strip() == "[]"


def test_every_command_can_be_loaded() -> None:
    for name in COMMANDS:
        done = execute(name, "--help")
        assert (done.returncode, done.stderr) == (0, ""), name


def test_an_unknown_command_is_a_usage_error() -> None:
    done = execute("gard")
    assert done.returncode == 2
    assert "gard" in done.stderr


def test_paths_prints_absolute_folders_beside_the_data(tmp_path: Path) -> None:
    done = execute("paths", "--json", "--data", "x/data", "--config", ".", folder=tmp_path)
    assert json.loads(done.stdout) == {
        "mode": "given",
        "config": str(tmp_path.resolve()),
        "data": str(tmp_path.resolve() / "x" / "data"),
        "logs": str(tmp_path.resolve() / "x" / "logs"),
        "run": str(tmp_path.resolve() / "x" / "run"),
    }
