"""What scenarios about the daemon itself need beside the world: its words, files and commands."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from risk_manager.gateway_sim.gateway import Gateway
from risk_manager.gateway_sim.options_server import HubTimes
from tests.integration.world.settings import KEY_VARIABLE
from tests.integration.world.venue import Venue
from tests.integration.world.waiting import wait_until
from tests.integration.world.world import World

LOG_BEHIND_S = 0.2
"""The daemon logs in its spare time, and its log's thread lets records gather."""


def command(
    *words: str, folder: Path, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the executable to its end; stdout and stderr as text."""
    return subprocess.run(
        [sys.executable, "-m", "risk_manager", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        cwd=folder,
        env=os.environ | {"COLUMNS": "100"} | dict(variables or {}),
        timeout=30,
        check=False,
    )


def run_to_end(world: World, *, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a daemon that must end by itself."""
    places = ["--config", str(world.folder / "config"), "--data", str(data or data_of(world))]
    key = {KEY_VARIABLE: world.venue.server.api_key}
    return command("run", *places, folder=world.folder, variables=key)


def trader(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `trader status` with more words."""
    return command("trader", "status", "--data", str(data_of(world)), *words, folder=world.folder)


def data_of(world: World) -> Path:
    """The data folder."""
    return world.folder / "data"


def said(world: World) -> str:
    """Everything the daemon wrote to stderr, in all its runs, a moment ago included."""
    time.sleep(LOG_BEHIND_S)
    return (world.folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")


def causes(world: World) -> str:
    """The causes the status names."""
    return " | ".join(whole(world)["causes"])


def whole(world: World) -> dict[str, Any]:
    """The whole status."""
    return wait_until(world.daemon.status, what="a status")


def wait_word(world: World, word: str, *, within: float = 10) -> None:
    """Wait until the status has this word."""
    wait_until(lambda: whole(world)["status"] == word, within, f"status {word}")


def wait_hubs(world: World, state: str, *, within: float = 15) -> None:
    """Wait until both hubs are up or down."""
    both = {"user": state, "market": state}
    wait_until(lambda: whole(world)["hubs"] == both, within, f"hubs {state}")


def wait_enforced(world: World, *, within: float = 8) -> list[dict[str, Any]]:
    """Wait until enforcements are shown and each has an outcome; returns them."""

    def found() -> list[dict[str, Any]]:
        shown = world.status()["enforcements"]
        return shown if all(row["outcome"] != "STARTED" for row in shown) else []

    return wait_until(found, within, "enforcements with outcomes")


def quick_pings() -> HubTimes:
    """A gateway that pings every 0.3 s."""
    return HubTimes(ping_s=0.3)


def pid_of(world: World) -> int:
    """The daemon's process id, as its run folder says."""
    endpoint = (world.folder / "run" / "endpoint.json").read_text(encoding="utf-8")
    return int(json.loads(endpoint)["pid"])


def edit_accounts(world: World, **members: Any) -> None:
    """Change members of `topstepx` in accounts.yaml."""
    path = world.folder / "config" / "accounts.yaml"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["topstepx"] |= members
    path.write_text(json.dumps(content), encoding="utf-8")


def edit_risk(world: World, text: str) -> None:
    """Replace risk_config.yaml."""
    (world.folder / "config" / "risk_config.yaml").write_text(text, encoding="utf-8")


def raw(venue: Venue, hub: Literal["user", "market"], records: Iterable[bytes]) -> None:
    """Send every client of a hub these bytes, each as a frame of its own."""
    frames = list(records)

    def send(gateway: Gateway) -> None:
        for connection in gateway._hubs.connections(hub):
            for frame in frames:
                connection.send(frame)

    venue.server._in_loop(send)


def rows(world: World, sql: str) -> list[tuple[Any, ...]]:
    """Read from the daemon's database."""
    path = data_of(world) / "state.db"
    with closing(sqlite3.connect(path, timeout=2)) as connection:
        return connection.execute(sql).fetchall()


def stored_locks(world: World) -> list[tuple[Any, ...]]:
    """The rows of the locks in force."""
    sql = "SELECT account_id, scope, rule_id, kind, until, set_at FROM locks WHERE ended_at IS NULL"
    return sorted(rows(world, sql))
