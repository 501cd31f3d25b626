"""RULE-002 MaxContractsPerInstrument: caps each symbol.

Watches: positions and working orders. All expiries of a symbol count together, and a mini is not a
micro.

Acts: when a symbol has more contracts than its cap. The excess is closed, or all of the symbol;
other symbols are left alone. Symbols that are not listed are blocked, capped or free, as
configured; a blocked symbol's entry orders are cancelled. It sets no lock.

Cannot: refuse an order before it fills. A working order of a blocked symbol is cancelled while it
waits; a market order fills first and is then closed. A symbol that is not known yet is not judged
until the broker has named it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import ClassVar

from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CloseContract,
    Decision,
    NotEvaluated,
    Reading,
    ReduceContract,
    Verdict,
)
from risk_manager.domain.distance import Left, NextOrder, Unit, left, nearest
from risk_manager.domain.events import (
    ConfigActivated,
    Event,
    OrderChanged,
    PositionChanged,
    StateRestored,
)
from risk_manager.domain.ids import RuleId
from risk_manager.domain.positions import Position
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.closing_order import closing_order
from risk_manager.rules.instrument_config import (
    InstrumentEnforcement,
    MaxContractsPerInstrumentConfig,
)
from risk_manager.utils.messages import contracts_reason


class MaxContractsPerInstrument(Rule[MaxContractsPerInstrumentConfig]):
    """Reduce or close a symbol above its cap; block what is not listed."""

    rule_id: ClassVar = RuleId("RULE-002")
    section: ClassVar = "max_contracts_per_instrument"
    title: ClassVar = "Max contracts per instrument"
    config_model: ClassVar = MaxContractsPerInstrumentConfig
    listens_to: ClassVar = (PositionChanged, OrderChanged, ConfigActivated, StateRestored)
    sets_lock: ClassVar = False

    @property
    def symbols(self) -> Iterable[str]:
        """The capped symbols."""
        return self.config.limits

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Sum sizes by symbol, after what is planned or in flight; above the cap is a breach."""
        by_root: dict[str, list[Position]] = defaultdict(list)
        unresolved: Unknown | None = None
        for position in view.positions():
            root = view.root_of(position.contract_id)
            if isinstance(root, Unknown):
                unresolved = root
            else:
                by_root[root].append(position)
        counts = {root: _size(view, positions) for root, positions in by_root.items()}
        breaches = [
            self._over(event, view, root, by_root[root])
            for root, count in sorted(counts.items())
            if self._is_over(root, count)
        ]
        breaches += self._blocked_orders(view)
        value = ", ".join(f"{root} {count}" for root, count in sorted(counts.items())) or "flat"
        if breaches:
            reason = "; ".join(dict.fromkeys(reason for reason, _ in breaches))
            decisions = tuple(decision for _, group in breaches for decision in group)
            cause = None if unresolved is None else unresolved.cause
            return Breach(reason, decisions, value, self.describe_limit(), unknown=cause)
        if unresolved is not None:
            return NotEvaluated(unresolved.cause)
        return Reading(value)

    def describe_limit(self) -> str:
        """The caps, and what happens to the rest."""
        caps = ", ".join(f"{root} {cap}" for root, cap in sorted(self.config.limits.items()))
        return f"{caps}; others {self.config.unknown_symbol_action}"

    def left(self, view: AccountView) -> Left | None:
        """Contracts until the cap of the symbol that is nearest to it, of those that are held."""
        sizes: dict[str, int] = {}
        for position in view.positions():
            root = view.root_of(position.contract_id)
            if isinstance(root, Unknown):
                return None
            sizes[root] = sizes.get(root, 0) + view.size_after_pending(position.contract_id)
        return nearest(
            left(cap - size, Unit.CONTRACTS, root, cap)
            for root, size in sorted(sizes.items())
            if (cap := self.config.cap(root)) is not None
        )

    def room(self, order: NextOrder, view: AccountView) -> int | None:
        """What the symbol's cap leaves, over all its expiries."""
        cap = self.config.cap(order.root)
        if cap is None:
            return None
        roots = {p.contract_id: view.root_of(p.contract_id) for p in view.positions()}
        if any(isinstance(root, Unknown) for root in roots.values()):
            return 0  # it may be of this symbol
        held = [p for p in view.positions() if roots[p.contract_id] == order.root]
        return max(cap - _size(view, held), 0)

    def _is_over(self, root: str, count: int) -> bool:
        cap = self.config.cap(root)
        return cap is not None and count > cap

    def _over(
        self, event: Event, view: AccountView, root: str, positions: list[Position]
    ) -> tuple[str, list[Decision]]:
        cap, count = self.config.cap(root) or 0, _size(view, positions)
        reason = contracts_reason(count, cap, root)
        decisions: list[Decision] = []
        if cap == 0 or self.config.enforcement is InstrumentEnforcement.CLOSE_ALL:
            return reason, [CloseContract(p.contract_id) for p in positions]
        excess = count - cap
        for position in closing_order(event, positions):
            size = view.size_after_pending(position.contract_id)
            closed = min(size, excess)
            if closed <= 0:
                continue
            excess -= closed
            contract_id = position.contract_id
            decisions.append(
                CloseContract(contract_id)
                if closed == size
                else ReduceContract(contract_id, size - closed)
            )
        return reason, decisions

    def _blocked_orders(self, view: AccountView) -> list[tuple[str, list[Decision]]]:
        found: list[tuple[str, list[Decision]]] = []
        for order in view.entry_orders():
            root = view.root_of(order.contract_id)
            if not isinstance(root, Unknown) and self.config.cap(root) == 0:
                reason = f"{root} is not allowed: its entry order is cancelled"
                found.append((reason, [CancelEntries(order.contract_id)]))
        return found


def _size(view: AccountView, positions: list[Position]) -> int:
    return sum(view.size_after_pending(position.contract_id) for position in positions)
