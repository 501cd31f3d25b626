"""The trader's tool as a process of its own against a real endpoint."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from risk_manager.ipc.endpoint import LocalEndpoint
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.utils.clock import MachineClock
from tests.support.threads import no_crash

STATES = Path(__file__).parents[2] / "fixtures" / "status"


class FrozenDaemon:
    """An endpoint whose loop hangs: the status is published once and then grows old."""

    def __init__(self, root: Path) -> None:
        self.mono = 1000.0
        self.data = root / "data"
        self.board = StatusBoard(lambda: self.mono)
        started = datetime(2026, 3, 9, 14, tzinfo=UTC)
        self.endpoint = LocalEndpoint(
            root / "run", self.board, started_at=started, version="1", on_crash=no_crash
        )
        self.endpoint.start()

    def publish(self, state: str) -> None:
        answer = json.loads((STATES / f"{state}.json").read_text(encoding="utf-8"))
        self.board.publish(json.dumps(answer).encode())


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[FrozenDaemon]:
    daemon = FrozenDaemon(tmp_path)
    yield daemon
    daemon.endpoint.stop()


def trader(
    daemon: FrozenDaemon, *words: str, command: str = "status", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "risk_manager",
            "trader",
            command,
            "--data",
            str(daemon.data),
            *words,
        ],
        capture_output=True,
        timeout=60,
        check=False,
        env=os.environ | environment,
    )


def test_json_is_the_daemons_answer_with_the_measured_age(daemon: FrozenDaemon) -> None:
    daemon.publish("locked")
    daemon.mono += 2.5
    done = trader(daemon, "--json")
    answer = json.loads(done.stdout)
    expected = json.loads((STATES / "locked.json").read_text(encoding="utf-8"))
    assert (done.returncode, done.stderr) == (4, b"")
    assert answer == expected | {"age_s": 2.5}


def test_a_hanging_daemon_is_not_monitoring(daemon: FrozenDaemon) -> None:
    daemon.publish("ok")
    daemon.mono += 5.2
    answer = json.loads((done := trader(daemon, "--json")).stdout)
    assert done.returncode == 5
    assert answer["status"] == "NOT MONITORED"
    assert answer["causes"] == ["the last status is 5 s old"]


def test_a_starting_daemon_is_not_monitoring(daemon: FrozenDaemon) -> None:
    done = trader(daemon)
    assert done.returncode == 5
    assert b"the daemon is starting" in done.stdout


def test_the_screen_survives_a_narrow_encoding_without_colour(daemon: FrozenDaemon) -> None:
    daemon.publish("ok")
    done = trader(daemon, "--check", "trade", PYTHONIOENCODING="cp1252", COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert b"MONITORED - the guard is on" in done.stdout
    assert b"\x1b" not in done.stdout


def test_an_account_is_chosen_by_name_and_an_unknown_one_is_an_error(daemon: FrozenDaemon) -> None:
    daemon.publish("shadow_two_accounts")
    chosen = trader(daemon, "--json", "--account", "Second")
    assert [account["id"] for account in json.loads(chosen.stdout)["accounts"]] == [124]
    unknown = trader(daemon, "--account", "Third")
    assert unknown.returncode == 1
    assert b"Second (124)" in unknown.stderr


def test_a_status_of_another_shape_is_said_not_raised(daemon: FrozenDaemon) -> None:
    daemon.board.publish(b'{"accounts": 3}')
    done = trader(daemon)
    assert done.returncode == 5
    assert b"cannot be read" in done.stdout
    assert b"Traceback" not in done.stderr


def read_until(terminal: int, wanted: str) -> str:
    """Read what the terminal shows until `wanted` is in it; fails after 20 s of silence."""
    text = ""
    while wanted not in text:
        assert select.select([terminal], [], [], 20)[0], f"{wanted!r} never came: {text!r}"
        text += os.read(terminal, 65536).decode(errors="replace")
    return text


if sys.platform != "win32":
    import pty
    import termios

    def test_the_live_view_shows_news_at_once_and_restores_the_terminal(
        daemon: FrozenDaemon,
    ) -> None:
        daemon.publish("ok")
        terminal, end = pty.openpty()
        termios.tcsetwinsize(end, (24, 80))
        before = termios.tcgetattr(end)
        process = subprocess.Popen(
            [sys.executable, "-m", "risk_manager", "trader", "--data", str(daemon.data)],
            stdin=end, stdout=end, stderr=end,
            env=os.environ | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        screen = read_until(terminal, "OK TO TRADE")
        assert "\x1b[?1049h" in screen
        begun = MachineClock().mono()
        daemon.publish("locked")
        screen = read_until(terminal, "LOCKED OUT")
        assert MachineClock().mono() - begun < 0.9  # at once, not at the next second
        assert "\x07" in screen + read_until(terminal, "!! RULE-003")
        os.write(terminal, b"q")
        screen = read_until(terminal, "\x1b[?1049l")
        assert process.wait(10) == 4
        assert termios.tcgetattr(end) == before
        os.close(terminal)
        os.close(end)


def test_headroom_names_the_rule_that_binds_and_every_clock(daemon: FrozenDaemon) -> None:
    daemon.publish("ok")
    daemon.mono += 1.0
    shown = trader(daemon, command="headroom").stdout.decode().splitlines()
    assert shown[0] == "Main Trading Account (123) - OK TO TRADE"
    assert shown[1].split() == ["MNQ", "at", "most", "1", "RULE-002"]
    assert "closes in 1h 27m (RULE-009)" in shown[2]
    done = trader(daemon, "--json", command="headroom")
    (account,) = json.loads(done.stdout)["accounts"]
    assert done.returncode == 0
    assert account["headroom"] == [{"symbol": "MNQ", "contracts": 1, "rule": "RULE-002"}]
    (clock,) = account["clocks"]
    assert clock["closes_in_s"] == pytest.approx(5274, abs=1.5)


def test_headroom_without_a_daemon_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "risk_manager", "trader", "headroom", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 5
    assert done.stdout.startswith(b"NOT MONITORED")


@pytest.mark.parametrize(
    "words", [["--help"], ["trader", "--help"], ["trader", "status", "--json"], ["trader", "pnl"]]
)
def test_only_screens_load_the_screen_libraries(tmp_path: Path, words: list[str]) -> None:
    program = (
        "import sys\nfrom risk_manager.cli.main import main\n"
        "main(sys.argv[1:])\n"
        "print('\\nLOADED', sorted({'rich', 'textual', 'pydantic'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path,
    )  # fmt: skip
    assert told.stdout.splitlines()[-1] == "LOADED []", told.stderr
