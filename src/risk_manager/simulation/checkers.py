"""The guarantees, checked from outside the engine, in the words of the product's own pages.

G2: no request of ours may open, increase or flip a position, judged by the venue's book when it is
accepted. G3: none lowers the cover of an open position below min(size, cover before). G6: the lock
and the intent are stored before the first request they cause. A request is judged on what the
daemon could know: changes of a contract whose report was still on its way do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from risk_manager.domain.events import Event, SnapshotTaken
from risk_manager.domain.ids import GATE
from risk_manager.domain.records import Intent
from risk_manager.domain.requests import ClosePosition, ModifyOrder, PlaceStop, ReducePosition
from risk_manager.enforcement.managed_stop import TAG
from risk_manager.gateway_sim.model import SimOrder, SimPosition, VenueEvent
from risk_manager.gateway_sim.venue_enums import OrderStatus, OrderType
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.watching import Watcher
from risk_manager.simulation.words import word
from risk_manager.state.writes import EndIntent, PutIntent, PutLock, Write

if TYPE_CHECKING:
    from risk_manager.simulation.broker import Sent
    from risk_manager.simulation.world import World

STOPS = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)


class Knowledge(Watcher):
    """Which changes of a contract the daemon had been told when it sent a request."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._untold: defaultdict[str, list[tuple[float, VenueEvent]]] = defaultdict(list)
        self._at_send: dict[int, frozenset[str]] = {}
        self._changed_at: dict[str, float] = {}

    def on_venue(self, happened: VenueEvent) -> None:
        if isinstance(happened.data, SimOrder | SimPosition):
            self._untold[happened.data.contract_id].append((self._world.t, happened))
            self._changed_at[happened.data.contract_id] = self._world.t

    def on_hub_event(self, happened: VenueEvent) -> None:
        if isinstance(happened.data, SimOrder | SimPosition):
            waiting = self._untold[happened.data.contract_id]
            waiting[:] = [one for one in waiting if one[1] is not happened]

    def on_event(self, event: Event) -> None:
        if isinstance(event, SnapshotTaken) and event.is_look:
            read_at = self._world.time.t_of(event.orders_requested_mono)
            for waiting in self._untold.values():
                waiting[:] = [one for one in waiting if one[0] >= read_at]

    def on_sent(self, sent: Sent) -> None:
        self._at_send[id(sent)] = frozenset(c for c, waiting in self._untold.items() if waiting)

    def was_current(self, sent: Sent, contract_id: str) -> bool:
        """Whether nothing had changed that the daemon had not been told, before acceptance."""
        changed = self._changed_at.get(contract_id, float("-inf")) >= sent.at
        return contract_id not in self._at_send[id(sent)] and not changed


class Guarantees(Watcher):
    """G2, G3 and G6 of every request; `problems` says what was broken, `judged` how many count."""

    def __init__(self, world: World, knowledge: Knowledge, *, locked: bool) -> None:
        self._world = world
        self._knowledge = knowledge
        self.problems: list[str] = []
        self.judged = 0
        self._cover: dict[str, tuple[int, int]] = {}
        self._locked = locked
        self.intents: dict[str, Intent] = {}

    def on_commit(self, writes: Sequence[Write]) -> None:
        for write in writes:
            match write:
                case PutLock():
                    self._locked = True
                case PutIntent(intent):
                    self.intents[intent.contract_id] = intent
                case EndIntent(intent_id):
                    left = {c: i for c, i in self.intents.items() if i.id != intent_id}
                    self.intents = left

    def on_sent(self, sent: Sent) -> None:
        if not isinstance(sent.request, ClosePosition | ReducePosition):
            return
        intent = self.intents.get(sent.request.contract_id)
        if intent is None:
            self._broken("G6: no intent stored", sent)
        elif intent.rule_id in (GATE, "RULE-003") and not self._locked:
            self._broken("G6: no lock stored", sent)

    def before_accept(self, sent: Sent) -> None:
        covers = self._covers().items()
        self._cover = {c: cover for c, cover in covers if self._knowledge.was_current(sent, c)}
        if isinstance(sent.request, ClosePosition | ReducePosition):
            contract_id = sent.request.contract_id
            net = abs(self._world.net(contract_id))
            size = net if isinstance(sent.request, ClosePosition) else sent.request.size
            flying = self._own_closing(contract_id)
            if flying and size + flying > net > 0:
                self._broken(f"G2: {size} more than {flying} in flight on {net}", sent)
        if isinstance(sent.request, ModifyOrder | PlaceStop):
            self._check_stop(sent, sent.request)

    def _check_stop(self, sent: Sent, request: ModifyOrder | PlaceStop) -> None:
        """A stop is placed or grows only to what no other stop covers, and is only tightened.

        Judged, like the cover, where the daemon had been told everything.
        """
        exchange = self._world.exchange
        order = exchange.order(request.order_id) if isinstance(request, ModifyOrder) else None
        contract_id = "" if order is None else order.contract_id
        if isinstance(request, PlaceStop):
            contract_id = request.contract_id
        if not self._knowledge.was_current(sent, contract_id):
            return
        net = self._world.net(contract_id)
        stops = [
            one for one in exchange.open_orders(ACCOUNT)
            if one.contract_id == contract_id and one.type in STOPS and one.side.sign * net < 0
        ]  # fmt: skip
        if isinstance(request, PlaceStop):
            if stops or request.side.sign * net >= 0 or request.size > abs(net):
                self._broken(f"G2: {len(stops)} stops already for {net}", sent)
            return
        if order is None or order.type not in STOPS:
            return
        others = sum(one.remaining for one in stops if one.id != order.id)
        if (request.size or 0) > max(order.size, order.fill_volume + abs(net) - others):
            self._broken(f"G2: larger than {net}", sent)
        before, level = order.stop_price, request.stop_price or request.trail_price
        if before is not None and level is not None and order.side.sign * (level - before) > 0:
            self._broken(f"loosened from {before}", sent)

    def after_accept(self, sent: Sent) -> None:
        after = self._covers()
        for contract_id, (size, before) in self._cover.items():
            self.judged += 1
            now = after.get(contract_id, (0, 0))[1]
            if now < min(size, before):
                self._broken(f"G3: cover of {contract_id} from {before} to {now} of {size}", sent)

    def own_surplus(self) -> list[str]:
        """Stops of ours for more than the position they stand behind, by the venue's book."""
        return [
            f"our stop {one.id} of {one.remaining} for {self._world.net(one.contract_id)}"
            for one in self._world.exchange.open_orders(ACCOUNT)
            if (one.custom_tag or "").startswith(TAG)
            and one.remaining > -one.side.sign * self._world.net(one.contract_id)
        ]

    def _covers(self) -> dict[str, tuple[int, int]]:
        """Size and cover of every open position, by the venue's book."""
        found = {}
        for position in self._world.exchange.positions(ACCOUNT):
            stops = sum(
                order.remaining
                for order in self._world.exchange.open_orders(ACCOUNT)
                if order.contract_id == position.contract_id
                and order.type in STOPS
                and order.status is OrderStatus.OPEN
                and order.side.sign != position.type.sign
            )
            found[position.contract_id] = (position.size, min(position.size, stops))
        return found

    def _own_closing(self, contract_id: str) -> int:
        exchange = self._world.exchange
        alive = [o for o in exchange.open_orders(ACCOUNT) if exchange.is_close(o.id)]
        return sum(order.remaining for order in alive if order.contract_id == contract_id)

    def _broken(self, what: str, sent: Sent) -> None:
        self.problems.append(f"{self._world.t:.3f} {what}: {word(sent.request)} of {sent.at:.3f}")
