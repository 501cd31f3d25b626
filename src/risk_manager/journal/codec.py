"""Events as lines of JSON, and back to equal events.

A line is an array: sequence, trusted time, monotonic time of the step and of the arrival, the
event's type name, the event, and the type names of those of its fields that may hold one of
several types. Decimals are text, instants ISO 8601, enums their values.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.events import Event, Stamp

FORMAT_VERSION: Final = 1


class JournalError(RiskManagerError):
    """A journal, or a line of it, cannot be read."""


class _Header(msgspec.Struct, frozen=True):
    """The first line of every file."""

    journal: int


class _Line(msgspec.Struct, frozen=True, array_like=True):
    sequence: int
    now: datetime
    mono: float
    received_mono: float
    type: str
    event: msgspec.Raw
    choices: dict[str, str] = {}


def _choices_of(event_type: type) -> dict[str, dict[str, type]]:
    """Return the fields that hold one of several dataclasses: their types by name."""
    choices: dict[str, dict[str, type]] = {}
    for name, hint in get_type_hints(event_type).items():
        union = get_args(hint) if get_origin(hint) in {Union, UnionType} else ()
        members = (member for member in union if isinstance(member, type))
        types = {member.__name__: member for member in members if is_dataclass(member)}
        if len(types) > 1:
            choices[name] = types
    return choices


_TYPES: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(Event)}
_CHOICES: Final = {name: _choices_of(kind) for name, kind in _TYPES.items()}
_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    name: msgspec.json.Decoder(kind) for name, kind in _TYPES.items() if not _CHOICES[name]
}
_LINES: Final = msgspec.json.Decoder(_Line)
_ENCODER: Final = msgspec.json.Encoder()


def header_line() -> bytes:
    """Return the first line of a file, without its line end."""
    return _ENCODER.encode(_Header(FORMAT_VERSION))


def check_header(line: bytes) -> None:
    """Raise JournalError unless `line` opens a journal of a format this program reads."""
    try:
        version = msgspec.json.decode(line, type=_Header).journal
    except msgspec.MsgspecError as error:
        raise JournalError("it does not begin like a journal") from error
    if version != FORMAT_VERSION:
        raise JournalError(f"its format is {version}, this program reads {FORMAT_VERSION}")


def encode_line(stamp: Stamp, event: Event) -> bytes:
    """Return one line without its line end.

    Raises TypeError, ValueError or msgspec.MsgspecError for what JSON cannot carry.
    """
    name = type(event).__name__
    choices = {field: type(getattr(event, field)).__name__ for field in _CHOICES[name]}
    return _ENCODER.encode(
        (stamp.sequence, stamp.now, stamp.mono, stamp.received_mono, name, event, choices)
    )


def decode_line(line: bytes) -> tuple[Stamp, Event]:
    """Return what a line says. Raises JournalError."""
    try:
        parsed = _LINES.decode(line)
        stamp = Stamp(parsed.sequence, parsed.now, parsed.mono, parsed.received_mono)
        if parsed.type in _DECODERS:
            return stamp, _DECODERS[parsed.type].decode(parsed.event)
        return stamp, _decode_with_choices(parsed)
    except (msgspec.MsgspecError, KeyError, ValueError) as error:
        raise JournalError(f"not an event: {error}") from error


def _decode_with_choices(line: _Line) -> Any:
    event_type = _TYPES[line.type]
    raw = msgspec.json.decode(line.event, type=dict[str, msgspec.Raw])
    hints: dict[str, Any] = get_type_hints(event_type)
    for name, types in _CHOICES[line.type].items():
        hints[name] = types[line.choices[name]]
    return event_type(
        **{
            field.name: msgspec.json.decode(raw[field.name], type=hints[field.name])
            for field in fields(event_type)
        }
    )
