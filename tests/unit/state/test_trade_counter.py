"""MOD-008: trades per minute, hour and session (S38 to S42, S128 to S130, S139, S141)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.counts import FillMarks, TradeCounts
from risk_manager.domain.ids import AccountId, ContractId, OrderId, TradeId
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Trade
from risk_manager.state.trade_counter import CountBy, TradeCounter

START = datetime(2026, 3, 9, 21, tzinfo=UTC)
NOON = START + timedelta(hours=15)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def fill(number, seconds, order=None):
    return Trade(
        TradeId(number), AccountId(1), ContractId("CON.F.US.MNQ.H26"), after(seconds),
        Decimal(21000), Side.BUY, 1, OrderId(order if order is not None else 1000 + number),
    )  # fmt: skip


def counter(count_by=CountBy.ENTRY):
    return TradeCounter(count_by, START)


def record(trades, fill_, *, opens=True, own_close=False):
    return trades.record_trade(fill_, opens=opens, own_close=own_close)


def test_the_minute_ends_at_the_newest_trade_and_excludes_its_own_start():
    trades = counter()
    counts = [record(trades, fill(n, s)).minute for n, s in enumerate([0, 10, 20, 30])]
    assert counts == [1, 2, 3, 4]
    trades = counter()
    assert [record(trades, fill(n, s)).minute for n, s in enumerate([0, 10, 20, 70])][-1] == 2


def test_hour_and_session():
    trades = counter()
    for number in range(10):
        record(trades, fill(number, number * 400))
    assert record(trades, fill(99, 3600)) == TradeCounts(2, 10, 11)


@pytest.mark.parametrize(
    ("count_by", "expected"), [(CountBy.ENTRY, 1), (CountBy.ORDER, 1), (CountBy.EXECUTION, 5)]
)
def test_one_order_in_five_fills(count_by, expected):
    trades = counter(count_by)
    for number in range(5):
        counts = record(trades, fill(number, number / 10, order=7))
    assert counts.minute == expected


@pytest.mark.parametrize(
    ("count_by", "expected"), [(CountBy.ENTRY, 1), (CountBy.ORDER, 4), (CountBy.EXECUTION, 4)]
)
def test_an_entry_with_three_scale_outs(count_by, expected):
    trades = counter(count_by)
    record(trades, fill(0, 0))
    for number in (1, 2, 3):
        counts = record(trades, fill(number, number), opens=False)
    assert counts.session == expected
    trades.set_count_by(CountBy.ORDER)
    assert trades.counts(after(3)).session == 4


def test_own_closes_never_count():
    trades = counter(CountBy.EXECUTION)
    record(trades, fill(1, 0))
    assert record(trades, fill(2, 1), opens=False, own_close=True).session == 1


def test_a_voided_fill_is_taken_out_for_good():
    trades = counter()
    for number in range(3):
        record(trades, fill(number, number))
    assert record(trades, replace(fill(2, 2), voided=True)).minute == 2
    assert record(trades, fill(2, 2)).minute == 2
    trades.void(TradeId(9))
    assert record(trades, fill(9, 3)).minute == 2


def test_voiding_the_first_fill_of_an_order_moves_it_to_its_next_one():
    trades = counter()
    record(trades, fill(1, 0, order=7))
    record(trades, fill(2, 61, order=7))
    trades.void(TradeId(1))
    assert trades.newest == after(61)
    assert trades.counts(after(61)).minute == 1


def test_a_late_trade_counts_at_its_own_time():
    trades = counter()
    for number, seconds in enumerate([0, 10, 20]):
        record(trades, fill(number, seconds))
    assert record(trades, fill(9, -120)).minute == 3
    assert trades.counts(after(-120)).minute == 1


def test_a_reset_forgets_what_came_before_it():
    trades = counter()
    record(trades, fill(1, -1))
    record(trades, fill(2, 0))
    trades.reset_session(NOON)
    assert trades.session_start == NOON
    assert trades.counts(after(10)) == TradeCounts(1, 1, 1)
    assert record(trades, fill(3, -1)).session == 1


rows = st.lists(
    st.tuples(st.integers(1, 8), st.integers(0, 300), st.integers(1, 4), st.booleans()),
    max_size=30,
)


@given(st.sampled_from(CountBy), rows, st.sets(st.integers(1, 8)))
def test_counts_never_exceed_distinct_trades(count_by, reports, voided):
    latest = {number: (seconds, order, opens) for number, seconds, order, opens in reports}
    trades = counter(count_by)
    for number, (seconds, order, opens) in [*latest.items(), *latest.items()]:
        record(trades, fill(number, seconds, order), opens=opens)
    for number in voided:
        trades.void(TradeId(number))
    valid = {n: row for n, row in latest.items() if n not in voided}
    if count_by is CountBy.ENTRY:
        valid = {n: row for n, row in valid.items() if row[2]}
    by_fill = count_by is CountBy.EXECUTION
    expected = len(valid) if by_fill else len({row[1] for row in valid.values()})
    counts = trades.counts(after(10**6))
    assert counts.session == expected
    assert counts.session <= len(latest)


def test_a_counted_trade_begins_once_whatever_comes_again_or_is_voided():
    trades = counter()
    record(trades, fill(1, 0, order=7))
    record(trades, fill(2, 1, order=7))
    record(trades, fill(3, 2), opens=False)
    assert [trades.has_begun(TradeId(number)) for number in (1, 2, 3, 4)] == [
        True, False, False, False,
    ]  # fmt: skip
    record(trades, fill(1, 0, order=7))
    assert trades.has_begun(TradeId(1))
    assert trades.newest_trade == fill(1, 0, order=7)
    record(trades, fill(5, 3, order=8))
    assert trades.newest_trade == fill(5, 3, order=8)
    trades.void(TradeId(5))
    assert trades.newest_trade == fill(1, 0, order=7)


def test_the_marks_of_a_fill_are_kept_until_its_session_ends():
    trades = counter()
    record(trades, fill(1, 0), own_close=True)
    assert trades.marks(TradeId(1)) == FillMarks(opens=True, own_close=True)
    trades.reset_session(after(1))
    assert trades.marks(TradeId(1)) is None
    assert not trades.has_begun(TradeId(1))
