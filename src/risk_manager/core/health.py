"""How the guard itself is doing: MONITORED, SHADOW, DEGRADED, and why (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from risk_manager.config.base import RuleMode
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.config_status import config_causes
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.domain.events import Stamp
from risk_manager.rules.session_block_outside import SessionBlockOutside


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the daemon knows of its own troubles, in words; None where there is none.

    `own` are those of its threads and files, `alarms` those of the last minute.
    """

    store: str | None = None
    token: str | None = None
    own: Sequence[str] = ()
    alarms: Sequence[str] = ()


def causes(engine: RiskEngine, trouble: Trouble, stamp: Stamp) -> list[str]:
    """Everything that keeps the guard from being whole."""
    found: list[str] = []
    if not engine.feed.is_up("user"):
        found.append(f"user hub down: {engine.feed.cause['user']}")
    if not engine.feed.is_up("market") and any(
        guard.open_contracts() for guard in engine.guards.values()
    ):
        found.append(f"market hub down: {engine.feed.cause['market']}")
    for name, text in (("store", trouble.store), ("login", trouble.token)):
        if text is not None:
            found.append(f"{name} failing: {text}")
    found += trouble.own
    for guard in engine.guards.values():
        found += _account_causes(guard, stamp)
    found += config_causes(engine.configs, stamp)
    return list(dict.fromkeys([*found, *trouble.alarms]))


def _account_causes(guard: AccountGuard, stamp: Stamp) -> list[str]:
    account = guard.account
    found = []
    if not guard.judge.rules:
        found.append(f"no rule is enabled for account {account.id}")
    if not account.restored:
        found.append(f"account {account.id}: broker state not read yet")
    elif account.read_failure is not None:
        found.append(f"account {account.id}: last read failed: {account.read_failure}")
    if account.follower:
        found.append(f"account {account.id}: FOLLOWER - cannot cancel here; guard the leader")
    found += [
        f"account {account.id}: a request about {guard.market.contracts.label(contract_id)}"
        " was not answered; its effect is not confirmed"
        for contract_id in guard.enforcer.unanswered()
    ]
    for status in guard.judge.status.values():
        name = status.rule.rule_id
        if status.failed is not None:
            found.append(f"{name} failed: {status.failed}")
        elif status.unknown is not None and account.restored and status.events:
            found.append(f"{name} UNKNOWN: {status.unknown}")
        rule = status.rule
        respects = isinstance(rule, SessionBlockOutside) and rule.config.respect_holidays
        if respects and not rule.context.holidays.covers(stamp.now.date()):
            found.append("the holiday table is out of date")
    return found


def status_word(engine: RiskEngine, found: Sequence[str], *, ready: bool) -> str:
    """MONITORED, SHADOW, DEGRADED or NOT MONITORED.

    NOT MONITORED until broker truth was read once: nothing is guarded before that. SHADOW as soon
    as one account is only watched, and before DEGRADED: that nothing is enforced there matters
    more than how well it is watched.
    """
    if not any(guard.account.restored for guard in engine.guards.values()):
        return "NOT MONITORED"
    if any(_only_watches(guard) for guard in engine.guards.values()):
        return "SHADOW"
    return "DEGRADED" if found or not ready else "MONITORED"


def _only_watches(guard: AccountGuard) -> bool:
    """Whether rules are enabled here and none of them enforces."""
    judge = guard.judge
    if guard.market.settings.mode is RuleMode.SHADOW:
        return True
    return bool(judge.rules) and all(judge.is_shadow(rule) for rule in judge.rules)
