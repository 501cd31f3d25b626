"""RULE-007 CooldownAfterLoss: tiers, orders and ends (S43 to S45, S195)."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from risk_manager.domain.decisions import Breach
from risk_manager.domain.events import TradeExecuted
from tests.support.make import NOW, trade
from tests.support.pauses import closes, pause, rest_s
from tests.support.stage import Stage


@pytest.mark.parametrize(
    ("amounts", "seconds"),
    [
        (["-99.99", "200", None], None),
        (["-100.00"], 300),
        (["-100.01"], 300),
        (["-150"], 300),
        (["-199.99"], 300),
        (["-200"], 900),
        (["-250"], 900),
        (["-300"], 1800),
        (["-350"], 1800),
        (["-60", "-60"], None),
        (["-350", "-120"], 1800),
        (["-120", "-350"], 1800),
        ([None], None),
        (["0"], None),
    ],
)
def test_s43_the_loss_of_one_order_against_the_tiers(amounts, seconds):
    assert closes(Stage(pause()), *amounts) == seconds


@pytest.mark.parametrize("loss", ["-350", "-300"])
def test_s195_the_longest_of_all_tiers_reached_counts(loss):
    assert closes(Stage(pause((-100, 300), (-300, 60))), loss) == 300


def test_the_sign_of_a_tier_and_the_order_of_the_list_are_free():
    assert closes(Stage(pause((300, 1800), (100, "5m"))), "-100") == 300


def test_s44_the_fills_of_one_order_are_one_loss():
    stage = Stage(pause())
    assert closes(stage, "-40", "-40", order=7) is None
    assert closes(stage, "-40", order=7) == 300
    assert closes(Stage(pause(aggregate_by_order=False)), *["-40"] * 3, order=7) is None
    assert closes(Stage(pause(aggregate_by_order=False)), "-40", "-100", order=7) == 300


def test_a_gain_of_the_same_order_counts_against_its_loss():
    assert closes(Stage(pause()), "60", "-150", order=7) is None
    assert closes(Stage(pause()), "-150", "60", order=7) == 300


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_fills_that_arrive_in_any_order_give_the_same_end(order):
    stage = Stage(pause())
    times = [NOW - timedelta(seconds=30 - number) for number in range(3)]
    fills = [trade("MNQ", -1, at=at, pnl="-40", order=7) for at in times]
    for number in order:
        stage.hear(TradeExecuted(fills[number]))
    assert rest_s(stage) == 300 - 28


def test_a_gain_that_was_told_before_its_order_s_loss_shortens_nothing():
    stage = Stage(pause())
    early = trade("MNQ", -1, at=NOW - timedelta(seconds=10), pnl="-350", order=7)
    for fill in (trade("MNQ", -1, at=NOW, pnl="60", order=7), early):
        stage.hear(TradeExecuted(fill))
    assert rest_s(stage) == 1790


def test_the_end_is_counted_from_the_trade_and_one_that_is_over_is_only_logged():
    stage = Stage(pause())
    late = trade("MNQ", -1, at=stage.now - timedelta(seconds=299), pnl="-100", order=1)
    assert stage.hear(TradeExecuted(late))[1:] == ["cancel all"]
    assert rest_s(stage) == 1
    stage = Stage(pause())
    over = trade("MNQ", -1, at=stage.now - timedelta(seconds=300), pnl="-100", order=1)
    assert stage.hear(TradeExecuted(over)) == []
    assert rest_s(stage) is None
    (notice,) = stage.step.notices
    reason = "loss of a trade -100.00 of -100.00; its cooldown is over already"
    assert notice.text == reason
    breach = stage.judge.rules[0].check(TradeExecuted(over), stage.view)
    assert breach == Breach(reason, (), "-100.00", "-100.00")


def test_an_opening_fill_reads_as_nothing_lost():
    stage = Stage(pause())
    stage.fill("MNQ", 1)
    assert stage.status("RULE-007") == ("0.00", None)


def test_s45_a_further_loss_never_makes_the_end_earlier():
    stage = Stage(pause())
    assert closes(stage, "-350") == 1800
    stage.wait(300)
    again = trade("MNQ", -1, at=stage.now, pnl="-120", order=60)
    assert stage.hear(TradeExecuted(again)) == []
    assert rest_s(stage) == 1500
    stage.wait(1400)
    third = trade("MNQ", -1, at=stage.now, pnl="-120", order=61)
    assert stage.hear(TradeExecuted(third))[1:] == ["cancel all"]
    assert rest_s(stage) == 300


def test_it_ends_exactly_after_its_duration_and_the_next_loss_is_new():
    stage = Stage(pause())
    closes(stage, "-100")
    stage.wait(299.999)
    assert rest_s(stage) is not None
    stage.wait(0.001)
    assert rest_s(stage) is None
    assert closes(stage, "-100", order=8) == 300


@pytest.mark.parametrize("tiers", [((-100, 0),), ((-100, 60), (100, 90)), ((0, 60),)])
def test_tiers_that_cannot_be_meant_are_refused(tiers):
    with pytest.raises(ValidationError):
        pause(*tiers)
