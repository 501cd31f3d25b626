"""What a step tells beside its actions: each breach once per episode, and when we were blind."""

import pytest

from risk_manager.domain.records import BreachSeen, Gap
from risk_manager.domain.requests import ClosePosition
from risk_manager.simulation.fates import SERVED, Fate, Way
from risk_manager.simulation.setup import CAP, CAPS, LOSS, MNQ, NQ
from risk_manager.simulation.watching import Watcher
from risk_manager.simulation.world import World

NO_CLOSE = Fate(Way.REFUSED, 7)


class Notes(Watcher):
    """Collects breaches and gaps."""

    def __init__(self):
        self.breaches: list[BreachSeen] = []
        self.gaps: list[Gap] = []

    def on_step(self, step):
        self.breaches += step.breaches
        self.gaps += step.gaps

    def reasons(self):
        return [(breach.rule_id, breach.reason) for breach in self.breaches]


def guarded(rules, **more):
    notes = Notes()
    world = World(rules, **more)
    world.watchers.append(notes)
    world.start().run(5)
    return world, notes


def test_a_breach_is_told_once_while_it_lasts():
    world, notes = guarded(CAP)
    world.fates.draw = lambda sent: NO_CLOSE if isinstance(sent, ClosePosition) else SERVED
    world.trader.fill(MNQ, 6)
    world.run(30)
    assert notes.reasons() == [("RULE-001", "6 of 5 contracts")]
    assert not notes.breaches[0].shadow


def test_the_next_breach_after_a_good_reading_is_told_again():
    world, notes = guarded(CAP)
    for _ in range(2):
        world.trader.fill(MNQ, 6)
        world.run(20)
        world.trader.fill(MNQ, 1)
        world.run(20)
        world.trader.fill(MNQ, -1)
        world.run(20)
    assert [rule for rule, _ in notes.reasons()] == ["RULE-001", "RULE-001"]


def test_another_contract_of_the_same_rule_is_another_breach():
    world, notes = guarded(CAPS)
    world.trader.fill(MNQ, 3)
    world.trader.fill(NQ, 2)
    world.run(20)
    assert len(notes.breaches) == 2


def test_a_breach_that_locks_has_its_reading_and_limit():
    world, notes = guarded(LOSS)
    world.trader.lose(MNQ, 600)
    world.run(20)
    (breach,) = notes.breaches
    assert breach.rule_id == "RULE-003"
    assert breach.value.startswith("-")
    assert breach.limit


@pytest.mark.parametrize("seconds", [0.5, 7.0])
def test_blind_time_has_a_beginning_and_an_end(seconds):
    world, notes = guarded(CAP)
    notes.gaps.clear()
    world.hub.lose()
    world.run(seconds)
    world.hub.connect()
    world.run(5)
    began, ended = notes.gaps
    assert (began.event, ended.event) == ("began", "ended")
    assert ended.seconds == pytest.approx(seconds, abs=0.3)
