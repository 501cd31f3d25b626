"""What goes wrong as a whole: hubs, clocks, the process, the venue's own oddities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from risk_manager.domain.events import SessionKicked, SnapshotTaken
from risk_manager.domain.requests import ClosePosition, ReducePosition
from risk_manager.simulation.faults import BLIND_S, Faults
from risk_manager.simulation.guarded_world import GuardedWorld
from risk_manager.simulation.rule_sets import redraw
from risk_manager.simulation.seeded import SeededSource
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.watching import Watcher

if TYPE_CHECKING:
    from risk_manager.simulation.broker import Sent

START_S = 3.0
REBUILD_MS = 300


class Incidents(Watcher):
    """Each method makes one kind of trouble now; most of them also plan its end."""

    def __init__(self, world: GuardedWorld, faults: Faults, source: SeededSource) -> None:
        self._world = world
        self._faults = faults
        self._source = source
        self._shift_at_read = 0
        self._crossing = False
        world.hub.rebuild_ms = REBUILD_MS
        world.watchers.append(self)
        self._all: tuple[Callable[[], None], ...] = (
            *(self.freeze_user, self.freeze_market, self.close_user, self.close_market),
            *(self.kill, self.kill, self.kill, self.sleep, self.step_wall, self.configure),
            *(
                self.partial_fills,
                self.late_fill,
                self.move_while_read,
                self.lie,
                self.void,
                self.cross,
            ),
        )

    def strike(self) -> None:
        """One of them, by the seed."""
        self._source.choice(self._all)()

    def freeze_user(self) -> None:
        """A silent user hub on a healthy socket."""
        self._freeze("user", "freeze user hub")

    def freeze_market(self) -> None:
        """Frozen prices on a healthy socket."""
        self._freeze("market", "freeze market hub")

    def _freeze(self, hub: str, kind: str) -> None:
        seconds = self._source.between(2, 40)
        self._faults.note(kind, seconds + BLIND_S)
        self._world.hub.freeze(hub)
        self._world.time.at(self._world.t + seconds, lambda: self._world.hub.thaw(hub))

    def close_user(self) -> None:
        """The user hub goes, noticed at once or late; now and then the session was kicked."""
        noticed = self._source.choice([0.0, 1.0, 5.0])
        self._close("user", "close user hub", noticed)
        if self._source.chance(0.3):
            self._world.time.after(1, lambda: self._world.deliver(SessionKicked("user")))

    def close_market(self) -> None:
        """The market hub goes."""
        self._close("market", "close market hub", self._source.choice([0.0, 1.0, 5.0]))

    def _close(self, hub: str, kind: str, noticed: float) -> None:
        away = noticed + self._source.between(0.5, 12)
        self._faults.note(kind, away + 2)
        self._world.hub.lose(noticed, hub)
        self._world.time.after(round(away * 1000), lambda: self._world.hub.connect(hub))

    def kill(self) -> None:
        """The process dies at one of its next writes or sends."""
        kind = self._source.choice(["write", "written", "send"])
        self._world.kill_soon(kind, self._source.integer(0, 6))

    def on_death(self) -> None:
        """It is started again after a while."""
        away = self._source.between(0.5, 20)
        self._faults.note(self._world.killed_at, away + START_S)
        self._world.time.at(self._world.t + away, self._restart)

    def _restart(self) -> None:
        if self._world.engine is None:
            self._world.boot()

    def configure(self) -> None:
        """Another configuration: the daemon is stopped and started with it."""
        away = self._source.between(0.5, 5)
        self._faults.note("config changed", away + START_S)
        rules = redraw(self._world.rules, self._source)
        self._world.kill()
        self._world.time.at(self._world.t + away, lambda: self._world.boot(rules))

    def sleep(self) -> None:
        """The machine sleeps; on some the monotonic clock stands still meanwhile."""
        seconds = self._source.between(6, 90)
        self._faults.note("sleep", seconds + START_S)
        self._world.sleep(seconds, mono_stops=self._source.chance(0.5))

    def step_wall(self) -> None:
        """Somebody sets the wall clock, by up to two days either way."""
        self._faults.note("wall clock stepped", START_S)
        self._world.step_wall(self._source.choice([-172800.0, -3600.0, -7.0, 9.0, 3600.0, 90000.0]))

    def partial_fills(self) -> None:
        """Every order fills contract by contract for a while."""
        self._behave("partial fills", 1, self._world.exchange.options.close_delay_ms)

    def late_fill(self) -> None:
        """A close fills long after it was accepted."""
        self._behave("late fill", None, self._source.integer(200, 4000))

    def _behave(self, kind: str, lot: int | None, close_delay_ms: int) -> None:
        exchange, usual = self._world.exchange, self._world.usual_options
        seconds = self._source.between(10, 40)
        self._faults.note(kind, seconds + 6)
        new = replace(exchange.options, partial_lot=lot, close_delay_ms=close_delay_ms)
        exchange.change_options(new)
        self._world.time.at(self._world.t + seconds, lambda: exchange.change_options(usual))

    def move_while_read(self) -> None:
        """The next position that is read changes right after."""
        self._shift_at_read = self._source.choice([-1, 1])

    def on_read(self, part: str) -> None:
        held = self._world.exchange.positions(ACCOUNT) if part == "positions" else []
        if self._shift_at_read and held:
            sign, self._shift_at_read = self._shift_at_read, 0
            self._faults.note("moved while read", 3)
            move = self._source.choice(held).contract_id
            self._world.time.at(self._world.t, lambda: self._world.trader.fill(move, sign))

    def cross(self) -> None:
        """The next close of ours meets a fill of the trader's own stop, or of a second thought."""
        self._crossing = True

    def after_accept(self, sent: Sent) -> None:
        if not self._crossing or not isinstance(sent.request, ClosePosition | ReducePosition):
            return
        contract_id = sent.request.contract_id
        net, world = self._world.net(contract_id), self._world
        if net == 0 or sent.answer is None or sent.answer.code != 0:
            return
        self._crossing = False
        self._faults.note("crossing stop", 6)
        stops = [
            one.stop_price
            for one in world.exchange.open_orders(ACCOUNT)
            if one.contract_id == contract_id
            and one.stop_price is not None
            and one.side.sign * net < 0
        ]
        if stops:
            world.time.at(world.t, lambda: world.trader.price(contract_id, stops[0]))
        else:
            world.time.at(world.t, lambda: world.trader.fill(contract_id, -net))

    def lie(self) -> None:
        """The next list of positions that is read is empty, whatever is held."""
        self._world.fates.tampers.append(self._emptied)

    def _emptied(self, answer: SnapshotTaken) -> SnapshotTaken:
        if not answer.positions:
            return answer
        self._faults.note("lying empty list", BLIND_S)
        return replace(answer, positions=())

    def void(self) -> None:
        """One of the day's trades is busted."""
        trades = self._world.exchange.trades(ACCOUNT, self._world.day_began)
        alive = [trade.id for trade in trades if not trade.voided]
        if alive:
            self._faults.note("voided trade", 1)
            self._world.exchange.void_trade(self._source.choice(alive))
            self._world.collect()
