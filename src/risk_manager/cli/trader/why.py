"""Why the guard acted last: the decision with its inputs, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from rich.text import Text

from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.lock_words import ending_of
from risk_manager.cli.trader.model import AccountRow, EnforcementRow, LockRow, RuleRow, Status
from risk_manager.cli.trader.rows import left_words
from risk_manager.domain.symbols import root_of_contract_id
from risk_manager.utils.rule_names import RULE_NAMES

_SENTENCES: Final = {
    "RULE-001": "The contracts of all open positions together must not exceed the limit.",
    "RULE-002": "The contracts of each symbol must not exceed its limit.",
    "RULE-003": "The day ends when its loss reaches the limit.",
    "RULE-004": "Open positions must not lose more than the limit.",
    "RULE-005": "Open positions are closed when their profit reaches the limit.",
    "RULE-006": "No more trades than the limit within a minute, an hour or a session.",
    "RULE-007": "After a loss of this size there is a pause.",
    "RULE-008": "Every position needs a stop within the grace time.",
    "RULE-009": "Positions are held only within the trading hours.",
    "RULE-010": "While the broker does not allow trading, nothing is held.",
    "RULE-011": "These symbols are not traded.",
    "RULE-012": "Stops are moved to breakeven or follow the market; they only tighten.",
    "RULE-013": "The day ends when its profit reaches the target.",
}
_OUTCOMES: Final = {
    "DONE": "the broker's own list shows the effect",
    "STARTED": "the request is on its way, the broker's list does not show it yet",
    "ALREADY": "there was nothing left to do",
    "REJECTED": "the broker refused it",
    "TIMED_OUT": "the broker did not answer in time; it is looked up and tried again",
    "DEFERRED": "it waits until it can be done",
    "SHADOW": "the rule only watches, so nothing was sent",
}
_SAME: Final = timedelta(seconds=5)


def why_lines(frame: Frame, status: Status, account: AccountRow) -> list[Text]:
    """Return the explanation, one fact a line."""
    lines = [frame.title("Why the guard acted last")]
    return [*lines, *(line for fact in facts(frame, status, account) for line in frame.lines(fact))]


def facts(frame: Frame, status: Status, account: AccountRow) -> list[str]:
    """Return the facts of the newest decision, as sentences."""
    record = max(account.enforcements, key=lambda row: row.at, default=None)
    lock = _lock_of(account, record)
    if record is None and lock is None:
        return ["Nothing was enforced and nothing is locked."]
    rule_id = lock.rule if lock is not None else record.rule if record is not None else ""
    rule = next((row for row in account.rules if row.rule == rule_id), None)
    found = [f"{rule_id} ({RULE_NAMES.get(rule_id, 'a rule')}): {_SENTENCES.get(rule_id, '')}"]
    if rule is not None and rule.limit:
        found.append(f"Its limit: {rule.limit}.")
    if record is not None and record.rule == rule_id:
        found += _done(frame, account, record)
    if lock is not None:
        found += _locked(frame, status, account, lock)
    if rule is not None:
        found.append(_now(rule))
    return found


def _lock_of(account: AccountRow, record: EnforcementRow | None) -> LockRow | None:
    """Return the lock in force that is newer than the record or belongs to it."""
    dated = [(lock.set_at, lock) for lock in account.locks if lock.set_at is not None]
    if not dated:
        return None
    set_at, newest = max(dated, key=lambda both: both[0])
    if record is None or newest.rule == record.rule:
        return newest
    came_with_it = newest.scope == "account" and set_at >= record.at - _SAME
    return newest if came_with_it else None


def _done(frame: Frame, account: AccountRow, row: EnforcementRow) -> Iterator[str]:
    at = row.at.astimezone(frame.zone(account))
    yield f"What it saw at {at:%a %H:%M:%S}: {row.reason}."
    symbol = (root_of_contract_id(row.contract) or row.contract) if row.contract else ""
    sizes = "" if row.from_size is None else f", {row.from_size} to {row.to_size or 0} contracts"
    yield f"What it did: {row.action.replace('_', ' ').lower()} {symbol}".rstrip() + f"{sizes}."
    yield f"Result: {row.outcome}, {_OUTCOMES.get(row.outcome, 'of a later version')}."
    if row.message:
        yield f"The broker said: {row.message} ({row.code})."
    if row.ms_to_request is not None:
        flat = "" if row.ms_to_flat is None else f", the effect was seen after {row.ms_to_flat} ms"
        yield f"The request left {row.ms_to_request} ms after the event arrived{flat}."


def _locked(frame: Frame, status: Status, account: AccountRow, lock: LockRow) -> Iterator[str]:
    scope = "the account" if lock.scope == "account" else lock.scope
    reading = f" The reading was {lock.reading}, the limit {lock.limit}." if lock.reading else ""
    yield f"It locked {scope}: {lock.reason}.{reading}"
    yield f"The lock: {ending_of(frame, status, account, lock)}."
    if lock.allowed:
        yield f"Still allowed: {lock.allowed}."


def _now(rule: RuleRow) -> str:
    if rule.unknown:
        return f"Now: UNKNOWN - {rule.unknown}."
    left = "" if rule.left is None else f", {left_words(rule.left)} left"
    return f"Now: {rule.value or 'not evaluated yet'}{left}."
