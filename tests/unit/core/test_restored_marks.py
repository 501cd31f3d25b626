"""Fills stored by a version that kept no marks: whose they were is found from the day's closes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import IntentId, OrderId, TradeId
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import PastClose
from risk_manager.simulation.setup import ACCOUNT, MNQ, START, Sections, engine_of

BY_ORDER: Sections = {"trade_frequency_limit": {"limits": {"per_minute": 9}, "count_by": "order"}}
ENTRY = Trade(
    TradeId(1), ACCOUNT, MNQ, START, Decimal(21000), Side.BUY, 1, OrderId(1), None,
    Decimal(0), Decimal(0),
)  # fmt: skip
OURS = replace(
    ENTRY, id=TradeId(2), at=START + timedelta(seconds=60), side=Side.SELL, order_id=OrderId(2),
    pnl=Decimal(-9),
)  # fmt: skip
CLOSE = PastClose(
    ACCOUNT, MNQ, IntentId(1), OURS.at - timedelta(milliseconds=40),
    OURS.at + timedelta(seconds=1), None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("closes", "marks", "counted"),
    [
        ((CLOSE,), {}, 1),
        ((), {}, 2),
        ((CLOSE,), {(ACCOUNT, OURS.id): FillMarks(opens=False, own_close=False)}, 2),
    ],
)
def test_a_fill_without_marks_is_ours_if_a_close_of_the_day_fits(closes, marks, counted):
    restored = Restored(
        boundaries={ACCOUNT: START - timedelta(hours=2)},
        trades={ACCOUNT: (ENTRY, OURS)},
        closes=closes,
        marks=marks,
    )
    account = engine_of(BY_ORDER, {}, restored).guards[ACCOUNT].account
    assert account.counter.counts(OURS.at).session == counted
