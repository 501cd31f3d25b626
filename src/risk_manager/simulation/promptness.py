"""G1, checked from outside the engine: how fast exposure above what is allowed goes.

The request leaves within 0.1 s of the event that shows the exposure, unless an action on the
contract is already open; exposure is back within 5 s of its last increase, or 10 s after the last
fault. And no minute holds more calls than the client's own budget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from risk_manager.core.event_buffer import BUFFER_S
from risk_manager.domain.events import (
    ClockJumped,
    Event,
    HubConnected,
    PositionChanged,
    StreamLossy,
)
from risk_manager.domain.requests import ClosePosition, ReducePosition
from risk_manager.enforcement.step import Step
from risk_manager.gateway_sim.model import SimPosition, VenueEvent
from risk_manager.simulation.checkers import Guarantees, Knowledge
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.watching import Watcher
from risk_manager.simulation.words import word

if TYPE_CHECKING:
    from risk_manager.simulation.broker import Sent
    from risk_manager.simulation.world import World

REQUEST_S = 0.1
FLAT_S = 5.0
AFTER_FAULT_S = 10.0
CLOSED_S = 31.0
"""While a market is closed a close is tried every half minute, and again when it opens."""
BUDGET = 180


class Promptness(Watcher):
    """`allowed` says how many contracts the account may hold of a contract at this moment.

    `is_locked`: whether it is a lock that says so, and not a limit alone. `kept` is what a request
    about the contract may not take away, by default the same.
    """

    def __init__(
        self,
        world: World,
        knowledge: Knowledge,
        guarantees: Guarantees,
        allowed: Callable[[str], int],
        is_locked: Callable[[], bool],
        kept: Callable[[str], int] | None = None,
    ) -> None:
        self._world = world
        self._knowledge = knowledge
        self._guarantees = guarantees
        self._allowed = allowed
        self._is_locked = is_locked
        self._kept = kept or allowed
        self._buffered_until = float("-inf")
        self._above: dict[str, tuple[float, int]] = {}
        self._expected: dict[str, float] = {}
        self._late: set[str] = set()
        self.fault_over = float("-inf")
        self.problems: list[str] = []
        self.figures: dict[str, float] = {"worst calm s to flat": 0.0}

    def note_fault(self, over_at: float) -> None:
        """Something went wrong whose effect lasts until `over_at`."""
        self.fault_over = max(self.fault_over, over_at)

    def on_venue(self, happened: VenueEvent) -> None:
        if isinstance(happened.data, SimPosition):
            self._weigh(happened.data.contract_id)

    def on_event(self, event: Event) -> None:
        self._check()
        if isinstance(event, HubConnected | ClockJumped | StreamLossy):
            self._buffered_until = self._world.t + BUFFER_S
        if not isinstance(event, PositionChanged):
            return
        contract_id = event.position.contract_id
        if not self._is_locked() or self._allowed(contract_id) > 0:
            return
        ids = [p.id for p in self._world.exchange.positions(ACCOUNT)]
        if event.position.id not in ids or self._world.t < self._buffered_until:
            return
        if contract_id not in self._guarantees.intents:
            self._expected.setdefault(contract_id, self._world.t + REQUEST_S)

    def on_step(self, _step: Step) -> None:
        for position in self._world.exchange.positions(ACCOUNT):
            self._weigh(position.contract_id)

    def on_sent(self, sent: Sent) -> None:
        self._expected.pop(getattr(sent.request, "contract_id", ""), None)

    def before_accept(self, sent: Sent) -> None:
        """G5: what is allowed is not taken away, as far as the daemon could know."""
        if not isinstance(sent.request, ClosePosition | ReducePosition):
            return
        contract_id = sent.request.contract_id
        size = abs(self._world.net(contract_id))
        fine = 0 < size <= self._kept(contract_id) and not self._is_residue(contract_id)
        if fine and self._knowledge.was_current(sent, contract_id):
            self.problems.append(f"{self._world.t:.3f} G5: {word(sent.request)} of {size}")

    def _is_residue(self, contract_id: str) -> bool:
        """Whether a fill of our own close opened the position: it goes, whatever is allowed."""
        exchange = self._world.exchange
        opened = [p.created for p in exchange.positions(ACCOUNT) if p.contract_id == contract_id]
        return any(
            exchange.is_close(trade.order_id)
            for at in opened
            for trade in exchange.trades(ACCOUNT, at, at)
        )

    def busiest_minute(self) -> int:
        """The most calls in any sixty seconds."""
        calls = sorted(self._world.broker.calls)
        first, most = 0, 0
        for last, at in enumerate(calls):
            while at - calls[first] >= 60:
                first += 1
            most = max(most, last - first + 1)
        return most

    def _weigh(self, contract_id: str) -> None:
        """Start the clock when exposure goes above what is allowed, again when it grows."""
        size = abs(self._world.net(contract_id))
        if size <= self._allowed(contract_id):
            since, _ = self._above.pop(contract_id, (self._world.t, 0))
            if self._world.t > self.fault_over:
                worst, took = "worst calm s to flat", self._world.t - since
                self.figures[worst] = max(self.figures[worst], took)
            self._late.discard(contract_id)
            if size == 0:
                self._expected.pop(contract_id, None)
            return
        since, before = self._above.get(contract_id, (self._world.t, size))
        if size > before:
            since = self._world.t
        self._above[contract_id] = (since, size)

    def _check(self) -> None:
        t = self._world.t
        for contract_id, (since, size) in self._above.items():
            if not self._world.exchange.trades_now(contract_id):
                self.note_fault(t + CLOSED_S)
            limit = max(since + FLAT_S, self.fault_over + AFTER_FAULT_S)
            if t > limit and contract_id not in self._late:
                self._late.add(contract_id)
                self.problems.append(f"{t:.3f} G1: {size} of {contract_id} since {since:.3f}")
        for contract_id, deadline in list(self._expected.items()):
            if t > deadline:
                del self._expected[contract_id]
                if self.fault_over < deadline - REQUEST_S:
                    self.problems.append(f"{t:.3f} G1: no request for {contract_id} by {deadline}")
