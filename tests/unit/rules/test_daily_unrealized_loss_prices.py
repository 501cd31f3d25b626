"""RULE-004: which price counts, and what happens without one (S30 to S33, S193, S194)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from risk_manager.domain.events import PositionChanged, QuoteChanged, TimerFired
from tests.support.make import ACCOUNT, NOW, cid, contract, position
from tests.support.stage import Stage
from tests.unit.rules.test_daily_unrealized_loss import holding, open_loss


def test_s30_without_a_last_price_the_middle_counts():
    stage = holding("MNQ", 2)
    assert stage.quote("MNQ", None, bid="20924.75", ask="20925.25") == ["close MNQ"]


@pytest.mark.parametrize(
    ("basis", "bid", "ask", "is_closed"),
    [("mid", "20924", "20926", True), ("exit", "20925", "20930", True),
     ("exit", "20925.25", "20930", False), ("last", "20930", "20930.50", False)],
)  # fmt: skip
def test_s193_the_price_follows_its_basis(basis, bid, ask, is_closed):
    stage = holding("MNQ", 2, price_basis=basis)
    assert stage.quote("MNQ", "20900", bid=bid, ask=ask) == (["close MNQ"] if is_closed else [])


def test_s31_without_a_price_nothing_is_closed_but_another_position_is():
    stage = Stage(open_loss())
    held = [position("ES", 1, average="5800"), position("MNQ", 2)]
    assert stage.restored(held) == []
    assert stage.status("RULE-004") == (None, "no price of CON.F.US.EP.H26 yet")
    stage.account.unpriced_since = stage.mono
    stage.wait(60)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == []
    assert stage.quote("MNQ", "20925") == ["close MNQ"]
    assert stage.quote("ES", "5775") == ["close ES", "close MNQ"]


def test_s32_a_stale_price_is_used():
    stage = holding("MNQ", 2)
    stage.quote("MNQ", "20930")
    stage.wait(11)
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == []
    average = position("MNQ", 2, number=70, average="21005")
    assert stage.hear(PositionChanged(average), fresh=True) == ["close MNQ"]


def test_s33_an_unknown_contract_is_unknown_until_it_is_loaded():
    stage = holding("MNQ", 2, known=["ES"])
    assert stage.quote("MNQ", "20000") == []
    assert stage.status("RULE-004")[0] is None
    stage.market.contracts.put(contract("MNQ"))
    assert stage.hear(TimerFired("sweep", ACCOUNT)) == ["close MNQ"]


def test_s194_a_single_odd_price_closes_nothing_a_repeated_or_standing_one_does():
    stage = holding("ES", 1, "5800")
    assert stage.quote("ES", "5800") == []
    assert stage.quote("ES", "5740") == []
    stage.wait(0.1)
    assert stage.quote("ES", "5799.75") == []
    assert stage.quote("ES", "5740") == []
    assert stage.quote("ES", "5740") == ["close ES"]
    alone = holding("ES", 1, "5800")
    alone.quote("ES", "5800")
    assert alone.quote("ES", "5740") == []
    alone.wait(0.25)
    assert alone.hear(TimerFired("price confirmed", ACCOUNT)) == ["close ES"]


def test_an_old_quote_is_checked_by_a_look_before_it_closes():
    stage = holding("MNQ", 2)
    old = QuoteChanged(cid("MNQ"), Decimal(20900), at=NOW - timedelta(seconds=2.1))
    assert stage.hear(old) == []
    assert stage.judge.wants_look
    assert stage.restored([position("MNQ", 2, number=70)]) == ["close MNQ"]
