"""Rows that wait for a database that does not take them: what may be left out (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from risk_manager.state.writes import PutContract, PutEnforcement, PutMemory, PutMeta, Write

KEEP_LOG = 1_000
"""Lines of the enforcement log that wait at most; older ones are only history."""


def coalesced(rows: Sequence[Write]) -> list[Write]:
    """Return the rows that still matter, in their order.

    Of values that replace one another the newest stays, of the enforcement log the newest 1,000
    lines. All else stays: locks, trades, intents, boundaries and dead positions are what a
    restart needs.
    """
    newest: dict[object, int] = {}
    for place, row in enumerate(rows):
        key = _replaced_by(row)
        if key is not None:
            newest[key] = place
    kept = [
        row
        for place, row in enumerate(rows)
        if (key := _replaced_by(row)) is None or newest[key] == place
    ]
    surplus = sum(isinstance(row, PutEnforcement) for row in kept) - KEEP_LOG
    return _without_oldest_lines(kept, surplus) if surplus > 0 else kept


def without_older(kept: Sequence[Write], newer: Sequence[Write]) -> list[Write]:
    """Return the kept rows that none of the newer ones replaces, in their order."""
    replaced = {key for row in newer if (key := _replaced_by(row)) is not None}
    return [row for row in kept if _replaced_by(row) not in replaced]


def _replaced_by(row: Write) -> object | None:
    """What a later row must share to make this one worthless; None when nothing does."""
    match row:
        case PutMeta(name, _):
            return PutMeta, name
        case PutMemory(account_id, rule_id, key, _):
            return PutMemory, account_id, rule_id, key
        case PutContract(contract):
            return PutContract, contract.id
        case PutEnforcement(record):
            return PutEnforcement, record.key
        case _:
            return None


def _without_oldest_lines(rows: Sequence[Write], surplus: int) -> list[Write]:
    kept: list[Write] = []
    for row in rows:
        if surplus > 0 and isinstance(row, PutEnforcement):
            surplus -= 1
        else:
            kept.append(row)
    return kept
