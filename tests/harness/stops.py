"""A world for RULE-008: the trader enters MNQ at 29500 and the clock counts from there."""

from typing import Any

from risk_manager.domain.requests import BrokerRequest, TakeSnapshot
from risk_manager.simulation.checkers import Guarantees, Knowledge
from risk_manager.simulation.fates import SERVED, Fate, Way
from risk_manager.simulation.setup import MNQ, Sections
from risk_manager.simulation.trader import Trader
from risk_manager.simulation.world import World
from tests.harness.words import did_at

GRACE: Sections = {"no_stop_loss_grace": {}}
PRICE = 29500


def grace(**keys: Any) -> Sections:
    return {"no_stop_loss_grace": keys}


class StopWorld:
    """`world` after four quiet seconds; `entry` is the second the clock counts from."""

    def __init__(self, rules: Sections = GRACE, **options: Any) -> None:
        self.world = World(rules, **options).start()
        self.knowledge = Knowledge(self.world)
        self.guarantees = Guarantees(self.world, self.knowledge, locked=False)
        self.world.watchers += [self.knowledge, self.guarantees]
        self.world.run(3)
        self.world.trader.price(MNQ, PRICE)
        self.world.run(1)
        self.entry = self.world.t

    @property
    def trader(self) -> Trader:
        return self.world.trader

    @property
    def net(self) -> int:
        return self.world.net(MNQ)

    def enter(self, size: int) -> None:
        """Fill at once; the clock starts."""
        self.trader.fill(MNQ, size, PRICE)
        self.entry = self.world.t

    def to(self, t: float) -> None:
        """Run to `t` seconds after the entry."""
        self.world.run_to(self.entry + t)

    def stop(self, size: int, price: float) -> int:
        """A resting stop order of the trader."""
        return self.trader.stop(MNQ, size, str(price))

    def done(self) -> list[tuple[float, str]]:
        """What the daemon asked for, with the second after the entry."""
        return [(round(at, 2), word) for at, word in did_at(self.world, self.entry)]

    def fail_reads(self, start: float, end: float, part: str = "orders") -> None:
        """Every read of this part that is asked for in between fails."""

        def draw(request: BrokerRequest) -> Fate:
            hit = isinstance(request, TakeSnapshot) and start <= self.world.t - self.entry < end
            return Fate(Way.REFUSED, part=part) if hit else SERVED

        self.world.fates.draw = draw

    def looks(self) -> list[float]:
        """The seconds at which snapshots are asked for from now on."""
        found: list[float] = []
        read = self.world.broker.read

        def noted(request: Any) -> None:
            if isinstance(request, TakeSnapshot):
                found.append(round(self.world.t - self.entry, 2))
            read(request)

        self.world.broker.read = noted  # type: ignore[method-assign]  # a tap for the test
        return found


def entered(size: int = 1, rules: Sections = GRACE, **options: Any) -> StopWorld:
    """A position of this signed size, just opened."""
    stops = StopWorld(rules, **options)
    stops.enter(size)
    return stops
