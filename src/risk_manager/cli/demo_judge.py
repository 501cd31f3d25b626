"""Judges an enforcement by the gateway's own book: its positions, orders, fills and requests.

What the daemon says of itself plays no part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from risk_manager.gateway_sim.trader_model import Mistake
from risk_manager.utils.datetime_helpers import parse_instant

Book = Mapping[str, Any]
"""The answer of `/sim/state`."""

WITHIN_S: Final = 5.0
"""An effect later than this counts as not enforced."""

_LOOK_EVERY_S: Final = 0.05
_CANCEL: Final = "/api/Order/cancel"
_MODIFY: Final = "/api/Order/modify"
_CLOSES: Final = frozenset({"/api/Position/closeContract", "/api/Position/partialCloseContract"})
_TERMINAL_STATUSES: Final = frozenset({2, 3, 4, 5})


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the book says of one mistake.

    `request_ms` is from the event to the arrival of the first enforcing request, `flat_ms` to
    the last fill or order change that brought the effect; None when there was none. `lesson`
    explains it to a viewer in one sentence.
    """

    rule: str
    account: int
    reason: str
    enforced: bool
    request_ms: float | None
    flat_ms: float | None
    lesson: str = ""


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
        lesson=mistake.lesson,
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
        if not isinstance(body, dict) or body.get("accountId") != account_id:
            continue
        at = parse_instant(row["at"])
        if at >= began and _is_about(mistake, row["path"], body):
            return at
    return None


def _is_about(mistake: Mistake, path: str, body: Book) -> bool:
    """Whether a request does something about the mistake: closes, cancels or moves the stop."""
    if path == _CANCEL:
        return body.get("orderId") in mistake.orders
    if path == _MODIFY:
        return mistake.stop_at is not None and body.get("orderId") in mistake.kept
    return path in _CLOSES and body.get("contractId") in mistake.contracts


def _effect_at(mistake: Mistake, account_id: int, began: datetime, book: Book) -> datetime | None:
    """Return when the last part of the effect came into the book, None while a part is missing."""
    ends: list[datetime] = []
    for contract in mistake.contracts:
        mine = [row for row in book["positions"] if _is_of(row, account_id, contract)]
        if sum(row["size"] for row in mine) != mistake.allowed:
            return None
        ends += _later_fills(mistake, account_id, contract, began, book)
    for row in book["orders"]:
        if row["id"] in mistake.orders:
            if _is_working(row):
                return None
            ends.append(parse_instant(row["updateTimestamp"]))
        elif row["id"] in mistake.kept:
            if not _is_kept(mistake, row):
                return None
            if mistake.stop_at is not None:
                ends.append(parse_instant(row["updateTimestamp"]))
    return max(ends, default=None)


def _is_kept(mistake: Mistake, row: Book) -> bool:
    """Whether an order that must stay is working, at its price if that matters."""
    at_its_price = mistake.stop_at is None or Decimal(row["stopPrice"]) == mistake.stop_at
    return _is_working(row) and at_its_price


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
