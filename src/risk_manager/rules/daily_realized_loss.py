"""RULE-003 DailyRealizedLoss: the trading day ends when the day's loss reaches the limit.

Watches: every fill of the trading day (from reset to reset, never the calendar date). With
`include_unrealized` the open P&L counts as well; it only ever makes the rule stricter.

Acts: when the loss is at the limit. The account is locked until the next daily reset, or for good,
and everything is closed. A restart in the middle of a breach enforces it again, and a tighter
limit acts at once. A voided trade is subtracted, but the lock stays.

Cannot: guarantee that the day ends at the limit: it judges losses that are realised, and closing
what is open may add to them. With `include_unrealized` and a position without a price the realised
loss alone is tested, after 30 seconds together with the positions that have a price. Without the
day's trades the loss is UNKNOWN.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from risk_manager.config.base import LossLimit
from risk_manager.domain.decisions import Breach, Flatten, NotEvaluated, Reading, Verdict
from risk_manager.domain.distance import Left, Unit, left
from risk_manager.domain.events import (
    ConfigActivated,
    DayReset,
    Event,
    LastBarFetched,
    PositionChanged,
    QuoteChanged,
    StateRestored,
    TimerFired,
    TradeExecuted,
)
from risk_manager.domain.ids import RuleId
from risk_manager.domain.money import usd
from risk_manager.domain.price_move import PriceMove
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.day_lock import DayLimitConfig, day_lock
from risk_manager.utils.messages import UNPRICED_LEFT_OUT, daily_loss_reason


class DailyRealizedLossConfig(DayLimitConfig):
    """Section `daily_realized_loss` of risk_config.yaml."""

    key_aliases: ClassVar = {"loss_limit": "limit"}

    limit: LossLimit = Field(
        description="P&L in USD that ends the day, e.g. -500; -500 and 500 mean the same."
    )
    include_unrealized: bool = Field(
        default=False, description="Test realised plus open P&L as well."
    )


class DailyRealizedLoss(Rule[DailyRealizedLossConfig]):
    """Lock and flatten once today's P&L is at or below the limit."""

    rule_id: ClassVar = RuleId("RULE-003")
    section: ClassVar = "daily_realized_loss"
    title: ClassVar = "Daily realized loss"
    config_model: ClassVar = DailyRealizedLossConfig
    needs_day_pnl = True
    listens_to: ClassVar = (TradeExecuted, DayReset, ConfigActivated, StateRestored)
    listens_with_unrealized: ClassVar = (QuoteChanged, PositionChanged, TimerFired, LastBarFetched)

    def inputs(self) -> tuple[type[Event], ...]:
        """Also whatever moves open P&L, when it counts."""
        if self.config.include_unrealized:
            return self.listens_to + self.listens_with_unrealized
        return self.listens_to

    @property
    def needs_sweep(self) -> bool:
        """Each second while open P&L counts, so that a missing price is noticed."""
        return self.config.include_unrealized

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Compare today's P&L with the limit; equal counts as reached."""
        del event
        net = self.config.include_fees
        realized = view.realized_pnl_today(net=net)
        combined = view.combined_pnl_today(net=net) if self.config.include_unrealized else realized
        causes = [value.cause for value in (combined, realized) if isinstance(value, Unknown)]
        known = [value for value in (realized, combined) if isinstance(value, Decimal)]
        suffix = ""
        if self.config.include_unrealized and isinstance(combined, Unknown):
            priced = view.priced_pnl_today(net=net)
            if priced is not None:
                known.append(priced)
                suffix = UNPRICED_LEFT_OUT
        if known and min(known) <= self.config.limit:
            return self._breach(min(known), view, suffix)
        if causes:
            return NotEvaluated(causes[0])
        return Reading(usd(min(known)))

    def still_holds(self, move: PriceMove) -> bool:
        """Whether realised plus open P&L is still above the limit; realised alone is as it was."""
        realized = move.realized(net=self.config.include_fees)
        return not isinstance(realized, Unknown) and realized + move.open_pnl > self.config.limit

    def describe_limit(self) -> str:
        """The limit in USD."""
        return usd(self.config.limit)

    def left(self, view: AccountView) -> Left | None:
        """USD until the limit, by the lower of what is tested."""
        net = self.config.include_fees
        values = [view.realized_pnl_today(net=net)]
        if self.config.include_unrealized:
            values.append(view.combined_pnl_today(net=net))
        known = [value for value in values if isinstance(value, Decimal)]
        if len(known) < len(values):
            return None
        limit = self.config.limit
        return left(min(known) - limit, Unit.USD, whole=-limit)

    def _breach(self, value: Decimal, view: AccountView, suffix: str) -> Breach:
        return Breach(
            reason=daily_loss_reason(value, self.config.limit) + suffix,
            decisions=(day_lock(self.config.lockout_until, view), Flatten()),
            value=usd(value),
            limit=self.describe_limit(),
            severity=-value,
        )
