"""RULE-012 TradeManagement: moves stops to breakeven and trails them.

Watches: the price of every open position, its working orders and its size.

Acts: once the profit reaches the trigger of `auto_breakeven`, the stop goes to the entry price plus
the offset, once for each position; when the average price changes, breakeven follows it. Once the
profit reaches the activation of `trailing_stop`, the stop follows the best price at its distance.
The tighter of both counts. Every protective stop that is looser is moved; if there is none, one is
placed. A stop that was placed here has the size of the position, and goes when it is flat.

A stop is only ever tightened. Before each change the broker's own lists are read, so one that is
tighter by then stays where it is, and one that you move is kept until the profit demands a tighter
one.

Cannot: close a position or lock anything, or promise the price at which a stop fills. Without a
price nothing moves. If the list of orders cannot be read no stop is placed: a second one could open
a position. Whether the protective orders of the venue's Position Brackets are in that list is not
verified. If they are not, a second stop would be placed beside them: set `rule_mode: shadow` until
a stop of yours was seen here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from risk_manager.domain.decisions import HoldStop, NotEvaluated, Reading, Remember, Verdict
from risk_manager.domain.distance import Left, Unit, left, nearest
from risk_manager.domain.events import (
    Event,
    OrderChanged,
    PositionChanged,
    QuoteChanged,
    StateRestored,
    TimerFired,
)
from risk_manager.domain.ids import RuleId
from risk_manager.domain.positions import Position
from risk_manager.domain.price_move import PriceMove
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.held import held_positions
from risk_manager.rules.stop_levels import Followed, StopRules, follow, level_of, profit_ticks
from risk_manager.rules.trade_management_config import TradeManagementConfig


@dataclass(frozen=True, slots=True)
class _Found:
    """What one position says; `cause` is why its stop is not known."""

    words: str
    note: Remember | None = None
    hold: HoldStop | None = None
    cause: str | None = None


class TradeManagement(Rule[TradeManagementConfig]):
    """Hold every position's stop at breakeven or behind the best price."""

    rule_id: ClassVar = RuleId("RULE-012")
    section: ClassVar = "trade_management"
    title: ClassVar = "Trade management"
    config_model: ClassVar = TradeManagementConfig
    # TimerFired tells of a price jump that has stood long enough to count.
    listens_to: ClassVar = (QuoteChanged, PositionChanged, OrderChanged, StateRestored, TimerFired)
    sets_lock: ClassVar = False

    @cached_property
    def distances(self) -> StopRules:
        """The configured distances in ticks."""
        breakeven, trail = self.config.auto_breakeven, self.config.trailing_stop
        return StopRules(
            breakeven.profit_trigger_ticks if breakeven.enabled else None,
            breakeven.offset_ticks,
            trail.activation_ticks if trail.enabled else None,
            trail.trail_distance_ticks,
        )

    @cached_property
    def _first(self) -> Decimal:
        return self.distances.first

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Say how tight each position's stop must be by now."""
        found = [self._judge(position, view) for position in view.positions()]
        notes = [one.note for one in found if one.note is not None]
        if isinstance(event, PositionChanged) and view.position(event.position.contract_id) is None:
            notes.append(Remember(event.position.contract_id, None))
        holds = tuple(one.hold for one in found if one.hold is not None)
        causes = [one.cause for one in found if one.cause is not None]
        if causes and len(causes) == len(found):
            return NotEvaluated(causes[0], tuple(notes))
        value = ", ".join(one.words for one in found) or "no position"
        return Reading(value, tuple(notes), holds, unknown=next(iter(causes), None))

    def still_holds(self, move: PriceMove) -> bool:
        """Whether the position, for which no stop was wanted, is still short of both triggers."""
        side, entry = move.position.side, move.position.average_price
        if entry is None:
            return False
        return profit_ticks(side, entry, move.price, move.tick_size) < self._first

    def left(self, view: AccountView) -> Left | None:
        """Ticks of profit until the next trigger, of the position that is nearest to one."""
        found = [self._until(position, view) for position in held_positions(view)]
        return nearest(one for one in found if one is not None)

    def describe_limit(self) -> str:
        """Both triggers in words."""
        breakeven, trail = self.config.auto_breakeven, self.config.trailing_stop
        parts = []
        if breakeven.enabled:
            parts.append(f"breakeven at {breakeven.profit_trigger_ticks} ticks")
        if trail.enabled:
            distance = f"{trail.trail_distance_ticks} behind the best price"
            parts.append(f"from {trail.activation_ticks} ticks on {distance}")
        return ", ".join(parts) or "no stop is moved"

    def _until(self, position: Position, view: AccountView) -> Left | None:
        contract, price = view.contract(position.contract_id), view.price_of(position)
        if isinstance(contract, Unknown) or isinstance(price, Unknown):
            return None
        if position.average_price is None:
            return None
        profit = profit_ticks(position.side, position.average_price, price, contract.tick_size)
        ahead = [
            trigger - profit
            for trigger in (self.distances.trigger, self.distances.activation)
            if trigger is not None and trigger > profit
        ]
        return left(min(ahead), Unit.TICKS, view.label(position.contract_id)) if ahead else None

    def _judge(self, position: Position, view: AccountView) -> _Found:
        name = view.label(position.contract_id)
        contract, price = view.contract(position.contract_id), view.price_of(position)
        cause = next((one.cause for one in (contract, price) if isinstance(one, Unknown)), None)
        if position.average_price is None:
            cause = f"no average price of {name}"
        if isinstance(contract, Unknown) or isinstance(price, Unknown) or cause is not None:
            return _Found(f"{name} UNKNOWN", cause=cause)
        assert position.average_price is not None
        side, entry, tick = position.side, position.average_price, contract.tick_size
        profit = profit_ticks(side, entry, price, tick)
        stored = view.memory(self.rule_id, position.contract_id)
        known = follow(Followed.of(stored, position), side, profit, price, self.distances)
        level = level_of(known, side, entry, tick, self.distances)
        words = f"{name} {profit:.1f} ticks"
        note = None if level is None else Remember(position.contract_id, known.text())
        if level is None:
            return _Found(words)
        hold = self._hold(position, level, price)
        if hold is None:
            return _Found(f"{words}, not moved: the price has passed {level}", note)
        return _Found(f"{words}, stop {level}", note, hold)

    def _hold(self, position: Position, level: Decimal, price: Decimal) -> HoldStop | None:
        """The demand; None while the market has passed the level: such a stop would be a close."""
        if (price - level) * position.side.sign <= 0:
            return None
        every_s = float(self.config.trailing_stop.update_frequency)
        return HoldStop(position.contract_id, level, every_s)
