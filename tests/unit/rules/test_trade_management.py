"""RULE-012 TradeManagement: every worked example, and what it remembers (S70, S71)."""

import pytest

from risk_manager.domain.events import OrderChanged, QuoteChanged, StateRestored
from risk_manager.domain.records import Level
from risk_manager.rules.trade_management import TradeManagement
from tests.support.limits import loss
from tests.support.make import NOW, OTHER, cid, order, position
from tests.support.pauses import pause
from tests.support.stage import Stage, market
from tests.support.stops import POSITION, Held, breakeven, managed, trailing


@pytest.mark.parametrize(
    ("one", "size", "entry", "prices", "wanted"),
    [
        (breakeven(), 2, "21000", ("21000", "21002.25"), [None, None]),
        (breakeven(), 2, "21000", ("21002.50",), ["21000.00"]),
        (breakeven(), 2, "21000", ("21002.75",), ["21000.00"]),
        (breakeven(offset_ticks=2), 2, "21000", ("21002.25", "21002.50"), [None, "21000.50"]),
        (breakeven(), -2, "21000", ("20997.75", "20997.50"), [None, "21000.00"]),
        (breakeven(offset_ticks=2), -2, "21000", ("20997.50",), ["20999.50"]),
        (breakeven(), 2, "21000", ("20990",), [None]),
        (trailing(), 1, "5800", ("5804.75", "5805", "5810", "5808"),
         [None, "5802.50", "5807.50", "5807.50"]),
        (trailing(), -1, "5800", ("5795.25", "5795", "5790", "5791"),
         [None, "5797.50", "5792.50", "5792.50"]),
        (managed({}, {}), 1, "21000", ("21002.50", "21005", "21005.25", "21004"),
         ["21000.00", "21002.50", "21002.75", "21002.75"]),
        (managed({"offset_ticks": 9}, {"trail_distance_ticks": 20}), 1, "21000",
         ("21005", "21008"), ["21002.25", "21003.00"]),
        (managed(), 1, "21000", ("21100",), [None]),
    ],
)  # fmt: skip
def test_the_stop_wanted_at_each_price(one, size, entry, prices, wanted):
    assert Held(one, size=size, entry=entry).stops(*prices) == wanted


def test_breakeven_stays_wanted_when_the_profit_shrinks_but_never_beyond_the_market():
    held = Held(breakeven(offset_ticks=2))
    assert held.stops("21002.50", "21000.75", "21000.50", "20999", "21001") == [
        "21000.50", "21000.50", None, None, "21000.50",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("average", "side", "wanted"),
    [("21001.10", 1, "21001.25"), ("21001.25", 1, "21001.25"), ("21001.10", -1, "21001.00")],
)
def test_breakeven_is_on_a_tick_and_no_loss(average, side, wanted):
    held = Held(breakeven(), size=side, entry=average)
    assert held.quote(str(21001 + 20 * side)) == [f"MNQ stop {wanted}"]


def test_the_trail_is_on_a_tick_and_no_nearer_than_its_distance():
    held = Held(trailing(), price_basis="mid")
    wanted = held.stage.quote("MNQ", None, bid="21010.00", ask="21010.25")
    assert wanted == ["MNQ stop 21007.50"]


def test_a_changed_average_recomputes_breakeven():
    held = Held(breakeven())
    assert held.quote("21002.50") == ["MNQ stop 21000.00"]
    assert held.look(size=2, entry="21001.25") == ["MNQ stop 21001.25"]
    assert held.look(size=1, entry="21001.25") == ["MNQ stop 21001.25"]


def test_a_new_position_starts_anew():
    held = Held(managed({}, {}))
    held.quote("21010")
    held.stage.fill("MNQ", -1, "10")
    held.quote("21000")
    held.stage.fill("MNQ", 1)
    assert held.stops("21001", "21002.50") == [None, "21000.00"]
    held.quote("21000")
    held.stage.fill("MNQ", -2, "10")
    assert held.stops("20997.75", "20997.50") == [None, "21000.00"]


def test_what_is_remembered_goes_with_the_position():
    held = Held(trailing())
    held.quote("21010")
    assert list(held.stage.account.memory) == [("RULE-012", cid("MNQ"))]
    held.stage.fill("MNQ", -1, "10")
    assert held.stage.account.memory == {}


def test_before_anything_is_triggered_nothing_is_stored():
    held = Held(managed({}, {}))
    held.quote("21001", "21002", "21002.25")
    assert (held.stage.account.memory, held.stage.step.writes) == ({}, [])


def test_a_restart_keeps_flags_and_best_price():
    held = Held(managed({}, {}))
    held.quote("21010")
    later = Stage(managed({}, {}))
    later.account.memory.update(held.stage.account.memory)
    later.quote("MNQ", "21008")
    row = position("MNQ", 1, number=POSITION, opened=NOW, average="21000")
    assert later.restored([row]) == ["MNQ stop 21007.50"]


def test_a_restart_in_the_middle_wants_the_same_again():
    held = Held(breakeven())
    assert held.quote("21002.50") == held.look() == ["MNQ stop 21000.00"]
    assert held.stage.hear(StateRestored(held.stage.account.id)) == ["MNQ stop 21000.00"]


def test_no_price_no_move_and_the_cause_is_shown():
    held = Held(breakeven())
    assert held.stage.status("RULE-012") == (None, f"no price of {cid('MNQ')} yet")
    held.quote("21002.50")
    assert held.stage.status("RULE-012") == ("MNQ 10.0 ticks, stop 21000.00", None)


def test_unknown_contract_and_average_are_causes():
    held = Held(breakeven(), known=())
    assert held.quote("21010") == []
    assert "not loaded" in str(held.stage.status("RULE-012")[1])


def test_one_without_a_price_does_not_stop_the_others():
    held = Held(breakeven())
    rows = [position(n, 1, number=POSITION + i, opened=NOW) for i, n in enumerate(["MNQ", "ES"])]
    held.stage.restored(rows)
    assert held.quote("21002.50") == ["MNQ stop 21000.00"]
    assert held.stage.status("RULE-012")[0] == "MNQ 10.0 ticks, stop 21000.00, ES UNKNOWN"


def test_a_stale_price_is_used():
    held = Held(breakeven())
    held.quote("21002.50")
    held.stage.wait(60)
    assert held.look() == ["MNQ stop 21000.00"]


def test_a_price_jump_counts_when_it_is_repeated():
    held = Held(trailing())
    assert held.stops("21000", "21300", "21300") == [None, None, "21297.50"]


def test_an_order_event_asks_again():
    held = Held(breakeven())
    held.quote("21002.50")
    assert held.stage.hear(OrderChanged(order("MNQ", -1))) == ["MNQ stop 21000.00"]


@pytest.mark.parametrize(("lock", "wanted"), [(loss(), False), (pause(), True)])
def test_under_a_lock_it_goes_on_only_if_exposure_may_stay(lock, wanted):
    """A day lock leaves nothing; a cooldown keeps the position that was there."""
    held = Held(breakeven())
    stage = Stage(breakeven(), lock, shared=held.stage.market)
    stage.fill("MNQ", 1)
    stage.fill("ES", 1)
    stage.fill("ES", -1, "-600")
    assert stage.market.locks.active(stage.account.id, stage.now) != []
    found = stage.quote("MNQ", "21002.50")
    assert ("MNQ stop 21000.00" in found) is wanted


def test_accounts_are_kept_apart():
    shared = market()
    one = Held(breakeven(), shared=shared)
    other = Held(breakeven(), shared=shared, account=OTHER, entry="21005")
    assert (one.quote("21002.50"), other.quote("21002.50")) == (["MNQ stop 21000.00"], [])


def test_shadow_says_what_it_would_have_done_once_for_each_price():
    held = Held(managed(None, {}, rule_mode="shadow"))
    assert held.quote("21005") == []
    said = [n.text for n in held.stage.step.notices if n.level is Level.ALARM]
    what = f"RULE-012 would have placed a stop of {cid('MNQ')} to 21002.50"
    assert said == [f"{what}: MNQ 20.0 ticks, stop 21002.50"]
    assert [r.outcome.value for r in held.stage.step.records] == ["SHADOW"]
    held.quote("21005")
    assert held.stage.step.records == []
    held.quote("21006")
    assert held.stage.step.records == [], "told at most once a second"
    held.stage.wait(1)
    held.quote("21006")
    assert [r.reason for r in held.stage.step.records] == [
        "would have placed a stop to 21003.50: MNQ 24.0 ticks, stop 21003.50"
    ]


def test_it_sets_no_lock_hears_every_quote_and_says_its_triggers():
    assert TradeManagement.sets_lock is False
    assert QuoteChanged in TradeManagement.listens_to
    assert managed({}, {}).describe_limit() == (
        "breakeven at 10 ticks, from 20 ticks on 10 behind the best price"
    )
    assert managed().describe_limit() == "no stop is moved"
