"""RULE-004 with scope total: the sum, its lock, and what is UNKNOWN (S28, S125)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.events import ConfigActivated, TimerFired
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKey
from tests.support.make import ACCOUNT, NOW, OTHER, ny, position
from tests.support.stage import Stage, market
from tests.unit.rules.test_daily_unrealized_loss import open_loss

KEY = LockKey(ACCOUNT, "account", RuleId("RULE-004"))
LOCKED = ["lock 004 account until 03-11 17:00", "flatten"]


def total(limit="-300", **keys):
    """The rule on the sum of the account."""
    return open_loss(limit, scope="total", **keys)


def holding(*held, one=None, **settings):
    """A stage with positions (name, signed size, average)."""
    stage = Stage(one or total(), **settings)
    rows = [position(name, size, average=average) for name, size, average in held]
    assert stage.restored(rows) == []
    return stage


@pytest.mark.parametrize(
    ("mnq", "es", "wanted"),
    [("20950", "5798.25", []), ("20950", "5798.00", LOCKED), ("20950", "5792", LOCKED),
     ("20900", "5802.25", []), ("20900", "5802.00", LOCKED), ("21100", "5786.25", []),
     ("21100", "5786.00", LOCKED)],
)  # fmt: skip
def test_s28_the_sum_of_all_positions_against_the_limit(mnq, es, wanted):
    """MNQ 2 at 21000 and ES 1 at 5800; a gain of one softens the loss of the other."""
    stage = holding(("MNQ", 2, "21000"), ("ES", 1, "5800"))
    assert stage.quote("ES", "5800" if Decimal(es) < 5800 else es) == []
    said = stage.quote("MNQ", mnq)
    assert said + stage.quote("ES", es) == wanted


def test_the_lock_names_value_and_limit_and_is_set_once():
    stage = holding(("MNQ", 2, "21000"))
    assert stage.quote("MNQ", "20920") == LOCKED
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert (lock.reason, lock.value, lock.limit) == (
        "open loss -320.00 of -300.00", "-320.00", "-300.00",
    )  # fmt: skip
    stage.wait(1)
    assert stage.quote("MNQ", "20800") == []
    assert stage.market.locks.get(KEY, stage.now) == lock
    assert stage.quote("MNQ", "21000") == []
    assert stage.market.locks.get(KEY, stage.now) == lock


@pytest.mark.parametrize(
    ("keys", "ends"), [({}, "03-11 17:00"), ({"lockout_until": "permanent"}, "-")]
)
def test_the_end_of_the_lock(keys, ends):
    stage = holding(("MNQ", 2, "21000"), one=total(**keys))
    assert stage.quote("MNQ", "20900") == [f"lock 004 account until {ends}", "flatten"]
    stage.now = ny("2026-03-11 17:00")
    stage.new_day()
    assert stage.market.locks.is_locked_out(ACCOUNT, stage.now) is (ends == "-")


def test_flat_is_zero_and_a_restart_in_mid_breach_locks():
    stage = Stage(total())
    assert stage.restored() == []
    assert stage.status("RULE-004") == ("0.00", None)
    shared = market()
    Stage(total(), shared=shared).quote("MNQ", "20900")
    held = [position("MNQ", 2)]
    assert Stage(total("-401"), shared=shared).restored(held) == []
    assert Stage(total("-400"), shared=shared).restored(held) == LOCKED
    lock = shared.locks.get(KEY, NOW)
    again = Stage(total("-400"), shared=market(locks=shared.locks.active(ACCOUNT, NOW)))
    again.quote("MNQ", "20900")
    assert again.restored(held) == []
    assert again.hear(ConfigActivated(ACCOUNT)) == []
    assert again.market.locks.get(KEY, NOW) == lock


def test_s125_one_unpriced_position_makes_the_sum_unknown_until_it_is_priced():
    stage = holding(("MNQ", 9, "21000"), ("ES", 2, "5800"))
    stage.account.unpriced_since = stage.mono
    assert stage.quote("MNQ", "20950") == []
    assert stage.status("RULE-004") == (None, "no price of CON.F.US.EP.H26 yet")
    stage.wait(10)
    assert stage.quote("ES", "5801") == LOCKED
    assert stage.status("RULE-004") == ("-800.00", None)


def test_s125_after_30_seconds_the_priced_part_is_tested_alone_and_the_reason_says_so():
    stage = holding(("MNQ", 9, "21000"), ("ES", 2, "5800"))
    stage.account.unpriced_since = stage.mono
    assert stage.quote("MNQ", "20950") == []
    stage.wait(29.9)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == []
    stage.wait(0.2)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == LOCKED
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    text = "open loss -900.00 of -300.00 (without the positions that have no price)"
    assert lock.reason == text


def test_the_priced_part_above_the_limit_stays_unknown():
    stage = holding(("MNQ", 2, "21000"), ("ES", 2, "5800"))
    stage.account.unpriced_since = stage.mono
    stage.quote("MNQ", "20925.25")
    stage.wait(60)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == []
    assert stage.status("RULE-004")[1] == "no price of CON.F.US.EP.H26 yet"


def test_the_total_is_asked_under_another_lock_and_in_one_account_only():
    shared = market()
    one, other = Stage(total(), shared=shared), Stage(total(), shared=shared, account=OTHER)
    one.restored([position("MNQ", 2)])
    other.restored([position("MNQ", 2, average="20900", account=OTHER)])
    assert one.quote("MNQ", "20850") == LOCKED
    assert other.quote("MNQ", "20850") == []
    assert not shared.locks.is_locked_out(OTHER, NOW)


ticks = st.integers(-400, 400)


@given(ticks, ticks, st.integers(1, 3), st.integers(-3, -1))
def test_total_and_single_positions_agree_with_the_sums(mnq, es, longs, shorts):
    """MNQ long and ES short, moved by ticks; prices are given before the positions."""
    shared = market(max_price_jump_pct=0)
    first = Stage(total(), shared=shared)
    first.quote("MNQ", str(21000 + Decimal(mnq) / 4))
    first.quote("ES", str(5800 + Decimal(es) / 4))
    held = [position("MNQ", longs), position("ES", shorts, average="5800")]
    pnl = {"MNQ": Decimal(mnq * longs) / 2, "ES": Decimal(es * shorts) * Decimal("12.5")}
    assert first.restored(held) == (LOCKED if sum(pnl.values()) <= -300 else [])
    alone = Stage(open_loss(), shared=market(max_price_jump_pct=0))
    alone.market.quotes = shared.quotes
    expected = [f"close {name}" for name in sorted(pnl) if pnl[name] <= -300]
    assert alone.restored(held) == expected
