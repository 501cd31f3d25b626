"""Models of what stands in risk_config.yaml beside the rules: `global` and `daily_reset`."""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from pydantic import Field

from risk_manager.config.base import Choice, RuleMode, StrictModel
from risk_manager.config.values import PlainText, Ratio, WallTime, ZoneName

DEFAULT_RESET_TIME = time(17, 0)
DEFAULT_RESET_ZONE = "America/New_York"


class OnRuleError(StrEnum):
    """What a rule that raises causes besides DEGRADED."""

    ALARM = "alarm"
    LOCK = "lock"


class LoosenPolicy(StrEnum):
    """When a looser setting becomes active."""

    NEXT_RESET = "next_reset"
    IMMEDIATE = "immediate"


class PriceBasis(StrEnum):
    """Which price open positions are valued at."""

    LAST = "last"
    MID = "mid"
    EXIT = "exit"


class GlobalConfig(StrictModel):
    """Section `global` of risk_config.yaml."""

    ignored_keys: ClassVar[frozenset[str]] = frozenset({"check_on_startup", "logging_level"})

    mode: Choice[RuleMode] = Field(
        default=RuleMode.ENFORCE,
        description="enforce acts; shadow decides and records, and sends nothing.",
    )
    on_rule_error: Choice[OnRuleError] = Field(
        default=OnRuleError.ALARM,
        description="When a rule fails: alarm, or also lock new exposure until the next reset.",
    )
    allow_manual_unlock: bool = Field(
        default=False, description="Whether an administrator may lift a lock before it ends."
    )
    loosen_policy: Choice[LoosenPolicy] = Field(
        default=LoosenPolicy.NEXT_RESET,
        description="When a looser setting counts; immediate is for development only.",
    )
    loosen_min_wait_hours: int = Field(
        default=8,
        ge=0,
        description="Hours a looser setting waits at least; 1 to 72 in service mode.",
    )
    price_basis: Choice[PriceBasis] = Field(
        default=PriceBasis.LAST,
        description="Values open positions at the last price, the mid, or the price of an exit.",
    )
    max_quote_age_seconds: int = Field(
        default=10, gt=0, description="Seconds after which a price counts as stale."
    )
    max_price_jump_pct: Ratio = Field(
        default=Decimal(1),
        ge=0,
        le=100,
        description="A jump of more percent must be confirmed by a second quote; 0 = off.",
        json_schema_extra={"minimum": 0, "maximum": 100},
    )
    preset: PlainText | None = Field(
        default=None, description="Name of the preset the file came from; only shown."
    )


class DailyReset(StrictModel):
    """Section `daily_reset` of risk_config.yaml."""

    key_aliases: ClassVar[Mapping[str, str]] = MappingProxyType({"reset_time": "time"})

    time: WallTime = Field(default=DEFAULT_RESET_TIME, description="End of the trading day, HH:MM.")
    timezone: ZoneName = Field(default=DEFAULT_RESET_ZONE, description="IANA zone of time.")
