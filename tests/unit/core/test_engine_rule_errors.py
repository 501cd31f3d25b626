"""A rule that raises: it is told, the others go on, and nothing new may be opened if asked."""

import pytest

from risk_manager.core.health import Trouble, causes
from risk_manager.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from risk_manager.simulation.setup import CAPS, ES, LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import alarms, closes, did, working


@pytest.fixture
def raising(monkeypatch):
    """RULE-002 raises on every event."""

    def check(*_args):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(MaxContractsPerInstrument, "check", check)


@pytest.mark.usefixtures("raising")
def test_s122_a_rule_that_raises_forbids_new_exposure_and_the_others_run():
    """Long 1 with its stop: both stay, what is added goes, and RULE-003 still ends the day."""
    world = World({**CAPS, **LOSS}, settings={"on_rule_error": "lock"})
    world.trader.fill(MNQ, 1)
    stop = world.trader.stop(MNQ, -1, 25000)
    world.start().run(5)
    (lock,) = world.locks()
    assert (lock.key.rule_id, lock.key.scope) == ("RULE-002", "account")
    assert lock.until is not None
    assert lock.until.isoformat() == "2026-11-18T22:00:00+00:00"
    assert dict(lock.ceilings) == {MNQ: 1}
    assert "RULE-002" in " ".join(alarms(world))
    found = causes(world.running, Trouble(), world._stamp())
    assert [cause for cause in found if "RULE-002" in cause] != []
    assert (did(world), world.net(MNQ), working(world)) == ([], 1, [stop])
    world.trader.fill(ES, 1)
    entry = world.trader.limit(ES, 1, 5000)
    world.run(5)
    assert closes(world) == ["close EP"]
    assert f"cancel {entry}" in did(world)
    assert (world.net(MNQ), working(world)) == (1, [stop])
    world.trader.lose(ES, 500)
    world.run(5)
    assert [one.key.rule_id for one in world.locks()] == ["RULE-002", "RULE-003"]
    assert world.net(MNQ) == 0


@pytest.mark.usefixtures("raising")
def test_without_that_setting_it_only_says_so():
    world = World(CAPS).start()
    world.trader.fill(MNQ, 5)
    world.run(20)
    assert (world.locks(), did(world), world.net(MNQ)) == ([], [], 5)
    assert "RULE-002" in " ".join(alarms(world))
