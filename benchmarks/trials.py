"""What is measured: an event leaves, requests arrive, both stamped by the gateway's one clock.

A trial begins when the one before has ended and `spacing_us` have passed since that one began.
All results are nanoseconds from just before the event's write to the last byte of a request.

A contract can be used again only once a look has found it flat, and the daemon spaces its looks a
second apart when there were many. Dense trials therefore come in bursts, each trial with a contract
of its own; the events that make them flat follow after the burst, as fills follow a close on a real
account. The first trials of a burst are not counted. The baseline is run in the same bursts.
"""

import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from itertools import cycle

from benchmarks import framing
from benchmarks.book import BREACH, QUIET, REDUCE
from benchmarks.gateway import EVENTS, HUB, REQUESTS, Arrival, Gateway

LIMIT = 5
REDUCE_LIMIT = 2
CANCELS = 5
ORDERS_AHEAD_NS = 5_000_000
GIVE_UP_S = 5.0

#: Trials in a burst, how many of them are not counted, and the pause after it. Trials that are
#: further apart than DENSE_BELOW_US need no bursts.
BURST, COLD, SETTLE_S, DENSE_BELOW_US = 25, 2, 2.5, 50_000
CLOSE = "/api/Position/closeContract"
REDUCTION = "/api/Position/partialCloseContract"
CANCEL = "/api/Order/cancel"


def position_event(row: dict[str, object]) -> bytes:
    """Return the hub message about a position."""
    return framing.invocation("GatewayUserPosition", {"action": 1, "data": row})


def order_event(row: dict[str, object]) -> bytes:
    """Return the hub message about an order; null members are left out, as in the stream."""
    known = {name: value for name, value in row.items() if value is not None}
    return framing.invocation("GatewayUserOrder", {"action": 1, "data": known})


class Trials:
    """Runs series of trials on one gateway, as told over the control connection."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._book = gateway.book
        self._breach_contracts: Iterator[str] = cycle(BREACH)
        self._reduce_contracts: Iterator[str] = cycle(REDUCE)
        self._close_bytes = 0

    def serve(self, control: socket.socket) -> None:
        """Answer one JSON line with another until the control connection ends."""
        buffer = b""
        while True:
            self._gateway.poll(1.0, control)
            if not select.select([control], [], [], 0)[0]:
                continue
            data = control.recv(65_536)
            if not data:
                return
            buffer += data
            while b"\n" in buffer:
                line, _, buffer = buffer.partition(b"\n")
                try:
                    answer = {"result": self.run(**json.loads(line))}
                except (LookupError, TimeoutError, OSError) as error:
                    answer = {"error": f"{type(error).__name__}: {error}"}
                control.sendall(json.dumps(answer).encode() + b"\n")

    def run(self, command: str, **options: int) -> object:
        """Run one command: a series by its name, or `state`."""
        if command == "state":
            return self.state()
        series: dict[str, Callable[[], object]] = {
            "breach": self.breach, "six": self.six, "reduce": self.reduce,
        }  # fmt: skip
        if command == "baseline":
            self._gateway.request_bytes = options.pop("request_bytes")
            event = bytes(options.pop("event_bytes"))
            return list(self.paced(lambda: self.baseline(event), **options))
        return list(self.paced(series[command], **options))

    def state(self) -> dict[str, object]:
        """Return who is connected, and the bytes of a breach event and of the last close."""
        peers = self._gateway.peers.values()
        row = self._book.open(BREACH[0], LIMIT + 1)
        self._book.resize(BREACH[0], 0)
        return {
            "hubs": sorted(peer.path for peer in peers if peer.kind == HUB),
            "baseline": sum(peer.kind in (EVENTS, REQUESTS) for peer in peers),
            "accepted": self._gateway.accepted,
            "event_bytes": len(position_event(row)),
            "request_bytes": self._close_bytes,
        }

    def paced(self, trial: Callable[[], object], count: int, spacing_us: int) -> Iterator[object]:
        """Yield the results of `count` trials `spacing_us` apart, less those not counted."""
        is_dense = spacing_us < DENSE_BELOW_US
        for number in range(count):
            begun = time.perf_counter_ns()
            result = trial()
            place = number % BURST
            if not is_dense or place >= COLD:
                yield result
            if not is_dense or place == BURST - 1:
                self.settle()
            if is_dense and place == BURST - 1:
                self.wait_until(time.perf_counter_ns() + int(SETTLE_S * 1e9))
            self.wait_until(begun + spacing_us * 1000)
        self.settle()

    def settle(self) -> None:
        """Tell the daemon that everything it closed is flat."""
        for contract_id in list(self._book.positions):
            self.send(position_event(self._book.resize(contract_id, 0)))

    def wait_until(self, instant_ns: int) -> None:
        """Serve until the instant."""
        while (left := instant_ns - time.perf_counter_ns()) > 0:
            self._gateway.poll(left / 1e9)

    def arrivals(self, wanted: Callable[[Arrival], bool], count: int) -> list[Arrival]:
        """Serve until `count` wanted requests are in; raise TimeoutError after 5 s."""
        found: list[Arrival] = []
        end = time.perf_counter_ns() + int(GIVE_UP_S * 1e9)
        while len(found) < count:
            left = end - time.perf_counter_ns()
            if left <= 0:
                raise TimeoutError(f"{len(found)} of {count} requests arrived in {GIVE_UP_S} s")
            found += [arrival for arrival in self._gateway.poll(left / 1e9) if wanted(arrival)]
        return found

    def send(self, message: bytes) -> None:
        """Write a message to the user hub."""
        self._gateway.find(HUB, "user").sock.sendall(message)

    def breach(self) -> int:
        """Six contracts where five are allowed, until the close of that contract arrives."""
        contract = next(self._breach_contracts)
        message = position_event(self._book.open(contract, LIMIT + 1))
        hub, wanted = self._gateway.find(HUB, "user").sock, contract.encode()
        sent_ns = time.perf_counter_ns()
        hub.sendall(message)
        [close] = self.arrivals(lambda a: a.path == CLOSE and wanted in a.body, 1)
        self._close_bytes = close.size
        return close.at_ns - sent_ns

    def six(self) -> list[int]:
        """A breach with five working entries elsewhere: event to first, and first to last."""
        orders = [self._book.place(QUIET) for _ in range(CANCELS)]
        self.send(b"".join(order_event(row) for row in orders))
        self.wait_until(time.perf_counter_ns() + ORDERS_AHEAD_NS)
        contract = next(self._breach_contracts)
        message = position_event(self._book.open(contract, LIMIT + 1))
        hub, wanted = self._gateway.find(HUB, "user").sock, contract.encode()
        ids = {int(str(row["id"])) for row in orders}
        sent_ns = time.perf_counter_ns()
        hub.sendall(message)
        six = self.arrivals(
            lambda a: (
                (a.path == CLOSE and wanted in a.body)
                or (a.path == CANCEL and json.loads(a.body)["orderId"] in ids)
            ),
            1 + CANCELS,
        )
        for order_id in ids:
            self.send(order_event(self._book.cancel(order_id)))
        instants = [arrival.at_ns for arrival in six]
        return [min(instants) - sent_ns, max(instants) - min(instants)]

    def reduce(self) -> int:
        """Three contracts where two are allowed, until the partial close arrives (after a look)."""
        contract = next(self._reduce_contracts)
        message = position_event(self._book.open(contract, REDUCE_LIMIT + 1))
        sent_ns = time.perf_counter_ns()
        self.send(message)
        wanted = contract.encode()
        [reduction] = self.arrivals(lambda a: a.path == REDUCTION and wanted in a.body, 1)
        self.send(position_event(self._book.resize(contract, REDUCE_LIMIT)))
        return reduction.at_ns - sent_ns

    def baseline(self, event: bytes) -> int:
        """The floor: the same number of bytes out on one socket, and in on another."""
        events = self._gateway.find(EVENTS).sock
        self._gateway.find(REQUESTS)
        sent_ns = time.perf_counter_ns()
        events.sendall(event)
        [request] = self.arrivals(lambda a: a.path == "baseline", 1)
        return request.at_ns - sent_ns
