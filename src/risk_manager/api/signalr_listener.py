"""The user hub: accounts, orders, positions and trades of the watched accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from risk_manager.api.hub_listener import (
    Call,
    KickedError,
    SubscribeRefusedError,
    fault_report,
    is_logout,
)
from risk_manager.api.signalr_messages import Invocation
from risk_manager.api.translate import translate_user
from risk_manager.domain.event_facts import account_of
from risk_manager.domain.events import SessionKicked
from risk_manager.domain.ids import AccountId
from risk_manager.domain.ports import Deliver

_PER_ACCOUNT = ("SubscribeOrders", "SubscribePositions", "SubscribeTrades")
_ENTITIES = {
    "gatewayuseraccount": "account",
    "gatewayuserorder": "order",
    "gatewayuserposition": "position",
    "gatewayusertrade": "trade",
}


class UserHubListener:
    """Turns messages of the user hub into events; events of other accounts are dropped."""

    hub = "user"
    version = 0

    def __init__(self, account_ids: Iterable[AccountId], deliver: Deliver) -> None:
        self._accounts = frozenset(account_ids)
        self._deliver = deliver

    def subscriptions(self) -> Sequence[Call]:
        """Return one call for all accounts and three for each; the ids must be numbers."""
        accounts = sorted(self._accounts)
        each = [Call(target, (account,)) for account in accounts for target in _PER_ACCOUNT]
        return [Call("SubscribeAccounts"), *each]

    def take(self, message: Invocation) -> None:
        """Deliver the events of a message; raises KickedError after delivering SessionKicked."""
        if is_logout(message.target):
            self._deliver(SessionKicked(self.hub))
            raise KickedError
        try:
            events = translate_user(message.target, message.arguments)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the hub must be read on
            entity = _ENTITIES.get(message.target.lower(), "frame")
            events = [fault_report(entity, fault, message)]
        for event in events:
            account = account_of(event)
            if account is None or account in self._accounts:
                self._deliver(event)

    def refuse(self, call: Call, error: str) -> None:
        """Give the connection up: half a picture of an account cannot be relied on."""
        raise SubscribeRefusedError(f"{call} was refused: {error}")
