"""What only watches is never shown as protection: the words of the status."""

from collections.abc import Mapping
from typing import Any

from risk_manager.core.health import Trouble, status_word
from risk_manager.core.status import Facts, build_status
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import AccountId
from risk_manager.simulation.setup import ACCOUNT, MNQ, Sections
from risk_manager.simulation.world import World

CAP = {"limit": 5}
SHADOW_CAP = {"limit": 5, "rule_mode": "shadow"}
LOSS = {"limit": -500}
DAY = {"enabled": True, "start": "09:30", "end": "16:00", "timezone": "America/New_York"}
SESSION = {"global_session": DAY}


def status_of(rules: Sections, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    world = World(rules, settings=settings).start()
    world.trader.fill(MNQ, 1)
    world.run(2)
    facts = Facts(ready=True, trusted_clock=True, trouble=Trouble(), enforcements={})
    return build_status(world.running, facts, Stamp(0, world.time.now, 0.0, world.time.mono))


def modes(status: Mapping[str, Any]) -> dict[str, str]:
    return {row["rule"]: row["mode"] for row in status["accounts"][0]["rules"]}


def test_rules_that_enforce_are_monitored():
    status = status_of({"max_contracts": CAP, "daily_realized_loss": LOSS})
    assert status["status"] == "MONITORED"
    assert set(modes(status).values()) == {"enforce"}


def test_an_account_whose_rules_are_all_in_shadow_says_so():
    status = status_of({"max_contracts": SHADOW_CAP})
    assert (status["status"], status["mode"]) == ("SHADOW", "enforce")
    assert modes(status) == {"RULE-001": "shadow"}


def test_one_rule_in_shadow_beside_one_that_enforces_is_shown_in_its_row():
    status = status_of({"max_contracts": SHADOW_CAP, "daily_realized_loss": LOSS})
    assert status["status"] == "MONITORED"
    assert modes(status) == {"RULE-001": "shadow", "RULE-003": "enforce"}


def test_global_shadow_puts_every_row_in_shadow():
    status = status_of({"max_contracts": CAP, "daily_realized_loss": LOSS}, {"mode": "shadow"})
    assert (status["status"], status["mode"]) == ("SHADOW", "shadow")
    assert set(modes(status).values()) == {"shadow"}


def test_a_session_in_shadow_announces_no_forced_close():
    rules = {"session_block_outside": SESSION}
    (enforcing,) = status_of(rules)["accounts"]
    assert enforcing["session"]["forced_close_in_s"] > 0
    (watching,) = status_of(rules, {"mode": "shadow"})["accounts"]
    assert watching["session"]["open"]
    assert watching["session"]["forced_close_in_s"] is None


def test_an_account_without_an_enabled_rule_is_not_monitored_in_silence():
    status = status_of({"max_contracts": {**CAP, "enabled": False}})
    assert status["status"] == "DEGRADED"
    assert f"no rule is enabled for account {ACCOUNT}" in status["causes"]


def test_one_account_in_shadow_is_enough_to_say_so():
    world, other = World({"max_contracts": CAP}).start(), World({"max_contracts": SHADOW_CAP})
    other.start()
    engine = world.running
    engine.guards = {**engine.guards, AccountId(10002): other.running.guards[ACCOUNT]}
    assert status_word(engine, [], ready=True) == "SHADOW"
