"""The admin tool beside a running guard: what it checks, what it records, what it refuses."""

import json

from tests.integration.scenarios.tools import data_of
from tests.integration.world.admin import PASSWORD, admin, set_password
from tests.integration.world.settings import max_contracts

RULES = {
    "daily_reset": {"time": "17:00", "timezone": "America/New_York"},
    "max_contracts": max_contracts(5),
}


def found(world, command, key):
    code, out, errors = admin(world, command, "--json")
    assert out, errors
    return code, {row["name"]: row for row in json.loads(out)[key]}


def test_with_a_guard_every_connection_works(make_world):
    world = make_world(RULES)
    code, rows = found(world, "test", "checks")
    assert code == 0
    assert set(rows) == {"login", "accounts", "user hub", "market hub", "database", "endpoint"}


def test_the_doctor_sees_the_guard_and_its_tier(make_world):
    world = make_world(RULES)
    code, rows = found(world, "doctor", "checks")
    assert rows["endpoint"]["level"] == "ok"
    assert (rows["database"]["level"], rows["database"]["fact"].split(",")[0]) == ("ok", "sound")
    assert (rows["protection tier"]["level"], "tier 1" in rows["protection tier"]["fact"]) == (
        "warn",
        True,
    )
    # The simulated gateway's clock stands months away from this machine's.
    assert (code, rows["clock"]["level"]) == (1, "fail")


def test_a_new_key_of_the_same_user_is_taken_and_another_user_is_not(make_world):
    world = make_world(RULES)
    set_password(world)
    server = world.venue.server
    words = ["auth", "set", "--api-key-stdin", "--password-stdin", "--username"]
    lines = f"{server.api_key}\n{PASSWORD}\n"
    assert admin(world, *words, "somebody-else", given=lines)[0] == 8
    assert admin(world, *words, server.username, given=f"{server.api_key}\nwrong one\n")[0] == 6
    assert admin(world, *words, server.username, given=lines)[0] == 0
    assert (world.folder / "config" / "api_key.secret").exists()
    world.restart()
    assert world.status()["state"] == "OK TO TRADE"
    (ledger,) = (data_of(world) / "ledger").glob("ledger-*.jsonl")
    kinds = [json.loads(line)["kind"] for line in ledger.read_text().splitlines()]
    assert kinds.count("password") == 1


def test_a_first_run_gives_a_guard_that_runs(make_world):
    world = make_world(RULES, started=False)
    for path in (world.folder / "config").iterdir():
        path.unlink()
    server = world.venue.server
    words = ["--gateway", server.api_url, "--username", server.username, "--account", "10001"]
    order = ["init", *words, "--preset", "topstep-50k", "--api-key-stdin", "--password-stdin"]
    code, _, errors = admin(world, *order, "--yes", given=f"{server.api_key}\n{PASSWORD}\n")
    assert (code, errors) == (0, "")
    ready = world.guard()
    assert "accounts=10001 rules=6/6" in ready
