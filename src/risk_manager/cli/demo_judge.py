"""Judges an enforcement by the gateway's own book: its positions, orders, fills and requests.

What the daemon says of itself plays no part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from risk_manager.gateway_sim.trader import Mistake
from risk_manager.utils.datetime_helpers import parse_instant

Book = Mapping[str, Any]
"""The answer of `/sim/state`."""

WITHIN_S: Final = 5.0
"""An effect later than this counts as not enforced."""

_LOOK_EVERY_S: Final = 0.05
_ENFORCING_PATHS: Final = frozenset(
    {"/api/Position/closeContract", "/api/Position/partialCloseContract", "/api/Order/cancel"}
)
_TERMINAL_STATUSES: Final = frozenset({2, 3, 4, 5})


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the book says of one mistake.

    `request_ms` is from the event to the arrival of the first enforcing request, `flat_ms` to
    the last fill or cancel that brought the effect; None when there was none.
    """

    rule: str
    account: int
    reason: str
    enforced: bool
    request_ms: float | None
    flat_ms: float | None


def judge(
    mistake: Mistake,
    account_id: int,
    read_book: Callable[[], Book],
    *,
    monotonic: Callable[[], float],
    pause: Callable[[float], None],
) -> Ruling:
    """Look at the book until the effect is there or 5 s have passed.

    `monotonic` gives seconds, `pause` waits for a number of them.
    """
    deadline = monotonic() + WITHIN_S
    ruling = rule_on(mistake, account_id, read_book())
    while not ruling.enforced and monotonic() < deadline:
        pause(_LOOK_EVERY_S)
        ruling = rule_on(mistake, account_id, read_book())
    return ruling


def rule_on(mistake: Mistake, account_id: int, book: Book) -> Ruling:
    """Return what one reading of the book says of a mistake."""
    began = _event_at(mistake, book)
    asked = None if began is None else _first_request(mistake, account_id, began, book)
    ended = None if began is None else _effect_at(mistake, account_id, began, book)
    return Ruling(
        rule=mistake.rule,
        account=account_id,
        reason=mistake.reason,
        enforced=asked is not None and ended is not None,
        request_ms=_ms(began, asked),
        flat_ms=_ms(began, ended),
    )


def is_clean(book: Book) -> bool:
    """Whether no position is open and no order is working any more."""
    return not book["positions"] and not any(map(_is_working, book["orders"]))


def _event_at(mistake: Mistake, book: Book) -> datetime | None:
    if mistake.fill_of is not None:
        fills = [row for row in book["trades"] if row["orderId"] == mistake.fill_of]
        return max(map(_created, fills), default=None)
    if mistake.since is not None:
        return mistake.since if mistake.since <= parse_instant(book["now"]) else None
    return min(
        (_created(row) for row in book["orders"] if row["id"] in mistake.orders), default=None
    )


def _first_request(
    mistake: Mistake, account_id: int, began: datetime, book: Book
) -> datetime | None:
    for row in book["requests"]:
        body = row["body"]
        if row["path"] not in _ENFORCING_PATHS or not isinstance(body, dict):
            continue
        about = body.get("contractId") in mistake.contracts or body.get("orderId") in mistake.orders
        at = parse_instant(row["at"])
        if about and body.get("accountId") == account_id and at >= began:
            return at
    return None


def _effect_at(mistake: Mistake, account_id: int, began: datetime, book: Book) -> datetime | None:
    """Return when the last part of the effect came into the book, None while a part is missing."""
    ends: list[datetime | None] = []
    for contract in mistake.contracts:
        mine = [row for row in book["positions"] if _is_of(row, account_id, contract)]
        if any(row["size"] > mistake.allowed for row in mine):
            return None
        ends.append(max(_later_fills(mistake, account_id, contract, began, book), default=None))
    ends += [
        None if _is_working(row) else parse_instant(row["updateTimestamp"])
        for row in book["orders"]
        if row["id"] in mistake.orders
    ]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _later_fills(
    mistake: Mistake, account_id: int, contract: str, began: datetime, book: Book
) -> Iterator[datetime]:
    """Yield the times of the fills in a contract since the event, without the event itself."""
    for row in book["trades"]:
        if _is_of(row, account_id, contract) and row["orderId"] != mistake.fill_of:
            at = _created(row)
            if at >= began:
                yield at


def _is_of(row: Book, account_id: int, contract: str) -> bool:
    return bool(row["accountId"] == account_id and row["contractId"] == contract)


def _is_working(row: Book) -> bool:
    return row["status"] not in _TERMINAL_STATUSES


def _created(row: Book) -> datetime:
    return parse_instant(row["creationTimestamp"])


def _ms(began: datetime | None, ended: datetime | None) -> float | None:
    if began is None or ended is None:
        return None
    return (ended - began) / timedelta(milliseconds=1)
