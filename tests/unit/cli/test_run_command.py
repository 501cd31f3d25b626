"""`risk-manager run`: signals end it, and each way to fail has its exit code."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from risk_manager.cli.main import main
from risk_manager.cli.signals import interrupt_on_signals, stop_on_signals
from risk_manager.config.errors import ConfigErrors, ConfigProblem
from risk_manager.core.inbox import Inbox
from risk_manager.domain.errors import AlreadyRunningError, StartError
from risk_manager.domain.events import Started
from risk_manager.utils.service_manager import NoServiceManager


@pytest.fixture(autouse=True)
def _hears_a_hangup() -> Iterator[None]:
    """Undo what `nohup` before the test run did to this process and its children."""
    if sys.platform == "win32":
        yield
    else:
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        yield
        signal.signal(signal.SIGHUP, before)


def run_with(monkeypatch, daemon, *words: str) -> int:
    monkeypatch.setitem(sys.modules, "risk_manager.bootstrap", SimpleNamespace(run_daemon=daemon))
    return main(["run", *words])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigErrors([ConfigProblem("risk_config.yaml", 3, "max", "unknown key")]), 7, "yaml:3"),
        (AlreadyRunningError("process 7 guards 123"), 9, "process 7 guards 123"),
        (StartError("the gateway refused the login"), 1, "refused the login"),
    ],
)
def test_each_failure_has_its_exit_code(monkeypatch, capsys, error, code, said) -> None:
    def daemon(*_folders, **_streams):
        raise error

    assert run_with(monkeypatch, daemon) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_the_daemon_gets_its_folders_and_its_exit_code_counts(monkeypatch, tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    def daemon(config_dir, data_dir, *, out, stop, service, manager):
        seen.update(config=config_dir, data=data_dir, out=out, stop=stop, service=service)
        seen.update(manager=manager)
        return 1

    words = ["--config", str(tmp_path / "c"), "--data", str(tmp_path / "d")]
    assert run_with(monkeypatch, daemon, *words) == 1
    assert (seen["config"], seen["data"]) == (
        (tmp_path / "c").resolve(),
        (tmp_path / "d").resolve(),
    )
    assert seen["out"] is sys.stdout
    assert not seen["service"]
    assert isinstance(seen["manager"], NoServiceManager)
    assert not seen["stop"].is_set()


ENDINGS = [signal.SIGINT, signal.SIGTERM]
if sys.platform != "win32":
    ENDINGS.append(signal.SIGHUP)


@pytest.mark.skipif(os.name == "nt", reason="a process cannot send itself these signals there")
@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal_asks_to_stop_and_the_handlers_come_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    stop = threading.Event()
    with stop_on_signals(stop):
        os.kill(os.getpid(), number)
        assert stop.wait(5)
    assert signal.getsignal(number) is before


if sys.platform != "win32":

    def test_a_terminal_that_closes_ends_nothing_that_was_started_to_survive_it() -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            with stop_on_signals(threading.Event()), interrupt_on_signals():
                assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        finally:
            signal.signal(signal.SIGHUP, before)

    def test_one_signal_interrupts_and_a_second_does_not_break_into_the_cleaning() -> None:
        with interrupt_on_signals():
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGTERM)


if sys.platform != "win32":  # it has no alarm signal

    def test_a_stop_is_heard_by_a_wait_whose_time_runs_out_while_a_handler_runs() -> None:
        stop, inbox = threading.Event(), Inbox(time.monotonic)
        rescue = threading.Timer(10, lambda: inbox.put(Started()))
        rescue.start()

        def slow(number: int, _frame: FrameType | None) -> None:
            time.sleep(0.1)  # a busy machine: the handler itself is late
            os.kill(os.getpid(), signal.SIGTERM)

        before = signal.signal(signal.SIGALRM, slow)
        try:
            with stop_on_signals(stop):
                inbox.wake_at(stop)
                signal.setitimer(signal.ITIMER_REAL, 0.02)
                while not stop.is_set():
                    assert inbox.get(0.05) is None, "nothing but the rescue ended the wait"
        finally:
            signal.signal(signal.SIGALRM, before)
            rescue.cancel()
