"""What a start reads back from the database, as domain values (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from risk_manager.config.pending import PendingChange
from risk_manager.domain.contracts import Contract
from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import AccountId, RuleId, TradeId
from risk_manager.domain.locks import Lockout
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import EnforcementRecord, Intent, PastClose
from risk_manager.state.config_rows import LAST_PENDING, active_of, pending_of
from risk_manager.state.stored_rows import (
    CLOSES,
    CONTRACTS,
    DEAD,
    ENFORCEMENT,
    INTENTS,
    LOCKS,
    TRADES,
    Row,
    close_of,
    contract_of,
    dead_of,
    intent_of,
    lock_of,
    marks_of,
    record_of,
    trade_of,
)
from risk_manager.state.writes import PutDeadPosition

Query = Callable[[str], Iterable[Row]]
"""Runs one SELECT and yields its rows."""

MEMORY = "SELECT account_id, rule_id, key, value FROM rule_memory"


@dataclass(frozen=True, slots=True)
class StoredState:
    """Everything that outlived the last run.

    `locks` were not ended (their time may be over); `trades` are those since the account's stored
    boundary, one entry for each account with a boundary; `intents` were not finished;
    `enforcement` holds the newest 20 records of each account and all without an outcome, newest
    first; `last_intent_id` is 0
    when there never was one; `memory` is what rules asked to be kept; `marks` say how each fill was
    counted (none for those of versions 1 and 2); `closes` are ours of the day, finished or not;
    `active` are the texts of the configurations in force; `pending` waits for a reset;
    `last_pending_id` is 0 at first.
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
    marks: Mapping[tuple[AccountId, TradeId], FillMarks]
    closes: tuple[PastClose, ...]
    active: Mapping[AccountId, str]
    pending: tuple[PendingChange, ...]
    last_pending_id: int


def read_state(query: Query) -> StoredState:
    """Read all tables. ValueError, or another lookup error, for a row that makes no sense."""
    boundaries = {
        AccountId(account): datetime.fromisoformat(text)
        for account, text in query("SELECT account_id, boundary FROM day_state")
    }
    trades: dict[AccountId, list[Trade]] = {account: [] for account in boundaries}
    marks: dict[tuple[AccountId, TradeId], FillMarks] = {}
    for row in query(TRADES):
        trade = trade_of(row)
        trades[trade.account_id].append(trade)
        if (found := marks_of(row)) is not None:
            marks[(trade.account_id, trade.id)] = found
    log: dict[AccountId, list[EnforcementRecord]] = {}
    for row in query(ENFORCEMENT):
        log.setdefault(AccountId(row[2]), []).append(record_of(row))
    (last_intent_id,) = next(iter(query("SELECT ifnull(max(id), 0) FROM intents")))
    meta = {str(name): value for name, value in query("SELECT name, value FROM meta")}
    return StoredState(
        locks=tuple(lock_of(row) for row in query(LOCKS)),
        boundaries=boundaries,
        trades={account: tuple(fills) for account, fills in trades.items()},
        intents=tuple(intent_of(row) for row in query(INTENTS)),
        last_intent_id=last_intent_id,
        contracts=tuple(contract_of(row) for row in query(CONTRACTS)),
        dead_positions=tuple(dead_of(row) for row in query(DEAD)),
        enforcement={account: tuple(lines) for account, lines in log.items()},
        memory={
            (AccountId(account), RuleId(rule), key): value
            for account, rule, key, value in query(MEMORY)
        },
        marks=marks,
        closes=tuple(close_of(row) for row in query(CLOSES)),
        active=active_of(meta),
        pending=pending_of(meta),
        last_pending_id=int(meta.get(LAST_PENDING, 0)),
        meta=meta,
    )
