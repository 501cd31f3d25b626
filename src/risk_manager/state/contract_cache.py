"""MOD-007: contract data by id, for all accounts, and which ids still have to be fetched.

Tick sizes come from the venue, never from a default: what is not loaded is Unknown. A failed fetch
is never remembered as an answer. Pure; instants are monotonic seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from risk_manager.domain.contracts import Contract
from risk_manager.domain.ids import ContractId
from risk_manager.domain.money import ZERO
from risk_manager.domain.symbols import TICKER_BY_CODE
from risk_manager.domain.unknown import Unknown

RETRY_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Waits after the first, second, ... failed fetch; the last one repeats."""

# Product codes that are their own ticker (gateway reference: contract listings of August 2026).
CODES_THAT_ARE_TICKERS: Final = frozenset(
    {
        "RTY", "YM", "MES", "MNQ", "M2K", "MYM", "NKD", "EMD", "MBT", "MNG", "MGC", "SIL", "MHG",
        "M6E", "M6A", "M6B", "SR3", "HE", "GF",
    }
)  # fmt: skip

_ID_PARTS: Final = 4
_AT_ONCE: Final = float("-inf")
_ASKED: Final = float("inf")


class ContractCache:
    """Loaded contracts, and the ids that were needed but are not loaded.

    Contracts stay for the life of the process, also expired ones: a position may refer to them.
    """

    def __init__(self, contracts: Iterable[Contract] = ()) -> None:
        self._contracts: dict[ContractId, Contract] = {}
        self._due: dict[ContractId, float] = {}
        self._failures: dict[ContractId, int] = {}
        for contract in contracts:
            self.put(contract)

    def get(self, contract_id: ContractId) -> Contract | Unknown:
        """Return a contract's data; Unknown until it is loaded. Asks for nothing by itself."""
        contract = self._contracts.get(contract_id)
        return Unknown(f"contract {contract_id} is not loaded") if contract is None else contract

    def put(self, contract: Contract) -> None:
        """Remember a contract. ValueError unless tick size and tick value are above zero."""
        if contract.tick_size <= ZERO or contract.tick_value <= ZERO:
            raise ValueError(f"contract {contract.id} has no usable tick size or tick value")
        self._contracts[contract.id] = contract
        self._due.pop(contract.id, None)
        self._failures.pop(contract.id, None)

    def root_of(self, contract_id: ContractId) -> str | Unknown:
        """Return the trader's ticker of a contract.

        Until it is loaded, the code inside the id decides if it is a known one. An id without at
        least four dot-separated parts is its own root (the caller warns). Otherwise Unknown, which
        is not the same as a root that no limit lists.
        """
        contract = self._contracts.get(contract_id)
        if contract is not None:
            return contract.root
        parts = contract_id.upper().split(".")
        if len(parts) < _ID_PARTS:
            return contract_id.upper()
        code = parts[_ID_PARTS - 1]
        if code in CODES_THAT_ARE_TICKERS:
            return code
        ticker = TICKER_BY_CODE.get(code)
        return Unknown(f"the symbol of {contract_id} is unknown") if ticker is None else ticker

    def known_root(self, contract_id: ContractId) -> str | None:
        """Return the trader's ticker of a contract; None while it is not resolved."""
        root = self.root_of(contract_id)
        return None if isinstance(root, Unknown) else root

    def label(self, contract_id: ContractId) -> str:
        """Return what a person reads: the trader's ticker, or the id while it is not known."""
        root = self.root_of(contract_id)
        return contract_id if isinstance(root, Unknown) else root

    def note_needed(self, contract_id: ContractId) -> None:
        """Have a contract fetched if it is neither loaded nor asked for; due at once."""
        if contract_id not in self._contracts:
            self._due.setdefault(contract_id, _AT_ONCE)

    def note_failed(self, contract_id: ContractId, mono: float) -> int:
        """A fetch failed: try again after 1, 2, 5, 10, 30, 30 ... s. Return the failures so far."""
        if contract_id in self._contracts:
            return 0
        failures = self._failures.get(contract_id, 0) + 1
        self._failures[contract_id] = failures
        self._due[contract_id] = mono + RETRY_S[min(failures, len(RETRY_S)) - 1]
        return failures

    def due_fetches(self, mono: float) -> tuple[ContractId, ...]:
        """Return the ids to fetch now; each only once until its fetch fails."""
        due = tuple(contract_id for contract_id, at in self._due.items() if at <= mono)
        for contract_id in due:
            self._due[contract_id] = _ASKED
        return due

    def next_due(self) -> float | None:
        """Return when the next fetch is due (-inf: at once), None if none is."""
        earliest = min(self._due.values(), default=_ASKED)
        return None if earliest == _ASKED else earliest

    def missing(self) -> frozenset[ContractId]:
        """Return the ids that were needed and are not loaded yet."""
        return frozenset(self._due)
