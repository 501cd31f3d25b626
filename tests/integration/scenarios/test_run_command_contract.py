"""`risk-manager run` as scripts see it: ready line, streams, files, exit codes, the end."""

import json
import re
import sqlite3
import stat
import sys
import time
from contextlib import closing

from risk_manager import __version__
from tests.integration.scenarios.tools import (
    data_of,
    run_to_end,
    said,
    whole,
)
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import (
    daily_loss,
    max_contracts,
    per_instrument,
    session,
    window,
)
from tests.integration.world.waiting import wait_until

DAY = window("09:30", "16:00")
RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}
READY = re.compile(
    r"READY version=(?P<version>\S+) tier=1 accounts=(?P<accounts>[\d,]+) rules=(?P<rules>\d/\d)"
    r" config=(?P<config>[0-9a-f]{8}) mode=(?P<mode>enforce|shadow) clock=(trusted|untrusted)"
    r" drill=(?P<drill>\d+/\d+)"
)


def test_ready_line_streams_and_clean_end(make_world):
    started = time.monotonic()
    world = make_world(RULES)
    took = time.monotonic() - started
    found = READY.fullmatch(world.daemon.lines[0])
    assert found, world.daemon.lines
    assert (found["version"], found["accounts"], found["rules"]) == (__version__, "10001", "2/2")
    assert found["drill"] == "2/2"
    assert found["mode"] == "enforce"
    assert found["config"] in said(world)
    assert took < 10
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_idle()
    begun = time.monotonic()
    assert world.daemon.stop() == 0
    assert time.monotonic() - begun < 3
    assert len(world.daemon.lines) == 1  # everything else went to stderr
    assert "RULE-001" in said(world)


def test_ready_names_all_rules_accounts_and_the_mode(make_world):
    rules = RULES | {
        "global": {"mode": "shadow"},
        "max_contracts_per_instrument": per_instrument({"MNQ": 2}),
        "session_block_outside": session(DAY),
    }
    world = make_world(rules, accounts=[{"account_id": 10001}, {"account_id": 10002}])
    found = READY.fullmatch(world.daemon.lines[0])
    assert found
    assert (found["accounts"], found["rules"], found["mode"]) == ("10001,10002", "4/4", "shadow")
    assert found["drill"] == "8/8", "every rule of each account"


def test_run_folder_exists_while_running_only(make_world):
    world = make_world(RULES)
    run = world.folder / "run"
    assert {path.name for path in run.iterdir()} == {"endpoint.json", "read.token", "admin.token"}
    endpoint = json.loads((run / "endpoint.json").read_text(encoding="utf-8"))
    assert endpoint["version"] == __version__
    assert set(endpoint) == {"port", "pid", "started_at", "version"}
    if sys.platform != "win32":
        assert stat.S_IMODE((run / "admin.token").stat().st_mode) == 0o600
        assert stat.S_IMODE((run / "read.token").stat().st_mode) == 0o644
    before = (run / "read.token").read_text(encoding="ascii")
    assert world.daemon.stop() == 0
    assert list(run.iterdir()) == []
    world.guard()
    assert (run / "read.token").read_text(encoding="ascii") != before


def test_four_log_files_beside_the_data(make_world):
    world = make_world(RULES)
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_idle()
    world.daemon.stop()
    logs = world.folder / "logs"
    texts = {path.name: path.read_text(encoding="utf-8") for path in logs.iterdir()}
    assert set(texts) == {"daemon.log", "enforcement.log", "api.log", "error.log"}
    assert "CLOSE_POSITION account=10001" in texts["enforcement.log"]
    assert "user hub connected" in texts["daemon.log"]
    assert texts["error.log"] == ""
    found = READY.fullmatch(world.daemon.lines[0])
    assert found
    assert found["config"] in texts["daemon.log"]


def test_s86_a_second_daemon_exits_with_nine(make_world):
    world = make_world(RULES)
    again = run_to_end(world)
    assert (again.returncode, again.stdout) == (9, "")
    assert "data folder" in again.stderr
    elsewhere = run_to_end(world, data=world.folder / "other" / "data")
    assert (elsewhere.returncode, elsewhere.stdout) == (9, "")
    assert "guards this login" in elsewhere.stderr
    assert world.venue.server.username not in elsewhere.stderr
    assert whole(world)["status"] == "MONITORED"  # the first one is unharmed
    assert (world.folder / "run" / "endpoint.json").exists()


def test_an_account_nobody_has_exits_with_one(make_world):
    world = make_world(RULES, started=False, accounts=[{"account_id": 999}])
    ended = run_to_end(world)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "10001" in ended.stderr  # what the login does have
    assert "Traceback" not in ended.stderr


def test_a_database_of_a_newer_version_exits_with_one(make_world):
    world = make_world(RULES)
    world.daemon.stop()
    with closing(sqlite3.connect(data_of(world) / "state.db")) as connection, connection:
        connection.execute("INSERT INTO schema_version VALUES (999)")
    ended = run_to_end(world)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "999" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_stop_lets_a_running_close_finish(make_world):
    world = make_world(RULES)
    world.venue.fault("rest_delay", CLOSE, count=1, params={"delay_s": 1})
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    assert world.daemon.stop() == 0
    wait_until(lambda: world.venue.net("MNQ") == 0, what="the close that was on its way")
