"""Open P&L and the combined sum on a consistent pair (S27 to S36, S125, S190 to S193)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.contracts import Contract
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Side
from risk_manager.domain.unknown import Unknown
from risk_manager.state.open_pnl import (
    OpenPart,
    PairMonitor,
    combined,
    combined_priced,
    consistent_size,
    unrealized,
)

MNQ_ID = ContractId("CON.F.US.MNQ.H26")
ES_ID = ContractId("CON.F.US.EP.H26")
MNQ = Contract(MNQ_ID, "MNQH6", "MNQ", Decimal("0.25"), Decimal("0.5"))
NQ = Contract(ContractId("CON.F.US.ENQ.H26"), "NQH6", "NQ", Decimal("0.25"), Decimal(5))
ES = Contract(ES_ID, "ESH6", "ES", Decimal("0.25"), Decimal("12.5"))
BOND = Contract(
    ContractId("CON.F.US.TNA.H26"), "TNH6", "TN", Decimal("0.015625"), Decimal("15.625")
)


@pytest.mark.parametrize(
    ("contract", "side", "size", "average", "price", "expected"),
    [
        (MNQ, Side.BUY, 2, "21000", "20925.25", "-299.00"),
        (MNQ, Side.BUY, 2, "21000", "20925.00", "-300.00"),
        (MNQ, Side.BUY, 2, "21000", "20930", "-280.00"),
        (ES, Side.SELL, 1, "5800", "5805.75", "-287.50"),
        (ES, Side.SELL, 1, "5800", "5806.00", "-300.00"),
        (ES, Side.SELL, 1, "5800", "5780", "1000"),
        (NQ, Side.BUY, 1, "20000", "19985", "-300"),
        (MNQ, Side.BUY, 1, "20000", "19985", "-30"),
        (MNQ, Side.BUY, 2, "20950", "20875", "-300"),
        (MNQ, Side.BUY, 2, "21000", "21249.75", "999"),
        (BOND, Side.BUY, 1, "110", "109.984375", "-15.625"),
        (MNQ, Side.BUY, 0, "21000", "20000", "0"),
    ],
)
def test_open_pnl_is_exact(contract, side, size, average, price, expected):
    value = unrealized(size, side, Decimal(average), Decimal(price), contract)
    assert value == Decimal(expected)


@given(
    st.integers(1, 50),
    st.decimals("0.25", "30000", places=2),
    st.decimals("0.25", "30000", places=2),
)
def test_long_and_short_mirror_each_other(size, average, price):
    long = unrealized(size, Side.BUY, average, price, MNQ)
    assert unrealized(size, Side.SELL, average, price, MNQ) == -long
    assert unrealized(size, Side.SELL, price, average, MNQ) == long


@pytest.mark.parametrize(
    ("reported", "by_fills", "size"),
    [(2, 2, 2), (2, 1, 1), (1, 2, 1), (-3, -1, -1), (-1, -3, -1), (1, 0, 0), (0, 1, 0),
     (2, -2, 0), (-1, 1, 0), (0, 0, 0)],
)  # fmt: skip
def test_the_sum_uses_the_smaller_size_and_nothing_on_opposite_sides(reported, by_fills, size):
    assert consistent_size(reported, by_fills) == size


def open_at(size: int, price: str) -> list[OpenPart]:
    side = Side.BUY if size >= 0 else Side.SELL
    value = unrealized(abs(size), side, Decimal(21000), Decimal(price), MNQ)
    return [OpenPart(MNQ_ID, value)]


def test_a_closing_trade_is_never_counted_twice():
    steps = [
        ("0", 1, 1),  # open at -260
        ("-260", 1, 0),  # the closing trade arrives first, then a quote
        ("-260", 0, 0),  # then the position event
    ]
    for realized, reported, by_fills in steps:
        parts = open_at(consistent_size(reported, by_fills), "20870")
        assert combined(Decimal(realized), parts) == Decimal(-260)


def test_a_partial_exit_keeps_the_sum():
    for realized, reported, by_fills in [("0", 2, 2), ("-130", 2, 1), ("-130", 1, 1)]:
        parts = open_at(consistent_size(reported, by_fills), "20935")
        assert combined(Decimal(realized), parts) == Decimal(-260)


@pytest.mark.parametrize(("open_pnl", "total"), [("-49.50", "-499.50"), ("-50", "-500")])
def test_combined_adds_realised_and_open(open_pnl, total):
    assert combined(Decimal(-450), [OpenPart(MNQ_ID, Decimal(open_pnl))]) == Decimal(total)


def test_one_unknown_part_makes_the_sum_unknown_until_it_is_counted_as_nothing():
    unpriced = OpenPart(ES_ID, Unknown("no price"), lacks_price=True)
    unpaired = OpenPart(ES_ID, Unknown("fills and size differ"))
    priced = OpenPart(MNQ_ID, Decimal(-900))
    assert combined(Decimal(0), [priced, unpriced]) == Unknown("no price")
    assert combined_priced(Decimal(0), [priced, unpriced]) == Decimal(-900)
    assert combined_priced(Decimal(0), [priced, unpaired]) == Unknown("fills and size differ")
    assert combined(Unknown("not read"), [priced]) == Unknown("not read")


def test_a_pair_that_differs_for_a_second_needs_a_look():
    pairs = PairMonitor()
    pairs.note(MNQ_ID, 0, 1, 100.1)
    pairs.note(MNQ_ID, 1, 2, 100.9)
    assert pairs.next_due(100.9) == 101.1
    assert pairs.needs_look(101.0999) == frozenset()
    assert not pairs.is_unknown(MNQ_ID, 101.0999)
    assert pairs.needs_look(101.1) == {MNQ_ID}
    assert pairs.is_unknown(MNQ_ID, 101.1)
    assert pairs.next_due(101.1) is None
    pairs.note_look(MNQ_ID)
    assert not pairs.is_unknown(MNQ_ID, 200.0)


def test_a_look_at_a_pair_that_agrees_changes_nothing():
    pairs = PairMonitor()
    pairs.note_look(MNQ_ID)
    assert pairs.needs_look(1e9) == frozenset()


def test_a_pair_that_agrees_in_time_needs_none():
    pairs = PairMonitor()
    pairs.note(MNQ_ID, 0, 1, 100.0)
    pairs.note(MNQ_ID, 0, 0, 100.3)
    assert pairs.needs_look(200.0) == frozenset()
    assert not pairs.is_unknown(MNQ_ID, 200.0)
