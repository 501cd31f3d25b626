"""Hub messages to domain events: every payload form the gateway is known or documented to send.

A user-hub message is a bare row, `{action, data}`, an array of either as the one argument, or such
an array spread into the arguments. `action` is ignored: sources disagree on its meaning (gateway
reference: recordings of July and August 2026). What cannot be understood becomes a ProtocolError,
one per row, so that a good row beside it still counts. Nothing here raises or drops silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from risk_manager.api import translate_rows as rows
from risk_manager.api import wire
from risk_manager.domain.events import (
    AccountChanged,
    Event,
    OrderChanged,
    PositionChanged,
    ProtocolError,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId, ContractId

RAW_LIMIT: Final = 2000
"""Characters of a message kept in a ProtocolError."""
MAX_NESTING: Final = 4
"""Arrays and envelopes within one another; the known forms need two."""


class _Envelope(msgspec.Struct):
    """`{action, data}`; a bare row has no `data`."""

    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Owner(msgspec.Struct):
    """Where a row says whose it is: `accountId`, or `id` for an account."""

    accountId: msgspec.Raw = msgspec.Raw(b"null")  # noqa: N815 - the wire's name
    id: msgspec.Raw = msgspec.Raw(b"null")


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_OWNER: Final = msgspec.json.Decoder(_Owner)
_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT: Final = msgspec.json.Decoder(wire.Text)
_NUMBER: Final = msgspec.json.Decoder(wire.Int64)

_USER_ROWS: Final[Mapping[str, tuple[str, Callable[[rows.Raw], Event]]]] = MappingProxyType(
    {
        "gatewayuseraccount": ("account", lambda raw: AccountChanged(rows.account_row(raw))),
        "gatewayuserorder": ("order", lambda raw: OrderChanged(rows.order_row(raw))),
        "gatewayuserposition": ("position", lambda raw: PositionChanged(rows.position_row(raw))),
        "gatewayusertrade": ("trade", lambda raw: TradeExecuted(rows.trade_row(raw))),
    }
)


def is_user_target(target: str) -> bool:
    """Whether `target` is one of the four streams of the user hub, in any letter case."""
    return target.lower() in _USER_ROWS


def translate_user(target: str, arguments: Sequence[msgspec.Raw]) -> list[Event]:
    """Return the events of one user-hub invocation, in the order of its rows.

    An unknown target is a ProtocolError of the entity `frame`; never raises.
    """
    known = _USER_ROWS.get(target.lower())
    if known is None:
        return [protocol_error("frame", f"unknown target {target[:100]!r}", b"")]
    entity, to_event = known
    if not arguments:
        return [protocol_error(entity, "no arguments", b"")]
    return [_row_event(entity, row, to_event) for argument in arguments for row in _rows(argument)]


def translate_quote(arguments: Sequence[msgspec.Raw]) -> list[Event]:
    """Return the events of one GatewayQuote invocation: contract id, then one quote or several.

    Never raises; without a contract id it is a ProtocolError of the entity `quote`.
    """
    whole = b",".join(bytes(argument) for argument in arguments)
    if len(arguments) != 2:
        return [protocol_error("quote", f"{len(arguments)} arguments instead of 2", whole)]
    try:
        contract_id = ContractId(rows.decode(_TEXT, arguments[0]))
    except rows.WireError as error:
        return [protocol_error("quote", f"contract id: {error}", whole)]
    return [
        _row_event("quote", row, lambda raw: rows.quote_row(contract_id, raw))
        for row in _rows(arguments[1])
    ]


def protocol_error(entity: str, problem: str, raw: rows.Raw) -> ProtocolError:
    """Return the event for a row that is not understood, with its owner if that is readable."""
    data = bytes(raw)
    text = data[: RAW_LIMIT * 4].decode("utf-8", "replace")[:RAW_LIMIT]
    return ProtocolError(entity, problem, text, _owner(entity, data))


def _row_event(entity: str, raw: rows.Raw, to_event: Callable[[rows.Raw], Event]) -> Event:
    try:
        return to_event(raw)
    except rows.WireError as error:
        return protocol_error(entity, str(error), raw)


def _rows(raw: rows.Raw, depth: int = 0) -> Iterator[rows.Raw]:
    """Yield the rows in an argument: arrays and envelopes are opened, anything else is a row."""
    first = bytes(raw)[:64].lstrip()[:1]
    if depth < MAX_NESTING and first in {b"[", b"{"}:
        inner = _opened(raw, first)
        if inner is not None:
            for item in inner:
                yield from _rows(item, depth + 1)
            return
    yield raw


def _opened(raw: rows.Raw, first: bytes) -> Sequence[rows.Raw] | None:
    """Return what an array or envelope holds, None when it is a bare row or malformed."""
    try:
        if first == b"[":
            # An empty array stays a row, which then is an error: it must not vanish.
            return rows.decode(_ARRAY, raw) or None
        data = rows.decode(_ENVELOPE, raw).data
    except rows.WireError:
        return None
    return None if isinstance(data, msgspec.UnsetType) else [data]


def _owner(entity: str, data: bytes) -> AccountId | None:
    try:
        owner = rows.decode(_OWNER, data)
        member = owner.id if entity == "account" else owner.accountId
        return AccountId(rows.decode(_NUMBER, member))
    except rows.WireError:
        return None
