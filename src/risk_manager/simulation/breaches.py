"""Which limits the account is beyond, told from the venue's truth and written a second time.

Deliberately plain, and not with the rules' own code: a mistake in a rule must not hide here. A key
names the rule and, where the rule is about one thing, the symbol or the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from risk_manager.simulation.truth import Held, Truth

Keys = Iterator[str]
Predicate = Callable[[Any, Truth], Keys]
SLACK_S = 1.0


def _max_contracts(config: Any, truth: Truth) -> Keys:
    longs = sum(held.net for held in truth.held.values() if held.net > 0)
    shorts = -sum(held.net for held in truth.held.values() if held.net < 0)
    count = abs(longs - shorts) if config.count_type == "net" else longs + shorts
    if count > config.limit:
        yield "RULE-001"


def _per_instrument(config: Any, truth: Truth) -> Keys:
    sizes: dict[str, int] = {}
    for held in truth.held.values():
        sizes[held.root] = sizes.get(held.root, 0) + abs(held.net)
    for root, size in sizes.items():
        cap = config.cap(root)
        if cap is not None and size > cap:
            yield f"RULE-002 {root}"


def _worst(truth: Truth) -> Decimal:
    return sum((truth.open_pnl(held)[0] for held in truth.held.values()), Decimal(0))


def _best(truth: Truth) -> Decimal:
    return sum((truth.open_pnl(held)[1] for held in truth.held.values()), Decimal(0))


def _daily_loss(config: Any, truth: Truth) -> Keys:
    value = truth.realized(net=config.include_fees)
    if config.include_unrealized:
        value = min(value, value + _worst(truth))
    if value <= config.limit:
        yield "RULE-003"


def _open_loss(config: Any, truth: Truth) -> Keys:
    if config.scope == "total":
        if truth.held and _worst(truth) <= config.limit:
            yield "RULE-004"
        return
    for held in truth.held.values():
        if truth.open_pnl(held)[0] <= config.limit:
            yield f"RULE-004 {held.contract_id}"


def _open_profit(config: Any, truth: Truth) -> Keys:
    if config.mode == "breakeven":
        back = [held for held in truth.held.values() if _gave_back(config, truth, held)]
        yield from (f"RULE-005 {held.contract_id}" for held in back)
    elif config.scope == "total":
        if truth.held and _best(truth) >= config.target:
            yield "RULE-005"
    else:
        for held in truth.held.values():
            if truth.open_pnl(held)[1] >= config.target or truth.completes_target(held):
                yield f"RULE-005 {held.contract_id}"


def _gave_back(config: Any, truth: Truth, held: Held) -> bool:
    """Whether a position had reached the arming profit and has fallen back."""
    least, most = truth.open_pnl(held)
    held.best = max(held.best, most)
    return bool(held.best >= config.arm and least <= config.breakeven_offset)


def _frequency(config: Any, truth: Truth) -> Keys:
    """More trades than a limit in a window that ends at the newest trade, or any under the lock."""
    units: dict[object, Any] = {}
    for trade in truth.trades:
        if truth.is_own(trade) or trade.voided:
            continue
        if config.count_by == "execution":
            units[trade.id] = trade.created
        elif config.count_by == "order" or trade.profit_and_loss is None:
            units.setdefault(trade.order_id, trade.created)
    at = sorted(units.values())
    limits = config.limits
    spans = ((limits.per_minute, 60), (limits.per_hour, 3600), (limits.per_session, 10**6))
    for limit, seconds in spans:
        if limit is not None and len(at) > limit:
            span = timedelta(seconds=seconds + SLACK_S)
            if any(at[n] - at[n - limit] <= span for n in range(limit, len(at))):
                yield "RULE-006"


def _cooldown(config: Any, truth: Truth) -> Keys:
    losses: dict[int, Decimal] = {}
    smallest = max(tier.loss_amount for tier in config.loss_thresholds)
    for trade in truth.trades:
        if trade.profit_and_loss is None or trade.voided:
            continue
        before = losses.get(trade.order_id, Decimal(0)) if config.aggregate_by_order else Decimal(0)
        losses[trade.order_id] = before + trade.profit_and_loss
        if losses[trade.order_id] <= smallest:
            yield "RULE-007"
            return


def _grace(config: Any, truth: Truth) -> Keys:
    patience = min(config.grace_period_seconds, config.replace_gap_seconds) - SLACK_S
    for held in truth.held.values():
        if truth.uncovered_s(held) >= patience:
            yield f"RULE-008 {held.contract_id}"


def _session(config: Any, truth: Truth) -> Keys:
    for root in truth.roots():
        if not truth.session_open(config, root):
            yield f"RULE-009 {root}"


def _authority(_config: Any, truth: Truth) -> Keys:
    if not truth.can_trade:
        yield "RULE-010"


def _blocks(config: Any, _truth: Truth) -> Keys:
    for root in config.blocked_symbols:
        yield f"RULE-011 {root}"


def _target(config: Any, truth: Truth) -> Keys:
    if truth.realized(net=config.include_fees) >= config.limit:
        yield "RULE-013"


PREDICATES: Final[Mapping[str, Predicate]] = {
    "max_contracts": _max_contracts,
    "max_contracts_per_instrument": _per_instrument,
    "daily_realized_loss": _daily_loss,
    "daily_unrealized_loss": _open_loss,
    "max_unrealized_profit": _open_profit,
    "trade_frequency_limit": _frequency,
    "cooldown_after_loss": _cooldown,
    "no_stop_loss_grace": _grace,
    "session_block_outside": _session,
    "auth_loss_guard": _authority,
    "symbol_blocks": _blocks,
    "daily_realized_profit": _target,
}


def breaches(models: Mapping[str, Any], truth: Truth) -> Keys:
    """Everything the account is beyond now; RULE-012 sets no limit."""
    for section, model in models.items():
        predicate = PREDICATES.get(section)
        if predicate is not None:
            yield from predicate(model, truth)
