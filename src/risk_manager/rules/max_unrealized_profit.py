"""RULE-005 MaxUnrealizedProfit: takes profit at a target, or protects a gain.

Watches: every price of what is open. With `scope: total` the open P&L of the whole account counts,
with `scope: per_position` each contract alone.

Acts: in mode `profit_target`, when the open profit is at the target. A total locks the account
until the next daily reset, or for good, and closes everything; a single position is closed alone,
and the trader may re-enter at once. While RULE-013 is enforced, a single position is also closed
as soon as its profit completes the daily target.

In mode `breakeven` each position is armed once its profit has reached `breakeven_arm_profit`, and
closed when the profit then falls back to `breakeven_offset`. The armed state survives a restart; it
ends when the position is flat or turns to the other side.

Cannot: guarantee an exit price. A position that never reached the arming profit is never closed by
`breakeven`, however much it loses. Without a price nothing is armed or closed, but a total tests
the positions that have a price alone after 30 seconds. A stale price is used.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

from risk_manager.domain.decisions import NotEvaluated, Reading, Remember, Verdict
from risk_manager.domain.distance import Left, Unit, left, nearest
from risk_manager.domain.events import Event, PositionChanged
from risk_manager.domain.ids import ContractId, RuleId
from risk_manager.domain.money import ZERO, usd
from risk_manager.domain.positions import Position
from risk_manager.domain.price_move import PriceMove
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.held import held_positions, is_closing
from risk_manager.rules.open_pnl import OpenPnlRule, Scope, pnl_words
from risk_manager.rules.profit_config import MaxUnrealizedProfitConfig, ProfitMode
from risk_manager.utils.messages import given_back_reason, open_profit_reason

ARMED = "armed"
"""The key under which the armed positions are remembered, one per line."""

Found = list[tuple[ContractId, str, str]]


class MaxUnrealizedProfit(OpenPnlRule[MaxUnrealizedProfitConfig]):
    """Close at the profit target, or when an armed gain is given back."""

    rule_id: ClassVar = RuleId("RULE-005")
    section: ClassVar = "max_unrealized_profit"
    title: ClassVar = "Max unrealized profit"
    config_model: ClassVar = MaxUnrealizedProfitConfig

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Compare open profit with the target, or with what an armed position may fall to."""
        if self.config.mode is ProfitMode.BREAKEVEN:
            return self._check_breakeven(event, view)
        if self.config.scope is Scope.TOTAL:
            return self.check_total(view)
        return self._check_targets(view)

    def still_holds(self, move: PriceMove) -> bool:
        """Also whether nothing is armed, and a position is still short of the daily target."""
        if self.config.mode is ProfitMode.BREAKEVEN or self.context.daily_target is not None:
            return False
        return super().still_holds(move)

    @property
    def worse_sign(self) -> int:
        """A profit: higher is further beyond."""
        return 1

    def is_reached(self, value: Decimal) -> bool:
        """At or above the target."""
        return value >= self.config.target

    def until(self, value: Decimal) -> Decimal:
        """What is missing to the target; with breakeven, what may be given back."""
        if self.config.mode is ProfitMode.BREAKEVEN:
            return value - self.config.breakeven_offset
        return self.config.target - value

    def left_of(self, position: Position, view: AccountView) -> Left | None:
        """Also what an enforced daily target lacks; a breakeven position counts once armed."""
        found = super().left_of(position, view)
        if self.config.mode is ProfitMode.BREAKEVEN:
            armed = (view.memory(self.rule_id, ARMED) or "").splitlines()
            return found if _line(position) in armed else None
        linked, paired = self._left_to_daily_target(view), view.paired_pnl(position.contract_id)
        if found is None or linked is None or isinstance(paired, Unknown):
            return found
        return nearest((found, left(linked - paired, Unit.USD, found.of)))

    def reason(self, value: Decimal) -> str:
        """The open profit of the account."""
        return open_profit_reason(value, self.config.target)

    def describe_limit(self) -> str:
        """The target in USD, or both levels of the breakeven."""
        if self.config.mode is ProfitMode.BREAKEVEN:
            return f"{usd(self.config.breakeven_offset)} once {usd(self.config.arm)} was reached"
        return usd(self.config.target)

    def _check_targets(self, view: AccountView) -> Verdict:
        linked = self._left_to_daily_target(view)
        found: Found = []
        held: list[tuple[Decimal, Position]] = []
        causes: list[str] = []
        for position in held_positions(view):
            pnl = view.position_pnl(position.contract_id)
            if isinstance(pnl, Unknown):
                causes.append(pnl.cause)
                continue
            held.append((pnl, position))
            reason = self._target_reason(position, pnl, linked, view)
            if reason is not None and not is_closing(position, view):
                found.append((position.contract_id, pnl_words(position, pnl, view), reason))
        if not held:
            return self._verdict(found, causes, "flat")
        best, nearest = max(held, key=lambda row: row[0])
        return self._verdict(found, causes, pnl_words(nearest, best, view))

    def _target_reason(
        self, position: Position, pnl: Decimal, linked: Decimal | None, view: AccountView
    ) -> str | None:
        """Why a position of this profit is closed; None when it stays.

        Realised profit and a position's profit are added only on a consistent pair: after a
        partial exit the fill counts at once, and the reported size still counts what is gone.
        """
        if self.is_reached(pnl):
            return open_profit_reason(pnl, self.config.target, view.label(position.contract_id))
        paired = ZERO if linked is None else view.paired_pnl(position.contract_id)
        if linked is None or isinstance(paired, Unknown) or paired < linked:
            return None
        reason = open_profit_reason(paired, linked, view.label(position.contract_id))
        return f"{reason} left to the daily target"

    def _left_to_daily_target(self, view: AccountView) -> Decimal | None:
        """What an enforced RULE-013 still lacks in USD; None if nothing links the two."""
        target = self.context.daily_target
        if target is None:
            return None
        realized = view.realized_pnl_today(net=target.net)
        if isinstance(realized, Unknown) or target.limit - realized <= ZERO:
            return None
        return target.limit - realized

    def _check_breakeven(self, event: Event, view: AccountView) -> Verdict:
        armed = self._still_armed(event, view)
        found: Found = []
        shown: list[str] = []
        causes: list[str] = []
        for position in held_positions(view):
            pnl, line = view.position_pnl(position.contract_id), _line(position)
            if isinstance(pnl, Unknown):
                causes.append(pnl.cause)
                continue
            if pnl >= self.config.arm:
                armed.add(line)
            shown.append(pnl_words(position, pnl, view) + (" armed" if line in armed else ""))
            is_given_back = line in armed and pnl <= self.config.breakeven_offset
            if is_given_back and not is_closing(position, view):
                reason = given_back_reason(
                    pnl,
                    self.config.breakeven_offset,
                    self.config.arm,
                    view.label(position.contract_id),
                )
                found.append((position.contract_id, shown[-1], reason))
        notes = (Remember(ARMED, "\n".join(sorted(armed)) or None),)
        return self._verdict(found, causes, ", ".join(shown) or "flat", notes)

    def _still_armed(self, event: Event, view: AccountView) -> set[str]:
        """The remembered lines that no report of flat and no other position has ended.

        A read that merely lacks a position proves nothing before the next one. A line that stays
        does no harm: it can only match the position it was written for.
        """
        ended = {p.contract_id for p in view.positions()}
        if isinstance(event, PositionChanged) and event.position.size == 0:
            ended.add(event.position.contract_id)
        held = set(map(_line, view.positions()))
        remembered = (view.memory(self.rule_id, ARMED) or "").splitlines()
        return {line for line in remembered if line in held or line.split()[0] not in ended}

    def _verdict(
        self, found: Found, causes: list[str], value: str, notes: tuple[Remember, ...] = ()
    ) -> Verdict:
        if found:
            return replace(self.close(found, next(iter(causes), None)), notes=notes)
        if causes:
            return NotEvaluated(causes[0], notes)
        return Reading(value, notes)


def _line(position: Position) -> str:
    """What an armed position is known by: contract, side, and when it was opened."""
    return f"{position.contract_id} {position.opening}"
