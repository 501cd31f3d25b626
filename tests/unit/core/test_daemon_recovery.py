"""A step of the engine that fails half-way: the loop builds the engine anew and goes on."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.core.daemon import Daemon
from risk_manager.core.inbox import Inbox
from risk_manager.core.notice_board import NoticeBoard
from risk_manager.core.outside import Outside
from risk_manager.core.store_keeper import StoreKeeper
from risk_manager.domain.events import HubConnected, PositionChanged, SnapshotTaken
from risk_manager.domain.requests import ClosePosition, TakeSnapshot
from risk_manager.simulation.setup import ACCOUNT, CAP, engine_of
from risk_manager.state.persistence import Store
from risk_manager.utils.trusted_time import TrustedTime
from tests.support.make import position

WALL = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)


@dataclass
class Machine:
    """A clock that stands still until a test moves it."""

    seconds: float = 1000.0

    def wall(self) -> datetime:
        return WALL + timedelta(seconds=self.seconds)

    def mono(self) -> float:
        return self.seconds


@dataclass
class Sent:
    """Where the loop hands its work: executor, feed and journal in one."""

    requests: list[Any] = field(default_factory=list)

    def first_wave(self, requests) -> None:
        self.requests += requests

    def submit(self, request, _priority) -> None:
        self.requests.append(request)

    def apply(self, request) -> None:
        self.requests.append(request)

    def record(self, _stamp, _event) -> None:
        pass

    def newest(self, kind):
        return [request for request in self.requests if isinstance(request, kind)][-1]


@pytest.fixture
def loop(tmp_path):
    machine = Machine()
    sent: Any = Sent()
    trusted = TrustedTime()
    trusted.observe_date(machine.wall(), 999.0, 1000.0, machine.wall())
    store = Store.open(tmp_path / "state.db")
    keeper = StoreKeeper(store, machine.mono, lambda _problem: None, lambda _name, _error: None)
    outside = Outside(
        machine, trusted, Inbox(machine.mono), keeper, NoticeBoard({}), sent, sent, sent,
        lambda: None,
        lambda before: engine_of(CAP, {}, Restored.of(store.load()), before),
    )  # fmt: skip
    daemon = Daemon(engine_of(CAP, {}, Restored()), outside)
    yield daemon, machine, sent
    keeper.close(machine.wall())


def answer(daemon, machine, sent, *positions) -> None:
    request = sent.newest(TakeSnapshot)
    machine.seconds += 0.01
    mono = machine.mono()
    daemon.take(
        SnapshotTaken(
            request,
            (),
            (),
            positions,
            None,
            None,
            None,
            mono - 0.01,
            mono - 0.01,
            mono - 0.01,
            mono,
        ),
        mono,
    )


def test_breach_of_a_failed_step_is_found_again(loop):
    daemon, machine, sent = loop
    daemon.take(HubConnected("user"), machine.mono())
    answer(daemon, machine, sent)
    step = daemon.engine.step

    def broken(event, stamp):
        step(event, stamp)
        raise ValueError("half-way")

    daemon.engine.step = broken
    six = position("MNQ", 6, opened=daemon.now(), account=ACCOUNT)
    daemon.take(PositionChanged(six), machine.mono())
    assert not any(isinstance(request, ClosePosition) for request in sent.requests)
    answer(daemon, machine, sent, six)
    close = sent.newest(ClosePosition)
    assert close.contract_id == six.contract_id
    numbers = [r.request_id for r in sent.requests if hasattr(r, "request_id")]
    assert len(numbers) == len(set(numbers))


def test_a_loop_that_keeps_failing_ends(loop):
    daemon, machine, _ = loop

    def broken(event, stamp):
        raise ValueError("always")

    def rebuilt(before):
        before.step = broken
        return before

    daemon._out.rebuild = rebuilt
    daemon.engine.step = broken
    with pytest.raises(ValueError, match="always"):
        daemon.take(HubConnected("user"), machine.mono())
