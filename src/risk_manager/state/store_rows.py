"""Writes as SQL with parameters: one statement for each kind of write (pure).

Instants become ISO 8601 text in UTC with six fraction digits; `Decimal` becomes its own text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from risk_manager.state.config_rows import drop_active, end_pending, put_active, put_pending
from risk_manager.state.row_text import instant_text, optional_text
from risk_manager.state.writes import (
    DropActiveConfig,
    EndIntent,
    EndLock,
    EndPending,
    PutActiveConfig,
    PutBoundary,
    PutContract,
    PutDeadPosition,
    PutEnforcement,
    PutIntent,
    PutLock,
    PutMemory,
    PutMeta,
    PutPending,
    PutTrade,
    Write,
)

Statement = tuple[str, tuple[Any, ...]]


def statement_of(write: Write) -> Statement:
    """Return the SQL and the parameters that carry a write out. KeyError for another type."""
    return _STATEMENTS[type(write)](write)


def _put_lock(write: PutLock) -> Statement:
    lock = write.lock
    key = lock.key
    return (
        """INSERT OR REPLACE INTO locks (account_id, scope, rule_id, kind, reason, set_at, until,
            reading, rule_limit, ceilings, sequence, cause_order)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            key.account_id, key.scope, key.rule_id, lock.kind.value, lock.reason,
            instant_text(lock.set_at), optional_text(lock.until), lock.value, lock.limit,
            json.dumps(dict(lock.ceilings)), lock.sequence, lock.cause_order,
        ),
    )  # fmt: skip


def _end_lock(write: EndLock) -> Statement:
    key = write.key
    return (
        """UPDATE locks SET ended_at = ?, end_cause = ?
            WHERE account_id = ? AND scope = ? AND rule_id = ? AND ended_at IS NULL""",
        (instant_text(write.at), write.cause, key.account_id, key.scope, key.rule_id),
    )


def _put_trade(write: PutTrade) -> Statement:
    trade = write.trade
    return (
        """INSERT OR REPLACE INTO trades (account_id, trade_id, contract_id, at, price, side, size,
            order_id, pnl, fees, commissions, voided, opens, own_close)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            trade.account_id, trade.id, trade.contract_id, instant_text(trade.at),
            str(trade.price), trade.side.value, trade.size, trade.order_id,
            None if trade.pnl is None else str(trade.pnl), str(trade.fees),
            str(trade.commissions), trade.voided, write.marks.opens, write.marks.own_close,
        ),
    )  # fmt: skip


def _put_boundary(write: PutBoundary) -> Statement:
    return (
        "INSERT OR REPLACE INTO day_state (account_id, boundary) VALUES (?, ?)",
        (write.account_id, instant_text(write.boundary)),
    )


def _put_intent(write: PutIntent) -> Statement:
    intent = write.intent
    return (
        """INSERT OR REPLACE INTO intents (id, account_id, contract_id, kind, target, expected_size,
            position_ids, rule_id, reason, created_at, closing_side)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            intent.id, intent.account_id, intent.contract_id, intent.kind.value, intent.target,
            intent.expected_size, json.dumps(sorted(intent.position_ids)), intent.rule_id,
            intent.reason, instant_text(intent.created_at),
            None if intent.closing_side is None else intent.closing_side.value,
        ),
    )  # fmt: skip


def _end_intent(write: EndIntent) -> Statement:
    return (
        "UPDATE intents SET ended_at = ?, outcome = ? WHERE id = ?",
        (instant_text(write.at), write.outcome, write.intent_id),
    )


def _put_dead_position(write: PutDeadPosition) -> Statement:
    return (
        """INSERT OR REPLACE INTO dead_positions (account_id, position_id, contract_id, opened_at)
            VALUES (?, ?, ?, ?)""",
        (write.account_id, write.position_id, write.contract_id, optional_text(write.opened_at)),
    )


def _put_contract(write: PutContract) -> Statement:
    contract = write.contract
    return (
        """INSERT OR REPLACE INTO contracts (id, name, root, tick_size, tick_value, active)
            VALUES (?, ?, ?, ?, ?, ?)""",
        (
            contract.id, contract.name, contract.root, str(contract.tick_size),
            str(contract.tick_value), contract.active,
        ),
    )  # fmt: skip


def _put_enforcement(write: PutEnforcement) -> Statement:
    record = write.record
    return (
        """INSERT OR REPLACE INTO enforcement_log (key, at, account_id, rule_id, reason, action,
            outcome, contract_id, from_size, to_size, code, message, ms_to_request, ms_to_flat)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            record.key, instant_text(record.at), record.account_id, record.rule_id, record.reason,
            record.action, record.outcome.value, record.contract_id, record.from_size,
            record.to_size, record.code, record.message, record.ms_to_request, record.ms_to_flat,
        ),
    )  # fmt: skip


def _put_meta(write: PutMeta) -> Statement:
    return (
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
        (write.name, write.value),
    )


def _put_memory(write: PutMemory) -> Statement:
    key = (write.account_id, write.rule_id, write.key)
    if write.value is None:
        return "DELETE FROM rule_memory WHERE account_id = ? AND rule_id = ? AND key = ?", key
    return (
        "INSERT OR REPLACE INTO rule_memory (account_id, rule_id, key, value) VALUES (?, ?, ?, ?)",
        (*key, write.value),
    )


_STATEMENTS: Final[dict[type[Write], Callable[[Any], Statement]]] = {
    PutLock: _put_lock,
    EndLock: _end_lock,
    PutTrade: _put_trade,
    PutBoundary: _put_boundary,
    PutIntent: _put_intent,
    EndIntent: _end_intent,
    PutDeadPosition: _put_dead_position,
    PutContract: _put_contract,
    PutEnforcement: _put_enforcement,
    PutMeta: _put_meta,
    PutMemory: _put_memory,
    PutActiveConfig: put_active,
    DropActiveConfig: drop_active,
    PutPending: put_pending,
    EndPending: end_pending,
}
