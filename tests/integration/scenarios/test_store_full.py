"""A disk without room: no file of the daemon may grow, while its sockets work (S133)."""

import pytest

from tests.integration.scenarios.tools import causes, pid_of, said, stored_locks, wait_word
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss
from tests.integration.world.waiting import wait_until

resource = pytest.importorskip("resource")
if not hasattr(resource, "prlimit"):
    pytest.skip("only Linux limits the files of another process", allow_module_level=True)

LOSS = {"daily_realized_loss": daily_loss()}


def allow(world, size: int) -> None:
    """Let no file of the daemon be written beyond this size; its logs and journal neither."""
    hard = resource.prlimit(pid_of(world), resource.RLIMIT_FSIZE)[1]
    resource.prlimit(pid_of(world), resource.RLIMIT_FSIZE, (size, hard))


def test_s133_a_full_disk_delays_no_close_and_the_rows_follow(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.fill("MNQ", 2, 20_000)
    world.wait_seen("MNQ", 2)
    allow(world, 0)
    world.provoke(lambda: venue.fill("MNQ", -1, 19_700), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    wait_word(world, "DEGRADED")
    assert "store failing" in causes(world)
    wait_until(lambda: "nothing is stored, acting from memory" in causes(world), what="an alarm")
    end = world.wait_lock("003")
    assert stored_locks(world) == []
    world.provoke(lambda: venue.fill("MES", 1), paths=[CLOSE])
    world.wait_net("MES", 0)
    allow(world, resource.RLIM_INFINITY)
    wait_until(lambda: stored_locks(world), what="the lock's row, later")
    wait_until(lambda: "store failing" not in causes(world), what="a store that works again")
    world.restart(crash=True)
    assert world.locks() == [("003", "account", end)]
    world.wait_sum(str(venue.book().realized()))


def test_s133_killed_while_the_disk_is_full_the_breach_is_found_again(make_world):
    world = make_world(LOSS)
    world.venue.price("MNQ", 19_700)  # the close must not win the loss back
    world.venue.fill("MNQ", 2, 20_000)
    world.wait_seen("MNQ", 2)
    allow(world, 0)
    world.provoke(lambda: world.venue.fill("MNQ", -1, 19_700), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    world.kill()
    assert stored_locks(world) == []
    world.guard()
    assert world.wait_lock("003")
    world.wait_sum(str(world.venue.book().realized()))
    assert "corrupt" not in said(world), "half a page in the log is no broken database"
