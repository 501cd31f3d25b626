"""The executor over real sockets: look-ups that hang leave workers to looks and cancels."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from risk_manager.api.requests_encode import Timeouts
from risk_manager.domain.events import ActionAnswered, ContractFetched, LastBarFetched
from risk_manager.domain.ids import RequestId
from risk_manager.domain.requests import FetchContract, FetchLastBar, Priority
from risk_manager.enforcement.executor import WORKERS, Executor
from tests.integration.api.raw_http import Request, answer, ok
from tests.integration.api.rest_rig import CANCEL, CLOSE, LOOK, MNQ, Rig
from tests.integration.world.waiting import wait_until

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
BARS = "/api/History/retrieveBars"
CONTRACT = "/api/Contract/searchById"
WAIT_S = 2.0


def bar(number: int) -> FetchLastBar:
    return FetchLastBar(RequestId(number), MNQ, NOW - timedelta(minutes=15), NOW)


class Desk:
    """An executor at a venue that does not answer look-ups until `opened` is set."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.crashes: list[str] = []
        self.rig = Rig(self._answer, timeouts=Timeouts(history=20.0, read=20.0))

    def __enter__(self) -> "Desk":
        self.rig.__enter__()
        self.executor = Executor(
            self.rig.gateway, self.rig.events.append, lambda name, _: self.crashes.append(name)
        )
        self.executor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.set()
        self.executor.stop(5.0)
        self.rig.__exit__()
        assert self.crashes == []

    def _answer(self, request: Request) -> object:
        if request.path in (BARS, CONTRACT):
            self.opened.wait(10)
            return answer({"success": False, "errorCode": 1, "errorMessage": None})
        return ok(orders=[], positions=[])

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.rig.calls)

    def wait(self, kind: type, number: int = 1) -> None:
        wait_until(lambda: len(self.rig.seen(kind)) >= number, WAIT_S, kind.__name__)


@pytest.mark.timeout(30)
def test_hanging_look_ups_hold_one_worker_of_each_kind():
    with Desk() as desk:
        for number in range(8):
            desk.executor.submit(bar(number), Priority.SAFETY)
            desk.executor.submit(FetchContract(RequestId(number), MNQ), Priority.SAFETY)
        wait_until(lambda: desk.asked(BARS) and desk.asked(CONTRACT), WAIT_S, "look-ups")
        begun = time.monotonic()
        for _ in range(3):
            desk.executor.submit(LOOK, Priority.ENFORCEMENT)
        desk.executor.first_wave([CANCEL, CLOSE])
        desk.wait(ActionAnswered, 2)
        wait_until(lambda: desk.asked("/api/Position/searchOpen") == 3, WAIT_S, "three looks")
        assert time.monotonic() - begun < 1.0
        assert (desk.asked(BARS), desk.asked(CONTRACT)) == (1, 1)
        desk.opened.set()
        desk.wait(LastBarFetched, 8)
        desk.wait(ContractFetched, 8)


def test_a_bar_is_not_waited_for_longer_than_five_seconds():
    assert Timeouts().history <= 5.0


@pytest.mark.timeout(30)
def test_idle_connections_are_kept_warm_and_work_goes_on_between(monkeypatch):
    monkeypatch.setattr("risk_manager.api.rest_channel.WARM_AFTER_S", 0.0)
    with Rig(lambda _request: ok(orders=[], positions=[])) as rig:
        executor = Executor(rig.gateway, rig.events.append, _no_crash, warm_every_s=0.05)
        executor.start()

        def pings() -> int:
            return sum(request.path == "/api/Status/ping" for request in rig.calls)

        executor.first_wave([CLOSE])  # it logs in, and so there is a token to ping with
        wait_until(lambda: pings() >= 3 * WORKERS, 10.0, "pings")
        executor.first_wave([CANCEL])
        wait_until(lambda: len(rig.seen(ActionAnswered)) == 2, WAIT_S, "both answers")
        assert executor.stop(5.0)


def _no_crash(name: str, error: BaseException) -> None:
    pytest.fail(f"{name}: {error!r}")


@pytest.mark.timeout(30)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_breaks_is_told_of_with_its_name():
    crashed: list[tuple[str, str]] = []

    def deliver(_event: object) -> None:
        raise ZeroDivisionError("odd")

    with Rig(lambda _request: ok(orders=[], positions=[])) as rig:
        executor = Executor(
            rig.gateway, deliver, lambda name, error: crashed.append((name, str(error)))
        )
        executor.start()
        executor.first_wave([CLOSE])
        wait_until(lambda: bool(crashed), WAIT_S, "a crash")
        executor.stop(0.1)
    assert crashed[0][0].startswith("rest-")
    assert crashed[0][1] == "odd"


def test_without_an_idle_worker_a_request_waits_and_no_connection_is_taken_to_be_warmed():
    with Rig(lambda _request: ok()) as rig:
        executor = Executor(rig.gateway, rig.events.append, _no_crash, warm_every_s=0.01)
        executor.first_wave([CLOSE])
        assert executor._serve(executor._workers[0])  # nobody is idle before the start
        assert rig.calls == []
        assert not executor.stop(0.01), "the close still waits"
