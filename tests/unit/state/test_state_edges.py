"""State at its edges: schedules that are compared, and fills of days that have ended."""

from datetime import time, timedelta

from risk_manager.domain.cover import Cover
from risk_manager.domain.events import TradeExecuted
from risk_manager.domain.orders import OrderStatus
from risk_manager.state import fill_taker
from risk_manager.state.reset_scheduler import ResetSchedule
from tests.support.grace import stop
from tests.support.make import NOW, cid, position, trade
from tests.support.stage import Stage, rule

NEW_YORK = "America/New_York"


def test_schedules_are_equal_by_time_and_zone():
    one = ResetSchedule(time(17), NEW_YORK)
    assert one == ResetSchedule(time(17), NEW_YORK)
    assert {one, ResetSchedule(time(17), NEW_YORK)} == {one}
    assert one != ResetSchedule(time(17), "America/Chicago")
    assert one != "17:00"
    assert repr(one) == f"ResetSchedule(17:00, {NEW_YORK})"


def test_a_flat_contract_has_no_cover():
    stage = Stage(rule("no_stop_loss_grace"))
    assert stage.view.cover(cid("MNQ")) == Cover()


def test_a_suspended_child_whose_parent_was_never_seen_covers_nothing_yet():
    stage = Stage(rule("no_stop_loss_grace"))
    child = stop(-1, "20990", status=OrderStatus.SUSPENDED, parent=999)
    stage.restored([position("MNQ", 1, opened=NOW)], [child])
    assert stage.status("RULE-008") == ("MNQ 0 of 1 covered", None)


def test_fills_of_ended_days_are_known_again_but_not_all_for_ever(monkeypatch):
    monkeypatch.setattr(fill_taker, "KEEP_LATE", 2)
    stage = Stage(rule("trade_frequency_limit", limits={"per_minute": 1}))
    old = [trade("MNQ", 1, at=NOW - timedelta(days=2), number=n, order=n) for n in (1, 2, 3)]

    def is_new(done):
        stage.step = stage._step()
        return bool(stage.apply(TradeExecuted(done)).new_trades)

    assert [is_new(one) for one in old] == [True, True, True]
    assert [is_new(one) for one in (old[2], old[1])] == [False, False]
    assert is_new(old[0]), "the oldest was forgotten"
