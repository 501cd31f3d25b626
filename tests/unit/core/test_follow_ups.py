"""What rules wait for: instants and looks, replaced by each answer."""

from datetime import timedelta

import pytest

from risk_manager.core.follow_ups import FollowUps
from risk_manager.domain.decisions import FollowUp
from risk_manager.domain.events import SnapshotTaken, Stamp
from risk_manager.domain.ids import RuleId
from risk_manager.domain.requests import Priority, TakeSnapshot
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.step import Ids, Step
from tests.support.make import ACCOUNT, NOW

ONE, OTHER = RuleId("RULE-008"), RuleId("RULE-012")


class Desk:
    """A look desk with a clock; monotonic seconds equal seconds after NOW."""

    def __init__(self) -> None:
        self.looks = LookDesk(ACCOUNT)
        self.follow_ups = FollowUps(self.looks)
        self.ids = Ids()
        self.sent: list[TakeSnapshot] = []

    def step(self, t: float) -> Step:
        return Step(Stamp(1, NOW + timedelta(seconds=t), t, t), self.ids)

    def ask(self, t: float, rule: RuleId = ONE, **what) -> None:
        """A rule answers with a follow-up; without `what` it waits for nothing."""
        if "look" in what:
            what["look_from"] = NOW + timedelta(seconds=what.pop("look"))
        self.follow_ups.take(self.step(t), {rule: FollowUp(**what) if what else None})

    def emit(self, t: float) -> list[TakeSnapshot]:
        """What leaves at an instant."""
        step = self.step(t)
        self.looks.emit_due(step)
        found = [one for one in step.commands if isinstance(one, TakeSnapshot)]
        self.sent += found
        return found

    def answer(self, t: float, *, good: bool = True) -> None:
        """The newest read is back."""
        rows = () if good else None
        taken = SnapshotTaken(
            self.sent[-1], None, rows, rows, None, None, None if good else "timeout", t, t, t, t
        )
        self.looks.note_answer(self.step(t), taken)


def test_a_look_leaves_at_its_instant_and_serves_once():
    desk = Desk()
    desk.ask(0, look=30, suspended=True)
    due = desk.looks.next_due() or 0.0
    assert due == pytest.approx(30, abs=0.002)
    assert due > 30, "not a microsecond early by another clock"
    assert desk.emit(30) == []
    (sent,) = desk.emit(due)
    assert sent.asked_at == NOW + timedelta(seconds=due)
    assert (sent.with_suspended, sent.priority) == (True, Priority.CONFIRM)
    desk.answer(30.1)
    assert desk.emit(40) == []


def test_a_routine_look_waits_for_others_and_spares_the_reserve():
    desk = Desk()
    desk.ask(0, look=4, within_s=1)
    assert desk.looks.next_due() == pytest.approx(5, abs=0.002)
    (sent,) = desk.emit(5.01)
    assert sent.priority is Priority.SAFETY
    desk.answer(5.1)
    desk.ask(5.1, look=9, within_s=1)
    desk.looks.send(desk.step(9.5), Priority.RECONCILE)
    assert desk.looks.next_due() is None


def test_a_later_answer_replaces_the_look():
    desk = Desk()
    desk.ask(0, look=30)
    desk.ask(1, look=20)
    assert desk.looks.next_due() == pytest.approx(20, abs=0.002)
    desk.ask(2)
    assert desk.looks.next_due() is None
    desk.ask(2, look=30)
    desk.ask(2, OTHER, look=10)
    assert desk.looks.next_due() == pytest.approx(10, abs=0.002)


def test_a_look_on_its_way_serves_if_it_left_late_enough_and_reads_all():
    desk = Desk()
    desk.ask(10, look=10)
    desk.emit(10)
    desk.ask(10.05, look=10)
    desk.answer(10.1)
    assert desk.looks.next_due() is None
    desk.ask(11, look=11)
    desk.emit(11)
    desk.ask(11.05, look=11, suspended=True)
    assert desk.looks.next_due() is None
    desk.answer(11.1)
    assert desk.looks.next_due() == 11


def test_while_looks_fail_only_the_repetition_leaves():
    desk = Desk()
    desk.ask(0, look=0)
    at, gaps = 0.0, []
    for _ in range(6):
        desk.emit(at)
        desk.answer(at, good=False)
        desk.ask(at, look=0, suspended=True)
        due = desk.looks.next_due()
        assert due is not None
        gaps.append(due - at)
        at = due
    assert gaps == [1, 2, 3, 5, 5, 5]
    (sent,) = desk.emit(at)
    assert sent.with_suspended
    desk.answer(at)
    assert desk.looks.next_due() is None


def test_instants_are_due_once():
    desk = Desk()
    desk.ask(0, at=NOW + timedelta(seconds=30))
    desk.ask(0, OTHER, at=NOW + timedelta(seconds=40), look=1)
    follow_ups = desk.follow_ups
    assert follow_ups.next_due() == NOW + timedelta(seconds=30)
    assert follow_ups.pop_due(NOW + timedelta(seconds=29)) is False
    assert follow_ups.pop_due(NOW + timedelta(seconds=30)) is True
    assert follow_ups.pop_due(NOW + timedelta(seconds=30)) is False
    assert follow_ups.next_due() == NOW + timedelta(seconds=40)
    assert follow_ups.awaits_look
    desk.ask(1, OTHER)
    assert (follow_ups.awaits_look, follow_ups.next_due()) == (False, None)
