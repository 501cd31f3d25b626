"""Which faults strike, and when, on a hand-driven clock."""

import heapq
from collections.abc import Callable

import pytest

from risk_manager.gateway_sim.event_faults import EventFaults
from risk_manager.gateway_sim.faults import FaultBox
from risk_manager.gateway_sim.fields import BadRequestError, Fields

TRADE, QUOTE = "GatewayUserTrade", "GatewayQuote"
NONE = Fields({})


class Bench:
    """Faults in front of a list of what was delivered; time is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.box = FaultBox(lambda: self.now)
        self.seen: list[int] = []
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._events = EventFaults(self.box, self._later)

    def add(self, kind: str, target: str, **more: float) -> int:
        params = Fields({key: more.pop(key) for key in ("delay_s",) if key in more})
        count = int(more["count"]) if "count" in more else None
        return self.box.add(kind, target, count, more.get("for_s"), params).id

    def send(self, *numbers: int, target: str = TRADE) -> None:
        hub = "market" if target == QUOTE else "user"
        for number in numbers:
            self._events.pass_on(hub, target, lambda number=number: self.seen.append(number))  # type: ignore[arg-type, misc]  # hub is one of two texts; the default binds the number

    def wait(self, seconds: float) -> None:
        self.now += seconds
        while self._due and self._due[0][0] <= self.now:
            heapq.heappop(self._due)[2]()

    def _later(self, seconds: float, function: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.now + seconds, len(self._due), function))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_count_and_time_end_a_fault(bench: Bench) -> None:
    bench.add("drop", TRADE, count=1)
    bench.add("duplicate", TRADE, for_s=5)
    bench.send(1, 2)
    bench.wait(5)
    bench.send(3)
    assert bench.seen == [2, 2, 3]


def test_only_the_target_is_struck(bench: Bench) -> None:
    bench.add("drop", TRADE)
    bench.send(1)
    bench.send(2, target=QUOTE)
    assert bench.seen == [2]


def test_delay_lets_later_events_pass(bench: Bench) -> None:
    bench.add("delay", TRADE, count=1, delay_s=2)
    bench.send(1, 2)
    bench.wait(1.9)
    assert bench.seen == [2]
    bench.wait(0.1)
    assert bench.seen == [2, 1]


def test_reorder_swaps_pairs_within_one_hub(bench: Bench) -> None:
    bench.add("reorder", TRADE)
    bench.send(1)
    bench.send(2, target=QUOTE)
    bench.send(3, 4, 5)
    assert bench.seen == [2, 3, 1, 5, 4]


def test_held_event_goes_out_alone_after_a_while(bench: Bench) -> None:
    bench.add("reorder", TRADE, count=1)
    bench.send(1)
    bench.wait(0.9)
    assert bench.seen == []
    bench.wait(0.1)
    assert bench.seen == [1]


def test_freeze_takes_both_hubs_or_one(bench: Bench) -> None:
    bench.add("freeze", "market")
    bench.send(1)
    bench.send(2, target=QUOTE)
    everything = bench.add("freeze", "both")
    bench.send(3)
    assert bench.box.clear(everything) == 1
    bench.send(4)
    assert bench.seen == [1, 4]


def test_clear_of_an_unknown_fault_ends_none(bench: Bench) -> None:
    first = bench.add("drop", TRADE)
    assert bench.box.clear(first + 1) == 0
    assert bench.box.clear() == 1
    assert bench.box.active("drop", TRADE) is None


@pytest.mark.parametrize(
    ("kind", "target"),
    [("drop", "user"), ("freeze", TRADE), ("rest_delay", "place"), ("melt", "*")],
)
def test_unknown_kinds_and_targets_are_refused(bench: Bench, kind: str, target: str) -> None:
    with pytest.raises(BadRequestError):
        bench.box.add(kind, target, None, None, NONE)
