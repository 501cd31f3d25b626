"""Backups of a daemon that runs, and what they bring back when its database is lost."""

import json

from tests.integration.scenarios.tools import (
    causes,
    command,
    data_of,
    said,
    stored_locks,
    wait_enforced,
    whole,
)
from tests.integration.world.admin import change, set_password
from tests.integration.world.settings import daily_loss

LOSS = {"daily_realized_loss": daily_loss()}


def backup(world, *words):
    """Run `admin backup` on the world's folders."""
    return command("admin", "backup", *words, "--data", str(data_of(world)), folder=world.folder)


def test_a_lock_that_only_the_backup_knows_outlives_a_broken_database(make_world):
    """The broker no longer shows the loss, so nothing but the backup can bring the lock back."""
    world = make_world(LOSS)
    venue = world.venue
    venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    wait_enforced(world)
    assert backup(world, "now").returncode == 0
    (made,) = (data_of(world) / "backups").iterdir()
    world.kill()
    for name in ("state.db", "state.db-wal"):
        (data_of(world) / name).write_bytes(b"\xa5" * 20_000)
    venue.result("700")
    world.guard()
    assert world.wait_lock("003") == end
    world.wait_sum(str(venue.book().realized()))
    assert whole(world)["status"] == "DEGRADED"
    assert f"restored from {made.name}" in causes(world)
    assert "state.db.corrupt-1" in said(world)


def test_a_restore_waits_for_the_daemon_to_stop_and_then_adds_the_lock(make_world, tmp_path):
    world = make_world(LOSS)
    world.venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    wait_enforced(world)
    file = json.loads(backup(world, "now", "--json").stdout)["file"]
    restore = ("restore", file, "--type", "RESTORE", "--json")
    refused = backup(world, *restore)
    assert refused.returncode == 9
    assert "stop it first" in refused.stderr
    world.daemon.stop()
    kept = tmp_path / "kept"
    data_of(world).rename(kept)
    data_of(world).mkdir()
    world.venue.result("700")
    set_password(world)
    copy = str(kept / "backups" / file.rpartition("/")[2])
    code, restored = change(world, "backup", "restore", copy, "--type", "RESTORE")
    assert code == 0
    (added,) = restored["added"]
    assert (added["rule"], added["until"]) == ("RULE-003", end)
    world.guard()
    assert world.wait_lock("003") == end
    assert len(stored_locks(world)) == 1
