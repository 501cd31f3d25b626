"""What the daemon and its sender process say to each other: a line of JSON each (pure)."""

from __future__ import annotations

from typing import Final

import msgspec


class ChannelSetup(msgspec.Struct, frozen=True):
    """One way to a person; `url` is a secret."""

    name: str
    url: str
    level: str


class Setup(msgspec.Struct, frozen=True, tag="setup"):
    """The first line: who is told, and the heartbeat's address."""

    channels: tuple[ChannelSetup, ...]
    heartbeat: str | None = None


class Message(msgspec.Struct, frozen=True, tag="message"):
    """Something to tell everybody whose channel has this level or a lower one."""

    title: str
    text: str
    level: str


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """Call the heartbeat's address once."""


Order = Setup | Message | Beat


class Report(msgspec.Struct, frozen=True):
    """How a channel does: `problem` None when it works again; `dropped` messages were too old."""

    channel: str
    problem: str | None = None
    dropped: int = 0


ORDERS: Final = msgspec.json.Decoder(Order)
REPORTS: Final = msgspec.json.Decoder(Report)


def line(value: Order | Report) -> bytes:
    """Return one line with its end."""
    return msgspec.json.encode(value) + b"\n"
