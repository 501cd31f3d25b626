"""What is said when a close or reduce took effect, or does not."""

import pytest

from risk_manager.domain.records import Level
from risk_manager.domain.requests import ClosePosition
from risk_manager.simulation.fates import refused
from risk_manager.simulation.setup import CAP, CAPS, ES, LOSS, MNQ
from risk_manager.simulation.world import World


def said(world, word):
    """The notices that begin with a word: (level, text)."""
    return [(n.level, n.text) for _, n in world.notices if n.text.startswith(word)]


@pytest.mark.parametrize(
    ("rules", "contract", "size", "text"),
    [
        (CAP, ES, 6, "CLOSED - ES 6 - 6 of 5 contracts - you may trade again now"),
        (CAPS, MNQ, 3, "REDUCED - MNQ 3 to 2 - limit 2 - you may trade within the limit"),
    ],
)
def test_a_close_without_a_lock_says_that_trading_goes_on(rules, contract, size, text):
    world = World(rules).start()
    world.trader.fill(contract, size)
    world.run(10)
    assert said(world, text.split()[0]) == [(Level.INFO, text)]


def test_under_a_lock_the_locks_own_line_says_what_is_allowed():
    world = World({**LOSS, **CAP}).start()
    world.trader.fill(ES, 2)
    world.trader.lose(MNQ, 600)
    world.run(10)
    world.trader.fill(ES, 6)
    world.run(10)
    assert world.net(ES) == 0
    assert said(world, "CLOSED") == []


def test_what_is_not_flat_is_alarmed_by_the_traders_name_for_it():
    world = World(CAP).start()
    world.fates.script(ClosePosition, *[refused(5, "no")] * 2)
    world.trader.fill(ES, 6)
    world.run(12)
    text = "NOT FLAT - close of ES not confirmed for 10s - retrying - you may close it yourself"
    assert (Level.ALARM, text) in said(world, "NOT FLAT")
