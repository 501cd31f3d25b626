"""What the rules about open P&L share: its scope, and the effect that follows (004 and 005)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, TypeVar

from pydantic import Field, model_validator

from risk_manager.config.base import Choice, DayKeys, refuse
from risk_manager.domain.decisions import (
    Breach,
    CloseContract,
    Flatten,
    NotEvaluated,
    Reading,
    Verdict,
)
from risk_manager.domain.distance import Left, Unit, left, nearest
from risk_manager.domain.events import (
    ConfigActivated,
    LastBarFetched,
    PositionChanged,
    QuoteChanged,
    StateRestored,
    TimerFired,
)
from risk_manager.domain.ids import ContractId
from risk_manager.domain.money import usd
from risk_manager.domain.positions import Position
from risk_manager.domain.price_move import PriceMove
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.day_lock import LockoutUntil, day_lock
from risk_manager.rules.held import held_positions
from risk_manager.utils.messages import UNPRICED_LEFT_OUT


class Scope(StrEnum):
    """Whose P&L counts."""

    TOTAL = "total"
    PER_POSITION = "per_position"


class OpenPnlEnforcement(StrEnum):
    """The effect, which follows the scope."""

    CLOSE_ALL_AND_LOCKOUT = "close_all_and_lockout"
    CLOSE_POSITION = "close_position"


_EFFECTS = {
    Scope.TOTAL: OpenPnlEnforcement.CLOSE_ALL_AND_LOCKOUT,
    Scope.PER_POSITION: OpenPnlEnforcement.CLOSE_POSITION,
}


class OpenPnlConfig(DayKeys):
    """The keys both sections have."""

    scope: Choice[Scope] = Field(
        default=Scope.TOTAL,
        description="total: the sum of the account; per_position: each contract alone.",
    )
    enforcement: Choice[OpenPnlEnforcement] | None = Field(
        default=None,
        description="Restates the effect: close_all_and_lockout for total, close_position for "
        "per_position.",
    )
    lockout_until: Choice[LockoutUntil] = Field(
        default=LockoutUntil.DAILY_RESET,
        description="With scope total: daily_reset, or permanent (ends only by a manual unlock).",
    )

    @model_validator(mode="after")
    def _effect_follows_scope(self) -> OpenPnlConfig:
        effect = _EFFECTS[self.scope]
        if self.enforcement not in (None, effect):
            raise refuse(
                f"enforcement {self.enforcement} does not fit scope {self.scope}",
                f"write enforcement: {effect}, or leave it out",
            )
        return self


C = TypeVar("C", bound=OpenPnlConfig)


class OpenPnlRule(Rule[C]):
    """A rule about open P&L in USD, of the account or of each position."""

    listens_to: ClassVar = (
        QuoteChanged,
        PositionChanged,
        TimerFired,
        LastBarFetched,
        ConfigActivated,
        StateRestored,
    )

    @property
    def needs_sweep(self) -> bool:
        """Each second while a position is open, so that nothing is missed for want of a quote."""
        return True

    @property
    def is_lockless(self) -> bool:
        """Closing a single position sets no lock."""
        return self.config.scope is Scope.PER_POSITION

    @property
    @abstractmethod
    def worse_sign(self) -> int:
        """-1 when a lower open P&L is worse, +1 when a higher one is."""

    @abstractmethod
    def reason(self, value: Decimal) -> str:
        """Why the account is closed at this open P&L in USD."""

    @abstractmethod
    def until(self, value: Decimal) -> Decimal:
        """USD from an open P&L, of the account or of a position, to the breach."""

    def left(self, view: AccountView) -> Left | None:
        """USD until the limit, of the account or of the position that is nearest."""
        if self.config.scope is Scope.TOTAL:
            total = view.unrealized_pnl()
            if isinstance(total, Unknown):
                return None
            return left(self.until(total), Unit.USD, whole=self.until(Decimal(0)))
        distances = [self.left_of(position, view) for position in held_positions(view)]
        known = [distance for distance in distances if distance is not None]
        return nearest(known) if len(known) == len(distances) else None

    def left_of(self, position: Position, view: AccountView) -> Left | None:
        """USD until the limit of one position; None while it has no price."""
        pnl = view.position_pnl(position.contract_id)
        if isinstance(pnl, Unknown):
            return None
        whole = self.until(Decimal(0))
        return left(self.until(pnl), Unit.USD, view.label(position.contract_id), whole)

    @abstractmethod
    def is_reached(self, value: Decimal) -> bool:
        """Whether an open P&L in USD, of the account or of a position, is a breach."""

    def still_holds(self, move: PriceMove) -> bool:
        """Whether the sum, or the position whose price moved, is still short of the limit."""
        is_total = self.config.scope is Scope.TOTAL
        return not self.is_reached(move.open_pnl if is_total else move.pnl)

    def check_total(self, view: AccountView) -> Verdict:
        """Test the sum; after 30 s without some price, what is priced alone."""
        value, suffix = view.unrealized_pnl(), ""
        if isinstance(value, Unknown):
            priced = view.priced_unrealized_pnl()
            if priced is None or not self.is_reached(priced):
                return NotEvaluated(value.cause)
            value, suffix = priced, UNPRICED_LEFT_OUT
        if not self.is_reached(value):
            return Reading(usd(value))
        return Breach(
            reason=self.reason(value) + suffix,
            decisions=(day_lock(self.config.lockout_until, view), Flatten()),
            value=usd(value),
            limit=self.describe_limit(),
            severity=self.worse_sign * value,
        )

    def close(
        self, found: Iterable[tuple[ContractId, str, str]], unknown: str | None = None
    ) -> Breach:
        """The breach of single positions, from contract, value and reason of each.

        `unknown` is why another position could not be evaluated.
        """
        rows = list(found)
        return Breach(
            reason="; ".join(reason for _, _, reason in rows),
            decisions=tuple(CloseContract(contract_id) for contract_id, _, _ in rows),
            value=", ".join(value for _, value, _ in rows),
            limit=self.describe_limit(),
            unknown=unknown,
        )


def pnl_words(position: Position, pnl: Decimal, view: AccountView) -> str:
    """A position's open P&L in words: `ES -200.00`."""
    return f"{view.label(position.contract_id)} {usd(pnl)}"
