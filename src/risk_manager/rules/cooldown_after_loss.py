"""RULE-007 CooldownAfterLoss: a pause after a losing trade.

Watches: every closing fill, before fees. By default the fills of one closing order are one loss, so
scaling out of a bad position counts whole. Losses of the guard's own closes count too.

Acts: when a loss reaches a tier; of several tiers the longest pause counts, from the time of the
trade. During the pause entry orders are cancelled and new exposure is closed; open positions and
their stops stay, and may be reduced or closed. If the losing order turned the position over, what
it opened is closed: reversing after a loss is a new trade. A further loss may make the end later,
never earlier.

Cannot: see a loss that is still open, and losses of different orders are never added up: RULE-003
and RULE-004 are for those. A pause that was over before a restart does not come again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from risk_manager.config import json_forms as forms
from risk_manager.config.base import Duration, LossLimit, RuleConfig, StrictModel, refuse
from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CeilingPolicy,
    Decision,
    Flatten,
    LockOut,
    Reading,
    Verdict,
)
from risk_manager.domain.distance import Left, Unit, left
from risk_manager.domain.events import Event, TradeExecuted
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKind
from risk_manager.domain.money import ZERO, usd
from risk_manager.domain.positions import Trade
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule
from risk_manager.utils.messages import trade_loss_reason


class LossTier(StrictModel):
    """One loss and the pause it brings."""

    loss_amount: LossLimit = Field(
        description="Loss of one trade in USD, e.g. -100; -100 and 100 mean the same."
    )
    cooldown_duration: Annotated[Duration, Field(gt=0), forms.PAUSE] = Field(
        description="Pause in seconds, or as 90s, 5m, 1h."
    )


class CooldownAfterLossConfig(RuleConfig):
    """Section `cooldown_after_loss` of risk_config.yaml."""

    loss_thresholds: tuple[LossTier, ...] = Field(
        min_length=1, description="Tiers of loss and pause; the amounts must differ."
    )
    aggregate_by_order: bool = Field(
        default=True, description="Fills of one closing order are one loss."
    )
    close_positions_on_breach: bool = Field(
        default=False, description="Also close every open position."
    )

    @model_validator(mode="after")
    def _amounts_differ(self) -> Self:
        amounts = [tier.loss_amount for tier in self.loss_thresholds]
        twice = sorted({usd(amount) for amount in amounts if amounts.count(amount) > 1})
        if twice:
            raise refuse(f"{', '.join(twice)} stands twice in loss_thresholds", "keep one of them")
        return self

    def tier(self, loss: Decimal) -> LossTier | None:
        """The tier with the longest pause among those a result (USD, negative) reaches."""
        reached = [tier for tier in self.loss_thresholds if loss <= tier.loss_amount]
        return max(reached, key=lambda tier: tier.cooldown_duration, default=None)


class CooldownAfterLoss(Rule[CooldownAfterLossConfig]):
    """Pause trading after a loss at or below a tier."""

    rule_id: ClassVar = RuleId("RULE-007")
    section: ClassVar = "cooldown_after_loss"
    title: ClassVar = "Cooldown after loss"
    config_model: ClassVar = CooldownAfterLossConfig
    listens_to: ClassVar = (TradeExecuted,)

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Compare a new closing fill, or its order so far, with the tiers; equal is reached.

        An opening fill of an order that lost is looked at too: the order has turned the position.
        """
        if not isinstance(event, TradeExecuted) or event.known or event.trade.voided:
            return None
        results = list(self._results(event.trade, view))
        if not results:
            return Reading(usd(ZERO))
        ends = [
            (fill.at + timedelta(seconds=tier.cooldown_duration), loss, tier)
            for fill, loss in results
            if (tier := self.config.tier(loss)) is not None
        ]
        if not ends:
            return Reading(usd(results[-1][1]))
        until, loss, tier = max(ends, key=lambda end: end[0])
        reason = trade_loss_reason(loss, tier.loss_amount)
        value, limit = usd(loss), usd(tier.loss_amount)
        if until <= view.now and event.trade.pnl is None:
            return Reading(value)
        if until <= view.now:
            return Breach(f"{reason}; its cooldown is over already", (), value, limit)
        lock = LockOut(
            LockKind.COOLDOWN,
            until,
            ceiling=self._ceiling,
            drop=event.trade.contract_id if _has_reversed(event.trade, view) else None,
        )
        decisions: tuple[Decision, ...] = (lock, CancelEntries())
        if self.config.close_positions_on_breach:
            decisions += (Flatten(),)
        return Breach(reason, decisions, value, limit)

    def describe_limit(self) -> str:
        """The tiers."""
        tiers = sorted(self.config.loss_thresholds, key=lambda tier: -tier.loss_amount)
        return ", ".join(f"{usd(t.loss_amount)} for {t.cooldown_duration} s" for t in tiers)

    def left(self, view: AccountView) -> Left | None:
        """The loss in USD of one closing trade that reaches the first tier."""
        del view
        return left(-max(tier.loss_amount for tier in self.config.loss_thresholds), Unit.USD)

    @property
    def _ceiling(self) -> CeilingPolicy:
        closing = self.config.close_positions_on_breach
        return CeilingPolicy.ZERO if closing else CeilingPolicy.EXPOSURE

    def _results(self, trade: Trade, view: AccountView) -> Iterator[tuple[Trade, Decimal]]:
        """The loss at this closing fill and at each later one of its order that is known already.

        Running sums by exchange time: whatever the order in which fills arrive, each sum is
        looked at once it is complete. For an opening fill: at each closing one of its order.
        """
        fills = {fill.id: fill for fill in view.fills_of_order(trade.order_id)} | {trade.id: trade}
        total = ZERO
        for fill in sorted(fills.values(), key=lambda one: (one.at, one.id)):
            if fill.pnl is None:
                continue
            total = total + fill.pnl if self.config.aggregate_by_order else fill.pnl
            if trade.pnl is None or (fill.at, fill.id) >= (trade.at, trade.id):
                yield fill, total


def _has_reversed(trade: Trade, view: AccountView) -> bool:
    """Whether the losing order went on to open the exposure there is now."""
    on_its_side = view.exposure(trade.contract_id) * trade.signed_size > 0
    return on_its_side and view.has_reversed(trade.order_id)
