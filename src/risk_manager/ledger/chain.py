"""Lines of the ledger: canonical JSON, each naming the hash of the one before (pure).

The format is described in docs/ledger.md; whatever changes here changes there, and the stand-alone
verifier, which is written from that page, must go on agreeing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from risk_manager.domain.errors import RiskManagerError
from risk_manager.utils.datetime_helpers import format_instant

FORMAT_VERSION: Final = 1
NO_HASH: Final = "0" * 64
"""What the first line of all names as the hash before it."""
FILE_KIND: Final = "file"
PRUNED_KIND: Final = "pruned"
MEMBERS: Final = frozenset({"at", "data", "hash", "kind", "prev", "seq"})


class LedgerError(RiskManagerError):
    """A line, or a file, is not what the ledger wrote."""


class Tip(NamedTuple):
    """Where a chain ends: the last sequence (0: no line yet) and the hash of that line."""

    seq: int
    hash: str


START: Final = Tip(0, NO_HASH)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened at `at` (aware UTC). `data` holds text, whole numbers, yes or no,
    null, and lists and maps of them; no fractions, which JSON programs write in different ways.
    """

    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read; its own hash is right."""

    seq: int
    at: str
    kind: str
    data: Mapping[str, Any]
    prev: str
    hash: str

    @property
    def tip(self) -> Tip:
        """Return where the chain ends with this line."""
        return Tip(self.seq, self.hash)


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the one spelling of a value: sorted keys, no spaces, ASCII."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def link(entry: Entry, before: Tip) -> tuple[bytes, Tip]:
    """Return the line that follows `before`, without its line end, and where the chain ends then.

    Raises TypeError or ValueError for data that JSON cannot carry.
    """
    body: dict[str, Any] = {
        "at": format_instant(entry.at),
        "data": dict(entry.data),
        "kind": entry.kind,
        "prev": before.hash,
        "seq": before.seq + 1,
    }
    digest = hashlib.sha256(canonical(body)).hexdigest()
    return canonical({**body, "hash": digest}), Tip(before.seq + 1, digest)


def read_line(raw: bytes) -> Line:
    """Return what a line (without its line end) says; LedgerError when it was not written so."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise LedgerError("it is not JSON") from error
    if not isinstance(value, dict) or value.keys() != MEMBERS:
        raise LedgerError("it has not the members of a ledger line")
    stated = value.pop("hash")
    body = canonical(value)
    if canonical({**value, "hash": stated}) != raw:
        raise LedgerError("it is not written in the canonical form")
    if hashlib.sha256(body).hexdigest() != stated:
        raise LedgerError("its content does not fit its hash")
    texts = (value["at"], value["kind"], value["prev"])
    if type(value["seq"]) is not int or not isinstance(value["data"], dict):
        raise LedgerError("its sequence or its data is of another type")
    if not all(isinstance(text, str) for text in texts):
        raise LedgerError("its time, kind or previous hash is no text")
    return Line(value["seq"], value["at"], value["kind"], value["data"], value["prev"], stated)
