"""Requests on their way to the simulated exchange and back, in virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import OrderId
from risk_manager.domain.orders import Side
from risk_manager.domain.requests import (
    ActionRequest,
    CancelOrder,
    ClosePosition,
    Command,
    FeedRequest,
    FetchContract,
    FetchLastBar,
    ModifyOrder,
    PlaceStop,
    ReadRequest,
    ReducePosition,
    TakeSnapshot,
)
from risk_manager.gateway_sim.model import Answer, PlaceRequest
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderType
from risk_manager.simulation.fates import CARRIED_OUT, LOST, STATUS, Fate, Fates, Way
from risk_manager.simulation.reads import Reader

if TYPE_CHECKING:
    from risk_manager.simulation.world import World

CLOSE_TIMEOUT_MS = 2000
EDIT_TIMEOUT_MS = 5000
CLOSES = (ClosePosition, ReducePosition)


@dataclass(slots=True)
class Sent:
    """A changing request: when it left and reached the venue (seconds), and the venue's answer."""

    at: float
    request: ActionRequest
    fate: Fate
    mono: float
    life: int
    accepted_at: float | None = None
    answer: Answer | None = None


class VirtualBroker:
    """The REST side. `sent` lists changing requests in order, `calls` every call's instant.

    `snapshots` holds each read of broker truth with the second it began."""

    def __init__(self, world: World, *, out_ms: int, back_ms: int) -> None:
        self._world = world
        self._out_ms = out_ms
        self._back_ms = back_ms
        self.fates = Fates()
        self._reader = Reader(world, out_ms=out_ms, back_ms=back_ms)
        self.sent: list[Sent] = []
        self.calls: list[float] = []
        self.snapshots: list[tuple[float, TakeSnapshot]] = []

    def send(self, request: ActionRequest | Command) -> None:
        """Put a request on its way; what concerns the feed goes to the hubs."""
        if isinstance(request, FeedRequest):
            self._world.hub.apply(request)
        elif isinstance(request, ReadRequest):
            self.read(request)
        else:
            self.act(request)

    def read(self, request: ReadRequest) -> None:
        """Put a read on the wire."""
        fate = self.fates.of(request)
        match request:
            case TakeSnapshot():
                self.snapshots.append((self._world.t, request))
                self._reader.snapshot(request, fate)
            case FetchContract():
                self._reader.contract(request, fate)
            case FetchLastBar():
                self._reader.bar(request, fate)

    def act(self, request: ActionRequest) -> None:
        """Put a changing request on the wire."""
        world = self._world
        fate = self.fates.of(request)
        sent = Sent(world.t, request, fate, world.time.mono, world.time.life)
        self.sent.append(sent)
        self.calls.append(world.t)
        for watcher in world.watchers:
            watcher.on_sent(sent)
        if fate.way in CARRIED_OUT:  # what is on the wire arrives, also when the daemon dies
            world.time.at(world.t + self._out(fate) / 1000, lambda: self._accept(sent))
        elif fate.way not in LOST:
            world.time.after(self._out(fate) + self._back(fate), lambda: self._answer(sent))
        if fate.way in LOST:
            limit = CLOSE_TIMEOUT_MS if isinstance(request, CLOSES) else EDIT_TIMEOUT_MS
            world.time.after(limit, lambda: self._answer(sent))

    def _accept(self, sent: Sent) -> None:
        """The request reaches the venue."""
        world = self._world
        for watcher in world.watchers:
            watcher.before_accept(sent)
        sent.accepted_at = world.t
        half = sent.fate.way is Way.LOST_HALF
        sent.answer = self._carry_out(halved(sent.request, self._world) if half else sent.request)
        world.collect()
        for watcher in world.watchers:
            watcher.after_accept(sent)
        if sent.fate.way is Way.SERVED and sent.life == world.time.life:
            world.time.after(self._back(sent.fate), lambda: self._answer(sent))

    def _carry_out(self, request: ActionRequest) -> Answer:
        exchange = self._world.exchange
        match request:
            case ClosePosition():
                return exchange.close_contract(request.account_id, request.contract_id)
            case ReducePosition():
                return exchange.partial_close(request.account_id, request.contract_id, request.size)
            case CancelOrder():
                return exchange.cancel(request.account_id, request.order_id)
            case ModifyOrder():
                return exchange.modify(
                    request.account_id,
                    request.order_id,
                    size=request.size,
                    limit_price=request.limit_price,
                    stop_price=request.stop_price,
                    trail_price=request.trail_price,
                )
            case PlaceStop():
                return exchange.place(
                    PlaceRequest(
                        request.account_id,
                        request.contract_id,
                        OrderType.STOP,
                        OrderSide.BID if request.side is Side.BUY else OrderSide.ASK,
                        request.size,
                        stop_price=request.stop_price,
                        custom_tag=request.tag,
                    )
                )

    def _answer(self, sent: Sent) -> None:
        world, way = self._world, sent.fate.way
        lost, status = way in LOST, STATUS.get(way, 200)
        order_id = None if lost or sent.answer is None else sent.answer.order_id
        code = sent.fate.code if way is Way.REFUSED else None
        message = sent.fate.message
        if sent.answer is not None:
            code, message = sent.answer.code, sent.answer.message
        answered = ActionAnswered(
            request=sent.request,
            status=None if lost else status,
            success=None if lost or status != 200 else code == 0,
            code=None if lost else code,
            message=None if lost else message,
            failure="timeout" if lost else None,
            retry_after_s=None,
            sent_mono=sent.mono,
            answered_mono=world.time.mono,
            order_id=None if order_id is None else OrderId(order_id),
        )
        if not lost:
            world.observe_date(sent.mono)
        world.deliver(answered)

    def _out(self, fate: Fate) -> int:
        return self._out_ms if fate.out_ms is None else fate.out_ms

    def _back(self, fate: Fate) -> int:
        return self._back_ms if fate.back_ms is None else fate.back_ms


def halved(request: ActionRequest, world: World) -> ActionRequest:
    """A close or reduce of which the venue carries out only a part; others stay as they are."""
    match request:
        case ClosePosition():
            size = abs(world.net(request.contract_id))
        case ReducePosition():
            size = request.size
        case _:
            return request
    if size < 2:
        return request
    return ReducePosition(request.request_id, request.account_id, request.contract_id, size // 2)
