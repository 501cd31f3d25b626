"""RULE-009 SessionBlockOutside: what may stay after the end, and the instants the clock is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from risk_manager.domain.events import SessionEnded
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from tests.support.make import ACCOUNT, cid, ny, position
from tests.support.sessions import DAY, NY, OVERNIGHT, hours
from tests.support.stage import Stage

END = ny("2026-03-11 16:00")
NEXT = "until 03-12 09:30"
STAYS: dict[str, Any] = {"close_positions_at_session_end": False}


def staged(**keys: Any) -> Stage:
    """A stage just before the end with one ES open since noon."""
    stage = Stage(hours(**keys), now=END - timedelta(seconds=1))
    assert stage.restored([position("ES", 1, opened=ny("2026-03-11 12:00"))]) == []
    return stage


def clock(stage: Stage, at: datetime) -> list[str]:
    """What the clock's event wants at an instant."""
    stage.now = at
    return stage.hear(SessionEnded(ACCOUNT, at))


def ceiling(stage: Stage) -> int | None:
    """The ceiling of ES over all locks."""
    return stage.market.locks.ceiling(ACCOUNT, cid("ES"), "ES", stage.now)


def test_s202_the_grace_lets_stay_what_was_open_and_then_closes_it():
    stage = staged(own={"ES": DAY}, session_close_grace_seconds=60)
    assert clock(stage, END) == [f"lock 009 ES {NEXT} keeping ES 1"]
    stage.now = END + timedelta(seconds=10)
    assert stage.fill("ES", 1) == []
    assert ceiling(stage) == 1
    assert clock(stage, END + timedelta(seconds=59.999)) == []
    assert clock(stage, END + timedelta(seconds=60)) == [f"lock 009 ES {NEXT}", "close ES"]
    assert ceiling(stage) == 0


def test_with_a_global_session_the_account_lock_keeps_the_same_exposure():
    stage = staged(session_close_grace_seconds=60)
    kept = [f"lock 009 {scope} {NEXT} keeping ES 1" for scope in ("ES", "account")]
    assert clock(stage, END) == kept
    over = [f"lock 009 {scope} {NEXT}" for scope in ("ES", "account")]
    assert clock(stage, END + timedelta(seconds=60)) == [*over, "close ES"]


def test_s199_without_a_close_at_the_end_it_stays_and_its_ceiling_only_falls():
    stage = staged(own={"ES": DAY}, **STAYS)
    assert clock(stage, END) == [f"lock 009 ES {NEXT} keeping ES 1"]
    assert clock(stage, END + timedelta(hours=5)) == []
    assert ceiling(stage) == 1
    stage.fill("ES", -1)
    assert ceiling(stage) == 0
    assert stage.fill("ES", 1) == ["close ES"]


@pytest.mark.parametrize(
    ("opened", "wanted"),
    [
        ("2026-03-11 15:59:59", [f"lock 009 ES {NEXT} keeping ES 1"]),
        ("2026-03-11 16:00:00", [f"lock 009 ES {NEXT}", "close ES"]),
        (None, [f"lock 009 ES {NEXT}", "close ES"]),
    ],
)
def test_s199_after_a_downtime_the_opening_time_decides(opened, wanted):
    stage = Stage(hours(own={"ES": DAY}, **STAYS), now=ny("2026-03-11 18:00"))
    since = None if opened is None else ny(opened)
    assert stage.restored([position("ES", 1, opened=since)]) == wanted


def test_after_a_downtime_longer_than_the_grace_it_is_closed():
    for after, kept in [(59, True), (60, False)]:
        one = hours(own={"ES": DAY}, session_close_grace_seconds=60)
        stage = Stage(one, now=END + timedelta(seconds=after))
        wanted = stage.restored([position("ES", 1, opened=ny("2026-03-11 12:00"))])
        assert ("close ES" in wanted) is not kept


def test_what_is_not_resolved_never_stays():
    stage = Stage(hours(**STAYS), now=END)
    held = [position("XYZ", 1, opened=ny("2026-03-11 12:00"))]
    assert stage.restored(held) == [f"lock 009 account {NEXT}", "close XYZ"]


@pytest.mark.parametrize(
    ("until", "wanted"),
    [
        ("2026-03-11 20:00", [f"lock 009 ES {NEXT}"]),
        ("2026-03-12 09:30", []),
        ("2026-03-13 09:30", []),
        (None, []),
    ],
)
def test_a_lock_that_ends_before_the_next_start_is_made_longer_and_no_other_is_touched(
    until, wanted
):
    stage = Stage(hours(own={"ES": DAY}), now=END)
    end = None if until is None else ny(until)
    key = LockKey(ACCOUNT, "ES", RuleId("RULE-009"))
    stage.market.locks.set(Lockout(key, LockKind.UNTIL_SESSION, "closed", END, end), END)
    assert stage.restored() == wanted


def upcoming(one: Any, after: str, count: int) -> list[datetime]:
    """The next instants the rule asks to be woken at."""
    found, at = [], ny(after)
    for _ in range(count):
        due = one.next_event(at)
        assert due is not None
        at, event = due
        assert event == SessionEnded(AccountId(0), at)
        found.append(at)
    return found


def test_the_clock_is_told_every_start_every_end_and_the_end_of_the_grace():
    one = hours(session_close_grace_seconds=60)
    assert upcoming(one, "2026-03-13 15:00", 4) == [
        ny("2026-03-13 16:00"), ny("2026-03-13 16:01"), ny("2026-03-16 09:30"),
        ny("2026-03-16 16:00"),
    ]  # fmt: skip
    both = hours(DAY, {"ES": OVERNIGHT})
    assert upcoming(both, "2026-03-11 15:00", 4) == [
        ny("2026-03-11 16:00"), ny("2026-03-11 17:00"), ny("2026-03-11 18:00"),
        ny("2026-03-12 09:30"),
    ]  # fmt: skip


def test_s61_s62_clock_changes_move_the_start_once():
    spring = hours(own={"ES": OVERNIGHT})
    assert upcoming(spring, "2026-03-07 12:00", 1)[0].isoformat() == "2026-03-08T22:00:00+00:00"
    every_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    night = {"start": "01:30", "end": "05:00", "timezone": NY}
    autumn = hours(own={"ES": night}, days=tuple(every_day))
    found = [at.isoformat() for at in upcoming(autumn, "2026-11-01 00:00", 3)]
    assert found == [
        "2026-11-01T05:30:00+00:00", "2026-11-01T10:00:00+00:00", "2026-11-02T06:30:00+00:00",
    ]  # fmt: skip
