"""Warns on the way to a limit, once for each rung (pure). Times are monotonic seconds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from risk_manager.alerts.alert import Alert
from risk_manager.alerts.status_view import AccountView, LeftView, RuleView, StatusView
from risk_manager.config.alerts_file import AlertLevel
from risk_manager.domain.money import usd
from risk_manager.utils.rule_names import RULE_NAMES

BACK_BY: Final = 10
"""Percentage points below a rung at which it may be told again: no chatter around it."""
REPEAT_S: Final = 900.0
"""The same rung of the same rule is not told again within this time, whatever happens."""


class Ladder:
    """Knows how far up each rule of each account was told."""

    def __init__(self, rungs: Sequence[int]) -> None:
        self._rungs = tuple(rungs)
        self._told: dict[tuple[int, str], int] = {}
        self._last: dict[tuple[int, str, int], float] = {}

    def look(self, status: StatusView, mono: float) -> list[Alert]:
        """Return a warning for each rule that has reached a higher rung.

        A rule that holds a lock is past its ladder; the lock says so.
        """
        found = []
        for account in status.accounts:
            for rule in account.rules:
                percent = None if rule.left is None else rule.left.used_percent
                if percent is None or rule.left is None or account.locked_by(rule.rule):
                    continue
                rung = self._climb((account.id, rule.rule), percent, mono)
                if rung is not None:
                    found.append(_warning(account, rule, rule.left, rung))
        return found

    def _climb(self, key: tuple[int, str], percent: int, mono: float) -> int | None:
        """Return the rung to tell of, None when there is no new one."""
        reached = max((rung for rung in self._rungs if rung <= percent), default=0)
        told = self._told.get(key, 0)
        if reached <= told:
            kept = (rung for rung in self._rungs if rung <= min(told, percent + BACK_BY))
            self._told[key] = max(kept, default=0)
            return None
        self._told[key] = reached
        last = self._last.get((*key, reached))
        if last is not None and mono - last < REPEAT_S:
            return None
        self._last[(*key, reached)] = mono
        return reached


def _warning(account: AccountView, rule: RuleView, left: LeftView, rung: int) -> Alert:
    """Say how far it is, by which figures, and what may still be done."""
    name = RULE_NAMES.get(rule.rule, rule.rule)
    of = "" if left.of is None else f"{left.of} "
    whole = left.whole or left.amount
    used = whole - left.amount
    figures = f"{_amount(used, left)} of {_amount(whole, left)}"
    if rule.value is not None and left.of is None:
        figures = f"{rule.value} of {rule.limit}"
    allowed = "you may trade" if left.amount > 0 else "you may close or reduce; more is too much"
    text = f"{rung} % - {name} {of}{figures} - {_amount(left.amount, left)} left - {allowed}"
    return Alert(AlertLevel.WARNING, account.label, text, ("ladder", account.id, rule.rule, rung))


def _amount(value: Decimal, left: LeftView) -> str:
    """Return `75.00`, `1 contract`, `2 trades`."""
    if left.unit == "USD":
        return usd(value)
    return f"{value:f} {left.unit.removesuffix('s') if value == 1 else left.unit}"
