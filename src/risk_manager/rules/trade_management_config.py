"""What section `trade_management` (RULE-012) may say."""

from __future__ import annotations

from pydantic import Field, model_validator

from risk_manager.config.base import RuleConfig, StrictModel, refuse


class AutoBreakevenConfig(StrictModel):
    """Keys of `auto_breakeven`."""

    enabled: bool = Field(default=False, description="Whether stops go to breakeven.")
    profit_trigger_ticks: int = Field(default=10, gt=0, description="Profit in ticks that acts.")
    offset_ticks: int = Field(
        default=0, ge=0, description="Ticks of profit that the stop keeps; below the trigger."
    )

    @model_validator(mode="after")
    def _stop_is_below_the_trigger(self) -> AutoBreakevenConfig:
        if self.offset_ticks >= self.profit_trigger_ticks:
            raise refuse(
                f"offset_ticks {self.offset_ticks} is not below profit_trigger_ticks"
                f" {self.profit_trigger_ticks}: the stop would be at or beyond the market",
                "write a smaller offset_ticks, or a larger profit_trigger_ticks",
            )
        return self


class TrailingStopConfig(StrictModel):
    """Keys of `trailing_stop`."""

    enabled: bool = Field(default=False, description="Whether stops follow the best price.")
    activation_ticks: int = Field(default=20, gt=0, description="Profit in ticks that begins it.")
    trail_distance_ticks: int = Field(
        default=10, gt=0, description="Ticks between the best price and the stop."
    )
    update_frequency: int = Field(
        default=1, ge=1, description="Seconds between two changes of one order, at least."
    )


class TradeManagementConfig(RuleConfig):
    """Section `trade_management` of risk_config.yaml."""

    auto_breakeven: AutoBreakevenConfig = Field(
        default=AutoBreakevenConfig(), description="Stops go to the entry price."
    )
    trailing_stop: TrailingStopConfig = Field(
        default=TrailingStopConfig(), description="Stops follow the best price."
    )
