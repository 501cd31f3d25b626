"""RULE-013 DailyRealizedProfit: the trading day ends when the day's profit reaches the target.

Watches: every fill of the trading day (from reset to reset, never the calendar date).

Acts: when the profit is at the target. The account is locked until the next daily reset, or for
good, and everything is closed, so that a good day cannot be given back. A restart at or above the
target enforces it again, and a lower target acts at once. A voided trade is subtracted, but the
lock stays.

While this rule is enforced, RULE-005 with `scope: per_position` takes the profit of a position as
soon as it completes the day's target.

Cannot: count open profit, or promise that closing what is open leaves the day at the target.
Without the day's trades the profit is UNKNOWN.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from risk_manager.config.base import ProfitTarget
from risk_manager.domain.decisions import Breach, Flatten, NotEvaluated, Reading, Verdict
from risk_manager.domain.distance import Left, Unit, left
from risk_manager.domain.events import (
    ConfigActivated,
    DayReset,
    Event,
    StateRestored,
    TradeExecuted,
)
from risk_manager.domain.ids import RuleId
from risk_manager.domain.money import usd
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.day_lock import DayLimitConfig, day_lock
from risk_manager.utils.messages import daily_profit_reason


class DailyRealizedProfitConfig(DayLimitConfig):
    """Section `daily_realized_profit` of risk_config.yaml."""

    key_aliases: ClassVar = {"target": "limit"}

    limit: ProfitTarget = Field(description="Realised profit in USD that ends the day, e.g. 1000.")


class DailyRealizedProfit(Rule[DailyRealizedProfitConfig]):
    """Lock and flatten once today's realised P&L is at or above the target."""

    rule_id: ClassVar = RuleId("RULE-013")
    section: ClassVar = "daily_realized_profit"
    title: ClassVar = "Daily realized profit"
    config_model: ClassVar = DailyRealizedProfitConfig
    needs_day_pnl = True
    listens_to: ClassVar = (TradeExecuted, DayReset, ConfigActivated, StateRestored)

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Compare today's realised P&L with the target; equal counts as reached."""
        del event
        realized = view.realized_pnl_today(net=self.config.include_fees)
        if isinstance(realized, Unknown):
            return NotEvaluated(realized.cause)
        if realized < self.config.limit:
            return Reading(usd(realized))
        return Breach(
            reason=daily_profit_reason(realized, self.config.limit),
            decisions=(day_lock(self.config.lockout_until, view), Flatten()),
            value=usd(realized),
            limit=self.describe_limit(),
            severity=realized,
        )

    def left(self, view: AccountView) -> Left | None:
        """USD until the target."""
        realized = view.realized_pnl_today(net=self.config.include_fees)
        if isinstance(realized, Unknown):
            return None
        return left(self.config.limit - realized, Unit.USD, whole=self.config.limit)

    def describe_limit(self) -> str:
        """The target in USD."""
        return usd(self.config.limit)
