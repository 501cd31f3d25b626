"""The section of RULE-006: limits per window, and the cooldown each of them brings."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, PlainSerializer, PlainValidator, model_validator

from risk_manager.config import json_forms as forms
from risk_manager.config.base import Choice, DayKeys, Pause, StrictModel, refuse


class CountBy(StrEnum):
    """What counts as one trade."""

    ENTRY = "entry"
    ORDER = "order"
    EXECUTION = "execution"


def _cooldown(value: object) -> Pause:
    pause = Pause.of(value)
    if pause.seconds == 0:
        fix = "write at least one second, or cooldown_on_breach.enabled: false to log only"
        raise refuse("a cooldown of no time is none", fix)
    return pause


def _as_written(seconds: int) -> Any:
    """A default as a file has it, so that schema and page show it so; it is validated like one."""
    return seconds


Cooldown = Annotated[
    Pause, PlainValidator(_cooldown), PlainSerializer(Pause.plain), forms.PAUSE_OR_RESET
]
"""Seconds above zero, or until_reset."""
TradeLimit = Annotated[int, Field(gt=0)]
"""Trades allowed in a window, above zero."""


class FrequencyLimits(StrictModel):
    """Trades allowed per window; a window without a number is not limited."""

    model_config = ConfigDict(json_schema_extra=forms.SOME)

    per_minute: TradeLimit | None = Field(default=None, description="Trades in 60 seconds.")
    per_hour: TradeLimit | None = Field(default=None, description="Trades in 3600 seconds.")
    per_session: TradeLimit | None = Field(
        default=None, description="Trades from one daily reset to the next."
    )

    @model_validator(mode="after")
    def _one_is_given(self) -> Self:
        if self.per_minute is None and self.per_hour is None and self.per_session is None:
            raise refuse("no limit is given", "write per_minute, per_hour or per_session")
        return self


class CooldownOnBreach(StrictModel):
    """How long trading pauses after each kind of breach."""

    enabled: bool = Field(default=True, description="false: a breach is only logged.")
    per_minute_breach: Cooldown = Field(
        default=_as_written(60), description="Seconds, 90s, 5m, 1h, or until_reset."
    )
    per_hour_breach: Cooldown = Field(
        default=_as_written(1800), description="The same, for the hour."
    )
    per_session_breach: Cooldown = Field(
        default=_as_written(3600),
        description="The same, for the session; never ends before the next reset.",
    )


class TradeFrequencyLimitConfig(DayKeys):
    """Section `trade_frequency_limit` of risk_config.yaml."""

    limits: FrequencyLimits = Field(description="Trades allowed per window, at least one.")
    cooldown_on_breach: CooldownOnBreach = Field(
        default=CooldownOnBreach(), description="The pause after a breach."
    )
    count_by: Choice[CountBy] = Field(
        default=CountBy.ENTRY,
        description=(
            "entry counts orders that open, add or reverse; order every order with a fill;"
            " execution every fill."
        ),
    )
    close_positions_on_breach: bool = Field(
        default=False, description="Also close every open position."
    )
