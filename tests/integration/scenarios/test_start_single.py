"""One daemon for each data folder and for each login: the second one ends with 9 and names it."""

from tests.integration.scenarios.tools import data_of, pid_of, run_to_end, said
from tests.integration.world.settings import daily_loss

LOSS = {"daily_realized_loss": daily_loss()}


def test_a_second_daemon_is_refused_until_the_first_is_gone(make_world, tmp_path):
    world = make_world(LOSS)
    first = pid_of(world)
    same = run_to_end(world)
    assert same.returncode == 9
    assert f"process {first}" in same.stderr
    assert str(data_of(world)) in same.stderr
    elsewhere = tmp_path / "elsewhere"
    login = run_to_end(world, data=elsewhere / "data")
    assert login.returncode == 9
    assert f"process {first}" in login.stderr
    assert "guards this login" in login.stderr
    assert not (elsewhere / "data" / "state.db").exists()
    world.kill()  # a crash gives both locks back
    world.venue.lose("MNQ", 520)
    world.guard()
    assert world.wait_lock("003")


def test_the_start_says_which_locks_it_restored(make_world):
    world = make_world(LOSS)
    world.venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    world.restart(crash=True)
    assert f"restored: account 10001, RULE-003 on account, until {end} (" in said(world)
