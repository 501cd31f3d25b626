"""RULE-009 SessionBlockOutside: closes and locks outside the hours (S57 to S63, S199 to S202)."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from risk_manager.domain.events import ConfigActivated, OrderChanged, PositionChanged, SessionEnded
from risk_manager.rules.session_block_outside import SessionBlockOutside
from risk_manager.utils.holidays import EarlyClose, HolidayCalendar
from tests.support.make import ACCOUNT, OTHER, cid, ny, order, position
from tests.support.sessions import DAY, OVERNIGHT, hours
from tests.support.stage import Stage, market

FRIDAY = date(2026, 3, 13)
HOLIDAY = HolidayCalendar(frozenset({FRIDAY}), {}, date(2030, 1, 1))
NEXT = "until 03-12 09:30"
OUT = [f"lock 009 MNQ {NEXT}", f"lock 009 account {NEXT}", "close MNQ"]


def both(until: str) -> list[str]:
    """The locks of MNQ and of the account, in words."""
    return [f"lock 009 {scope} until {until}" for scope in ("MNQ", "account")]


def at_end(stage: Stage, now: str) -> list[str]:
    """What the clock's event wants at a New York wall time."""
    stage.now = ny(now)
    return stage.hear(SessionEnded(ACCOUNT, stage.now))


def opened(now: str, *roots: str, **keys: Any) -> Stage:
    """A stage at a New York wall time with one contract of each root open for an hour."""
    stage = Stage(hours(**keys), now=ny(now))
    since = stage.now - timedelta(hours=1)
    stage.held = stage.restored([position(root, 1, opened=since) for root in roots])
    return stage


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("2026-03-11 09:29:59", both("03-11 09:30")),
        ("2026-03-11 09:30:00", None),
        ("2026-03-11 12:00:00", None),
        ("2026-03-11 15:59:59", None),
        ("2026-03-11 16:00:00", OUT[:2]),
        ("2026-03-11 16:00:01", OUT[:2]),
        ("2026-03-13 16:00:00", both("03-16 09:30")),
        ("2026-03-14 12:00:00", both("03-16 09:30")),
    ],
)  # fmt: skip
def test_s57_s58_day_hours_with_a_position_found_open(now, wanted):
    assert opened(now, "MNQ").held == ([] if wanted is None else [*wanted, "close MNQ"])


def test_s57_the_end_flattens_and_locks_until_the_next_start():
    stage = opened("2026-03-11 15:59:59", "MNQ")
    stage.hear(OrderChanged(order("ES", 1)))
    assert at_end(stage, "2026-03-11 16:00:00") == [
        f"lock 009 ES {NEXT}", *OUT, "cancel ES",
    ]  # fmt: skip
    assert not stage.market.locks.is_locked_out(ACCOUNT, ny("2026-03-12 09:30"))
    assert stage.market.locks.is_symbol_locked(ACCOUNT, "MNQ", ny("2026-03-12 09:29:59"))


def test_s58_the_evening_before_a_friday_holiday():
    closed = opened("2026-03-12 20:00", "MNQ", holidays=HOLIDAY).held
    assert closed[0] == "lock 009 MNQ until 03-16 09:30"
    ignored = opened("2026-03-12 20:00", "MNQ", holidays=HOLIDAY, respect_holidays=False).held
    assert ignored[0] == "lock 009 MNQ until 03-13 09:30"
    assert opened("2026-03-13 12:00", "MNQ", holidays=HOLIDAY).held[-1] == "close MNQ"


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("2026-03-09 17:30:00", ["lock 009 ES until 03-09 18:00", "close ES"]),
        ("2026-03-09 18:00:00", []),
        ("2026-03-10 02:00:00", []),
        ("2026-03-13 16:59:59", []),
        ("2026-03-13 17:00:00", ["lock 009 ES until 03-15 18:00", "close ES"]),
        ("2026-03-15 17:59:00", ["lock 009 ES until 03-15 18:00", "close ES"]),
        ("2026-03-08 17:59:59", ["lock 009 ES until 03-08 18:00", "close ES"]),
        ("2026-03-08 18:00:00", []),
    ],
)
def test_s59_s61_overnight_hours(now, wanted):
    assert opened(now, "ES", own={"ES": OVERNIGHT}).held == wanted


def test_s60_each_symbol_has_its_own_hours():
    stage = Stage(hours(own={"NQ": DAY, "ES": OVERNIGHT}), now=ny("2026-03-11 20:00"))
    assert stage.fill("NQ", 1) == [f"lock 009 NQ {NEXT}", "close NQ"]
    stage.flying = {cid("NQ"): 0}
    assert stage.fill("ES", 1) == []
    assert not stage.market.locks.is_symbol_locked(ACCOUNT, "ES", stage.now)


def test_s63_an_early_close_moves_the_end_forward():
    early = {FRIDAY: EarlyClose(FRIDAY, time(12), "America/Chicago")}
    calendar = HolidayCalendar(frozenset(), early, date(2030, 1, 1))
    assert opened("2026-03-13 12:59:59", "MNQ", holidays=calendar).held == []
    assert opened("2026-03-13 13:00:00", "MNQ", holidays=calendar).held == [
        "lock 009 MNQ until 03-16 09:30", "lock 009 account until 03-16 09:30", "close MNQ",
    ]  # fmt: skip


def test_listed_symbols_are_locked_by_the_clock_before_any_fill():
    stage = opened("2026-03-11 15:59:59", own={"ES": DAY, "NQ": OVERNIGHT})
    assert stage.held == []
    assert at_end(stage, "2026-03-11 16:00:00") == [f"lock 009 ES {NEXT}"]


def test_s200_without_a_global_session_other_symbols_stay_free():
    stage = opened("2026-03-11 17:30", own={"ES": OVERNIGHT})
    assert stage.held == ["lock 009 ES until 03-11 18:00"]
    assert stage.fill("MNQ", 1) == []
    assert not stage.market.locks.is_locked_out(ACCOUNT, stage.now)
    assert stage.fill("ES", 1) == ["close ES"]


def test_the_account_is_locked_only_while_everything_is_closed():
    keys: dict[str, Any] = {"day": DAY, "own": {"ES": OVERNIGHT}}
    assert opened("2026-03-11 16:30", "MNQ", **keys).held == [f"lock 009 MNQ {NEXT}", "close MNQ"]
    assert opened("2026-03-11 17:30", **keys).held == [
        "lock 009 ES until 03-11 18:00", "lock 009 account until 03-11 18:00",
    ]  # fmt: skip


def test_s201_an_unresolved_symbol_is_closed_only_when_every_session_is():
    for now, wanted in [("20:00", []), ("17:30", ["close XYZ"])]:
        stage = opened(f"2026-03-11 {now}", "XYZ", own={"ES": OVERNIGHT})
        assert [said for said in stage.held if "lock" not in said] == wanted
        cause = None if wanted else "symbol of CON.F.US.XYZ.H26 is not known yet"
        assert stage.status("RULE-009")[1] == cause


def test_an_entry_order_of_an_unresolved_symbol_is_cancelled_and_nothing_is_closed():
    stage = opened("2026-03-11 17:30", own={"ES": OVERNIGHT})
    assert stage.hear(OrderChanged(order("XYZ", 1))) == ["cancel XYZ"]


def test_without_locks_only_what_is_open_is_closed():
    stage = opened("2026-03-11 16:00", "MNQ", day=DAY, lockout_outside_session=False)
    assert stage.held == ["close MNQ"]
    assert stage.market.locks.active(ACCOUNT, stage.now) == []


def test_exposure_found_outside_again_is_closed_again_and_not_while_its_close_is_in_flight():
    stage = opened("2026-03-11 16:00", "MNQ")
    assert stage.held == OUT
    stage.flying = {cid("MNQ"): 0}
    assert stage.hear(ConfigActivated(ACCOUNT)) == []
    assert stage.emptied() == []
    stage.flying.clear()
    assert stage.fill("MNQ", 1) == ["close MNQ"]


def test_a_restart_outside_keeps_its_locks_and_closes_what_is_open():
    locks = opened("2026-03-11 16:00", "MNQ").market.locks.active(ACCOUNT, ny("2026-03-11 16:00"))
    again = Stage(hours(), now=ny("2026-03-11 18:00"), shared=market(locks=locks))
    assert again.restored([position("MNQ", 1)]) == ["close MNQ"]
    assert again.market.locks.active(ACCOUNT, again.now) == locks


def test_another_account_is_not_touched():
    shared = market()
    now = ny("2026-03-11 15:59:59")
    one = Stage(hours(), now=now, shared=shared)
    other = Stage(hours(day=OVERNIGHT), now=now, shared=shared, account=OTHER)
    held = position("MNQ", 1, opened=now, account=OTHER)
    assert at_end(one, "2026-03-11 16:00") == [f"lock 009 account {NEXT}"]
    assert other.hear(PositionChanged(held)) == []
    assert not shared.locks.is_locked_out(OTHER, one.now)


def test_the_reason_says_what_is_closed_and_when_it_opens():
    stage = opened("2026-03-13 16:00", "MNQ")
    reason = stage.market.locks.active(ACCOUNT, stage.now)[0].reason
    assert reason == "session closed: MNQ - opens Mon 9:30 AM ET"
    flat = opened("2026-03-11 16:00")
    reason = flat.market.locks.active(ACCOUNT, flat.now)[0].reason
    assert reason == "session closed: all symbols - opens Thu 9:30 AM ET"
    assert SessionBlockOutside.section == "session_block_outside"
