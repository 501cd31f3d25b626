"""What clients asked of the REST side, in the order of arrival."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from risk_manager.gateway_sim.wire_text import rest_time

MAX_ENTRIES = 100_000


@dataclass(slots=True)
class RequestEntry:
    """One REST call.

    seq: 1, 2, 3 … in the order of arrival, over all connections.
    at: simulated instant of arrival; mono: real monotonic seconds of arrival.
    status: HTTP status of the answer, None while there is none or when it was lost.
    """

    seq: int
    at: datetime
    mono: float
    path: str
    body: bytes = b""
    status: int | None = None


class RequestLog:
    """The newest entries, at most 100,000."""

    def __init__(self) -> None:
        self._entries: deque[RequestEntry] = deque(maxlen=MAX_ENTRIES)
        self._last_seq = 0

    def open(self, at: datetime, mono: float, path: str) -> RequestEntry:
        """Note the arrival of a call; the caller fills in body and status."""
        self._last_seq += 1
        entry = RequestEntry(self._last_seq, at, mono, path)
        self._entries.append(entry)
        return entry

    def entries(self, after_seq: int = 0) -> list[RequestEntry]:
        """Return the entries behind a sequence number."""
        return [entry for entry in self._entries if entry.seq > after_seq]

    def clear(self) -> None:
        """Forget the entries; the numbers go on."""
        self._entries.clear()


def entry_members(entry: RequestEntry) -> dict[str, Any]:
    """Return an entry's JSON members; a body that is not JSON is given as text."""
    return {
        "seq": entry.seq,
        "at": rest_time(entry.at),
        "mono": entry.mono,
        "path": entry.path,
        "body": _readable(entry.body),
        "status": entry.status,
    }


def _readable(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body.decode(errors="replace")
    return msgspec.Raw(body)
