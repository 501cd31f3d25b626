"""The demo's trader really breaks the rules, and the judge believes only the book."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from risk_manager.cli.demo_config import RULES
from risk_manager.cli.demo_judge import is_clean, judge, rule_on
from tests.integration.cli.demo_stage import CONTRACTS, HandStage


@pytest.fixture
def stage() -> Iterator[HandStage]:
    stage = HandStage(seed=1)
    yield stage
    stage.server.stop()


STORY = ["002", "001", "011", "008", "012", "009", "006", "010", "004", "007", "003", "003"]
NEXT_DAY = ["005", "013"]
EVERY_RULE = {f"{number:03}" for number in range(1, 14)}


def realised(stage: HandStage, since: str = "") -> Decimal:
    rows = [row for row in stage.book()["trades"] if row["creationTimestamp"] >= since]
    return sum((Decimal(row["profitAndLoss"] or 0) for row in rows), Decimal(0))


@pytest.mark.parametrize("seed", range(6))
def test_every_seed_breaks_each_rule_and_a_guard_can_mend_it(seed: int) -> None:
    stage = HandStage(seed)
    try:
        rulings = stage.play()
        assert [ruling.rule for ruling in rulings] == [f"RULE-{n}" for n in STORY + NEXT_DAY]
        assert set(STORY + NEXT_DAY) == EVERY_RULE
        assert all(ruling.enforced for ruling in rulings)
        for ruling in rulings:
            assert ruling.request_ms is not None
            assert ruling.flat_ms is not None
            assert 0 <= ruling.request_ms <= ruling.flat_ms
            assert re.fullmatch(r"[^.]+\.", ruling.lesson), "one sentence"
            assert len(ruling.lesson) <= 125, "two lines of a narrow screen"
        assert is_clean(stage.book())
        won = realised(stage, since="2026-03-11")
        assert won >= RULES.daily_profit
        assert realised(stage) - won <= -RULES.daily_loss
    finally:
        stage.server.stop()


def test_no_rule_but_the_told_one_is_broken_on_the_way(stage: HandStage) -> None:
    """Before the first loss that is told, what the forced closes cost stays far from any limit."""
    for blunder in stage.trader.first_day()[: STORY.index("004")]:
        stage.mend(blunder())
    assert abs(realised(stage)) < RULES.pausing_loss / 4


def test_the_loss_of_the_day_is_reached_by_the_last_loss_only(stage: HandStage) -> None:
    for blunder in stage.trader.first_day()[: STORY.index("003")]:
        stage.mend(blunder())
    assert -RULES.daily_loss < realised(stage) <= -RULES.pausing_loss


def test_without_a_guard_nothing_is_enforced(stage: HandStage) -> None:
    mistake = stage.trader.morning.too_many_of_one()
    ruling = judge(
        mistake, stage.account, stage.book, monotonic=lambda: stage.waited, pause=stage.pause
    )
    assert (ruling.enforced, ruling.request_ms, ruling.flat_ms) == (False, None, None)
    assert stage.waited > 5


def test_a_trader_who_goes_flat_alone_is_not_an_enforcement(stage: HandStage) -> None:
    stage.enforce(stage.trader.morning.stop_to_breakeven())
    mistake = stage.trader.morning.over_the_session_end()
    side = next(row["type"] for row in stage.book()["positions"])
    stage.server.control(
        "/sim/fill",
        {"accountId": stage.account, "contractId": CONTRACTS["MCL"], "side": side % 2, "size": 1},
    )
    assert not rule_on(mistake, stage.account, stage.book()).enforced


def test_a_request_that_changes_nothing_is_not_an_enforcement(stage: HandStage) -> None:
    broken = stage.trader.morning.too_many_of_one()
    about = {"accountId": stage.account, "contractId": CONTRACTS["MNQ"], "size": 0}
    stage.post("/api/Position/partialCloseContract", about)
    stage.pause(0.02)
    assert not rule_on(broken, stage.account, stage.book()).enforced


def test_closing_more_than_must_go_is_not_the_right_answer(stage: HandStage) -> None:
    broken = stage.trader.morning.too_many_of_one()
    stage.enforce(replace(broken, allowed=broken.allowed - 1))
    assert not rule_on(broken, stage.account, stage.book()).enforced


def test_a_stop_that_is_gone_is_no_stop_at_breakeven(stage: HandStage) -> None:
    winner = stage.trader.morning.stop_to_breakeven()
    stage.enforce(winner)
    assert rule_on(winner, stage.account, stage.book()).enforced
    cancel = {"accountId": stage.account, "orderId": winner.kept[0]}
    stage.post("/api/Order/cancel", cancel)
    assert not rule_on(winner, stage.account, stage.book()).enforced


def test_a_stop_at_another_price_is_not_at_breakeven(stage: HandStage) -> None:
    winner = stage.trader.morning.stop_to_breakeven()
    assert winner.stop_at is not None
    stage.enforce(replace(winner, stop_at=winner.stop_at + Decimal("0.01")))
    assert not rule_on(winner, stage.account, stage.book()).enforced


def test_the_same_seed_tells_the_same_story() -> None:
    stories = []
    for seed in (1, 1, 5):
        stage = HandStage(seed)
        stage.play()
        stage.server.stop()
        stories.append([re.sub(r"\d{7,}", "", line) for line in stage.story])
    assert stories[0] == stories[1]
    assert stories[0] != stories[2]
