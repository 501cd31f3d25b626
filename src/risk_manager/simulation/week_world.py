"""The world of one simulated week: venue, trader, faults and daemon, all from one seed."""

from __future__ import annotations

from datetime import time
from typing import Any

from risk_manager.domain.symbols import root_of_name
from risk_manager.gateway_sim.model import SimContract, SimPosition, VenueEvent
from risk_manager.simulation.calendar import draw_calendar
from risk_manager.simulation.faults import Faults
from risk_manager.simulation.guarded_world import GuardedWorld
from risk_manager.simulation.incidents import Incidents
from risk_manager.simulation.persona import Persona
from risk_manager.simulation.rule_sets import draw_rules
from risk_manager.simulation.seeded import SeededSource
from risk_manager.simulation.setup import RESET
from risk_manager.simulation.trader import Trader


def _venue(source: SeededSource) -> dict[str, Any]:
    """How fast the wires are, and what the venue does."""
    return {
        "out_ms": source.integer(2, 90),
        "back_ms": source.integer(2, 90),
        "hub_ms": source.integer(2, 90),
        "market_hours": True,
        "close_delay_ms": source.choice([3, 3, 3, 40, 300]),
        "partial_lot": source.choice([None, None, None, 1]),
        "children_per_partial": source.chance(0.5),
        "close_cancels_legs": source.chance(0.3),
        "stop_slip_ticks": 2,
    }


class WeekWorld(GuardedWorld):
    """`faults` and `incidents` make trouble, `persona` trades; `round_trips` counts closed ones."""

    def __init__(self, seed: int) -> None:
        source = SeededSource(seed)
        self.calendar = draw_calendar(source)
        rules = draw_rules(source)
        super().__init__(rules, seed=seed, start=self.calendar.begin, **_venue(source))
        self.trader = Trader(self, strict=False)
        self.faults = Faults(self, source.fork())
        self.incidents = Incidents(self, self.faults, source.fork())
        self.persona = Persona(self, source.fork())
        self.source = source.fork()
        self.round_trips = 0
        self._fronts: dict[str, str] = {}
        self._contracts: dict[str, SimContract] = {}

    def front(self, root: str) -> str:
        """The front month of a symbol."""
        if root not in self._fronts:
            active = self.exchange.contracts()
            self._fronts[root] = next(one.id for one in active if root_of_name(one.name) == root)
        return self._fronts[root]

    def root(self, contract_id: str) -> str:
        """The symbol of a contract."""
        return root_of_name(self.contract(contract_id).name) or ""

    def contract(self, contract_id: str) -> SimContract:
        """A contract as listed."""
        if contract_id not in self._contracts:
            row = self.exchange.contract(contract_id)
            assert row is not None
            self._contracts[contract_id] = row
        return self._contracts[contract_id]

    @property
    def reset(self) -> tuple[time, str]:
        """The daily reset of the account."""
        return RESET

    def roll(self, root: str) -> None:
        """The front month of a symbol changes."""
        row = self.exchange.contract(self._fronts.pop(root, "") or self.front(root))
        assert row is not None
        self.faults.note("contract roll", 1)
        self.exchange.roll(row.root)
        self._fronts.clear()
        self._contracts.clear()

    def is_open(self, contract_id: str) -> bool:
        """Whether the venue trades a contract now."""
        return self.exchange.trades_now(contract_id)

    def _tell(self, happened: VenueEvent) -> None:
        if isinstance(happened.data, SimPosition) and happened.data.size == 0:
            self.round_trips += 1
        super()._tell(happened)
