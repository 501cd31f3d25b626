"""Reading a configuration arms nothing and disarms nothing."""

from functools import partial

import pytest

from risk_manager.config.loader import load_config
from risk_manager.rules import RULES
from tests.integration.scenarios.tools import edit_risk, rows, trader
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import KEY_VARIABLE, daily_loss, grace, max_contracts

CONFIG = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}
STATE = ("locks", "intents", "rule_memory", "trades", "day_state", "enforcement_log")


def test_reading_config_changes_no_state(make_world):
    """Neither a reader of the files nor a looser file on the disk disarms what is armed."""
    world = make_world(CONFIG | {"no_stop_loss_grace": grace(grace_period_seconds=600)})
    world.venue.fill("ES", 1)
    world.wait_seen("ES", 1)
    for table in ("rule_memory", "trades"):
        world.wait_for(partial(rows, world, f"SELECT * FROM {table}"), what=table)
    before = {table: rows(world, f"SELECT * FROM {table}") for table in STATE}
    armed = [(row["rule"], row["limit"]) for row in world.status()["rules"]]
    sections = {rule.section: rule.config_model for rule in RULES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, world.venue.server.api_key)
        digests = {load_config(world.folder / "config", sections).short_hash for _ in range(5)}
    (digest,) = digests
    assert f"config={digest} " in world.daemon.lines[0]
    edit_risk(world, "max_contracts: {enabled: true, limit: 50}")
    for words in (["--json"], []):
        trader(world, *words)
    assert [(row["rule"], row["limit"]) for row in world.status()["rules"]] == armed
    assert {table: rows(world, f"SELECT * FROM {table}") for table in STATE} == before
    world.provoke(lambda: world.venue.fill("ES", 5), paths=[CLOSE])
