"""What makes a hub connection a user or a market hub: its calls and what it does with events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from risk_manager.api.signalr_messages import Invocation
from risk_manager.domain.events import ProtocolError

_RAW_TEXT_LIMIT = 2_000


class Call(NamedTuple):
    """A call of a method of the gateway's hub. Account ids are int, contract ids str."""

    target: str
    arguments: tuple[int | str, ...] = ()

    def __str__(self) -> str:
        return f"{self.target}({', '.join(map(str, self.arguments))})"


class KickedError(Exception):
    """The gateway logged this session out: the connection must be given up."""


class SubscribeRefusedError(Exception):
    """The gateway refused a subscription without which the hub is of no use."""


class HubListener(Protocol):
    """The part of a hub that differs. Its methods run on the hub's thread."""

    @property
    def hub(self) -> str:
        """`user` or `market`."""
        ...

    @property
    def version(self) -> int:
        """Another number after every change of `subscriptions`."""
        ...

    def subscriptions(self) -> Sequence[Call]:
        """Return the subscribing calls that shall be in force."""
        ...

    def take(self, message: Invocation) -> None:
        """Deliver the events of a message; raises KickedError when it is a logout."""
        ...

    def refuse(self, call: Call, error: str) -> None:
        """Take note that `call` failed; raises SubscribeRefusedError if all is lost with it."""
        ...


def undo(call: Call) -> Call:
    """Return the call that ends the subscription `call` began."""
    return Call(f"Un{call.target[0].lower()}{call.target[1:]}", call.arguments)


def is_logout(target: str) -> bool:
    """Whether a target is GatewayLogout, in any letter case (observed in lower case)."""
    return target.lower() == "gatewaylogout"


def fault_report(entity: str, fault: Exception, message: Invocation) -> ProtocolError:
    """Return the event for a message on which our own translator failed.

    A hub that is no longer read would be worse than one lost message; with this event the
    daemon reads the entity again.
    """
    raw = b",".join(bytes(argument) for argument in message.arguments)
    text = raw[: 4 * _RAW_TEXT_LIMIT].decode(errors="replace")[:_RAW_TEXT_LIMIT]
    return ProtocolError(entity, f"{type(fault).__name__}: {fault}", text)
