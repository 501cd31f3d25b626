"""Accounts at the start: found, not found, found twice."""

from tests.integration.scenarios.tools import causes, run_to_end, wait_word
from tests.integration.world.settings import max_contracts, write_config
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


def test_two_entries_of_one_account_end_the_start(make_world):
    world = make_world(RULES, started=False, on_venue=2)
    name = world.venue.control("state")["accounts"][0]["name"]
    twice = [{"account_id": FIRST_ACCOUNT, "nickname": "Eval"}, {"account_name": name.lower()}]
    write_config(world.folder / "config", world.venue.server, RULES, twice)
    ended = run_to_end(world)
    assert (ended.returncode, ended.stdout) == (1, "")
    for word in ("Eval", name.lower(), str(FIRST_ACCOUNT)):
        assert word in ended.stderr
    assert world.venue.actions() == []
