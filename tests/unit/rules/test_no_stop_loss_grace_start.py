"""RULE-008 on what a start finds, and on looks that were requested too early (S173)."""

from datetime import timedelta

import pytest

from risk_manager.domain.events import TimerFired
from tests.support.grace import Watched, grace, stop
from tests.support.make import ACCOUNT, NOW, position, trade
from tests.support.stage import Stage

CLOSED = ["close MNQ"]
BELOW = stop(-1, "20950")


@pytest.mark.parametrize(("opened", "wanted"), [(31, CLOSED), (29, []), (None, [])])
def test_found_at_the_start_its_opening_time_counts(opened, wanted):
    stage = Stage(grace())
    since = None if opened is None else NOW - timedelta(seconds=opened)
    assert stage.restored([position("MNQ", 1, opened=since)]) == wanted


def test_found_at_the_start_with_an_addition_its_fills_tell_the_times():
    stage = Stage(grace())
    start = NOW - timedelta(minutes=5)
    fills = [trade("MNQ", 1, at=start), trade("MNQ", 2, at=NOW - timedelta(seconds=10)),
             trade("MNQ", -1, at=NOW - timedelta(seconds=5), pnl="3")]  # fmt: skip
    held = [position("MNQ", 2, opened=start)]
    assert stage.restored(held, [BELOW], fills) == []
    stage.wait(21)
    assert stage.restored(held, [BELOW]) == ["MNQ to 1"]


def test_a_look_must_be_requested_after_the_deadline():
    watched = Watched()
    watched.look(29.9)
    watched.move(31)
    assert watched.stage.hear(TimerFired("follow-up", ACCOUNT)) == []
    assert watched.look(31) == CLOSED
