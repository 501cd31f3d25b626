"""Active and waiting configurations as named values of the table `meta`, both ways (pure).

No tables of their own: what saves the named values out of a broken database saves these too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from risk_manager.config.pending import PendingChange, decode_values, encode_values
from risk_manager.domain.ids import AccountId
from risk_manager.state.row_text import instant_text
from risk_manager.state.writes import DropActiveConfig, EndPending, PutActiveConfig, PutPending

Statement = tuple[str, tuple[Any, ...]]

_ACTIVE: Final = "config_active "
_PENDING: Final = "config_pending "
LAST_PENDING: Final = "config_last_pending"
"""The name under which the largest number of a waiting change stands."""
_PUT: Final = "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)"
_DELETE: Final = "DELETE FROM meta WHERE name = ?"


def put_active(write: PutActiveConfig) -> Statement:
    """The configuration of one account."""
    value = {"text": write.text, "hash": write.digest, "at": instant_text(write.at)}
    return _PUT, (f"{_ACTIVE}{write.account_id}", json.dumps(value))


def drop_active(write: DropActiveConfig) -> Statement:
    """Nothing stays of an account that is let go."""
    return _DELETE, (f"{_ACTIVE}{write.account_id}",)


def put_pending(write: PutPending) -> Statement:
    """A change that waits."""
    row = write.change
    value = {
        "section": row.section,
        "unit": row.unit,
        "old": encode_values(row.old),
        "new": encode_values(row.new),
        "requested_at": instant_text(row.requested_at),
        "not_before": instant_text(row.not_before),
    }
    return _PUT, (f"{_PENDING}{row.id} {row.account_id}", json.dumps(value))


def end_pending(write: EndPending) -> Statement:
    """It waits no longer; what became of it is in the log."""
    return _DELETE, (f"{_PENDING}{write.pending_id} {write.account_id}",)


def active_of(meta: Mapping[str, str]) -> dict[AccountId, str]:
    """The texts of the configurations in force, by account. ValueError for a damaged one."""
    return {
        AccountId(int(name.removeprefix(_ACTIVE))): json.loads(value)["text"]
        for name, value in meta.items()
        if name.startswith(_ACTIVE)
    }


def pending_of(meta: Mapping[str, str]) -> tuple[PendingChange, ...]:
    """The changes that wait, by number. ValueError for a damaged one."""
    found = []
    for name, value in meta.items():
        if name.startswith(_PENDING):
            number, account = name.removeprefix(_PENDING).split()
            found.append(_pending(int(number), AccountId(int(account)), json.loads(value)))
    return tuple(sorted(found, key=lambda row: (row.id, row.account_id)))


def _pending(number: int, account_id: AccountId, row: Mapping[str, str]) -> PendingChange:
    return PendingChange(
        number,
        account_id,
        row["section"],
        row["unit"],
        decode_values(row["old"]),
        decode_values(row["new"]),
        datetime.fromisoformat(row["requested_at"]),
        datetime.fromisoformat(row["not_before"]),
    )
