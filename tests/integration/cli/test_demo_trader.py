"""The demo's trader really breaks the rules, and the judge believes only the book."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from risk_manager.cli.demo_config import RULES
from risk_manager.cli.demo_judge import Ruling, is_clean, judge, rule_on
from tests.integration.cli.demo_stage import CONTRACTS, HandStage


@pytest.fixture
def stage() -> Iterator[HandStage]:
    stage = HandStage(seed=1)
    yield stage
    stage.server.stop()


def realised(stage: HandStage) -> Decimal:
    rows = stage.book()["trades"]
    return sum((Decimal(row["profitAndLoss"] or 0) for row in rows), Decimal(0))


def play(stage: HandStage) -> list[Ruling]:
    rulings = []
    for blunder in stage.trader.mistakes():
        mistake = blunder()
        before = rule_on(mistake, stage.account, stage.book())
        assert not before.enforced, mistake
        stage.enforce(mistake)
        rulings.append(rule_on(mistake, stage.account, stage.book()))
    return rulings


@pytest.mark.parametrize("seed", range(4))
def test_every_seed_breaks_each_rule_and_a_guard_can_mend_it(seed: int) -> None:
    stage = HandStage(seed)
    try:
        rulings = play(stage)
        assert [ruling.rule for ruling in rulings] == [
            "RULE-002", "RULE-001", "RULE-009", "RULE-009", "RULE-003", "RULE-003", "RULE-003",
        ]  # fmt: skip
        assert all(ruling.enforced for ruling in rulings)
        for ruling in rulings:
            assert ruling.request_ms is not None
            assert ruling.flat_ms is not None
            assert 0 <= ruling.request_ms <= ruling.flat_ms
        assert is_clean(stage.book())
        lost = realised(stage)
        assert lost <= -RULES.daily_loss
    finally:
        stage.server.stop()


def test_no_rule_but_the_told_one_is_broken_on_the_way(stage: HandStage) -> None:
    """Before the loss is realised, what the forced closes cost stays far from the day's limit."""
    for blunder in stage.trader.mistakes()[:4]:
        stage.enforce(blunder())
    lost = realised(stage)
    assert abs(lost) < RULES.daily_loss / 5


def test_without_a_guard_nothing_is_enforced(stage: HandStage) -> None:
    mistake = stage.trader.too_many_of_one()
    ruling = judge(
        mistake, stage.account, stage.book, monotonic=lambda: stage.waited, pause=stage.pause
    )
    assert (ruling.enforced, ruling.request_ms, ruling.flat_ms) == (False, None, None)
    assert stage.waited > 5


def test_a_trader_who_goes_flat_alone_is_not_an_enforcement(stage: HandStage) -> None:
    stage.enforce(stage.trader.too_many_of_one())
    stage.enforce(stage.trader.too_many_in_all())
    mistake = stage.trader.over_the_session_end()
    side = next(row["type"] for row in stage.book()["positions"])
    stage.server.control(
        "/sim/fill",
        {"accountId": stage.account, "contractId": CONTRACTS["MCL"], "side": side % 2, "size": 1},
    )
    assert not rule_on(mistake, stage.account, stage.book()).enforced


def test_a_request_that_changes_nothing_is_not_an_enforcement(stage: HandStage) -> None:
    broken = stage.trader.too_many_of_one()
    about = {"accountId": stage.account, "contractId": CONTRACTS["MNQ"], "size": 0}
    stage.post("/api/Position/partialCloseContract", about)
    stage.pause(0.02)
    assert not rule_on(broken, stage.account, stage.book()).enforced


def test_the_same_seed_tells_the_same_story() -> None:
    stories = []
    for seed in (1, 1, 5):
        stage = HandStage(seed)
        play(stage)
        stage.server.stop()
        stories.append([re.sub(r"\d{7,}", "", line) for line in stage.story])
    assert stories[0] == stories[1]
    assert stories[0] != stories[2]
