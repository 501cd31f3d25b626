"""The last things that happened, in short lines: what a person reads after a failure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from risk_manager.domain.events import Event, HubConnected, HubLost, SnapshotTaken
from risk_manager.domain.records import Notice
from risk_manager.enforcement.step import Step
from risk_manager.gateway_sim.model import SimOrder, SimPosition, SimQuote, SimTrade, VenueEvent
from risk_manager.simulation.watching import Watcher
from risk_manager.simulation.words import code, word
from risk_manager.state.stored_state import StoredState
from risk_manager.state.writes import EndIntent, EndLock, PutIntent, PutLock, Write

if TYPE_CHECKING:
    from risk_manager.simulation.broker import Sent
    from risk_manager.simulation.guarded_world import GuardedWorld

KEPT = 120


class Trace(Watcher):
    """`lines` are the newest until `is_over`, the first failure.

    What the venue did begins with `*`, what the daemon did with `>`, what it heard with `<`, and
    what went wrong with `!`.
    """

    def __init__(self, world: GuardedWorld, is_over: Callable[[], bool], kept: int = KEPT) -> None:
        self._world = world
        self._is_over = is_over
        self.lines: deque[str] = deque(maxlen=kept)

    def on_venue(self, happened: VenueEvent) -> None:
        silent = " (silent)" if happened.silent else ""
        match happened.data:
            case SimTrade() as trade:
                void = " voided" if trade.voided else ""
                what = f"{trade.size * trade.side.sign:+d} {code(trade.contract_id)}"
                result = "" if trade.profit_and_loss is None else f", {trade.profit_and_loss:f} USD"
                self._add(f"* fill {what} at {trade.price:f}{result}{void}{silent}")
            case SimPosition() as position:
                net = position.size * position.type.sign
                self._add(f"* position {code(position.contract_id)} {net}{silent}")
            case SimOrder() as order:
                what = f"{order.type.name} {order.remaining * order.side.sign:+d}"
                where = code(order.contract_id)
                self._add(f"* order {order.id} {where} {what} {order.status.name}{silent}")
            case SimQuote() as quote:
                self._add(f"* {code(quote.contract_id)} {quote.last}")

    def on_event(self, event: Event) -> None:
        match event:
            case HubConnected(hub):
                self._add(f"< {hub} hub connected")
            case HubLost(hub):
                self._add(f"< {hub} hub lost")
            case SnapshotTaken():
                held = [f"{code(p.contract_id)} {p.signed_size}" for p in event.positions or ()]
                answer = event.failure or f"{', '.join(held) or 'flat'}"
                self._add(f"< read: {answer}")

    def on_step(self, step: Step) -> None:
        for notice in step.notices:
            self._say(notice)

    def on_sent(self, sent: Sent) -> None:
        self._add(f"> {word(sent.request)}: {sent.fate.way.value}")

    def on_commit(self, writes: Sequence[Write]) -> None:
        for write in writes:
            match write:
                case PutLock(lock):
                    kept = {code(c): size for c, size in lock.ceilings.items()}
                    what = f"{lock.key.rule_id} {lock.key.scope} until {lock.until}"
                    self._add(f"> lock {what}, leaves {kept or 'nothing'}: {lock.reason}")
                case EndLock(key, _, cause):
                    self._add(f"> lock {key.rule_id} {key.scope} ended: {cause}")
                case PutIntent(intent):
                    what = f"{intent.kind.value} {code(intent.contract_id)} to {intent.target}"
                    self._add(f"> intent {intent.id} {what} for {intent.rule_id}: {intent.reason}")
                case EndIntent(number):
                    self._add(f"> intent {number} done")

    def on_start(self, kept: StoredState) -> None:
        self._add(f"> start with {', '.join(self._world.rules)}")

    def on_death(self) -> None:
        self._add(f"! {self._world.killed_at}")

    def on_fault(self, kind: str) -> None:
        self._add(f"! {kind}")

    def _say(self, notice: Notice) -> None:
        self._add(f"> {notice.level.value}: {notice.text}")

    def _add(self, line: str) -> None:
        if not self._is_over():
            self.lines.append(f"{self._world.t:12.3f} {line}")
