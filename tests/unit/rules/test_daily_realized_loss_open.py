"""RULE-003 DailyRealizedLoss with fees, and with open P&L on a consistent pair."""

from decimal import Decimal

import pytest

from risk_manager.domain.events import PositionChanged, QuoteChanged, TimerFired, TradeExecuted
from tests.support.make import ACCOUNT, cid, position, trade
from tests.support.stage import Stage, rule

LOCKED = ["lock 003 account until 03-11 17:00", "flatten"]


def combined(**keys):
    """The rule at -500 that also counts open P&L."""
    keys = {"limit": Decimal(-500), "include_unrealized": True, **keys}
    return rule("daily_realized_loss", **keys)


def left_of(one, stage):
    """The distance in USD to the rule's limit."""
    found = one.left(stage.view.at(stage.step.stamp))
    assert found is not None
    return found.amount


def holding(size, realized="0", price=None):
    """A stage with MNQ at 21000 open; `realized` was lost before."""
    stage = Stage(combined())
    opening = trade("MNQ", size, order=2, number=50)
    stage.restored(trades=[trade("ES", -1, pnl=realized, number=49)])
    stage.hear(TradeExecuted(opening))
    stage.hear(PositionChanged(position("MNQ", size, number=70)))
    if price is not None:
        assert stage.quote("MNQ", price) == []
    return stage


@pytest.mark.parametrize(("include", "wanted"), [(True, LOCKED), (False, [])])
def test_s95_fees_and_commissions_of_every_half_turn_count_when_asked_for(include, wanted):
    stage = Stage(rule("daily_realized_loss", limit=Decimal(-500), include_fees=include))
    said = []
    for number in range(10):
        pnl = "-495.00" if number == 9 else None
        fill = trade("MNQ", 1, pnl=pnl, costs=("0.36", "0.25"))
        said += stage.hear(TradeExecuted(fill))
    assert said == wanted
    assert stage.status("RULE-003")[0] == ("-501.10" if include else "-495.00")


@pytest.mark.parametrize(("include", "wanted"), [(True, LOCKED), (False, [])])
def test_fees_count_in_the_sum_with_open_pnl_and_in_what_is_left(include, wanted):
    one = combined(include_fees=include)
    stage = Stage(one)
    stage.fill("MNQ", 1, fees="0.50")  # at 21000
    stage.quote("MNQ", "20751")
    assert left_of(one, stage) == (Decimal("1.50") if include else Decimal("2.00"))
    assert stage.quote("MNQ", "20750.25") == wanted


@pytest.mark.parametrize(("include", "distance"), [(True, "199.50"), (False, "200")])
def test_what_is_left_of_the_realised_limit_is_after_fees_when_asked_for(include, distance):
    for unrealized in (False, True):
        one = combined(include_fees=include, include_unrealized=unrealized)
        stage = Stage(one)
        stage.hear(TradeExecuted(trade("ES", -1, pnl="-300", costs=("0.25", "0.25"))))
        assert left_of(one, stage) == Decimal(distance)


@pytest.mark.parametrize(("include", "wanted"), [(True, LOCKED), (False, [])])
def test_fees_count_in_the_priced_part_too(include, wanted):
    stage = Stage(combined(include_fees=include))
    stage.fill("MNQ", 1, fees="0.50")
    stage.fill("ES", 1)
    assert stage.quote("MNQ", "20750.25") == []
    stage.account.unpriced_since = stage.mono
    stage.wait(30)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == wanted


def test_s26_realised_and_open_together():
    stage = holding(1, "-450")
    assert stage.quote("MNQ", "20975.25") == []
    assert stage.status("RULE-003") == ("-499.50", None)
    assert stage.quote("MNQ", "20975.00") == LOCKED


def test_a_gain_that_is_open_does_not_soften_the_realised_limit():
    stage = holding(1, "-499", price="21100")
    assert stage.hear(TradeExecuted(trade("ES", -1, pnl="-1"))) == LOCKED


def test_a_short_loses_as_the_price_rises():
    stage = holding(-2, "-300")
    assert stage.quote("MNQ", "21049.75") == []
    assert stage.quote("MNQ", "21050.00") == LOCKED


def test_quotes_and_the_sweep_are_heard_only_when_open_pnl_counts():
    quote = QuoteChanged(cid("MNQ"), Decimal(1))
    for one, hears in [(combined(), True), (combined(include_unrealized=False), False)]:
        stage = Stage(one)
        assert stage.judge.listens(quote) is hears
        assert stage.judge.listens(TimerFired("sweep", ACCOUNT)) is hears
        assert one.needs_sweep is hears


def test_s190_the_closing_trade_is_not_counted_twice():
    stage = holding(1, price="20870")
    assert stage.status("RULE-003") == ("-260.00", None)
    closing = trade("MNQ", -1, pnl="-260")
    assert stage.hear(TradeExecuted(closing)) == []
    assert stage.status("RULE-003") == ("-260.00", None)
    assert stage.quote("MNQ", "20870") == []
    assert stage.hear(PositionChanged(position("MNQ", 0, number=70))) == []
    assert stage.status("RULE-003") == ("-260.00", None)


def test_s191_the_position_first_and_its_trade_late_or_missing():
    stage = holding(1, "-200", price="20870")
    stage.wait(1)
    assert stage.hear(PositionChanged(position("MNQ", 0, number=70))) == []
    stage.wait(0.3)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, at=stage.now, pnl="-290"))) == []
    assert stage.status("RULE-003") == ("-490.00", None)


def test_s191_a_pair_that_differs_for_a_second_is_unknown_until_a_look():
    stage = holding(2, "-300", price="20960")
    stage.hear(PositionChanged(position("MNQ", 1, number=70)))
    assert stage.status("RULE-003") == ("-380.00", None)
    stage.wait(1.0)
    assert stage.account.pairs.needs_look(stage.mono) == {cid("MNQ")}
    assert stage.quote("MNQ", "20900") == []
    assert stage.status("RULE-003")[1] == "trades and position of CON.F.US.MNQ.H26 differ"
    assert stage.hear(TradeExecuted(trade("ES", -1, at=stage.now, pnl="-200"))) == LOCKED
    stage = holding(2, "-300", price="20960")
    stage.hear(PositionChanged(position("MNQ", 1, number=70)))
    stage.wait(1.0)
    assert stage.restored([position("MNQ", 1, number=70)]) == []
    assert stage.status("RULE-003") == ("-380.00", None)


def test_s192_one_of_two_contracts_leaves_the_sum_where_it_was():
    stage = holding(2, price="20935")
    for event in (
        TradeExecuted(trade("MNQ", -1, pnl="-130")),
        QuoteChanged(cid("MNQ"), Decimal(20935), at=stage.now),
        PositionChanged(position("MNQ", 1, number=70)),
    ):
        assert stage.hear(event) == []
        assert stage.status("RULE-003") == ("-260.00", None)


def test_s125_without_a_price_realised_alone_is_tested_and_the_priced_part_after_30_s():
    stage = holding(9, "0")
    stage.wait(2)
    stage.fill("ES", 1)
    assert stage.quote("MNQ", "20972.25") == []
    assert stage.status("RULE-003") == (None, "no price of CON.F.US.EP.H26 yet")
    stage.account.unpriced_since = stage.mono
    stage.wait(29.9)
    assert stage.quote("MNQ", "20972.00") == []
    stage.wait(0.1)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == LOCKED
    reason = stage.market.locks.active(ACCOUNT, stage.now)[0].reason
    assert reason == "daily loss -504.00 of -500.00 (without the positions that have no price)"


def test_the_priced_part_breaches_only_by_itself():
    stage = holding(9, "0", price="20973")
    stage.wait(2)
    stage.fill("ES", 1)
    stage.account.unpriced_since = stage.mono
    stage.wait(60)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == []
    assert stage.quote("ES", "20999.75") == []
    assert stage.status("RULE-003") == ("-498.50", None)
    assert stage.quote("ES", "20998") == LOCKED
    reason = stage.market.locks.active(ACCOUNT, stage.now)[0].reason
    assert reason == "daily loss -586.00 of -500.00"


def test_a_stale_price_is_used():
    stage = holding(1, "-450", price="20975.25")
    stage.wait(3600)
    assert stage.hear(TradeExecuted(trade("ES", -1, at=stage.now, pnl="-0.50"))) == LOCKED


def test_s194_a_single_odd_price_breaches_nothing_and_a_repeated_one_does():
    stage = holding(1, "-300", price="21000")
    assert stage.quote("MNQ", "20000") == []
    stage.wait(0.1)
    assert stage.quote("MNQ", "20999.75") == []
    assert stage.quote("MNQ", "20000") == []
    assert stage.quote("MNQ", "20000") == LOCKED
