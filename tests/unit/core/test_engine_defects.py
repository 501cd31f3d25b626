"""Named regression tests of defects seen in real guards, as far as they concern the engine."""

import pytest

from risk_manager.domain.ids import RuleId
from risk_manager.domain.requests import TakeSnapshot
from tests.harness.fates import SERVED, Fate, refused
from tests.harness.setup import ACCOUNT, CAP, CAPS, ES, LOSS, MNQ, RTY, START
from tests.harness.virtual import World

SESSION = {
    "session_block_outside": {
        "global_session": {
            "enabled": True,
            "start": "09:30",
            "end": "16:00",
            "timezone": "America/New_York",
        }
    }
}
AFTER_HOURS = START.replace(hour=22, minute=30)


def status(world: World, rule_id: str):
    return world.running.guards[ACCOUNT].judge.status[RuleId(rule_id)]


def trades_fail(request) -> Fate:
    failing = isinstance(request, TakeSnapshot) and request.trades_since is not None
    return Fate(refused(7).way, 7, part="trades") if failing else SERVED


def test_rule_without_reading_reports_unknown():
    """Trades cannot be read: RULE-003 says so, and says a value once they are."""
    world = World({**LOSS, **CAP})
    world.fates.draw = trades_fail
    world.start()
    loss, cap = status(world, "RULE-003"), status(world, "RULE-001")
    assert (loss.value, loss.unknown) == (None, "today's trades have not been read yet")
    assert (cap.value, cap.unknown) == ("0", None)
    world.fates.draw = lambda _request: SERVED
    world.run(70)
    assert (loss.value, loss.unknown) == ("0.00", None)


@pytest.mark.parametrize(
    ("rule_id", "rules", "deed", "start"),
    [
        ("RULE-001", CAP, lambda trader: trader.fill(MNQ, 6), START),
        ("RULE-002", CAPS, lambda trader: trader.fill(RTY, 1), START),
        ("RULE-003", LOSS, lambda trader: trader.lose(MNQ, 600), START),
        ("RULE-009", SESSION, lambda trader: trader.fill(ES, 1), AFTER_HOURS),
    ],
)
def test_each_rule_fires_from_its_real_event(rule_id, rules, deed, start):
    """What the venue tells is enough: no read, no timer is needed for the breach."""
    world = World(rules, start=start).start()
    since = world.t
    world.fates.draw = lambda _request: refused(7)
    deed(world.trader)
    world.run(0.2)
    found = [record.rule_id for at, record in world.records if at >= since]
    assert rule_id in found or (rule_id == "RULE-009" and "GATE" in found)
    assert world.broker.sent
