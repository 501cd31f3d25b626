"""RULE-005 MaxUnrealizedProfit, profit target: single positions and total (S34, S197)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.events import ConfigActivated, QuoteChanged, TimerFired
from risk_manager.domain.records import Level
from risk_manager.rules.max_unrealized_profit import MaxUnrealizedProfit
from tests.support.limits import loss
from tests.support.make import ACCOUNT, NOW, OTHER, cid, contract, ny, position
from tests.support.stage import Stage, market, rule

LOCKED = ["lock 005 account until 03-11 17:00", "flatten"]


def target(limit="1000", scope="per_position", **keys):
    """The rule at this target in USD."""
    return rule(MaxUnrealizedProfit.section, limit=Decimal(limit), scope=scope, **keys)


def holding(*held, one=None, **settings):
    """A stage with positions (name, signed size, average) and no price yet."""
    stage = Stage(one or target(), **settings)
    rows = [
        position(name, size, average=average, number=number)
        for number, (name, size, average) in enumerate(held, 70)
    ]
    assert stage.restored(rows) == []
    return stage


@pytest.mark.parametrize(
    ("name", "size", "average", "price", "is_closed"),
    [
        ("MNQ", 2, "21000", "21100", False),
        ("MNQ", 2, "21000", "21249.75", False),
        ("MNQ", 2, "21000", "21250.00", True),
        ("MNQ", 2, "21000", "21250.25", True),
        ("MNQ", -2, "21000", "20750.25", False),
        ("MNQ", -2, "21000", "20750.00", True),
        ("ES", -1, "5800", "5780.25", False),
        ("ES", -1, "5800", "5780", True),
        ("ES", -1, "5800", "5820", False),
        ("MNQ", 2, "21000", "20000", False),
    ],
)
def test_s34_one_position_against_the_target(name, size, average, price, is_closed):
    stage = holding((name, size, average))
    assert stage.quote(name, price) == ([f"close {name}"] if is_closed else [])
    assert stage.market.locks.active(ACCOUNT, stage.now) == []


def test_only_the_winning_contract_is_closed_and_a_loss_elsewhere_does_not_hinder():
    stage = holding(("MNQ", 2, "21000"), ("ES", 1, "5800"))
    assert stage.quote("ES", "5752") == []
    assert stage.quote("MNQ", "21250") == ["close MNQ"]
    assert stage.status("RULE-005") == ("MNQ 1,000.00", None)


def test_a_total_is_the_sum_of_gains_and_losses():
    stage = holding(("MNQ", 4, "21000"), ("ES", 1, "5800"), one=target(scope="total"))
    assert stage.quote("ES", "5752") == []
    assert stage.quote("MNQ", "21200") == []
    assert stage.status("RULE-005") == ("-800.00", None)
    assert stage.quote("ES", "5787.75") == []
    assert stage.status("RULE-005") == ("987.50", None)
    assert stage.quote("ES", "5788") == LOCKED
    (lock,) = stage.market.locks.active(ACCOUNT, stage.now)
    assert (lock.reason, lock.value, lock.limit) == (
        "open profit 1,000.00 of 1,000.00", "1,000.00", "1,000.00",
    )  # fmt: skip
    assert stage.quote("ES", "5799") == []
    assert stage.market.locks.active(ACCOUNT, stage.now) == [lock]


@pytest.mark.parametrize(
    ("keys", "ends"), [({}, "03-11 17:00"), ({"lockout_until": "permanent"}, "-")]
)
def test_the_end_of_the_lock(keys, ends):
    stage = holding(("MNQ", 2, "21000"), one=target(scope="total", **keys))
    assert stage.quote("MNQ", "21250") == [f"lock 005 account until {ends}", "flatten"]
    stage.now = ny("2026-03-11 17:00")
    stage.new_day()
    assert stage.market.locks.is_locked_out(ACCOUNT, stage.now) is (ends == "-")


def test_unknown_prices_close_nothing_alone_and_leave_a_total_to_what_is_priced():
    stage = holding(("MNQ", 2, "21000"), ("ES", 1, "5800"))
    assert stage.quote("ES", "5805") == []
    assert stage.status("RULE-005") == (None, "no price of CON.F.US.MNQ.H26 yet")
    assert stage.quote("ES", "5820") == ["close ES"]
    total = holding(("MNQ", 2, "21000"), ("ES", 1, "5800"), one=target(scope="total"))
    total.account.unpriced_since = total.mono
    assert total.quote("ES", "5820") == []
    assert total.status("RULE-005") == (None, "no price of CON.F.US.MNQ.H26 yet")
    total.wait(30)
    assert total.hear(TimerFired("sweep", ACCOUNT)) == LOCKED
    reason = total.market.locks.active(ACCOUNT, total.now)[0].reason
    assert reason.endswith(" (without the positions that have no price)")


def test_an_unknown_contract_is_unknown_and_a_stale_price_is_used():
    stage = holding(("MNQ", 2, "21000"), known=["ES"])
    assert stage.quote("MNQ", "21250") == []
    assert stage.status("RULE-005")[1] == "contract CON.F.US.MNQ.H26 is not loaded"
    stage.market.contracts.put(contract("MNQ"))
    stage.wait(3600)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == ["close MNQ"]


def test_an_odd_price_takes_no_profit_and_an_old_quote_looks_first():
    stage = holding(("MNQ", 1, "21000"))
    stage.quote("MNQ", "21000")
    assert stage.quote("MNQ", "21600") == []
    stage.wait(0.1)
    assert stage.quote("MNQ", "21000.25") == []
    stage = holding(("MNQ", 2, "21000"))
    old = QuoteChanged(cid("MNQ"), Decimal(21250), at=NOW - timedelta(seconds=3))
    assert stage.hear(old) == []
    assert stage.judge.wants_look
    assert stage.restored([position("MNQ", 2, number=70)]) == ["close MNQ"]


def test_a_restart_or_a_lower_target_in_mid_breach_and_a_close_in_flight():
    stage = holding(("MNQ", 2, "21000"))
    stage.quote("MNQ", "21200")
    lower = Stage(target("800"), shared=stage.market)
    assert lower.restored([position("MNQ", 2)]) == ["close MNQ"]
    assert lower.hear(ConfigActivated(ACCOUNT)) == ["close MNQ"]
    lower.flying[cid("MNQ")] = 0
    assert lower.quote("MNQ", "21210") == []


def test_under_a_lock_that_leaves_nothing_only_the_total_acts():
    for scope, wanted in (("per_position", []), ("total", LOCKED)):
        stage = Stage(loss(), target(scope=scope))
        stage.restored([position("MNQ", 2)])
        assert stage.fill("ES", -1, "-500")[0].startswith("lock 003")
        for _ in range(2):  # one look alone does not show ES flat
            stage.restored([position("MNQ", 2)])
            stage.wait(1.1)
        assert stage.quote("MNQ", "21250") == wanted


def test_s197_a_shadow_records_only():
    stage = holding(("MNQ", 2, "21000"), one=target(mode="profit_target", rule_mode="shadow"))
    assert stage.quote("MNQ", "21250") == []
    (alarm,) = [n.text for n in stage.step.notices if n.level is Level.ALARM]
    text = "would have acted (CloseContract): MNQ open profit 1,000.00 of 1,000.00"
    assert alarm == f"RULE-005 {text}"


def test_two_accounts_are_judged_by_their_own_positions():
    shared = market()
    one, other = Stage(target(), shared=shared), Stage(target(), shared=shared, account=OTHER)
    one.restored([position("MNQ", 2)])
    other.restored([position("MNQ", 1, account=OTHER)])
    assert one.quote("MNQ", "21250") == ["close MNQ"]
    assert other.quote("MNQ", "21250") == []


@given(st.integers(-600, 600), st.integers(1, 4), st.booleans())
def test_a_target_is_the_mirror_of_a_loss_limit(ticks, size, short):
    """A long closes at the target exactly when the short of that size would at the loss."""
    sign = -1 if short else 1
    stages = []
    for one, side in ((target("100"), sign), (rule("daily_unrealized_loss", limit=100,
                                                   scope="per_position"), -sign)):  # fmt: skip
        stage = Stage(one, max_price_jump_pct=0)
        stage.quote("MNQ", str(21000 + Decimal(ticks) / 4))
        stages.append(stage.restored([position("MNQ", side * size)]))
    assert stages[0] == stages[1]
    assert bool(stages[0]) is (Decimal(ticks * size * sign) / 2 >= 100)
