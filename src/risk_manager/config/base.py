"""The base of every section model: strict, frozen, unknown keys refused."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from risk_manager.config.values import (
    Choice,
    ContractLimit,
    Duration,
    LossLimit,
    Pause,
    PlainText,
    ProfitTarget,
    Root,
    RootList,
    RootMap,
    UsdAmount,
    WallTime,
    ZoneName,
    refuse,
)

__all__ = [
    "Choice",
    "ContractLimit",
    "DayKeys",
    "Duration",
    "LossLimit",
    "Pause",
    "PlainText",
    "ProfitTarget",
    "Root",
    "RootList",
    "RootMap",
    "RuleConfig",
    "RuleMode",
    "StrictModel",
    "UsdAmount",
    "WallTime",
    "ZoneName",
    "refuse",
]


class StrictModel(BaseModel):
    """A part of a YAML file.

    `key_aliases` maps other accepted spellings to field names; `ignored_keys` are keys of older
    files that change nothing and are reported as a note. Lists in a file arrive as tuples.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", validate_default=True)

    key_aliases: ClassVar[Mapping[str, str]] = MappingProxyType({})
    ignored_keys: ClassVar[frozenset[str]] = frozenset()


class RuleMode(StrEnum):
    """Whether a breach acts, or is only decided, recorded and shown."""

    ENFORCE = "enforce"
    SHADOW = "shadow"


class RuleConfig(StrictModel):
    """A rule's section of risk_config.yaml: `enabled` is required, limits have no defaults."""

    ignored_keys: ClassVar[frozenset[str]] = frozenset({"check_on_startup"})

    enabled: bool = Field(description="Whether the rule is evaluated.")
    rule_mode: Choice[RuleMode] = Field(
        default=RuleMode.ENFORCE, description="enforce acts; shadow records what it would do."
    )


class DayKeys(RuleConfig):
    """A rule section that may repeat the account's reset; all sections must agree."""

    reset_time: WallTime | None = Field(default=None, description="Daily reset, HH:MM.")
    timezone: ZoneName | None = Field(default=None, description="IANA zone of reset_time.")
