"""Which contracts' quotes are wanted (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.ids import AccountId, ContractId
from risk_manager.domain.requests import WatchQuotes
from risk_manager.enforcement.step import Step

SPARE_S: Final = 1.0


class QuoteWatch:
    """Asks for the quotes of every held contract at once, and drops the others a second later.

    `forget` is told each dropped contract: its price would grow old unseen.
    """

    def __init__(
        self, guards: Mapping[AccountId, AccountGuard], forget: Callable[[ContractId], None]
    ) -> None:
        self._guards = guards
        self._forget = forget
        self._watched: frozenset[ContractId] = frozenset()
        self._grown_mono = float("-inf")

    def ask(self, step: Step) -> None:
        """Add the command when what is wanted has changed."""
        wanted = frozenset(c for guard in self._guards.values() for c in guard.open_contracts())
        mono = step.stamp.mono
        if not wanted <= self._watched:
            self._watched |= wanted
            self._grown_mono = mono
        elif wanted != self._watched and mono - self._grown_mono >= SPARE_S:
            for contract_id in sorted(self._watched - wanted):
                self._forget(contract_id)
            self._watched = wanted
        else:
            return
        step.commands.append(WatchQuotes(self._watched))
