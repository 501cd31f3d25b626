"""Reads on their way to the simulated exchange and back, part by part, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from risk_manager.domain.events import ContractFetched, LastBarFetched, SnapshotTaken
from risk_manager.domain.requests import FetchContract, FetchLastBar, TakeSnapshot
from risk_manager.gateway_sim.venue_enums import BarUnit, OrderStatus
from risk_manager.simulation import convert
from risk_manager.simulation.fates import LOST, Fate, Way

if TYPE_CHECKING:
    from risk_manager.simulation.world import World

READ_TIMEOUT_MS = 10000


@dataclass(slots=True)
class _Read:
    request: TakeSnapshot
    fate: Fate
    left: list[str]
    found: dict[str, Any] = field(default_factory=dict)
    requested: dict[str, float] = field(default_factory=dict)
    failure: str | None = None


class Reader:
    """Trades, then orders, then positions and so on, each asked for when the one before is in."""

    def __init__(self, world: World, *, out_ms: int, back_ms: int) -> None:
        self._world = world
        self._out_ms = out_ms
        self._back_ms = back_ms

    def snapshot(self, request: TakeSnapshot, fate: Fate) -> None:
        """Start reading; the answer is delivered when the last part is in."""
        self._read_next(_Read(request, fate, _parts(request)))

    def contract(self, request: FetchContract, fate: Fate) -> None:
        """Look a contract up."""
        self._fetch(fate, lambda: self._contract_answer(request, fate))

    def bar(self, request: FetchLastBar, fate: Fate) -> None:
        """Look the newest bar up."""
        self._fetch(fate, lambda: self._bar_answer(request, fate))

    def _read_next(self, read: _Read) -> None:
        """Ask for the next part of a snapshot, or hand over what was read."""
        if not read.left:
            self._hand_over(read)
            return
        world, part = self._world, read.left.pop(0)
        read.requested[part] = world.time.mono
        world.broker.calls.append(world.t)
        if read.fate.hits(part):
            lost = read.fate.way in LOST
            read.failure = f"{part}: {read.fate.way.value}"
            read.left = [] if lost or part == "orders" else read.left
            wait = READ_TIMEOUT_MS if lost else self._out(read.fate) + self._back(read.fate)
            world.time.after(wait, lambda: self._read_next(read))
            return
        world.time.after(self._out(read.fate), lambda: self._see(read, part))

    def _see(self, read: _Read, part: str) -> None:
        read.found[part] = self._look_up(read.request, part)
        for watcher in self._world.watchers:
            watcher.on_read(part)
        self._world.time.after(self._back(read.fate), lambda: self._arrive(read, part))

    def _arrive(self, read: _Read, part: str) -> None:
        self._world.observe_date(read.requested[part])
        self._read_next(read)

    def _look_up(self, request: TakeSnapshot, part: str) -> Any:
        exchange, account = self._world.exchange, request.account_id
        if part == "trades":
            return tuple(map(convert.trade_of, exchange.trades(account, request.trades_since)))
        if part == "orders":
            return tuple(map(convert.order_of, exchange.open_orders(account)))
        if part == "positions":
            return tuple(map(convert.position_of, exchange.positions(account)))
        if part == "suspended":
            every = exchange.orders(account)
            return tuple(convert.order_of(o) for o in every if o.status == OrderStatus.SUSPENDED)
        row = exchange.account(account)
        return None if row is None else convert.account_of(row)

    def _hand_over(self, read: _Read) -> None:
        world, found = self._world, read.found
        first = min(read.requested.values())
        taken = SnapshotTaken(
            request=read.request,
            trades=found.get("trades"),
            orders=found.get("orders"),
            positions=found.get("positions"),
            account=found.get("account"),
            suspended=found.get("suspended"),
            failure=read.failure,
            trades_requested_mono=read.requested.get("trades", first),
            orders_requested_mono=read.requested.get("orders", first),
            positions_requested_mono=read.requested.get("positions", first),
            answered_mono=world.time.mono,
        )
        world.deliver(world.fates.tampered(taken))

    def _fetch(self, fate: Fate, answer: Callable[[], ContractFetched | LastBarFetched]) -> None:
        self._world.broker.calls.append(self._world.t)
        lost = fate.way in LOST
        wait = READ_TIMEOUT_MS if lost else self._out(fate) + self._back(fate)
        self._world.time.after(wait, lambda: self._world.deliver(answer()))

    def _contract_answer(self, request: FetchContract, fate: Fate) -> ContractFetched:
        row = self._world.exchange.contract(request.contract_id)
        served = row is not None and fate.way is Way.SERVED
        contract = convert.contract_of(row) if row is not None and served else None
        return ContractFetched(request, contract, None if contract else fate.way.value)

    def _bar_answer(self, request: FetchLastBar, fate: Fate) -> LastBarFetched:
        _, bars = self._world.exchange.bars(
            request.contract_id,
            BarUnit.MINUTE,
            1,
            request.start,
            request.end,
            1,
            include_partial=True,
        )
        if fate.way is not Way.SERVED or not bars:
            return LastBarFetched(request, None, None, "no bar")
        return LastBarFetched(request, bars[0].c, bars[0].t, None)

    def _out(self, fate: Fate) -> int:
        return self._out_ms if fate.out_ms is None else fate.out_ms

    def _back(self, fate: Fate) -> int:
        return self._back_ms if fate.back_ms is None else fate.back_ms


def _parts(request: TakeSnapshot) -> list[str]:
    return [
        *(["trades"] if request.trades_since is not None else []),
        "orders",
        "positions",
        *(["suspended"] if request.with_suspended else []),
        *(["account"] if request.with_account else []),
    ]
