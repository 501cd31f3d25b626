"""What a fill was counted as, and which closes were ours, outlive a run."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import AccountId, IntentId, TradeId
from risk_manager.domain.orders import Side
from risk_manager.domain.records import PastClose
from risk_manager.state.persistence import Store
from risk_manager.state.writes import EndIntent, PutBoundary, PutIntent, PutTrade
from tests.unit.state.store_samples import CON, INTENT, NOW, TRADE

ONE = AccountId(1)
KEY = (ONE, TradeId(7))


def kept(path, *writes):
    """What a start reads after these writes."""
    store = Store.open(path / "state.db")
    store.commit([PutBoundary(ONE, NOW - timedelta(hours=1)), *writes])
    found = store.load()
    store.close()
    return found


def test_the_marks_come_back_with_their_fill(tmp_path):
    marks = FillMarks(opens=True, own_close=True)
    assert kept(tmp_path, PutTrade(TRADE, marks)).marks == {KEY: marks}


def test_closes_of_the_day_come_back_finished_or_not_and_older_ones_do_not(tmp_path):
    open_close = PastClose(ONE, CON, INTENT.id, INTENT.created_at, None)
    assert kept(tmp_path, PutIntent(INTENT)).closes == (open_close,)
    sold = replace(INTENT, closing_side=Side.SELL)
    found = kept(tmp_path, PutIntent(sold))
    assert (found.intents, found.closes) == ((sold,), (replace(open_close, side=Side.SELL),))
    end = NOW + timedelta(seconds=2)
    found = kept(tmp_path, EndIntent(INTENT.id, end, "DONE"))
    assert found.closes == (PastClose(ONE, CON, IntentId(5), INTENT.created_at, end, Side.SELL),)
    assert kept(tmp_path, EndIntent(INTENT.id, NOW - timedelta(hours=2), "DONE")).closes == ()


def test_a_fill_of_an_older_version_has_no_marks_rather_than_the_traders(tmp_path):
    """Version 2 did not store them: they are found anew from the closes of the day."""
    known = kept(tmp_path, PutTrade(TRADE))
    assert known.marks == {KEY: FillMarks()}
    with closing(sqlite3.connect(tmp_path / "state.db")) as other, other:
        other.execute("UPDATE trades SET opens = NULL, own_close = NULL")
    assert kept(tmp_path).marks == {}
