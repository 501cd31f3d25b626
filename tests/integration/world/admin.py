"""The admin tool as a command of its own, on a world's folders."""

import json
import os
import subprocess
import sys
import threading
from typing import Any

from tests.integration.world.settings import KEY_VARIABLE
from tests.integration.world.world import World

PASSWORD = "correct horse battery"


def admin(world: World, *words: str, given: str = f"{PASSWORD}\n") -> tuple[int, str, str]:
    """Run `risk-manager admin …` with lines on stdin; returns exit code, stdout and stderr."""
    folders = ["--config", str(world.folder / "config"), "--data", str(world.folder / "data")]
    done = subprocess.run(
        [sys.executable, "-m", "risk_manager", "admin", *words, *folders],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=world.folder,
        env=os.environ | {KEY_VARIABLE: world.venue.server.api_key},
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def change(world: World, *words: str, password: str = PASSWORD) -> tuple[int, dict[str, Any]]:
    """A change with the password and `--json`; returns exit code and answer."""
    code, out, _ = admin(world, *words, "--password-stdin", "--json", given=f"{password}\n")
    return code, json.loads(out)


def set_password(world: World) -> None:
    """Set the first password by the command itself."""
    code, _, errors = admin(world, "password", "--password-stdin")
    assert code == 0, errors


def limit_of(world: World, rule: str, account: int = 10001) -> str:
    """The limit in words that the daemon shows for a rule; its status may be half a second old."""
    threading.Event().wait(0.7)
    rows = {row["rule"]: row["limit"] for row in world.status(account)["rules"]}
    return str(rows[rule])
