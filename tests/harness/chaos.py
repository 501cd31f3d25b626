"""A random trader and random faults: some virtual minutes of trouble from one seed.

Faults come in the middle part only, so that every world ends in calm and must end in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from risk_manager.domain.requests import (
    BrokerRequest,
    ClosePosition,
    ReducePosition,
    TakeSnapshot,
)
from risk_manager.gateway_sim.model import VenueEvent
from tests.harness.checkers import Guarantees, Knowledge
from tests.harness.fates import LOST_AFTER, LOST_BEFORE, SERVED, THROTTLED, Fate, refused
from tests.harness.promptness import Promptness
from tests.harness.setup import ACCOUNT, ES, MNQ, NQ, RTY, START
from tests.harness.virtual import World

CONTRACTS = (MNQ, ES, NQ, RTY)
ALLOWED = {MNQ: 2, ES: 1, NQ: 1}
RULES = {
    "max_contracts_per_instrument": {"limits": {"MNQ": 2, "ES": 1, "NQ": 1}},
    "daily_realized_loss": {"limit": -500},
}
FAULTS = (5.0, 70.0)
TRADES_UNTIL = 110.0
END = 210.0
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


class Chaos:
    """One seed's world."""

    def __init__(self, seed: int, *, faults: bool) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.faults = faults
        rng = self.rng
        self.world = World(
            RULES,
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
        self.guarantees = Guarantees(world, self.knowledge)
        self.prompt = Promptness(world, self.guarantees, lambda c: ALLOWED.get(c, 0))
        world.watchers += [self.knowledge, self.guarantees, self.prompt]

    def run(self) -> Outcome:
        """Live through it, and look at what is left."""
        world = self.world
        world.start()
        if self.faults:
            world.fates.draw = self._draw
            world.fates.draw_event = self._draw_event
            self._plan_outages()
        while world.t < TRADES_UNTIL:
            self._trade()
            world.run(self.rng.choice([0.01, 0.05, 0.3, 1.0, 2.5]))
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

    def _left_over(self) -> list[str]:
        """At the end nothing is above its limit, and no intent is open."""
        world, problems = self.world, []
        locked = bool(world.locks())
        for contract_id in CONTRACTS:
            size = abs(world.net(contract_id))
            if size > (0 if locked else ALLOWED.get(contract_id, 0)):
                problems.append(f"end: {size} of {contract_id} left")
        if locked and world.exchange.open_orders(ACCOUNT):
            problems.append(f"end: orders left: {world.exchange.open_orders(ACCOUNT)}")
        if self.guarantees.intents:
            problems.append(f"end: open intents {sorted(self.guarantees.intents)}")
        return problems

    def _trade(self) -> None:
        rng, trader = self.rng, self.world.trader
        contract_id = rng.choice(CONTRACTS)
        size = rng.choice([-3, -2, -1, -1, 1, 1, 2, 3])
        row = self.world.exchange.contract(contract_id)
        quote = self.world.exchange.quote(contract_id)
        assert row is not None
        assert quote is not None
        assert quote.last is not None
        last, tick = quote.last, row.tick_size
        away = rng.randint(2, 40) * tick
        sign = Decimal(1 if size > 0 else -1)
        match rng.choice(
            [
                "market",
                "market",
                "fill",
                "limit",
                "stop",
                "bracket",
                "cancel",
                "price",
                "price",
                "lose",
            ]
        ):
            case "market":
                trader.market(contract_id, size)
            case "fill":
                trader.fill(contract_id, size)
            case "limit":
                trader.limit(contract_id, size, last - sign * away)
            case "stop":
                trader.stop(contract_id, size, last + sign * away)
            case "bracket":
                trader.bracket(contract_id, size, rng.choice([None, last - sign * away]), 20)
            case "cancel":
                self._cancel_some()
            case "price":
                trader.price(contract_id, last + rng.randint(-30, 30) * tick)
            case _:
                trader.lose(contract_id, rng.randint(1, 20) * row.tick_value)

    def _cancel_some(self) -> None:
        orders = self.world.exchange.open_orders(ACCOUNT)
        if orders:
            self.world.trader.cancel(self.rng.choice(orders).id)

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
        self.prompt.note_fault(t + 12)
        return rng.choice(fates)

    def _draw_event(self, happened: VenueEvent, usual: int) -> list[int]:
        if not self._is_bad_time() or happened.kind == "quote" or self.rng.random() > 0.15:
            return [usual]
        t, rng = self.world.t, self.rng
        kind = rng.choice(["drop", "double", "late"])
        if kind == "drop":
            self.prompt.note_fault(t + BLIND_S)
            return []
        late = rng.randint(100, 4000)
        self.prompt.note_fault(t + late / 1000)
        return [usual, late] if kind == "double" else [late]

    def _plan_outages(self) -> None:
        """The hub goes and comes back a few times."""
        world = self.world
        at = self.rng.uniform(*FAULTS)
        while at < FAULTS[1]:
            noticed = self.rng.choice([0.0, 1.0, 8.0])
            back = at + noticed + self.rng.uniform(0.5, 20)
            world.time.at(at, lambda noticed=noticed: world.hub.lose(noticed))
            world.time.at(back, world.hub.connect)
            self.prompt.note_fault(back + 2)
            at = back + self.rng.uniform(5, 40)
