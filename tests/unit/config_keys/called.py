"""The whole daemon against a server that notes what it is asked: who logs in, and where."""

import gc
import io
import re
import shutil
import sys
import threading
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from risk_manager.bootstrap import run_daemon
from risk_manager.journal.writer import JournalWriter
from risk_manager.simulation.setup import ACCOUNT
from tests.integration.api.raw_http import RawServer, Request, answer
from tests.unit.config_keys.walk import ACCOUNTS

PLACE = "http://127.0.0.1:1"
"""Stands in the files where the server's address will be."""
WIRED = {
    "topstepx": {
        "username": "trader",
        "api_key": "a-key-for-tests",
        "api_url": PLACE,
        "user_hub": f"{PLACE}/user",
        "market_hub": f"{PLACE}/market",
    },
    "monitored_account": {"account_id": ACCOUNT},
}
"""accounts.yaml for this server."""
ENOUGH_S = 20.0


class Note(threading.Event):
    """A gateway without hubs; set, which stops the daemon, once both were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.logins: list[tuple[str, object]] = []
        self.hubs: set[str] = set()

    def __call__(self, request: Request) -> bytes:
        path = request.path.partition("?")[0]
        members: dict[str, object] = {}
        if request.method == "GET":
            self.hubs.add(path)
            if len(self.hubs) == 2:
                self.set()
            return answer(status=404)
        if path.endswith("loginKey"):
            self.logins.append((path, request.json))
            members = {"token": "eyJ.REDACTED"}
        elif path.endswith("Account/search"):
            row = {"id": ACCOUNT, "name": "PRAC", "balance": 1, "canTrade": True}
            members = {"accounts": [row | {"isVisible": True, "simulated": True}]}
        envelope = {"success": True, "errorCode": 0, "errorMessage": None}
        now = f"Date: {formatdate(usegmt=True)}\r\n"
        return answer(envelope | members, headers=now, date=False)


def run(folder: Path) -> tuple[Note, Path]:
    """Run the daemon on these files until it has called; what it asked for, and its folder."""
    home, note = folder.with_name(f"{folder.name}-home"), Note()
    server = RawServer(note).start()
    shutil.copytree(folder, home / "config")
    accounts = home / "config" / ACCOUNTS
    text = accounts.read_text(encoding="utf-8").replace(PLACE, server.url)
    accounts.write_text(text, encoding="utf-8")
    late, interval = threading.Timer(ENOUGH_S, note.set), sys.getswitchinterval()
    late.start()
    try:
        run_daemon(home / "config", home / "data", out=io.StringIO(), stop=note)
    finally:
        late.cancel()
        server.stop()
        # It takes the process for its own.
        sys.setswitchinterval(interval)
        gc.unfreeze()
    assert len(note.hubs) == 2, (note.logins, note.hubs)
    return note, home


def calls(folder: Path) -> object:
    """Where it logged in, as whom, and which hubs it asked for."""
    note, _ = run(folder)
    return note.logins[0], sorted(note.hubs)


def preset(folder: Path) -> object:
    """The preset that the daemon's log names; the configuration's hash beside it is left out."""
    return re.findall(r"preset (\S+)", _log_of(folder))


def slowness(folder: Path) -> object:
    """Whether the log tells of slow steps, when each step takes 150 ms or a little more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JournalWriter, "record", lambda *_: time.sleep(0.150))
        return "a step took" in _log_of(folder)


def _log_of(folder: Path) -> str:
    _, home = run(folder)
    return (home / "logs" / "daemon.log").read_text(encoding="utf-8")


def folders(folder: Path) -> object:
    """Where the logs are."""
    _, home = run(folder)
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("daemon.log"))
