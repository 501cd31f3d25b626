"""RULE-004 DailyUnrealizedLoss: caps the floating loss.

Watches: every price of what is open. With `scope: total` the open P&L of the whole account counts,
with `scope: per_position` each contract alone. Profit that is open elsewhere softens a total, never
a single position.

Acts: when the open loss is at the limit. A total locks the account until the next daily reset, or
for good, and closes everything. A single position is closed alone, and the trader may re-enter at
once.

Cannot: guarantee an exit price: the close follows the price that breaks the limit. A loss that
recovers before it reaches the limit is not remembered. Without a price for a position its loss is
UNKNOWN and is not evaluated; in a total the positions that have a price are tested alone after 30
seconds. A stale price is used.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from risk_manager.config.base import LossLimit
from risk_manager.domain.decisions import NotEvaluated, Reading, Verdict
from risk_manager.domain.events import Event
from risk_manager.domain.ids import ContractId, RuleId
from risk_manager.domain.money import usd
from risk_manager.domain.positions import Position
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.held import held_positions, is_closing
from risk_manager.rules.open_pnl import OpenPnlConfig, OpenPnlRule, Scope, pnl_words
from risk_manager.utils.messages import open_loss_reason


class DailyUnrealizedLossConfig(OpenPnlConfig):
    """Section `daily_unrealized_loss` of risk_config.yaml."""

    key_aliases: ClassVar = {"loss_limit": "limit"}

    limit: LossLimit = Field(
        description="Floating P&L in USD that is a breach, e.g. -300; -300 and 300 mean the same."
    )


class DailyUnrealizedLoss(OpenPnlRule[DailyUnrealizedLossConfig]):
    """Lock and flatten, or close the contract, once open P&L is at or below the limit."""

    rule_id: ClassVar = RuleId("RULE-004")
    section: ClassVar = "daily_unrealized_loss"
    title: ClassVar = "Daily unrealized loss"
    config_model: ClassVar = DailyUnrealizedLossConfig

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Compare open P&L with the limit; equal counts as reached."""
        del event
        if self.config.scope is Scope.TOTAL:
            return self.check_total(view)
        found: list[tuple[ContractId, str, str]] = []
        held: list[tuple[Decimal, Position]] = []
        causes: list[str] = []
        for position in held_positions(view):
            pnl = view.position_pnl(position.contract_id)
            if isinstance(pnl, Unknown):
                causes.append(pnl.cause)
                continue
            held.append((pnl, position))
            if self.is_reached(pnl) and not is_closing(position, view):
                reason = open_loss_reason(pnl, self.config.limit, view.label(position.contract_id))
                found.append((position.contract_id, pnl_words(position, pnl, view), reason))
        if found:
            return self.close(found, next(iter(causes), None))
        if causes:
            return NotEvaluated(causes[0])
        if not held:
            return Reading("flat")
        worst, nearest = min(held, key=lambda row: row[0])
        return Reading(pnl_words(nearest, worst, view))

    @property
    def worse_sign(self) -> int:
        """A loss: lower is worse."""
        return -1

    def is_reached(self, value: Decimal) -> bool:
        """At or below the limit."""
        return value <= self.config.limit

    def until(self, value: Decimal) -> Decimal:
        """What more may be lost."""
        return value - self.config.limit

    def reason(self, value: Decimal) -> str:
        """The open loss of the account."""
        return open_loss_reason(value, self.config.limit)

    def describe_limit(self) -> str:
        """The limit in USD."""
        return usd(self.config.limit)
