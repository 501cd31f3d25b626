"""Killed by SIGKILL at each named point: the locks, counts and sums of before, all finished, once.

The points are those of `domain/ports.py`; `tests/integration/world/killable.py` is the daemon that
ends there. The far larger random run: `python -m tests.integration.kill_run --seed 1 --kills 200`.
"""

import pytest

from risk_manager.domain.ports import POINTS
from tests.integration.scenarios.kill_stories import (
    LOSS,
    PAUSE,
    REDUCE,
    STOP,
    Story,
    after_the_kill,
)
from tests.integration.world.killable import KILL
from tests.integration.world.waiting import wait_until

COMMITS = ("commit.begin", "commit.written", "commit.done")

KILLS: list[tuple[Story, str, str, int]] = [
    (LOSS, "commit.written", "PutTrade", 1),
    (LOSS, "commit.done", "PutTrade", 1),
    *[(LOSS, point, "PutLock", 1) for point in COMMITS],
    (LOSS, "send.begin", "ClosePosition", 1),
    (LOSS, "send.written", "ClosePosition", 1),
    (LOSS, "send.answered", "ClosePosition", 1),
    (LOSS, "commit.written", "PutDeadPosition", 1),
    (LOSS, "send.begin", "CancelOrder", 1),
    (LOSS, "send.answered", "CancelOrder", 1),
    *[(LOSS, point, "EndIntent", 1) for point in COMMITS],
    (REDUCE, "commit.written", "PutIntent", 1),
    (REDUCE, "send.begin", "ReducePosition", 1),
    (REDUCE, "send.written", "ReducePosition", 1),
    (REDUCE, "send.answered", "ReducePosition", 1),
    (REDUCE, "commit.written", "EndIntent", 1),
    *[(PAUSE, point, "PutLock", 1) for point in COMMITS],
    (STOP, "send.begin", "PlaceStop", 1),
    (STOP, "send.answered", "PlaceStop", 1),
    (STOP, "commit.written", "PutMemory", 1),
]
"""Story, point, type of the row or of the request, and at which time it is reached."""

NAMES = {id(LOSS): "loss", id(REDUCE): "reduce", id(PAUSE): "pause", id(STOP): "stop"}


@pytest.mark.parametrize(
    ("story", "point", "kind", "nth"),
    KILLS,
    ids=[f"{NAMES[id(story)]}-{point}-{kind}-{nth}" for story, point, kind, nth in KILLS],
)
def test_s24_s25_killed_at(make_world, story, point, kind, nth):
    world = make_world(story.sections, started=False)
    daemon = world.launch("-m", "tests.integration.world.killable", point, kind, str(nth))
    daemon.wait_ready()
    story.act(world)
    wait_until(lambda: not daemon.is_running, 10, f"the end at {point} of {kind}")
    assert daemon.wait_end() in (-KILL, KILL), "killed, not ended by an error"
    after_the_kill(world, story)


def test_every_point_is_killed_at():
    assert {point for _, point, _, _ in KILLS} == set(POINTS)
