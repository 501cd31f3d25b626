"""Named regression tests of defects seen in real guards, as far as they concern the engine."""

from datetime import timedelta
from typing import Any

import pytest

from risk_manager.core.health import Trouble
from risk_manager.core.status import Facts, build_status
from risk_manager.domain.events import Stamp
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import SERVED, Fate, refused
from risk_manager.simulation.setup import ACCOUNT, CAP, LOSS, MNQ, Sections
from risk_manager.simulation.world import World
from tests.harness.stops import PRICE, entered
from tests.harness.words import closes, did

FREQUENCY: Sections = {"trade_frequency_limit": {"limits": {"per_minute": 3}}}
PAUSE: Sections = {
    "cooldown_after_loss": {
        "loss_thresholds": (
            {"loss_amount": -100, "cooldown_duration": 300},
            {"loss_amount": -300, "cooldown_duration": 1800},
        )
    }
}


def shown(world: World) -> dict[str, Any]:
    """The whole status as the tools get it."""
    facts = Facts(ready=True, trusted_clock=True, trouble=Trouble(), enforcements={})
    return build_status(world.running, facts, Stamp(0, world.time.now, 0.0, world.time.mono))


def row(world: World, rule_id: str) -> dict[str, Any]:
    """One rule's row of the status."""
    (account,) = shown(world)["accounts"]
    (found,) = [rule for rule in account["rules"] if rule["rule"] == rule_id]
    return dict(found)


def trades_fail(request) -> Fate:
    failing = isinstance(request, TakeSnapshot) and request.trades_since is not None
    return Fate(refused(7).way, 7, part="trades") if failing else SERVED


def test_rule_without_reading_reports_unknown():
    """Trades cannot be read: RULE-003 says so, and says a value once they are."""
    world = World({**LOSS, **CAP, **FREQUENCY})
    world.fates.draw = trades_fail
    world.start()
    loss, cap, count = (row(world, f"RULE-00{n}") for n in (3, 1, 6))
    assert (loss["value"], loss["unknown"]) == (None, "today's trades have not been read yet")
    assert (cap["value"], cap["unknown"], cap["limit"]) == ("0", None, "5 net")
    assert (count["value"], count["unknown"], count["events"]) == (None, "not evaluated yet", 0)
    assert (loss["last_evaluated_at"], cap["last_evaluated_at"] is None) == (None, False)
    assert loss["events"] > 0
    assert "RULE-003 UNKNOWN: today's trades have not been read yet" in shown(world)["causes"]
    world.fates.draw = lambda _request: SERVED
    world.run(70)
    loss = row(world, "RULE-003")
    assert (loss["value"], loss["unknown"]) == ("0.00", None)


def test_a_rule_that_fails_has_no_reading(monkeypatch):
    """A value from before the failure would look like one that still holds."""
    world = World({**LOSS, **CAP}).start()
    assert row(world, "RULE-001")["value"] == "0"
    rule = world.running.guards[ACCOUNT].judge.rules[0]
    monkeypatch.setattr(rule, "check", lambda *_: 1 / 0)
    world.trader.fill(MNQ, 1)
    world.run(1)
    cap, failure = row(world, "RULE-001"), "ZeroDivisionError: division by zero"
    assert (cap["value"], cap["unknown"]) == (None, failure)
    assert f"RULE-001 failed: {failure}" in shown(world)["causes"]
    assert row(world, "RULE-003")["unknown"] is None
    monkeypatch.undo()
    world.trader.fill(MNQ, 1)
    world.run(1)
    assert (row(world, "RULE-001")["value"], row(world, "RULE-001")["unknown"]) == ("2", None)


def test_grace_rearms_when_stop_disappears():
    """A stop from 5 to 40: its loss starts a clock of 30 s, long after the first one was over."""
    stops = entered()
    stops.to(5)
    number = stops.stop(-1, PRICE - 50)
    stops.to(40)
    stops.trader.cancel(number)
    stops.to(69.9)
    assert stops.done() == []
    stops.to(71)
    assert [(round(at), word) for at, word in stops.done()] == [(70, "close MNQ")]
    assert stops.net == 0


def test_replayed_fills_count_at_their_own_time():
    """Five entries a minute apart, all learned in one instant after an outage: no rule fires."""
    world = World(FREQUENCY).start()
    world.hub.lose()
    world.fates.draw = lambda _request: refused(7)
    for _ in range(5):
        world.trader.fill(MNQ, 1, silent=True)
        world.run(61)
    world.fates.draw = lambda _request: SERVED
    world.hub.connect()
    world.run(5)
    assert row(world, "RULE-006")["value"] == "1 in a minute, 5 in an hour, 5 in all"
    assert (world.locks(), did(world)) == ([], [])


@pytest.mark.parametrize(("usd", "left"), [(100, None), (300, 1800)])
def test_a_replayed_loss_pauses_from_its_own_time(usd, left):
    """Learned 600 s late: a pause of 300 s is over, one of 1800 s has 1200 s left."""
    world = World(PAUSE).start()
    world.hub.lose()
    world.fates.draw = lambda _request: refused(7)
    world.trader.lose(MNQ, usd)
    lost_at = world.time.now
    world.run(600)
    world.fates.draw = lambda _request: SERVED
    world.hub.connect()
    world.run(5)
    ends = [lock.until for lock in world.locks()]
    assert ends == ([] if left is None else [lost_at + timedelta(seconds=left)])
    assert closes(world) == []
