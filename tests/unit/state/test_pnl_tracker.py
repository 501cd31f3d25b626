"""MOD-005: the realised P&L of the trading day (S12 to S15, S18, S23, S95, S144)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.ids import AccountId, ContractId, OrderId, TradeId
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Trade
from risk_manager.domain.unknown import Unknown
from risk_manager.state.pnl_tracker import PnlTracker, TradeChange

DAY = datetime(2026, 3, 9, 21, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)
MICRO = timedelta(microseconds=1)


def trade(number, pnl=None, at=DAY + timedelta(hours=1), fees="0", commissions="0", voided=False):
    return Trade(
        TradeId(number), AccountId(1), ContractId("CON.F.US.MNQ.H26"), at, Decimal(21000),
        Side.SELL, 1, OrderId(number), None if pnl is None else Decimal(pnl),
        Decimal(fees), Decimal(commissions), voided,
    )  # fmt: skip


def tracker(*trades):
    fresh = PnlTracker()
    fresh.rebuild_day(DAY, trades)
    return fresh


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        (["100", "-200", "-450"], "-550"),
        (["-300", "-199.99"], "-499.99"),
        (["-300", "-200"], "-500.00"),
        (["-0.1"] * 10, "-1.0"),
        ([None, "-10", None], "-10"),
        ([], "0"),
    ],
)
def test_the_sum_is_exact_and_opening_fills_count_nothing(amounts, total):
    pnl = tracker()
    for number, amount in enumerate(amounts):
        assert pnl.add_trade(trade(number, amount)) is TradeChange.NEW
    assert pnl.realized(net=False) == Decimal(total)


def test_a_repeated_trade_counts_once():
    pnl = tracker(trade(7, "-300"))
    assert [pnl.add_trade(trade(7, "-300")) for _ in range(3)] == [TradeChange.KNOWN] * 3
    pnl.rebuild_day(DAY, [trade(7, "-300")])
    assert pnl.realized(net=False) == Decimal(-300)


def test_a_void_subtracts_once_and_a_late_copy_does_not_bring_it_back():
    pnl = tracker(trade(8, "-420"), trade(9, "-100"))
    assert pnl.add_trade(trade(9, "-100", voided=True)) is TradeChange.VOIDED
    assert pnl.add_trade(trade(9, "-100", voided=True)) is TradeChange.KNOWN
    assert pnl.add_trade(trade(9, "-100")) is TradeChange.KNOWN
    assert pnl.realized(net=False) == Decimal(-420)
    assert pnl.add_trade(trade(10, "-50", voided=True)) is TradeChange.VOIDED
    assert pnl.realized(net=False) == Decimal(-420)


def test_fees_of_half_turns_count_in_the_net_sum_only():
    pnl = tracker(trade(1, "-495.00"))
    for number in range(2, 12):
        pnl.add_trade(trade(number, None, fees="0.36", commissions="0.25"))
    assert pnl.realized(net=False) == Decimal("-495.00")
    assert pnl.realized(net=True) == Decimal("-501.10")


def test_unknown_until_the_day_was_read_or_restored():
    pnl = PnlTracker()
    pnl.add_trade(trade(1, "-10"))
    assert isinstance(pnl.realized(net=False), Unknown)
    pnl.restore(DAY, [trade(2, "-20")])
    assert pnl.realized(net=False) == Decimal(-30)
    assert not pnl.is_verified
    pnl.rebuild_day(DAY, [])
    assert pnl.realized(net=True) == Decimal(-30)
    assert pnl.is_verified


def test_an_answer_for_the_newest_trades_only_does_not_verify_the_day():
    pnl = PnlTracker()
    pnl.restore(DAY, [trade(1, "-10", DAY)])
    result = pnl.rebuild_day(DAY, [trade(2, "-5")], since=DAY + timedelta(minutes=30))
    assert not pnl.is_verified
    assert (result.new, result.changed, result.missing) == ((trade(2, "-5"),), (), ())


def test_rebuilding_merges_by_id_and_keeps_what_the_answer_lacks():
    pnl = tracker(trade(7, "-300"), trade(8, "-10"), trade(9, "-1", voided=True))
    result = pnl.rebuild_day(DAY, [trade(8, "-12"), trade(10, "-40"), trade(11, "-9", DAY - MICRO)])
    assert result.new == (trade(10, "-40"),)
    assert result.changed == (trade(8, "-12"),)
    assert result.missing == (trade(7, "-300"),)
    assert pnl.realized(net=False) == Decimal(-352)


def test_a_trade_at_the_reset_belongs_to_the_new_day():
    pnl = tracker(trade(1, "-300", NEXT - MICRO))
    assert pnl.add_trade(trade(2, "-50", NEXT)) is TradeChange.NEW
    pnl.reset(NEXT)
    assert pnl.realized(net=False) == Decimal(-50)
    assert pnl.add_trade(trade(1, "-300", NEXT - MICRO)) is TradeChange.OUT_OF_DAY
    assert [known.id for known in pnl.trades()] == [2]


def test_a_read_counts_and_misses_a_trade_exactly_at_its_start():
    pnl = tracker(trade(1, "-300", at=DAY))
    assert pnl.realized(net=False) == Decimal(-300)
    assert [one.id for one in pnl.rebuild_day(DAY, []).missing] == [1]
    assert pnl.rebuild_day(DAY, [], since=DAY + MICRO).missing == ()


def test_the_fills_of_an_order_are_in_the_exchange_s_order_without_voids():
    late = replace(trade(1, "-1", at=DAY + MICRO), order_id=OrderId(7))
    early, voided = replace(late, id=TradeId(3), at=DAY), replace(late, id=TradeId(4), voided=True)
    tied = replace(late, id=TradeId(2))
    pnl = tracker(tied, late, early, voided, trade(5, "-1"))
    assert pnl.of_order(OrderId(7)) == (early, late, tied)
    assert pnl.trade(TradeId(4)) == voided
    assert pnl.trade(TradeId(9)) is None


def test_a_restored_day_begins_where_it_was_stored():
    pnl = PnlTracker()
    pnl.restore(DAY, [trade(1, "-5", at=DAY - MICRO), trade(2, "-7", at=DAY)])
    assert (pnl.boundary, pnl.realized(net=False)) == (DAY, Decimal(-7))


def test_a_sum_that_was_only_restored_does_not_speak_for_the_next_day():
    pnl = PnlTracker()
    pnl.restore(DAY, [trade(1, "-300")])
    pnl.reset(NEXT)
    assert isinstance(pnl.realized(net=False), Unknown)
    verified = tracker(trade(1, "-300"))
    verified.reset(NEXT)
    verified.reset(NEXT)
    assert verified.realized(net=False) == Decimal(0)


def test_the_day_cannot_go_back():
    pnl = tracker()
    with pytest.raises(ValueError, match="cannot go back"):
        pnl.rebuild_day(DAY - MICRO, [])


amounts = st.none() | st.decimals("-1000", "1000", places=2)
books = st.dictionaries(st.integers(1, 8), st.tuples(amounts, st.booleans()), max_size=8)


@given(books, st.data())
def test_order_and_repeats_change_nothing(book, data):
    reports = []
    for number, (amount, voided) in book.items():
        first = trade(number, amount, fees="0.36")
        reports += [first, replace(first, voided=voided)]
    stream = data.draw(st.permutations(reports + reports[: len(reports) // 2]))
    pnl = tracker()
    for report in stream:
        pnl.add_trade(report)
    counted = [amount or Decimal(0) for amount, voided in book.values() if not voided]
    assert pnl.realized(net=False) == sum(counted, Decimal(0))
    assert pnl.realized(net=True) == sum(counted, Decimal(0)) - Decimal("0.36") * len(counted)
