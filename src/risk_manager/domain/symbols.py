"""Trader tickers, month codes and the product codes the gateway uses inside contract ids.

A root is the ticker a trader writes, without expiry: ``NQ`` for ``NQU5``. Comparison is exact and
ignores case; mini and micro are distinct roots. The code table is a fallback for the time before a
contract is loaded (gateway reference: contract listings of August 2026).
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

MONTH_LETTERS: Final = frozenset("FGHJKMNQUVXZ")

# Product code in `CON.F.US.<code>.<expiry>` -> trader's ticker, where the two differ.
TICKER_BY_CODE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "EP": "ES", "ENQ": "NQ", "GMET": "MET", "CLE": "CL", "MCLE": "MCL", "NQM": "QM",
        "NGE": "NG", "NQG": "QG", "RBE": "RB", "HOE": "HO", "GCE": "GC", "SIE": "SI",
        "CPE": "HG", "PLE": "PL", "EU6": "6E", "DA6": "6A", "BP6": "6B", "CA6": "6C",
        "JY6": "6J", "SF6": "6S", "MX6": "6M", "NE6": "6N", "EEU": "E7", "GMCD": "MCD",
        "TUA": "ZT", "FVA": "ZF", "TYA": "ZN", "TNA": "TN", "USA": "ZB", "ULA": "UB",
        "ZCE": "ZC", "ZWA": "ZW", "ZSE": "ZS", "ZME": "ZM", "ZLE": "ZL", "GLE": "LE",
    }
)  # fmt: skip

# Equity-index roots; they trade 18:00 to 17:00 New York.
INDEX_ROOTS: Final = frozenset(
    {"ES", "NQ", "RTY", "YM", "MES", "MNQ", "M2K", "MYM", "NKD", "MNK", "EMD"}
)

_TENTH: Final = frozenset(
    {"MES", "MNQ", "M2K", "MYM", "MCL", "MNG", "MGC", "MHG", "M6E", "M6A", "M6B", "MCD"}
)
_ID_PARTS: Final = 4


def ticker_of_code(code: str) -> str:
    """Return the upper-case ticker of a product code; a code that is its own ticker stays."""
    upper = code.strip().upper()
    return TICKER_BY_CODE.get(upper, upper)


def root_of_name(name: str) -> str | None:
    """Return the root of a contract name such as ``NQU5``; None when the name has no expiry.

    Strips the trailing digits of the year, then the month letter: ``6EU6`` gives ``6E``.
    """
    upper = name.strip().upper()
    stem = upper.rstrip("0123456789")
    if stem == upper or len(stem) < 2 or stem[-1] not in MONTH_LETTERS:
        return None
    return ticker_of_code(stem[:-1])


def root_of_contract_id(contract_id: str) -> str | None:
    """Return the ticker behind ``CON.F.US.<code>.<expiry>``; None for an id of another shape.

    The caller then treats the id as its own root and warns.
    """
    parts = contract_id.split(".")
    if len(parts) < _ID_PARTS or not parts[3]:
        return None
    return ticker_of_code(parts[3])


def mini_weight(root: str) -> Decimal:
    """Return how many minis one contract counts as under micro equivalence (1, 0.1 or 0.2)."""
    if root in _TENTH:
        return Decimal("0.1")
    return Decimal("0.2") if root == "SIL" else Decimal(1)
