"""What must make each rule act: one synthetic case per rule, for the drill at every start (pure).

A rule that is added gets a function here and a line in `CASES`; a test fails while it has none.
A case is played in an engine that has only this rule, knows nothing yet and holds nothing. It
need not end in a breach: a rule that manages stops passes once a request leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from risk_manager.config.base import RuleConfig
from risk_manager.core.drill_scene import ANY_ROOT, DrillScene
from risk_manager.domain.events import AccountChanged, Event
from risk_manager.domain.positions import AccountRow
from risk_manager.rules.auth_loss_guard import AuthLossGuard
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.cooldown_after_loss import CooldownAfterLoss
from risk_manager.rules.daily_realized_loss import DailyRealizedLoss
from risk_manager.rules.daily_realized_profit import DailyRealizedProfit
from risk_manager.rules.daily_unrealized_loss import DailyUnrealizedLoss
from risk_manager.rules.max_contracts import MaxContracts
from risk_manager.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from risk_manager.rules.max_unrealized_profit import MaxUnrealizedProfit
from risk_manager.rules.no_stop_loss_grace import NoStopLossGrace
from risk_manager.rules.profit_config import ProfitMode
from risk_manager.rules.session_block_outside import SessionBlockOutside
from risk_manager.rules.symbol_blocks import SymbolBlocks, SymbolBlocksConfig
from risk_manager.rules.trade_frequency_config import TradeFrequencyLimitConfig
from risk_manager.rules.trade_frequency_limit import TradeFrequencyLimit
from risk_manager.rules.trade_management import TradeManagement
from risk_manager.rules.trade_management_config import TradeManagementConfig

MOST_TRADES = 200
"""A limit of more trades is drilled as if it were this: nobody waits for a million fills."""


@dataclass(frozen=True, slots=True)
class DrillCase:
    """`events` come one after the other, then `wait` passes.

    `begins_at` is the trusted time of it all, None for now. `by_start`: the start itself is what
    the rule must answer to, because it acts before anything can happen.
    """

    events: tuple[Event, ...] = ()
    wait: timedelta | None = None
    begins_at: datetime | None = None
    by_start: bool = False


def _max_contracts(rule: MaxContracts, scene: DrillScene) -> DrillCase:
    return DrillCase((scene.position(ANY_ROOT, rule.config.limit + 1),))


def _per_instrument(rule: MaxContractsPerInstrument, scene: DrillScene) -> DrillCase:
    root, cap = min(rule.config.limits.items())
    return DrillCase((scene.position(root, cap + 1),))


def _realized(rule: DailyRealizedLoss | DailyRealizedProfit, scene: DrillScene) -> DrillCase:
    return DrillCase((scene.trade(pnl=rule.config.limit),))


def _open_loss(rule: DailyUnrealizedLoss, scene: DrillScene) -> DrillCase:
    return DrillCase(scene.priced(rule.config.limit))


def _open_profit(rule: MaxUnrealizedProfit, scene: DrillScene) -> DrillCase:
    if rule.config.mode is ProfitMode.BREAKEVEN:
        return DrillCase(scene.priced(rule.config.arm, rule.config.breakeven_offset))
    return DrillCase(scene.priced(rule.config.target))


def _trade_frequency(rule: TradeFrequencyLimit, scene: DrillScene) -> DrillCase:
    limits = rule.config.limits
    given = (limits.per_minute, limits.per_hour, limits.per_session)
    count = min(limit for limit in given if limit is not None) + 1
    return DrillCase(tuple(scene.trade() for _ in range(count)))


def _fewer_trades(config: TradeFrequencyLimitConfig) -> RuleConfig:
    """The section with limits that a drill can play."""
    limits = config.limits
    smaller = {
        name: min(limit, MOST_TRADES)
        for name in type(limits).model_fields
        if (limit := getattr(limits, name)) is not None
    }
    return config.model_copy(update={"limits": limits.model_copy(update=smaller)})


def _cooldown(rule: CooldownAfterLoss, scene: DrillScene) -> DrillCase:
    return DrillCase((scene.trade(pnl=rule.config.loss_thresholds[0].loss_amount),))


def _no_stop(rule: NoStopLossGrace, scene: DrillScene) -> DrillCase:
    return DrillCase((scene.position(ANY_ROOT, 1),), wait=rule.times.grace)


def _session(rule: SessionBlockOutside, scene: DrillScene) -> DrillCase:
    """The end of a session sets the locks; where no locks are set, something opened after it."""
    calendar, now = rule.calendar, scene.now
    root, window = min(calendar.per_root.items(), default=(ANY_ROOT, calendar.global_window))
    assert window is not None, "the section has no hours"
    begins = now if (state := calendar.window_state(window, now)).open else state.next_start
    if begins is None:
        return DrillCase(by_start=True)
    ends = calendar.window_state(window, begins).ends_at
    assert ends is not None, "an open session ends"
    if rule.config.lockout_outside_session:
        return DrillCase(wait=ends - begins, begins_at=begins)
    return DrillCase((scene.position(root, 1, opened_at=ends),), begins_at=ends)


def _can_trade(_: AuthLossGuard, scene: DrillScene) -> DrillCase:
    return DrillCase((AccountChanged(AccountRow(scene.account_id, can_trade=False)),))


def _blocks(_: SymbolBlocks, __: DrillScene) -> DrillCase:
    """A blocked symbol is locked by the start, before anything can happen in it."""
    return DrillCase(by_start=True)


def _some_block(config: SymbolBlocksConfig) -> RuleConfig:
    """An empty list leaves the rule nothing to do; then it blocks what nobody trades."""
    return config.model_copy(update={"blocked_symbols": config.blocked_symbols or (ANY_ROOT,)})


def _stops(rule: TradeManagement, scene: DrillScene) -> DrillCase:
    """A profit at which a stop is due, then time to look and to place it."""
    wanted = rule.distances
    ticks = max(wanted.trigger or 0, wanted.activation or 0, wanted.distance)
    return DrillCase(scene.priced(Decimal(ticks + 1)), wait=timedelta())


def _some_stops(config: TradeManagementConfig) -> RuleConfig:
    """With both parts off the rule has nothing to do; then the breakeven is drilled."""
    if config.auto_breakeven.enabled or config.trailing_stop.enabled:
        return config
    on = config.auto_breakeven.model_copy(update={"enabled": True})
    return config.model_copy(update={"auto_breakeven": on})


Case = Callable[[Any, DrillScene], DrillCase]
CASES: Mapping[type[Rule[Any]], Case] = MappingProxyType(
    {
        MaxContracts: _max_contracts,
        MaxContractsPerInstrument: _per_instrument,
        DailyRealizedLoss: _realized,
        DailyUnrealizedLoss: _open_loss,
        MaxUnrealizedProfit: _open_profit,
        TradeFrequencyLimit: _trade_frequency,
        CooldownAfterLoss: _cooldown,
        NoStopLossGrace: _no_stop,
        SessionBlockOutside: _session,
        AuthLossGuard: _can_trade,
        SymbolBlocks: _blocks,
        TradeManagement: _stops,
        DailyRealizedProfit: _realized,
    }
)
"""The case of every rule."""

PLAYABLE: Mapping[str, Callable[[Any], RuleConfig]] = MappingProxyType(
    {
        TradeFrequencyLimit.section: _fewer_trades,
        SymbolBlocks.section: _some_block,
        TradeManagement.section: _some_stops,
    }
)
"""Sections of which a copy is drilled that a case can reach."""
