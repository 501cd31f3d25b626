"""RULE-001 MaxContracts: caps the number of contracts over all instruments.

Watches: every position of the account. Contracts are counted net (longs minus shorts) or gross,
after what is already being closed.

Acts: when the count is above the limit. It closes everything, or only the excess: first in the
contract that grew, then in the newest position. It sets no lock: the trader may re-enter at once.

Cannot: refuse an order before it fills. Net lets a hedge across products hide size; use gross to
forbid that. With `micro_equivalence` the count is UNKNOWN while a symbol is, and nothing is closed.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import ClassVar

from pydantic import Field, model_validator

from risk_manager.config.base import Choice, ContractLimit, RuleConfig, refuse
from risk_manager.domain.decisions import (
    Breach,
    CloseContract,
    Decision,
    Flatten,
    NotEvaluated,
    Reading,
    ReduceContract,
    Verdict,
)
from risk_manager.domain.distance import Left, NextOrder, Unit, left
from risk_manager.domain.events import ConfigActivated, Event, PositionChanged, StateRestored
from risk_manager.domain.ids import RuleId
from risk_manager.domain.positions import Position
from risk_manager.domain.symbols import mini_weight
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.closing_order import closing_order
from risk_manager.utils.messages import contracts_reason


class CountType(StrEnum):
    """How contracts are counted."""

    NET = "net"
    GROSS = "gross"


class MaxContractsConfig(RuleConfig):
    """Section `max_contracts` of risk_config.yaml."""

    limit: ContractLimit = Field(description="Largest allowed count of contracts, e.g. 5.")
    count_type: Choice[CountType] = Field(
        default=CountType.NET,
        description="net: longs minus shorts, as an absolute number; gross: the sum of sizes.",
    )
    close_all: bool = Field(default=True, description="Close every position on a breach.")
    reduce_to_limit: bool = Field(default=False, description="Close only the excess.")
    micro_equivalence: bool = Field(
        default=False, description="Micros count 0.1 (SIL 0.2), everything else 1."
    )

    @model_validator(mode="before")
    @classmethod
    def _only_reduce_given(cls, data: object) -> object:
        if isinstance(data, dict) and "close_all" not in data and data.get("reduce_to_limit"):
            return {**data, "close_all": False}
        return data

    @model_validator(mode="after")
    def _exactly_one_remedy(self) -> MaxContractsConfig:
        if self.close_all == self.reduce_to_limit:
            raise refuse(
                "exactly one of close_all and reduce_to_limit must be true",
                "set close_all: true, or reduce_to_limit: true with close_all: false",
            )
        return self


class MaxContracts(Rule[MaxContractsConfig]):
    """Flatten, or close the excess, when the count is above the limit."""

    rule_id: ClassVar = RuleId("RULE-001")
    section: ClassVar = "max_contracts"
    title: ClassVar = "Max contracts"
    config_model: ClassVar = MaxContractsConfig
    listens_to: ClassVar = (PositionChanged, ConfigActivated, StateRestored)
    sets_lock: ClassVar = False

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Count sizes after what is planned or in flight; above the limit is a breach."""
        sums = self._sums(view)
        if isinstance(sums, Unknown):
            return NotEvaluated(sums.cause)
        longs, shorts = sums
        net = self.config.count_type is CountType.NET
        count = abs(longs - shorts) if net else longs + shorts
        value = f"{count:f}"
        if count <= self.config.limit:
            return Reading(value)
        decisions: tuple[Decision, ...] = (Flatten(),)
        if self.config.reduce_to_limit:
            dominant = 1 if longs >= shorts else -1
            decisions = self._reduce(event, view, count, dominant if net else None)
        reason = contracts_reason(count, self.config.limit)
        return Breach(reason, decisions, value, self.describe_limit())

    def describe_limit(self) -> str:
        """The limit with its way of counting."""
        return f"{self.config.limit} {self.config.count_type.value}"

    def left(self, view: AccountView) -> Left | None:
        """Contracts until the limit."""
        sums = self._sums(view)
        if isinstance(sums, Unknown):
            return None
        longs, shorts = sums
        is_net = self.config.count_type is CountType.NET
        count = abs(longs - shorts) if is_net else longs + shorts
        return left(self.config.limit - count, Unit.CONTRACTS, whole=self.config.limit)

    def room(self, order: NextOrder, view: AccountView) -> int | None:
        """What the limit leaves on the order's side, in whole contracts of its symbol."""
        sums = self._sums(view)
        if isinstance(sums, Unknown):
            return 0
        longs, shorts = sums
        is_net = self.config.count_type is CountType.NET
        count = order.sign * (longs - shorts) if is_net else longs + shorts
        weight = mini_weight(order.root) if self.config.micro_equivalence else Decimal(1)
        return max(int((self.config.limit - count) // weight), 0)

    def _sums(self, view: AccountView) -> tuple[Decimal, Decimal] | Unknown:
        """Weighted longs and shorts, after what is planned or in flight."""
        longs = shorts = Decimal(0)
        for position in view.positions():
            weight = self._weight(position, view)
            if isinstance(weight, Unknown):
                return weight
            size = weight * view.size_after_pending(position.contract_id)
            if position.signed_size > 0:
                longs += size
            else:
                shorts += size
        return longs, shorts

    def _weight(self, position: Position, view: AccountView) -> Decimal | Unknown:
        if not self.config.micro_equivalence:
            return Decimal(1)
        root = view.root_of(position.contract_id)
        return root if isinstance(root, Unknown) else mini_weight(root)

    def _reduce(
        self, event: Event, view: AccountView, count: Decimal, sign: int | None
    ) -> tuple[Decision, ...]:
        """Close the smallest whole number that brings the count to the limit or below.

        `sign` is the dominant side for net (+1 long), None for gross. The event's contract goes
        first, then the newest position.
        """
        excess = count - self.config.limit
        decisions: list[Decision] = []
        for position in closing_order(event, view.positions(), sign):
            weight = self._weight(position, view)
            size = view.size_after_pending(position.contract_id)
            if isinstance(weight, Unknown) or excess <= 0 or size == 0:
                continue
            needed = int((excess / weight).to_integral_value(rounding=ROUND_CEILING))
            closed = min(size, needed)
            excess -= weight * closed
            contract_id = position.contract_id
            decisions.append(
                CloseContract(contract_id)
                if closed == size
                else ReduceContract(contract_id, size - closed)
            )
        return tuple(decisions)
