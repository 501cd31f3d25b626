"""A random trader and random faults: some virtual minutes of trouble from one seed.

Faults come in the middle part only, so that every world ends in calm and must end in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from risk_manager.core.assembly import Restored
from risk_manager.domain.ids import ContractId
from risk_manager.domain.requests import (
    BrokerRequest,
    ClosePosition,
    ReducePosition,
    TakeSnapshot,
)
from risk_manager.gateway_sim.model import SimPosition, VenueEvent
from risk_manager.simulation.checkers import Guarantees, Knowledge
from risk_manager.simulation.fates import (
    LOST_AFTER,
    LOST_BEFORE,
    SERVED,
    THROTTLED,
    Fate,
    Way,
    refused,
)
from risk_manager.simulation.promptness import Promptness
from risk_manager.simulation.setup import ACCOUNT, ES, LOSS, MNQ, NQ, START, Sections
from risk_manager.simulation.watching import Watcher
from risk_manager.simulation.world import World
from risk_manager.state.lock_merging import lower_ceiling
from tests.harness.managed import managed
from tests.harness.outages import plan_outages
from tests.harness.random_trader import CONTRACTS, RandomTrader
from tests.harness.words import cooldown

KEPT: dict[ContractId, int] = {MNQ: 3, ES: -2}
ALLOWED: dict[str, int] = {MNQ: 2, ES: 1, NQ: 1}
RULES: Sections = {
    "max_contracts_per_instrument": {"limits": {"MNQ": 2, "ES": 1, "NQ": 1}},
    "daily_realized_loss": {"limit": -500},
}
MANAGED = managed(
    {"profit_trigger_ticks": 4, "offset_ticks": 1},
    {"activation_ticks": 8, "trail_distance_ticks": 5},
)
"""Close to the market, so that stops are placed, moved and hit all the time."""
FAULTS = (3.0, 22.0)
TRADES_UNTIL = 32.0
END = 105.0
DEFERRED_S = 33.0
"""A close refused as if the market were closed is tried again after half a minute."""
BLIND_S = 61.0
"""The longest pause between two reads: a report that is lost on a living hub is found then."""


@dataclass(slots=True)
class Outcome:
    """What a seed brought about."""

    seed: int
    problems: list[str]
    judged: int
    requests: int
    busiest_minute: int
    locked: bool


class Chaos(Watcher):
    """One seed's world."""

    def __init__(
        self, seed: int, *, faults: bool = False, kept: bool = False, stops: bool = False
    ) -> None:
        self.seed = seed
        self.ceilings = dict(KEPT) if kept else {}
        self.kept = kept
        self.rng = Random(seed)
        self.faults = faults
        rng = self.rng
        self.world = World(
            {**(LOSS if kept else RULES), **(MANAGED if stops else {})},
            seed=seed,
            start=START,
            out_ms=rng.randint(2, 120),
            back_ms=rng.randint(2, 120),
            hub_ms=rng.randint(2, 90),
            lag=rng.choice([0.0, 0.3, 0.95]),
            close_delay_ms=rng.choice([3, 3, 40, 300]),
            partial_lot=rng.choice([None, None, 1]),
            children_per_partial=rng.random() < 0.5,
            stop_slip_ticks=2,
        )
        world = self.world
        self.knowledge = Knowledge(world)
        self.guarantees = Guarantees(world, self.knowledge, locked=kept)
        self.prompt = Promptness(
            world, self.knowledge, self.guarantees, self._allowed, lambda: bool(world.locks())
        )
        world.watchers += [self, self.knowledge, self.guarantees, self.prompt]

    def run(self) -> Outcome:
        """Live through it, and look at what is left."""
        world = self.world
        for contract_id, size in self.ceilings.items():
            world.trader.fill(contract_id, size)
        world.start(Restored(locks=(cooldown(self.ceilings),)) if self.kept else None)
        if self.faults:
            world.fates.draw = self._draw
            world.fates.draw_event = self._draw_event
            plan_outages(world, self.rng, self.prompt, FAULTS)
        trader = RandomTrader(world, self.rng)
        while world.t < TRADES_UNTIL and not self.guarantees.problems:
            trader.act()
            world.run(self.rng.choice([0.01, 0.05, 0.3, 1.0, 2.5]))
        if not self.guarantees.problems:  # else two closers may double a position without end
            world.run_to(END)
        problems = self.guarantees.problems + self.prompt.problems + self._left_over()
        busiest = self.prompt.busiest_minute()
        return Outcome(
            seed=self.seed,
            problems=problems,
            judged=self.guarantees.judged,
            requests=len(world.broker.sent),
            busiest_minute=busiest,
            locked=bool(world.locks()),
        )

    def on_venue(self, happened: VenueEvent) -> None:
        """Ceilings only fall: with each reduction, and to nothing with a flip."""
        position = happened.data
        if isinstance(position, SimPosition):
            contract_id = ContractId(position.contract_id)
            kept, size = self.ceilings.get(contract_id, 0), position.size * position.type.sign
            self.ceilings[contract_id] = lower_ceiling(kept, size)

    def _allowed(self, contract_id: str) -> int:
        """How many contracts may be held now, on the side they are on."""
        locks = self.world.locks() if self.world.engine is not None else []
        if any(lock.key.rule_id == "RULE-003" for lock in locks):
            return 0
        if not self.kept:
            return ALLOWED.get(contract_id, 0)
        ceiling = self.ceilings.get(ContractId(contract_id), 0)
        return abs(ceiling) if ceiling * self.world.net(contract_id) > 0 else 0

    def _left_over(self) -> list[str]:
        """At the end nothing is above its limit, and no intent is open."""
        world, problems = self.world, []
        for contract_id in CONTRACTS:
            size = abs(world.net(contract_id))
            if size > self._allowed(contract_id):
                problems.append(f"end: {size} of {contract_id} left")
        alive = world.exchange.open_orders(ACCOUNT) if world.locks() else []
        entries = [o.id for o in alive if world.net(o.contract_id) * o.side.sign >= 0]
        problems += [f"end: entry order left: {number}" for number in entries]
        problems += self.guarantees.own_surplus()
        if self.guarantees.intents:
            problems.append(f"end: open intents {sorted(self.guarantees.intents)}")
        return problems

    def _is_bad_time(self) -> bool:
        return FAULTS[0] <= self.world.t < FAULTS[1]

    def _draw(self, request: BrokerRequest) -> Fate:
        """One call in five goes wrong while the trouble lasts."""
        if not self._is_bad_time() or self.rng.random() > 0.2:
            return SERVED
        t, rng = self.world.t, self.rng
        if isinstance(request, TakeSnapshot):
            fate = rng.choice([LOST_BEFORE, refused(7), Fate(out_ms=1500, back_ms=700)])
            self.prompt.note_fault(t + 16)
            return fate
        fates = [LOST_BEFORE, LOST_AFTER, THROTTLED, Fate(out_ms=900, back_ms=900), refused(7)]
        if isinstance(request, ClosePosition | ReducePosition):
            fates += [refused(5, "rejected"), refused(6)]
        fate = rng.choice(fates)
        self.prompt.note_fault(t + (DEFERRED_S if fate.way is Way.REFUSED else 12))
        return fate

    def _draw_event(self, happened: VenueEvent, usual: int) -> list[int]:
        if not self._is_bad_time() or happened.kind == "quote" or self.rng.random() > 0.15:
            return [usual]
        t, rng = self.world.t, self.rng
        kind = rng.choice(["drop", "double", "late"])
        if self.kept and happened.kind == "trade":
            kind = "double"  # ceilings are kept by fills: a lost one is beyond any guarantee
        if kind == "drop":
            self.prompt.note_fault(t + BLIND_S)
            return []
        late = rng.randint(100, 4000)
        self.prompt.note_fault(t + late / 1000)
        return [usual, late] if kind == "double" else [late]
