"""The section of RULE-005 in risk_config.yaml."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from pydantic import Field, model_validator

from risk_manager.config.base import Choice, ProfitTarget, UsdAmount, refuse
from risk_manager.rules.open_pnl import OpenPnlConfig, Scope


class ProfitMode(StrEnum):
    """What is done with open profit."""

    PROFIT_TARGET = "profit_target"
    BREAKEVEN = "breakeven"


class MaxUnrealizedProfitConfig(OpenPnlConfig):
    """Section `max_unrealized_profit` of risk_config.yaml."""

    key_aliases: ClassVar = {"target": "limit"}

    mode: Choice[ProfitMode] = Field(
        default=ProfitMode.PROFIT_TARGET,
        description="profit_target closes at the target; breakeven closes a gain given back.",
    )
    limit: ProfitTarget | None = Field(
        default=None,
        description="Target in USD, e.g. 1000; required in profit_target, not used in breakeven.",
    )
    breakeven_arm_profit: ProfitTarget | None = Field(
        default=None,
        description="Profit in USD that arms a position, e.g. 100; required in breakeven.",
    )
    breakeven_offset: UsdAmount = Field(
        default=Decimal(0),
        description="Once armed, close at or below this profit in USD; below the arming profit.",
    )

    @model_validator(mode="after")
    def _each_mode_has_its_keys(self) -> MaxUnrealizedProfitConfig:
        if self.mode is ProfitMode.PROFIT_TARGET:
            if self.limit is None:
                raise refuse("profit_target needs a limit", "write limit: the profit in USD")
            return self
        if self.breakeven_arm_profit is None:
            raise refuse(
                "breakeven needs breakeven_arm_profit",
                "write breakeven_arm_profit: the profit in USD that arms",
            )
        if self.scope is not Scope.PER_POSITION:
            raise refuse("breakeven works on single positions", "write scope: per_position")
        if self.breakeven_offset >= self.breakeven_arm_profit:
            raise refuse(
                "breakeven_offset must be below breakeven_arm_profit",
                "lower it, or raise breakeven_arm_profit",
            )
        return self

    @property
    def target(self) -> Decimal:
        """The limit in USD, which mode profit_target has."""
        assert self.limit is not None, "refused by the section's own check"
        return self.limit

    @property
    def arm(self) -> Decimal:
        """The profit in USD that arms, which mode breakeven has."""
        assert self.breakeven_arm_profit is not None, "refused by the section's own check"
        return self.breakeven_arm_profit
