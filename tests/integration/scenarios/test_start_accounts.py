"""Accounts at the start: found, not found, found twice."""

from tests.integration.scenarios.tools import causes, wait_word
from tests.integration.world.settings import max_contracts
from tests.integration.world.venue import FIRST_ACCOUNT

RULES = {"max_contracts": max_contracts(5)}
MISSING = {"account_id": 77777, "nickname": "Eval"}


def test_an_enabled_account_that_is_not_found_is_no_silent_loss(make_world):
    accounts = [{"account_id": FIRST_ACCOUNT}, MISSING]
    world = make_world(RULES, accounts=accounts)
    wait_word(world, "DEGRADED")
    assert "Eval is NOT WATCHED" in causes(world)
    assert world.status(77777)["state"] == "NOT WATCHED"
    world.provoke(lambda: world.venue.fill("MNQ", 6))
