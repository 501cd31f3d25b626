"""What a start reads back from the database, as domain values (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from risk_manager.domain.contracts import Contract
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
from risk_manager.domain.records import EnforcementRecord, Intent, IntentKind, Outcome
from risk_manager.state.writes import PutDeadPosition

Row = tuple[Any, ...]
Query = Callable[[str], Iterable[Row]]
"""Runs one SELECT and yields its rows."""


@dataclass(frozen=True, slots=True)
class StoredState:
    """Everything that outlived the last run.

    `locks` were not ended (their time may be over); `trades` are those since the account's stored
    boundary, one entry for each account with a boundary; `intents` were not finished;
    `enforcement` holds the newest 20 records of each account, newest first; `last_intent_id` is 0
    when there never was one; `memory` is what rules asked to be kept.
    """

    locks: tuple[Lockout, ...]
    boundaries: Mapping[AccountId, datetime]
    trades: Mapping[AccountId, tuple[Trade, ...]]
    intents: tuple[Intent, ...]
    last_intent_id: int
    contracts: tuple[Contract, ...]
    dead_positions: tuple[PutDeadPosition, ...]
    enforcement: Mapping[AccountId, tuple[EnforcementRecord, ...]]
    memory: Mapping[tuple[AccountId, RuleId, str], str]
    meta: Mapping[str, str]


def read_state(query: Query) -> StoredState:
    """Read all tables. ValueError, or another lookup error, for a row that makes no sense."""
    boundaries = {
        AccountId(account): datetime.fromisoformat(text)
        for account, text in query("SELECT account_id, boundary FROM day_state")
    }
    trades: dict[AccountId, list[Trade]] = {account: [] for account in boundaries}
    for row in query(_TRADES):
        trades[row[0]].append(_trade(row))
    enforcement: dict[AccountId, list[EnforcementRecord]] = {}
    for row in query(_ENFORCEMENT):
        enforcement.setdefault(AccountId(row[2]), []).append(_record(row))
    (last_intent_id,) = next(iter(query("SELECT ifnull(max(id), 0) FROM intents")))
    return StoredState(
        locks=tuple(_lock(row) for row in query(_LOCKS)),
        boundaries=boundaries,
        trades={account: tuple(found) for account, found in trades.items()},
        intents=tuple(_intent(row) for row in query(_INTENTS)),
        last_intent_id=last_intent_id,
        contracts=tuple(_contract(row) for row in query(_CONTRACTS)),
        dead_positions=tuple(_dead(row) for row in query(_DEAD)),
        enforcement={account: tuple(found) for account, found in enforcement.items()},
        memory={
            (AccountId(account), RuleId(rule), key): value
            for account, rule, key, value in query(
                "SELECT account_id, rule_id, key, value FROM rule_memory"
            )
        },
        meta={str(name): value for name, value in query("SELECT name, value FROM meta")},
    )


_LOCKS: Final = """SELECT account_id, scope, rule_id, kind, reason, set_at, until, reading,
    rule_limit, ceilings, sequence, cause_order FROM locks WHERE ended_at IS NULL ORDER BY id"""


def _lock(row: Row) -> Lockout:
    account, scope, rule, kind, reason, set_at, until, reading, limit, ceilings, *rest = row
    sequence, cause_order = rest
    return Lockout(
        LockKey(AccountId(account), scope, RuleId(rule)),
        LockKind(kind),
        reason,
        datetime.fromisoformat(set_at),
        _optional_instant(until),
        reading,
        limit,
        {ContractId(contract): size for contract, size in json.loads(ceilings).items()},
        sequence,
        None if cause_order is None else OrderId(cause_order),
    )


_TRADES: Final = """SELECT t.account_id, trade_id, contract_id, at, price, side, size, order_id,
    pnl, fees, commissions, voided FROM trades t JOIN day_state d ON d.account_id = t.account_id
    WHERE t.at >= d.boundary ORDER BY t.account_id, t.at, t.trade_id"""


def _trade(row: Row) -> Trade:
    account, number, contract, at, price, side, size, order, pnl, fees, commissions, voided = row
    return Trade(
        TradeId(number),
        AccountId(account),
        ContractId(contract),
        datetime.fromisoformat(at),
        Decimal(price),
        Side(side),
        size,
        OrderId(order),
        None if pnl is None else Decimal(pnl),
        Decimal(fees),
        Decimal(commissions),
        bool(voided),
    )


_INTENTS: Final = """SELECT id, account_id, contract_id, kind, target, expected_size, position_ids,
    rule_id, reason, created_at FROM intents WHERE ended_at IS NULL ORDER BY id"""


def _intent(row: Row) -> Intent:
    number, account, contract, kind, target, expected, positions, rule, reason, created_at = row
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
        datetime.fromisoformat(created_at),
    )


_CONTRACTS: Final = "SELECT id, name, root, tick_size, tick_value, active FROM contracts"


def _contract(row: Row) -> Contract:
    number, name, root, tick_size, tick_value, active = row
    return Contract(
        ContractId(number), name, root, Decimal(tick_size), Decimal(tick_value), bool(active)
    )


_DEAD: Final = """SELECT account_id, contract_id, position_id, opened_at FROM dead_positions
    ORDER BY position_id"""


def _dead(row: Row) -> PutDeadPosition:
    account, contract, position, opened_at = row
    return PutDeadPosition(
        AccountId(account), ContractId(contract), PositionId(position), _optional_instant(opened_at)
    )


_ENFORCEMENT: Final = """SELECT key, at, account_id, rule_id, reason, action, outcome, contract_id,
    from_size, to_size, code, message, ms_to_request, ms_to_flat FROM (
        SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY at DESC, key DESC) AS newness
        FROM enforcement_log)
    WHERE newness <= 20 ORDER BY account_id, newness"""


def _record(row: Row) -> EnforcementRecord:
    key, at, account, rule, reason, action, outcome, *rest = row
    return EnforcementRecord(
        key,
        datetime.fromisoformat(at),
        AccountId(account),
        RuleId(rule),
        reason,
        action,
        Outcome(outcome),
        *rest,
    )


def _optional_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
