"""How full a limit is: the parts of a rule that can be measured, each with value and limit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from risk_manager.cli.formatting import only_number, used_fraction
from risk_manager.cli.trader.model import AccountRow, RuleRow

_PAIR: Final = re.compile(r"\b([A-Z0-9]*[A-Z][A-Z0-9]*) (\d+)\b")
_PER_SYMBOL, _FREQUENCY = "RULE-002", "RULE-006"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value beside its limit, in the unit of the rule; `of` names a symbol or a window."""

    value: Decimal
    limit: Decimal
    of: str = ""

    @property
    def used(self) -> Decimal:
        """The used part of the limit, at least 0; 1 is the limit."""
        return used_fraction(self.value, self.limit)


def gauges(account: AccountRow, rule: RuleRow) -> list[Gauge]:
    """Return the gauges of a rule, the fullest first; none when it is UNKNOWN or has none."""
    if rule.unknown or rule.value is None:
        return []
    return sorted(_gauges(account, rule), key=lambda gauge: gauge.used, reverse=True)


def _gauges(account: AccountRow, rule: RuleRow) -> list[Gauge]:
    if rule.rule == _FREQUENCY:
        return [
            Gauge(Decimal(row.count), Decimal(row.limit), row.window) for row in account.windows
        ]
    if rule.rule == _PER_SYMBOL:
        held = {symbol: Decimal(size) for symbol, size in _PAIR.findall(rule.value or "")}
        caps = _PAIR.findall(rule.limit or "")
        return [Gauge(held.get(symbol, Decimal(0)), Decimal(cap), symbol) for symbol, cap in caps]
    value, limit = only_number(rule.value), only_number(rule.limit)
    return [] if value is None or limit is None else [Gauge(value, limit)]
