"""One account with its real state, locks, market and rules, driven by real events.

Only the broker is missing: what the rules want done is returned in words. Time is virtual.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from risk_manager.config.base import RuleMode
from risk_manager.config.models import GlobalConfig
from risk_manager.core.event_router import EventRouter
from risk_manager.core.judge import Judge
from risk_manager.domain.events import (
    AccountChanged,
    Event,
    OrderChanged,
    PositionChanged,
    QuoteChanged,
    SnapshotTaken,
    Stamp,
    StateRestored,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId, ContractId, RequestId
from risk_manager.domain.locks import Lockout
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import Position, Trade
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.enforcement.step import Ids, Step
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.rules.base_rule import Rule, RuleContext
from risk_manager.state.account_state import AccountState
from risk_manager.state.account_view import StateView
from risk_manager.state.contract_cache import ContractCache
from risk_manager.state.effects import Effects
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.pnl_tracker import PnlTracker
from risk_manager.state.pnl_view import Market
from risk_manager.state.quote_tracker import QuoteTracker
from risk_manager.state.reset_scheduler import ResetSchedule
from risk_manager.state.state_manager import AccountEvent, StateManager
from risk_manager.state.trade_counter import CountBy, TradeCounter
from risk_manager.utils.holidays import HolidayCalendar
from tests.support.make import ACCOUNT, NOW, TICKS, contract, position, position_after, trade
from tests.support.words import words_of

NO_HOLIDAYS = HolidayCalendar(frozenset(), {}, date(2030, 1, 1))
FEED = (TradeExecuted, PositionChanged, OrderChanged, AccountChanged)


def rule(section: str, holidays: HolidayCalendar = NO_HOLIDAYS, **keys: object) -> Rule[Any]:
    """A rule of its section, with values as they come from the file."""
    rule_class = RULES_BY_SECTION[section]
    config = rule_class.config_model.model_validate({"enabled": True, **keys})
    return rule_class(config, RuleContext(holidays))


def found_open(one: Rule[Any], held: Mapping[str, int]) -> list[str]:
    """What one rule wants when a start finds these signed sizes, the first opened first."""
    opened = (NOW + timedelta(seconds=number) for number in range(-len(held), 0))
    rows = [position(name, size, opened=next(opened)) for name, size in held.items()]
    return Stage(one).restored(rows)


def market(
    *, known: Iterable[str] = TICKS, locks: Iterable[Lockout] = (), **settings: Any
) -> Market:
    """What accounts share; `known` are the contracts that are loaded."""
    config = GlobalConfig.model_validate(settings)
    quotes = QuoteTracker(config.max_price_jump_pct, float(config.max_quote_age_seconds))
    contracts = ContractCache(contract(name) for name in known)
    return Market(contracts, quotes, LockoutManager(locks), config)


class Stage:
    """Feeds events to state and rules; `flying` holds targets of actions in flight."""

    def __init__(
        self,
        *rules: Rule[Any],
        now: datetime = NOW,
        shared: Market | None = None,
        account: AccountId = ACCOUNT,
        day_is_read: bool = True,
        **settings: Any,
    ) -> None:
        self.now, self.mono, self.sequence = now, 1000.0, 0
        self.market = market(**settings) if shared is None else shared
        reset = ResetSchedule(time(17), "America/New_York")
        counter = TradeCounter(CountBy.ENTRY, reset.last_boundary(now))
        self.account = AccountState(account, "test", reset, PnlTracker(), counter)
        self.account.proven = True
        self.account.boundary = reset.last_boundary(now)
        if day_is_read:
            self.account.pnl.rebuild_day(self.account.boundary, ())
        for one in rules:
            if one.count_by is not None:
                counter.set_count_by(CountBy(one.count_by))
        self.own_orders: set[int] = set()  # their fills are closes of ours
        self.manager = StateManager(
            self.account, self.market.locks, lambda done: done.order_id in self.own_orders
        )
        shadow = self.market.settings.mode is RuleMode.SHADOW
        self.judge = Judge(self.account, self.market, EventRouter(rules), all_shadow=shadow)
        self.judge.view = self.view = StateView(self.account, self.market, self._target)
        self.flying: dict[ContractId, int] = {}
        self.held: list[str] = []
        self.step = self._step()

    def wait(self, seconds: float) -> None:
        """Let trusted and monotonic time pass."""
        self.now += timedelta(seconds=seconds)
        self.mono += seconds

    def new_day(self) -> None:
        """What the clockwork does at a reset."""
        self.account.boundary = self.account.reset.last_boundary(self.now)
        self.account.pnl.reset(self.account.boundary)
        self.account.counter.reset_session(self.account.boundary)
        self.account.pnl.rebuild_day(self.account.boundary, ())
        self.market.locks.end_day_locks(self.account.id, self.now)

    def hear(self, event: Event, *, fresh: bool = False) -> list[str]:
        """Apply an event and ask the rules; return what they want done, in words."""
        self.step = self._step()
        if isinstance(event, FEED):
            effects = self.apply(event)
            if isinstance(event, TradeExecuted) and event.trade not in effects.new_trades:
                event = replace(event, known=True)
        elif isinstance(event, QuoteChanged):
            self.market.quotes.update(event, self.mono)
        plan = self.judge.judge(self.step, event, fresh=fresh)
        failed = {s.failed for s in self.judge.status.values() if s.rule.section != "broken"}
        assert failed <= {None}, failed  # the judge survives a rule that raises; a test must not
        wanted = words_of(plan, self.market.locks, self.account.id, self.now)
        self.judge.forget_plan()
        return wanted

    def apply(self, event: AccountEvent) -> Effects:
        """Change the state only."""
        return self.manager.apply(event, self.step.stamp)

    def fill(self, name: str, size: int, pnl: str | None = None, *, fees: str = "0") -> list[str]:
        """A fill of signed `size`, a moment later: the trade, then the position it leaves."""
        self.wait(0.01)
        done = trade(
            name, size, at=self.now, pnl=pnl, costs=(fees, "0"), account=self.account.id
        )  # fmt: skip
        first = self.hear(TradeExecuted(done))
        held = self.account.positions.get(done.contract_id)
        return first + self.hear(PositionChanged(position_after(held, done)))

    def restored(
        self,
        positions: Iterable[Position] = (),
        orders: Iterable[Order] = (),
        trades: Iterable[Trade] | None = None,
    ) -> list[str]:
        """A look answers, then StateRestored, as after a start or a reconnect."""
        self.step = self._step()
        since = self.account.boundary if trades is not None else None
        request = TakeSnapshot(RequestId(1), self.account.id, trades_since=since)
        answer = SnapshotTaken(
            request, None if trades is None else tuple(trades), tuple(orders), tuple(positions),
            None, (), None, self.mono, self.mono, self.mono, self.mono,
        )  # fmt: skip
        self.manager.apply_snapshot(answer, self.step.stamp)
        return self.hear(StateRestored(self.account.id), fresh=True)

    def emptied(self) -> list[str]:
        """Two looks a good second apart show nothing: one empty list alone proves nothing."""
        first = self.restored([])
        self.wait(1.1)
        return first + self.restored([])

    def status(self, rule_id: str) -> tuple[str | None, str | None]:
        """Value and cause of UNKNOWN of a rule, as the status shows them."""
        by_id: Mapping[Any, Any] = self.judge.status
        return by_id[rule_id].value, by_id[rule_id].unknown

    def quote(self, name: str, last: str | None, **sides: str) -> list[str]:
        """A quote; `bid` and `ask` as keywords."""
        price = None if last is None else Decimal(last)
        book = {side: Decimal(value) for side, value in sides.items()}
        return self.hear(QuoteChanged(contract(name).id, price, **book, at=self.now))

    def _target(self, contract_id: ContractId) -> int | None:
        planned = self.judge.plan.target_of(contract_id)
        flying = self.flying.get(contract_id)
        both = [target for target in (planned, flying) if target is not None]
        return min(both, default=None)

    def _step(self) -> Step:
        self.sequence += 1
        self.mono += 0.001  # events never arrive at one instant of the monotonic clock
        return Step(Stamp(self.sequence, self.now, self.mono, self.mono), Ids())
