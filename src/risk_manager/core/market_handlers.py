"""What answers about contracts and prices change (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.clockwork import Clockwork
from risk_manager.domain.events import ContractFetched, Event, LastBarFetched, StateRestored
from risk_manager.domain.ids import AccountId
from risk_manager.enforcement.step import Step
from risk_manager.state.pnl_view import Market
from risk_manager.state.writes import PutContract


class MarketHandlers:
    """Handlers of what all accounts share."""

    def __init__(
        self, guards: Mapping[AccountId, AccountGuard], market: Market, clockwork: Clockwork
    ) -> None:
        self._guards = guards
        self._market = market
        self._clockwork = clockwork

    def on_contract(self, step: Step, event: Event) -> None:
        """A contract's data arrived: rules that could not resolve it are asked again."""
        assert isinstance(event, ContractFetched)
        contract_id = event.request.contract_id
        self._clockwork.contract_answered(contract_id)
        if event.contract is None:
            tries = self._market.contracts.note_failed(contract_id, step.stamp.mono)
            if tries == 2:
                step.alarm(None, f"contract {contract_id}", f"{contract_id}: {event.problem}")
            return
        self._market.contracts.put(event.contract)
        step.late_writes.append(PutContract(event.contract))
        for guard in self._guards.values():
            if contract_id in guard.account.touched_contracts():
                step.raised.append(StateRestored(guard.account.id))

    def on_bar(self, step: Step, event: Event) -> None:
        """A bar's close counts as a stale price where there is no quote."""
        assert isinstance(event, LastBarFetched)
        contract_id = event.request.contract_id
        self._clockwork.bar_answered(contract_id)
        if event.close is not None and event.at is not None:
            self._market.quotes.set_bar(contract_id, event.close, event.at, step.stamp.mono)
            step.raised.append(event)
