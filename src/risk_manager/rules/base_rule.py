"""The base class of every risk rule.

A rule answers with data and never acts: `check` gets one event and the account's view, and returns
a Breach, a Reading (evaluated, holds), NotEvaluated (a reading is UNKNOWN) or None (not concerned).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Generic, TypeVar

from risk_manager.config.base import RuleConfig, RuleMode
from risk_manager.domain.decisions import Verdict
from risk_manager.domain.distance import Left, NextOrder
from risk_manager.domain.events import Event
from risk_manager.domain.ids import RuleId
from risk_manager.domain.price_move import PriceMove
from risk_manager.domain.view import AccountView
from risk_manager.utils.holidays import HolidayCalendar

C = TypeVar("C", bound=RuleConfig)


@dataclass(frozen=True, slots=True)
class DailyTarget:
    """The realised profit in USD at which an enforced RULE-013 ends the day; `net` of fees."""

    limit: Decimal
    net: bool


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What a rule may need beside its own section.

    `daily_target` is None unless RULE-013 is enabled and enforced for the account.
    """

    holidays: HolidayCalendar
    daily_target: DailyTarget | None = None


class Rule(ABC, Generic[C]):
    """One rule of one account.

    `listens_to` are the event types it is asked on; the router routes, a rule never filters
    foreign events. `sets_lock` False marks a rule that never locks, see `is_lockless`.
    `needs_sweep` asks for a TimerFired each second. With `needs_day_pnl` the account is not ready
    before the day's trades were read.
    """

    rule_id: ClassVar[RuleId]
    section: ClassVar[str]
    title: ClassVar[str]
    config_model: ClassVar[type[RuleConfig]]
    listens_to: ClassVar[tuple[type[Event], ...]]
    sets_lock: ClassVar[bool] = True
    needs_day_pnl: ClassVar[bool] = False

    def __init__(self, config: C, context: RuleContext) -> None:
        self.config = config
        self.context = context

    @property
    def is_shadow(self) -> bool:
        """Whether breaches are only recorded."""
        return self.config.rule_mode is RuleMode.SHADOW

    def inputs(self) -> tuple[type[Event], ...]:
        """The event types this configured rule listens to."""
        return self.listens_to

    @property
    def is_lockless(self) -> bool:
        """Whether this configured rule acts without setting a lock.

        Its old events (more than 2 s by exchange time) are then checked by a look first, and it
        rests while an account lock leaves no exposure at all.
        """
        return not self.sets_lock

    @property
    def needs_sweep(self) -> bool:
        """Whether the rule must be asked each second while a position is open."""
        return False

    @property
    def symbols(self) -> Iterable[str]:
        """The roots that the section names; screens show them also while nothing is held."""
        return ()

    @property
    def count_by(self) -> str | None:
        """How trades are to be counted for this rule; None when it counts none."""
        return None

    @property
    def account_check_s(self) -> int | None:
        """How often, in seconds, the account's row must be read; None: as usual."""
        return None

    def next_event(self, after: datetime) -> tuple[datetime, Event] | None:
        """The next instant (aware UTC, strictly after) at which the clock concerns this rule.

        Returns the event to raise then, or None. Its account id is filled in by the engine.
        """
        del after
        return None

    @abstractmethod
    def check(self, event: Event, view: AccountView) -> Verdict:
        """Judge the account at this event."""

    def still_holds(self, move: PriceMove) -> bool:
        """Whether the last answer, a plain reading, still is one: only this price has changed.

        It is for speed alone: in doubt False, then `check` is asked. It must never say True where
        `check` would find a breach, something unknown, or something to remember or to hold.
        """
        del move
        return False

    @abstractmethod
    def describe_limit(self) -> str:
        """The limit in words, for screens."""

    def left(self, view: AccountView) -> Left | None:
        """How far the account is from the limit now; None when unknown or not to be measured."""
        del view
        return None

    def room(self, order: NextOrder, view: AccountView) -> int | None:
        """The largest size of a next order, once filled, that this rule lets stand.

        In contracts, 0 or more; None when the rule does not limit it. While the rule cannot know,
        it promises nothing: 0.
        """
        del order, view
        return None


RuleClass = type[Rule[RuleConfig]]
Sections = Mapping[str, type[RuleConfig]]
