"""All checkers of a week, and what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk_manager.domain.ids import GATE, ContractId
from risk_manager.domain.records import Intent
from risk_manager.simulation.checkers import Guarantees, Knowledge
from risk_manager.simulation.day_numbers import DayNumbers
from risk_manager.simulation.honest_status import HonestStatus
from risk_manager.simulation.lock_book import NO_LIMIT, LockBook
from risk_manager.simulation.promptness import AFTER_FAULT_S, BUDGET, Promptness
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.true_breach import TrueBreach
from risk_manager.simulation.truth import Truth
from risk_manager.simulation.watching import Watcher

if TYPE_CHECKING:
    from risk_manager.simulation.week_world import WeekWorld


class Checks(Watcher):
    """Asked after every step; `problems` are those of all checkers, by time."""

    def __init__(self, world: WeekWorld) -> None:
        self._world = world
        knowledge = Knowledge(world)
        truth = Truth(world)
        self._locks = LockBook(world)
        self._guarantees = Guarantees(world, knowledge, locked=True)
        self._prompt = Promptness(
            world,
            knowledge,
            self._guarantees,
            self._locks.allowed,
            lambda: bool(self._locks.rows),
            self._kept,
        )
        self._breach = TrueBreach(world, truth, self._locks)
        self._numbers = DayNumbers(world)
        self._status = HonestStatus(world, truth)
        self._checkers = (
            self._guarantees, self._prompt, self._locks, self._breach, self._numbers, self._status,
        )  # fmt: skip
        # Truth comes first, and who judges a lock by what was stored before it is stored.
        world.watchers += [self, knowledge, truth, self._breach, self._locks]
        world.watchers += [self._guarantees, self._prompt, self._status, self._numbers]

    def _kept(self, contract_id: str) -> int:
        """What the gate may not take away: all that every lock leaves. Rules have their reasons."""
        intent = self._guarantees.intents.get(ContractId(contract_id))
        if intent is None or intent.rule_id != GATE or self._is_finished_late(intent):
            return 0
        if self._breach.is_justified(contract_id):
            return 0
        return self._locks.allowed(contract_id, until_ended=True)

    def _is_finished_late(self, intent: Intent) -> bool:
        """A close names the positions it was decided for; it is finished after the lock's end."""
        if any(self._locks.covers(key, intent.contract_id) for key in self._locks.rows):
            return False
        held = [
            position.id
            for position in self._world.exchange.positions(ACCOUNT)
            if position.contract_id == intent.contract_id
        ]
        return all(number in intent.position_ids for number in held)

    @property
    def problems(self) -> list[str]:
        """What was broken."""
        return [problem for checker in self._checkers for problem in checker.problems]

    @property
    def locks_seen(self) -> int:
        """How many locks were set."""
        return self._locks.seen

    @property
    def notes(self) -> dict[str, float]:
        """Figures for the report."""
        return {"judged": self._guarantees.judged, **self._prompt.figures}

    def on_fault(self, kind: str) -> None:
        self._prompt.note_fault(self._world.faults.clear_at)

    def calm(self) -> None:
        """Nothing is under way any more: numbers and status must be right."""
        if self._world.t > self._world.faults.clear_at + AFTER_FAULT_S:
            self._numbers.compare()
            self._status.compare()

    def finish(self) -> None:
        """At the end nothing is above a ceiling, no intent is open, no own stop is left."""
        world = self._world
        for position in world.exchange.positions(ACCOUNT):
            if not world.is_open(position.contract_id):
                self._guarantees.intents.pop(ContractId(position.contract_id), None)
            elif self._locks.allowed(position.contract_id) < NO_LIMIT:
                self._note(f"end: {position.size} of {position.contract_id} under a lock")
        if self._guarantees.intents:
            self._note(f"end: open intents {sorted(self._guarantees.intents)}")
        for left in self._guarantees.own_surplus():
            self._note(f"end: {left}")
        if self._prompt.busiest_minute() > BUDGET:
            self._note(f"end: {self._prompt.busiest_minute()} calls in a minute")

    def _note(self, problem: str) -> None:
        self._guarantees.problems.append(f"{self._world.t:.3f} {problem}")
