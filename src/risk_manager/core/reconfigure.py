"""Puts a configuration in force for one account; what its rules remember stays (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from risk_manager.config.base import RuleMode
from risk_manager.config.config_set import ConfigSet
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.event_router import EventRouter
from risk_manager.core.poll_clock import ACCOUNT_ROW_S
from risk_manager.enforcement.step import Step
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.symbol_blocks import SymbolBlocks
from risk_manager.state.reset_scheduler import ResetSchedule
from risk_manager.state.trade_counter import CountBy
from risk_manager.state.writes import EndLock


def configure(guard: AccountGuard, chosen: ConfigSet, rules: Sequence[Rule[Any]]) -> None:
    """Replace settings, rules and the daily reset. No lock is touched."""
    settings = chosen.global_
    guard.market.settings = settings
    # One tracker serves all accounts: the settings that became active last count for all.
    guard.market.quotes.set_limits(
        settings.max_price_jump_pct, float(settings.max_quote_age_seconds)
    )
    guard.judge.adopt(EventRouter(rules), all_shadow=settings.mode is RuleMode.SHADOW)
    guard.enforcer.stops.is_silent = guard.judge.moves_no_stop
    counts = [rule.count_by for rule in rules if rule.count_by is not None]
    guard.account.counter.set_count_by(CountBy(counts[0]) if counts else CountBy.ENTRY)
    checks = [rule.account_check_s for rule in rules if rule.account_check_s is not None]
    guard.reconciler.poll.account_row_s = min([ACCOUNT_ROW_S, *checks])
    guard.follow_ups.keep_only({rule.rule_id for rule in rules})
    guard.account.reset = ResetSchedule(chosen.reset.at, chosen.reset.zone)


def end_blocks(step: Step, guard: AccountGuard, rules: Sequence[Rule[Any]]) -> None:
    """End the locks of blocked symbols once no rule is left that would."""
    if any(isinstance(rule, SymbolBlocks) for rule in rules):
        return
    locks = guard.market.locks
    for lock in locks.active(guard.account.id, step.stamp.now):
        if lock.key.rule_id == SymbolBlocks.rule_id and locks.end(lock.key) is not None:
            step.writes.append(EndLock(lock.key, step.stamp.now, "the block was removed"))
            step.info(guard.account.id, f"lock {lock.key.rule_id}", f"{lock.key.scope} is free")
