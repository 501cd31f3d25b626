"""Locks and time that jumps or is not told (S124, S183, S184)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from risk_manager.gateway_sim.wire_text import http_date
from tests.integration.world.settings import daily_loss
from tests.integration.world.steps import lock_day

RULE = {"daily_realized_loss": daily_loss()}
RESET = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)


@pytest.fixture
def dates(monkeypatch: pytest.MonkeyPatch) -> list[datetime | None]:
    """Other `Date` headers for the next answers; None leaves the header out of one."""
    waiting: list[datetime | None] = []

    async def change(_request: web.BaseRequest, answer: web.StreamResponse) -> None:
        if not waiting:
            return
        instant = waiting.pop(0)
        if instant is None:
            del answer.headers["Date"]
        else:
            answer.headers["Date"] = http_date(instant)

    monkeypatch.setattr(web.BaseRequest, "_prepare_hook", change)
    return waiting


SET_CLOCK = """
import pathlib
from datetime import timedelta
from risk_manager.utils import clock

real = clock.MachineClock.wall
ahead = pathlib.Path({file!r})

def wall(self):
    return real(self) + timedelta(seconds=float(ahead.read_text() or 0))

clock.MachineClock.wall = wall
"""
"""Python runs this before the daemon: its machine's clock is ahead by what a file says."""


@pytest.fixture
def ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that says by how many seconds the daemon's wall clock is ahead."""
    file = tmp_path / "ahead.txt"
    file.write_text("0")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SET_CLOCK.format(file=str(file)))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return file


@pytest.mark.parametrize("hours", [3.1, -3.0])
def test_s124_a_wall_clock_that_is_set_ends_no_lock(make_world, ahead, hours):
    world = make_world(RULE)
    lock_day(world)
    before = world.locks()
    ahead.write_text(str(hours * 3600))
    world.wait_for(lambda: "locks are not affected" in world.daemon.last_words(), what="an alarm")
    world.wait_reads()
    assert world.locks() == before
    world.provoke(lambda: world.venue.fill("ES", 1))
    world.wait_net("ES", 0)
    world.restart()
    assert world.locks() == before


def test_s183_old_stamps_and_one_odd_date_move_no_time(make_world, dates):
    world = make_world(RULE)
    venue = world.venue
    lock_day(world)
    last = venue.book().trades()[-1]
    for number in (4_000_001, 4_000_002):
        stamp = (venue.book().now - timedelta(seconds=60)).isoformat()
        venue.tell("Trade", {**last, "id": number, "creationTimestamp": stamp})
    dates.append(RESET + timedelta(minutes=5))
    venue.fault("close", "user", params={"allowReconnect": True})
    world.wait_for(lambda: not dates, what="the odd date told")
    world.wait_reads()
    assert [number for number, _, _ in world.locks()] == ["003"]
    assert datetime.fromisoformat(world.daemon.status()["at"]) < RESET - timedelta(hours=2)
    # A second answer agrees: time follows.
    world.clock_to(RESET + timedelta(minutes=5))
    world.wait_free()


def test_s184_without_dates_the_machines_clock_serves_and_never_goes_back(make_world, dates):
    """The venue is a day ahead, so that the stored instant lies in the machine's future."""
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    world = make_world(RULE, start=tomorrow)
    assert "clock=trusted" in world.daemon.lines[0]
    world.venue.lose("MNQ", 500)
    until = world.wait_lock("003")
    world.wait_idle()
    world.daemon.stop()
    dates.extend([None] * 500)
    assert "clock=untrusted" in world.guard()
    status = world.daemon.status()
    assert status["clock"] == "untrusted"
    assert datetime.fromisoformat(status["at"]) >= tomorrow
    assert world.wait_lock("003") == until
    world.provoke(lambda: world.venue.fill("ES", 1))
    world.wait_net("ES", 0)
