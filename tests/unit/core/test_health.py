"""What keeps the guard from being whole, and the word for it."""

from dataclasses import replace
from datetime import date

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.core.health import Trouble, causes, status_word
from risk_manager.domain.events import HubLost
from risk_manager.domain.ids import RuleId
from risk_manager.simulation.setup import ACCOUNT, CAP, MNQ, engine_of
from risk_manager.simulation.world import World

DAY = {"enabled": True, "start": "09:30", "end": "16:00", "timezone": "America/New_York"}


def found(world, trouble=None):
    """The causes as of now."""
    return causes(world.running, trouble or Trouble(), world._stamp())


def word(world, *, ready=True):
    """The status."""
    return status_word(world.running, found(world), ready=ready)


def test_all_is_well():
    world = World(CAP).start()
    assert (found(world), word(world), word(world, ready=False)) == ([], "MONITORED", "DEGRADED")


def test_the_market_hub_matters_while_something_is_open():
    world = World(CAP).start()
    world.deliver(HubLost("market", "closed"))
    assert found(world) == []
    world.trader.fill(MNQ, 1)
    world.run(1)
    assert found(world) == ["market hub down: closed"]
    world.deliver(HubLost("user", "reset"))
    assert found(world)[0] == "user hub down: reset"
    assert word(world) == "DEGRADED"


def test_what_the_daemon_says_of_itself_each_once():
    world = World(CAP).start()
    trouble = Trouble("disk full", "no answer", ["journal: no space"], ["journal: no space", "x"])
    assert found(world, trouble) == [
        "store failing: disk full", "login failing: no answer", "journal: no space", "x",
    ]  # fmt: skip


def test_an_account_without_a_rule_is_not_guarded():
    world = World({}).start()
    assert found(world) == [f"no rule is enabled for account {ACCOUNT}"]


def test_a_follower_and_a_read_that_failed_are_told():
    world = World(CAP).start()
    account = world.running.guards[ACCOUNT].account
    account.follower, account.read_failure = True, "orders: timeout"
    assert found(world) == [
        f"account {ACCOUNT}: last read failed: orders: timeout",
        f"account {ACCOUNT}: FOLLOWER - cannot cancel here; guard the leader",
    ]


def test_a_rule_that_failed_or_does_not_know_is_named():
    world = World(CAP).start()
    status = world.running.guards[ACCOUNT].judge.status[RuleId("RULE-001")]
    status.note_failure("ValueError: odd")
    assert found(world) == ["RULE-001 failed: ValueError: odd"]
    status.failed, status.unknown = None, "no symbol"
    assert found(world) == ["RULE-001 UNKNOWN: no symbol"]


@pytest.mark.parametrize(("respects", "told"), [(True, True), (False, False)])
def test_a_holiday_table_that_has_ended_matters_to_who_respects_it(respects, told):
    world = World({"session_block_outside": {"global_session": DAY, "respect_holidays": respects}})
    world.start()
    (rule,) = world.running.guards[ACCOUNT].judge.rules
    old = replace(rule.context.holidays, covered_until=date(2026, 1, 1))
    rule.context = replace(rule.context, holidays=old)
    assert ("the holiday table is out of date" in found(world)) is told


def test_before_the_first_read_nothing_is_guarded():
    world = World(CAP)
    world.engine = engine_of(CAP, {}, Restored())
    assert word(world) == "NOT MONITORED"
    assert f"account {ACCOUNT}: broker state not read yet" in found(world)


def test_shadow_comes_before_everything_else():
    assert word(World({"max_contracts": {"limit": 5, "rule_mode": "shadow"}}).start()) == "SHADOW"
    assert word(World(CAP, settings={"mode": "shadow"}).start(), ready=False) == "SHADOW"
