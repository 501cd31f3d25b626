"""Builds the engine of one login from its configuration and the stored state (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from risk_manager.config.config_set import ConfigSet
from risk_manager.config.effective import AccountConfig, ResetTime
from risk_manager.config.models import GlobalConfig
from risk_manager.config.pending import PendingChange
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.config_judge import read_sets, rules_of
from risk_manager.core.event_router import EventRouter
from risk_manager.core.feed_state import FeedState
from risk_manager.core.judge import Judge
from risk_manager.core.pending_book import PendingBook
from risk_manager.core.poll_clock import PollClock
from risk_manager.core.reconfigure import configure
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.core.stop_desk import STOP_ASKED
from risk_manager.domain.contracts import Contract
from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import AccountId, RuleId, TradeId
from risk_manager.domain.locks import Lockout
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import Intent, PastClose
from risk_manager.enforcement.own_closes import OwnCloses
from risk_manager.enforcement.step import Ids
from risk_manager.rules.base_rule import Rule
from risk_manager.state.account_state import AccountState
from risk_manager.state.contract_cache import ContractCache
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.pnl_tracker import PnlTracker
from risk_manager.state.pnl_view import Market
from risk_manager.state.quote_tracker import QuoteTracker
from risk_manager.state.reset_scheduler import ResetSchedule
from risk_manager.state.stored_state import StoredState
from risk_manager.state.trade_counter import CountBy, TradeCounter
from risk_manager.state.writes import PutDeadPosition
from risk_manager.utils.datetime_helpers import parse_instant
from risk_manager.utils.holidays import HolidayCalendar

_NO_SESSION = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchedAccount:
    """An account of the configuration, resolved at the venue."""

    id: AccountId
    name: str
    config: AccountConfig


@dataclass(frozen=True, slots=True)
class Restored:
    """What an earlier run left, as far as the engine is concerned; empty on a first start."""

    locks: tuple[Lockout, ...] = ()
    boundaries: Mapping[AccountId, datetime] = field(default_factory=dict)
    trades: Mapping[AccountId, tuple[Trade, ...]] = field(default_factory=dict)
    intents: tuple[Intent, ...] = ()
    last_intent_id: int = 0
    contracts: tuple[Contract, ...] = ()
    dead_positions: tuple[PutDeadPosition, ...] = ()
    memory: Mapping[tuple[AccountId, RuleId, str], str] = field(default_factory=dict)
    marks: Mapping[tuple[AccountId, TradeId], FillMarks] = field(default_factory=dict)
    closes: tuple[PastClose, ...] = ()
    active: Mapping[AccountId, ConfigSet] = field(default_factory=dict)
    pending: tuple[PendingChange, ...] = ()
    last_pending_id: int = 0
    unreadable: tuple[str, ...] = ()
    stop_asked: datetime | None = None

    @staticmethod
    def of(stored: StoredState) -> Restored:
        """Take over what the database holds; an unreadable configuration is left out and named."""
        active, unreadable = read_sets(stored.active)
        return Restored(
            locks=stored.locks,
            boundaries=stored.boundaries,
            trades=stored.trades,
            intents=stored.intents,
            last_intent_id=stored.last_intent_id,
            contracts=stored.contracts,
            dead_positions=stored.dead_positions,
            memory=stored.memory,
            marks=stored.marks,
            closes=stored.closes,
            active=active,
            unreadable=unreadable,
            stop_asked=None if not (asked := stored.meta.get(STOP_ASKED)) else parse_instant(asked),
            pending=stored.pending,
            last_pending_id=stored.last_pending_id,
        )


def build_engine(
    accounts: Sequence[WatchedAccount],
    settings: GlobalConfig,
    holidays: HolidayCalendar,
    restored: Restored,
    before: RiskEngine | None = None,
    *,
    only: RuleId | None = None,
) -> RiskEngine:
    """Assemble guards, rules and market. Raises StartError when a rule cannot be loaded.

    `before` is an engine this one replaces in the same run: numbers go on and the hubs are as
    they were. With `only`, every rule is loaded but this one alone is asked (the drill).
    """
    sets = {
        item.id: restored.active.get(item.id) or ConfigSet.of(item.config, holidays)
        for item in accounts
    }
    market = Market(
        contracts=ContractCache(restored.contracts),
        quotes=QuoteTracker(
            settings.max_price_jump_pct, book_age_s=float(settings.max_quote_age_seconds)
        ),
        locks=LockoutManager(restored.locks),
        settings=settings,
    )
    guards = []
    for item in accounts:
        rules = rules_of(sets[item.id])
        asked = [rule for rule in rules if only in (None, rule.rule_id)]
        guards.append(_guard(item, sets[item.id], asked, market, restored, len(accounts)))
    ids = Ids(restored.last_intent_id) if before is None else before.ids
    feed = FeedState() if before is None else before.feed
    pending = PendingBook(restored.pending, restored.last_pending_id)
    engine = RiskEngine(guards, market, ids, restored.intents, feed, sets, pending)
    engine.configs.unreadable = restored.unreadable
    engine.stops.asked_at = restored.stop_asked
    if before is not None:
        engine.configs.carry_on(before.configs)
    return engine


def _guard(
    watched: WatchedAccount,
    chosen: ConfigSet,
    rules: Sequence[Rule[Any]],
    market: Market,
    restored: Restored,
    accounts: int,
) -> AccountGuard:
    account = _account(watched, chosen.reset, restored)
    own = replace(market, settings=chosen.global_)
    judge = Judge(account, own, EventRouter(()), all_shadow=False)
    guard = AccountGuard(account, own, judge, PollClock(accounts))
    configure(guard, chosen, rules)
    guard.enforcer.closes.restore(c for c in restored.closes if c.account_id == account.id)
    return guard


def _account(watched: WatchedAccount, reset: ResetTime, restored: Restored) -> AccountState:
    """The account's state, with its day, trades and dead position ids restored."""
    account = AccountState(
        id=watched.id,
        name=watched.config.account.nickname or watched.name,
        reset=ResetSchedule(reset.at, reset.zone),
        pnl=PnlTracker(),
        counter=TradeCounter(CountBy.ENTRY, _NO_SESSION),
    )
    boundary = restored.boundaries.get(watched.id)
    if boundary is not None:
        trades = restored.trades.get(watched.id, ())
        account.boundary = boundary
        account.pnl.restore(boundary, trades)
        account.counter.reset_session(boundary)
        closes = OwnCloses()
        closes.restore(c for c in restored.closes if c.account_id == watched.id)
        for trade in trades:
            marks = restored.marks.get((watched.id, trade.id)) or FillMarks(
                opens=trade.pnl is None, own_close=closes.caused(trade, None)
            )
            account.counter.record_trade(trade, opens=marks.opens, own_close=marks.own_close)
        account.newest_trade_at = max((trade.at for trade in trades), default=None)
    account.memory.update(
        ((rule_id, key), value)
        for (owner, rule_id, key), value in restored.memory.items()
        if owner == watched.id
    )
    for dead in restored.dead_positions:
        if dead.account_id == watched.id:
            account.positions.mark_dead(dead.contract_id, dead.position_id, dead.opened_at)
    return account
