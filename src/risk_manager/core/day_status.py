"""The trading day of one account as the status shows it: money, trades, windows (pure)."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import Any, Final

from risk_manager.config.presets import PRESETS
from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.events import Stamp
from risk_manager.domain.positions import Trade
from risk_manager.domain.unknown import Unknown
from risk_manager.rules.trade_frequency_limit import TradeFrequencyLimit
from risk_manager.utils.datetime_helpers import format_instant

LAST_TRADES: Final = 10


def day_status(guard: AccountGuard, total: Decimal | None, stamp: Stamp) -> dict[str, Any]:
    """Members that go beside the account's own; amounts are USD as text, None is UNKNOWN.

    `total` is the day's gross P&L, realised plus open.
    """
    account = guard.account
    net = account.pnl.realized(net=True)
    known_net = None if isinstance(net, Unknown) or not account.restored else net
    start = None if known_net is None or account.balance is None else account.balance - known_net
    return {
        "net_pnl": _usd(known_net),
        "balance": _usd(account.balance),
        "start_balance": _usd(start),
        "venue": _venue(guard, start, total),
        "trades": _trades(guard) if known_net is not None else [],
        "windows": _windows(guard, stamp),
        "follower": account.follower,
    }


def _venue(
    guard: AccountGuard, start: Decimal | None, total: Decimal | None
) -> dict[str, Any] | None:
    """The preset's maximum loss limit, and how far it is at most; None without a preset.

    The venue trails its limit from the highest balance at the end of a day, which nobody tells
    us. Measured from this day's start the distance can only be shorter than this.
    """
    name = guard.market.settings.preset
    preset = None if name is None else PRESETS.get(name)
    if preset is None:
        return None
    limit = Decimal(preset.max_loss_limit)
    distance = None if start is None or total is None else max(limit + total, Decimal(0))
    return {
        "preset": preset.name,
        "max_loss_limit": _usd(-limit),
        "distance_at_most": _usd(distance),
    }


def _trades(guard: AccountGuard) -> list[dict[str, Any]]:
    """The last fills that closed something, the newest first, with the running gross sum."""
    running = guard.account.pnl.realized(net=False)
    assert not isinstance(running, Unknown)
    rows = []
    for trade in islice(filter(_is_result, reversed(guard.account.pnl.trades())), LAST_TRADES):
        assert trade.pnl is not None
        rows.append(
            {
                "at": format_instant(trade.at),
                "symbol": guard.market.contracts.label(trade.contract_id),
                "side": trade.side.value,
                "size": trade.size,
                "price": f"{trade.price.normalize():f}",
                "pnl": _usd(trade.pnl),
                "costs": _usd(trade.fees + trade.commissions),
                "running": _usd(running),
            }
        )
        running -= trade.pnl
    return rows


def _is_result(trade: Trade) -> bool:
    return trade.pnl is not None and not trade.voided


def _windows(guard: AccountGuard, stamp: Stamp) -> list[dict[str, Any]]:
    """Trades left in each limited window of RULE-006."""
    rule = next((r for r in guard.judge.rules if isinstance(r, TradeFrequencyLimit)), None)
    if rule is None or not guard.account.restored:
        return []
    counts, limits = guard.view.at(stamp).trade_counts(stamp.now), rule.config.limits
    return [
        {"window": window, "count": count, "limit": limit, "left": max(limit - count, 0)}
        for window, count, limit in (
            ("minute", counts.minute, limits.per_minute),
            ("hour", counts.hour, limits.per_hour),
            ("session", counts.session, limits.per_session),
        )
        if limit is not None
    ]


def _usd(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"
