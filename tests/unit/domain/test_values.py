"""Small values: UNKNOWN has no truth value, a contract's point, whose request is how urgent."""

from decimal import Decimal

import pytest

from risk_manager.domain.errors import UnknownUsedError
from risk_manager.domain.ids import OrderId, RequestId
from risk_manager.domain.money import usable_price
from risk_manager.domain.requests import CancelOrder, ModifyOrder, Priority, priority_of
from risk_manager.domain.symbols import root_of_contract_id, root_of_name, ticker_of_code
from risk_manager.domain.unknown import Unknown
from tests.support.make import ACCOUNT, contract


def test_unknown_is_neither_true_nor_false():
    with pytest.raises(UnknownUsedError, match="no price of ES"):
        bool(Unknown("no price of ES"))


def test_a_point_is_worth_its_ticks():
    assert contract("ES").point_value == Decimal(50)
    assert contract("MNQ").point_value == Decimal(2)


def test_a_change_says_how_urgent_it_is_and_a_cancel_is_always_urgent():
    assert priority_of(CancelOrder(RequestId(1), ACCOUNT, OrderId(5))) is Priority.ENFORCEMENT
    for priority in (Priority.ENFORCEMENT, Priority.SAFETY):
        change = ModifyOrder(RequestId(1), ACCOUNT, OrderId(5), size=1, priority=priority)
        assert priority_of(change) is priority


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "Infinity"])
def test_what_is_no_price_counts_as_missing(price):
    assert usable_price(Decimal(price)) is None


@pytest.mark.parametrize(
    ("name", "root"),
    [("NQU5", "NQ"), ("6EU6", "6E"), (" mnqz25 ", "MNQ"), ("ENQH6", "NQ"), ("NQ", None),
     ("U5", None), ("NQA5", None)],
)  # fmt: skip
def test_the_root_of_a_name(name, root):
    assert root_of_name(name) == root


@pytest.mark.parametrize(
    ("contract_id", "root"),
    [("CON.F.US.EP.Z25", "ES"), ("CON.F.US.MNQ.Z25", "MNQ"), ("CON.F.US", None),
     ("CON.F.US..Z25", None)],
)  # fmt: skip
def test_the_root_of_an_id(contract_id, root):
    assert root_of_contract_id(contract_id) == root


def test_a_code_that_is_its_own_ticker_stays():
    assert (ticker_of_code("ep"), ticker_of_code("RTY")) == ("ES", "RTY")
