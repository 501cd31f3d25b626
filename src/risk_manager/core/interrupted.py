"""Enforcement lines an earlier run left open (pure).

Nobody will hear how those calls ended, so their outcome is "effect unknown"; what is still due is
decided afresh from broker truth and has lines of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from risk_manager.domain.ids import AccountId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.state.writes import PutEnforcement, Write

CAUSE = "the daemon ended before the effect was seen"

Records = Mapping[AccountId, Sequence[EnforcementRecord]]


def close_interrupted(records: Records) -> tuple[Records, list[Write]]:
    """Return the records with an outcome for each that was still STARTED, and the changed rows."""
    closed = {account_id: tuple(map(_closed, found)) for account_id, found in records.items()}
    changed: list[Write] = [
        PutEnforcement(_closed(record))
        for found in records.values()
        for record in found
        if record.outcome is Outcome.STARTED
    ]
    return closed, changed


def _closed(record: EnforcementRecord) -> EnforcementRecord:
    if record.outcome is not Outcome.STARTED:
        return record
    return replace(record, outcome=Outcome.TIMED_OUT, message=record.message or CAUSE)
