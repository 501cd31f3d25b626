"""The model of the user's alerts.yaml: who is told what, beside the screens."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from risk_manager.config import json_forms as forms
from risk_manager.config.base import Choice, StrictModel, refuse
from risk_manager.config.values import plain_text

ALERTS: Final = "alerts.yaml"
HEARTBEAT: Final = "heartbeat"
"""The name under which the heartbeat's address is stored; no channel may have it."""
_SHORTEST_KEY: Final = 8
_NAME: Final = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)


class AlertLevel(StrEnum):
    """How much something matters; a channel gets its level and what matters more."""

    INFO = "info"
    WARNING = "warning"
    ALARM = "alarm"


def is_name(text: str) -> bool:
    """Return whether a channel, and the file of its secret, may be called so."""
    return _NAME.fullmatch(text) is not None


def _keys_in(url: str) -> list[str]:
    """Return the parts of an address that may be a key; the name of a host is none."""
    host, _, rest = url.partition("://")[2].partition("/")
    names = [part for part in re.split("[@:]", host) if "." not in part]
    parts = [*names, *re.split(r"[/?&=#]", rest)]
    return [part for part in parts if len(part) >= _SHORTEST_KEY]


def _secret(value: object) -> SecretStr:
    return value if isinstance(value, SecretStr) else SecretStr(plain_text(value))


def _name(value: object) -> str:
    text = plain_text(value)
    if not is_name(text) or text == HEARTBEAT:
        raise refuse("not a name for a channel", "use a to z, 0 to 9, _ and -, such as phone")
    return text


def _rungs(value: tuple[int, ...]) -> tuple[int, ...]:
    if list(value) != sorted(set(value)):
        raise refuse("the percentages do not rise", "write them in order, such as [50, 70, 85]")
    return value


SecretUrl = Annotated[SecretStr, BeforeValidator(_secret), forms.TEXT]
Percent = Annotated[int, Field(ge=1, le=100)]


class AlertChannel(StrictModel):
    """One way to a person."""

    name: Annotated[str, BeforeValidator(_name), forms.TEXT] = Field(
        examples=["phone"],
        description="What the log calls it: a to z, 0 to 9, _ and -.",
    )
    url: SecretUrl = Field(
        examples=["stored"],
        description='The channel\'s address: "stored", "${NAME}" in development, or itself.',
    )
    level: Choice[AlertLevel] = Field(
        default=AlertLevel.WARNING, description="The least that is sent: info, warning or alarm."
    )


class Heartbeat(StrictModel):
    """A sign of life for an outside watch, which raises the alarm when it stays away."""

    url: SecretUrl = Field(
        examples=["stored"], description='The address to call: "stored", "${NAME}", or itself.'
    )
    every_seconds: int = Field(
        default=60, ge=5, le=3600, description="Seconds between two calls while MONITORED."
    )


class AlertsFile(StrictModel):
    """The user's alerts.yaml; without the file nobody is told."""

    channels: tuple[AlertChannel, ...] = Field(default=(), max_length=8, description="Who is told.")
    warn_at: Annotated[tuple[Percent, ...], AfterValidator(_rungs)] = Field(
        default=(50, 70, 85, 100), description="Percentages of each limit at which to warn."
    )
    heartbeat: Heartbeat | None = Field(
        default=None, description="The sign of life for an outside watch."
    )

    @property
    def secrets(self) -> list[str]:
        """Return what no log may hold: the addresses, and the keys and tokens in them."""
        urls = [channel.url.get_secret_value() for channel in self.channels]
        urls += [self.heartbeat.url.get_secret_value()] if self.heartbeat else []
        return [part for url in urls for part in (url, *_keys_in(url))]
