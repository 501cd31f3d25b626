"""The section of RULE-008 in risk_config.yaml."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from risk_manager.config.base import Choice, RuleConfig


class GraceEnforcement(StrEnum):
    """The only allowed effect."""

    CLOSE_POSITION = "close_position"


class NoStopLossGraceConfig(RuleConfig):
    """Section `no_stop_loss_grace` of risk_config.yaml."""

    grace_period_seconds: int = Field(
        default=30, gt=0, le=86_400, description="Time to place a stop; a day at most."
    )
    enforcement: Choice[GraceEnforcement] = Field(
        default=GraceEnforcement.CLOSE_POSITION,
        description="Restates the effect; no other value is allowed.",
    )
    require_full_size: bool = Field(
        default=True, description="Stops must cover the whole size; false: any stop is enough."
    )
    regrace_interval_seconds: int = Field(
        default=600,
        ge=0,
        le=86_400,
        description="One fresh grace in this time after a stop disappears.",
    )
    replace_gap_seconds: int = Field(
        default=15, ge=0, le=86_400, description="Time to replace a stop within that interval."
    )
