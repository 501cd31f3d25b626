"""A plan in words: `lock 003 account until 03-11 17:00`, `flatten`, `MNQ to 2`, `close ES`."""

from datetime import datetime

from risk_manager.domain.ids import AccountId
from risk_manager.domain.locks import LockKey, Lockout
from risk_manager.enforcement.enforcement_engine import Plan
from risk_manager.state.lockout_manager import LockoutManager
from tests.support.make import NEW_YORK, ticker


def until_words(until: datetime | None) -> str:
    """New York month, day and time, `-` for no end."""
    return "-" if until is None else f"{until.astimezone(NEW_YORK):%m-%d %H:%M}"


def lock_words(lock: Lockout) -> str:
    """A lock row, with the exposure that may stay."""
    kept = ", ".join(f"{ticker(c)} {size}" for c, size in sorted(lock.ceilings.items()))
    text = f"lock {lock.key.rule_id[-3:]} {lock.key.scope} until {until_words(lock.until)}"
    return f"{text} keeping {kept}" if kept else text


def words_of(plan: Plan, locks: LockoutManager, account_id: AccountId, now: datetime) -> list[str]:
    """What a plan wants, locks first; cancels that belong to a close are not repeated."""
    said = []
    for found, decision in plan.locks:
        lock = locks.get(LockKey(account_id, decision.scope, found.rule_id), now)
        assert lock is not None, "a plan names a lock that was not set"
        said.append(lock_words(lock))
    if plan.flatten is not None:
        said.append("flatten")
    targets = {ticker(contract_id): target for contract_id, (target, _) in plan.targets.items()}
    for name, target in sorted(targets.items()):
        said.append(f"{name} to {target}" if target else f"close {name}")
    scopes = sorted(ticker(scope) for scope in plan.cancels if scope is not None)
    said.extend(f"cancel {name}" for name in scopes if targets.get(name) != 0)
    if None in plan.cancels:
        said.append("cancel all")
    for contract_id, (wanted, _) in sorted(plan.stops.items()):
        said.append(f"{ticker(contract_id)} stop {wanted.price}")
    return said
