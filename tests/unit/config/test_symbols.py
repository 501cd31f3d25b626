"""Tickers, codes and roots (domain/symbols.py), which configuration keys are written in."""

from decimal import Decimal

import pytest

from risk_manager.domain.symbols import (
    TICKER_BY_CODE,
    mini_weight,
    root_of_contract_id,
    root_of_name,
    ticker_of_code,
)


@pytest.mark.parametrize(
    ("name", "root"),
    [
        ("NQU5", "NQ"), ("6EU6", "6E"), ("MNQZ25", "MNQ"), ("M2KH6", "M2K"), ("esm6", "ES"),
        ("SR3H26", "SR3"), ("E7Z5", "E7"), ("NQ", None), ("", None), ("NQA5", None), ("5", None),
        ("Z5", None),
    ],
)  # fmt: skip
def test_root_of_name(name, root):
    assert root_of_name(name) == root


@pytest.mark.parametrize(
    ("contract_id", "root"),
    [
        ("CON.F.US.EP.Z25", "ES"),
        ("CON.F.US.ENQ.H26", "NQ"),
        ("CON.F.US.MNQ.H26", "MNQ"),
        ("CON.F.US.EU6.H26", "6E"),
        ("CON.F.US", None),
        ("MNQZ5", None),
        ("CON.F.US..Z25", None),
    ],
)
def test_root_of_contract_id(contract_id, root):
    assert root_of_contract_id(contract_id) == root


def test_tickers_are_not_codes_of_something_else():
    assert not set(TICKER_BY_CODE.values()) & TICKER_BY_CODE.keys()
    assert ticker_of_code("mnq") == "MNQ"


@pytest.mark.parametrize(("root", "weight"), [("MNQ", "0.1"), ("SIL", "0.2"), ("NQ", "1")])
def test_micro_equivalence(root, weight):
    assert mini_weight(root) == Decimal(weight)
