"""Open positions and working orders as the status shows them (pure)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.session_status import session_closes_in_s
from risk_manager.core.stop_status import closes_in_s, covered
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Order, OrderKind
from risk_manager.domain.positions import Position
from risk_manager.domain.unknown import Unknown
from risk_manager.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from risk_manager.state.open_pnl import OpenPart
from risk_manager.utils.datetime_helpers import format_instant


def position_status(
    guard: AccountGuard, position: Position, parts: dict[ContractId, OpenPart], stamp: Stamp
) -> dict[str, Any]:
    """One open position; `parts` is the open P&L by contract."""
    part = parts.get(position.contract_id)
    price, symbol = position.average_price, guard.market.contracts.label(position.contract_id)
    return {
        "contract": position.contract_id,
        "symbol": symbol,
        "side": "long" if position.signed_size > 0 else "short",
        "size": position.size,
        "average_price": _plain(price),
        "unrealized_pnl": None if part is None else usd_or_none(part.pnl),
        "covered": covered(guard, position, stamp),
        "limit": _size_limit(guard, symbol),
        "opened_at": None if position.opened_at is None else format_instant(position.opened_at),
        "quote_age_s": _quote_age_s(guard, position.contract_id, stamp),
        "uncovered_closes_in_s": closes_in_s(guard, position, stamp),
        "session_closes_in_s": session_closes_in_s(guard.judge, symbol, stamp),
    }


def _size_limit(guard: AccountGuard, symbol: str) -> int | None:
    """Contracts of a symbol that RULE-002 allows; None without such a limit."""
    for rule in guard.judge.rules:
        if isinstance(rule, MaxContractsPerInstrument):
            return rule.config.limits.get(symbol)
    return None


def _quote_age_s(guard: AccountGuard, contract_id: ContractId, stamp: Stamp) -> float | None:
    """Seconds since the newest quote; None before the first."""
    last = guard.market.quotes.last_quote_mono(contract_id)
    return None if last is None else round(max(stamp.mono - last, 0.0), 1)


def order_status(guard: AccountGuard, order: Order) -> dict[str, Any]:
    """One order that is alive."""
    return {
        "id": order.id,
        "contract": order.contract_id,
        "symbol": guard.market.contracts.label(order.contract_id),
        "type": order.kind.value if order.kind is not OrderKind.UNKNOWN else None,
        "side": order.side.value,
        "size": order.size,
        "filled": order.fill_volume,
        "limit_price": _plain(order.limit_price),
        "stop_price": _plain(order.stop_price),
        "status": order.status.value,
        "created_at": None if order.created_at is None else format_instant(order.created_at),
    }


def _plain(price: Decimal | None) -> str | None:
    """A price without the zeros the wire pads it with (`21000.25`, not `21000.250000000`)."""
    return None if price is None else f"{price.normalize():f}"


def usd_or_none(value: Decimal | Unknown) -> str | None:
    """USD as text with two digits; None when unknown."""
    return None if isinstance(value, Unknown) else f"{value:.2f}"
