"""The rows a start reads back, as domain values (pure)."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from risk_manager.domain.contracts import Contract
from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import (
    AccountId,
    ContractId,
    IntentId,
    OrderId,
    PositionId,
    RuleId,
    TradeId,
)
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import EnforcementRecord, Intent, IntentKind, Outcome, PastClose
from risk_manager.state.writes import PutDeadPosition

Row = tuple[Any, ...]


LOCKS: Final = """SELECT account_id, scope, rule_id, kind, reason, set_at, until, reading,
    rule_limit, ceilings, sequence, cause_order FROM locks WHERE ended_at IS NULL ORDER BY id"""


def lock_of(row: Row) -> Lockout:
    """A lock in force."""
    account, scope, rule, kind, reason, set_at, until, reading, limit, ceilings, *rest = row
    sequence, cause_order = rest
    return Lockout(
        LockKey(AccountId(account), scope, RuleId(rule)),
        LockKind(kind),
        reason,
        instant_of(set_at),
        _optional_instant(until),
        reading,
        limit,
        {ContractId(contract): size for contract, size in json.loads(ceilings).items()},
        sequence,
        None if cause_order is None else OrderId(cause_order),
    )


TRADES: Final = """SELECT t.account_id, trade_id, contract_id, at, price, side, size, order_id,
    pnl, fees, commissions, voided, opens, own_close
    FROM trades t JOIN day_state d ON d.account_id = t.account_id
    WHERE t.at >= d.boundary ORDER BY t.account_id, t.at, t.trade_id"""


def trade_of(row: Row) -> Trade:
    """A fill of the day."""
    account, number, contract, at, price, side, size, order, pnl, fees, commissions, voided, *_ = (
        row
    )
    return Trade(
        TradeId(number),
        AccountId(account),
        ContractId(contract),
        instant_of(at),
        Decimal(price),
        Side(side),
        size,
        OrderId(order),
        None if pnl is None else Decimal(pnl),
        Decimal(fees),
        Decimal(commissions),
        bool(voided),
    )


def marks_of(row: Row) -> FillMarks | None:
    """How a fill of the day was counted; None in a row of versions 1 and 2, which did not say."""
    opens, own_close = row[12], row[13]
    return None if own_close is None else FillMarks(bool(opens), bool(own_close))


INTENTS: Final = """SELECT id, account_id, contract_id, kind, target, expected_size, position_ids,
    rule_id, reason, created_at, closing_side FROM intents WHERE ended_at IS NULL ORDER BY id"""


def intent_of(row: Row) -> Intent:
    """An unfinished intent."""
    number, account, contract, kind, target, expected, positions, rule, reason, *rest = row
    created_at, side = rest
    return Intent(
        IntentId(number),
        AccountId(account),
        ContractId(contract),
        IntentKind(kind),
        target,
        expected,
        frozenset(PositionId(position) for position in json.loads(positions)),
        RuleId(rule),
        reason,
        instant_of(created_at),
        _optional_side(side),
    )


CLOSES: Final = """SELECT i.account_id, contract_id, id, created_at, ended_at, closing_side
    FROM intents i
    JOIN day_state d ON d.account_id = i.account_id
    WHERE ended_at IS NULL OR ended_at >= d.boundary ORDER BY id"""


def close_of(row: Row) -> PastClose:
    """A close or reduce that may have fills today."""
    account, contract, number, created_at, ended_at, side = row
    return PastClose(
        AccountId(account),
        ContractId(contract),
        IntentId(number),
        instant_of(created_at),
        _optional_instant(ended_at),
        _optional_side(side),
    )


CONTRACTS: Final = "SELECT id, name, root, tick_size, tick_value, active FROM contracts"


def contract_of(row: Row) -> Contract:
    """A contract."""
    number, name, root, tick_size, tick_value, active = row
    return Contract(
        ContractId(number), name, root, Decimal(tick_size), Decimal(tick_value), bool(active)
    )


DEAD: Final = """SELECT account_id, contract_id, position_id, opened_at FROM dead_positions
    ORDER BY position_id"""


def dead_of(row: Row) -> PutDeadPosition:
    """A dead position id."""
    account, contract, position, opened_at = row
    return PutDeadPosition(
        AccountId(account), ContractId(contract), PositionId(position), _optional_instant(opened_at)
    )


ENFORCEMENT: Final = """SELECT key, at, account_id, rule_id, reason, action, outcome, contract_id,
    from_size, to_size, code, message, ms_to_request, ms_to_flat FROM (
        SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY at DESC, key DESC) AS newness
        FROM enforcement_log)
    WHERE newness <= 20 OR outcome = 'STARTED' ORDER BY account_id, newness"""


def record_of(row: Row) -> EnforcementRecord:
    """A line of the enforcement log."""
    key, at, account, rule, reason, action, outcome, *rest = row
    return EnforcementRecord(
        key,
        instant_of(at),
        AccountId(account),
        RuleId(rule),
        reason,
        action,
        Outcome(outcome),
        *rest,
    )


def _optional_side(text: str | None) -> Side | None:
    return None if text is None else Side(text)


def instant_of(text: str) -> datetime:
    """A stored instant; ValueError for one without a zone, which no version ever wrote."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return instant


def _optional_instant(text: str | None) -> datetime | None:
    return None if text is None else instant_of(text)
