"""What a configuration would do now, tried on a copy of what judging may change (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any

from risk_manager.config.base import RuleMode
from risk_manager.config.config_set import ConfigSet
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.event_router import EventRouter
from risk_manager.core.judge import Judge
from risk_manager.domain.events import ConfigActivated, Stamp
from risk_manager.domain.ids import ACCOUNT_SCOPE, ContractId
from risk_manager.domain.locks import Lockout
from risk_manager.enforcement.enforcement_engine import Plan
from risk_manager.enforcement.step import Ids, Step
from risk_manager.rules.base_rule import Rule
from risk_manager.state.account_view import StateView
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.writes import PutLock
from risk_manager.utils.datetime_helpers import zone_of
from risk_manager.utils.wording import wall_time


class _FreshView(StateView):
    """The view as it would be right after a look: what waits for one is decided."""

    def looked_at(self, *, suspended: bool = False) -> datetime | None:
        """Now: a change that acts would look first."""
        del suspended
        return self.now


def would_do(
    guard: AccountGuard, chosen: ConfigSet, rules: Sequence[Rule[Any]], stamp: Stamp
) -> tuple[str, ...]:
    """What these rules would do at once, in words; nothing while the account is not known yet.

    A value that is UNKNOWN causes no act.
    """
    if not guard.account.restored:
        return ()
    locks = LockoutManager(guard.market.locks.active(guard.account.id, stamp.now))
    market = replace(guard.market, locks=locks, settings=chosen.global_)
    account = copy(guard.account)
    account.memory = dict(guard.account.memory)
    shadow = chosen.global_.mode is RuleMode.SHADOW
    judge = Judge(account, market, EventRouter(rules), all_shadow=shadow)

    def target(contract_id: ContractId) -> int | None:
        targets = (judge.plan.target_of(contract_id), guard.enforcer.target_of(contract_id))
        return min((size for size in targets if size is not None), default=None)

    judge.view = _FreshView(account, market, target)
    step = Step(stamp, Ids())
    plan = judge.judge(step, ConfigActivated(account.id), fresh=True)
    set_now = [write.lock for write in step.writes if isinstance(write, PutLock)]
    return (*_actions(guard, plan), *(_lock(guard, lock, stamp) for lock in set_now))


def _actions(guard: AccountGuard, plan: Plan) -> Iterator[str]:
    """What would be sent: `closes ES 2`, `reduces MNQ 3 to 2`, `cancels entry orders in RTY`."""
    label = guard.market.contracts.label
    for position in guard.account.positions.all():
        target = plan.target_of(position.contract_id)
        name = label(position.contract_id)
        if target == 0:
            yield f"closes {name} {position.size}"
        elif target is not None:
            yield f"reduces {name} {position.size} to {target}"
    scopes = set(plan.cancels) | ({None} if plan.flatten is not None else set())
    for order in guard.account.entry_orders():
        if None in scopes or order.contract_id in scopes:
            yield f"cancels the entry order {order.id} in {label(order.contract_id)}"


def _lock(guard: AccountGuard, lock: Lockout, stamp: Stamp) -> str:
    """`locks account 123 until 5:00 PM ET`."""
    whole = lock.key.scope == ACCOUNT_SCOPE
    what = f"account {guard.account.id}" if whole else f"{lock.key.scope} in {guard.account.id}"
    if lock.until is None:
        return f"locks {what} without an end time"
    return (
        f"locks {what} until {wall_time(lock.until, zone_of(guard.account.reset.zone), stamp.now)}"
    )
