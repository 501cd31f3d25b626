"""What the answer to a changing call means, per endpoint.

HTTP 200 is not success, and the same number means different things at different endpoints (the
gateway's own tables, as documented in 2026). `LOOK` means: the effect is unknown, only a look at
orders and positions decides.
"""

from __future__ import annotations

from enum import Enum

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.requests import (
    CancelOrder,
    ClosePosition,
    ModifyOrder,
    PlaceStop,
    ReducePosition,
)

NOT_TRADING = "not in an active trading status"
"""Part of the text the venue gives while a market is closed (observed)."""


class Meaning(Enum):
    """What to conclude from an answer."""

    ACCEPTED = "accepted"
    ALREADY = "already"
    REJECTED = "rejected"
    """Refused for a reason that stays: alarm, look and retry after 10 s."""
    NOT_ACTIVE = "not_active"
    """The contract is not active: look every 30 s."""
    DEFERRED = "deferred"
    """The market is closed: keep the intent, retry every 30 s."""
    RECOMPUTE = "recompute"
    """The size no longer fits: look, compute again, send."""
    LOOK = "look"
    THROTTLED = "throttled"
    """Too many requests (theirs or ours): wait, look, retry."""
    FINAL = "final"
    """AccountRejected on a cancel: a follower account, never repeated."""


_CLOSE = {
    0: Meaning.ACCEPTED,
    1: Meaning.REJECTED,
    2: Meaning.ALREADY,
    3: Meaning.REJECTED,
    4: Meaning.NOT_ACTIVE,
    5: Meaning.REJECTED,
    6: Meaning.LOOK,
    7: Meaning.LOOK,
    8: Meaning.REJECTED,
}
_REDUCE = {
    0: Meaning.ACCEPTED,
    1: Meaning.REJECTED,
    2: Meaning.ALREADY,
    3: Meaning.REJECTED,
    4: Meaning.NOT_ACTIVE,
    5: Meaning.RECOMPUTE,
    6: Meaning.REJECTED,
    7: Meaning.LOOK,
    8: Meaning.LOOK,
    9: Meaning.REJECTED,
}
_CANCEL = {
    0: Meaning.ACCEPTED,
    1: Meaning.REJECTED,
    2: Meaning.ALREADY,
    3: Meaning.LOOK,
    4: Meaning.LOOK,
    5: Meaning.LOOK,
    6: Meaning.FINAL,
}
_MODIFY = {0: Meaning.ACCEPTED, 2: Meaning.ALREADY}
_PLACE = {
    0: Meaning.ACCEPTED,
    1: Meaning.REJECTED,
    2: Meaning.REJECTED,
    3: Meaning.REJECTED,
    4: Meaning.REJECTED,
    5: Meaning.DEFERRED,
    6: Meaning.LOOK,
    7: Meaning.LOOK,
    8: Meaning.REJECTED,
    9: Meaning.NOT_ACTIVE,
    10: Meaning.REJECTED,
}
_TABLES = {
    ClosePosition: _CLOSE,
    ReducePosition: _REDUCE,
    CancelOrder: _CANCEL,
    ModifyOrder: _MODIFY,
    PlaceStop: _PLACE,
}


def meaning_of(answer: ActionAnswered) -> Meaning:
    """Classify an answer. An unlisted code, a timeout or an odd status means LOOK."""
    if answer.status == 429 or answer.failure == "throttled":
        return Meaning.THROTTLED
    if answer.status != 200 or answer.success is None:
        return Meaning.LOOK
    if answer.success:
        return Meaning.ACCEPTED
    if _is_closed_market(answer):
        return Meaning.DEFERRED
    code = answer.code if answer.code != 0 else None
    table = _TABLES[type(answer.request)]
    return Meaning.LOOK if code is None else table.get(code, Meaning.LOOK)


def is_listed(answer: ActionAnswered) -> bool:
    """Whether the code stands in the endpoint's table; an unlisted one is worth an alarm."""
    return answer.code in _TABLES[type(answer.request)] or answer.status != 200


def _is_closed_market(answer: ActionAnswered) -> bool:
    text = (answer.message or "").lower()
    if isinstance(answer.request, ClosePosition):
        return answer.code == 5 and NOT_TRADING in text
    if isinstance(answer.request, ReducePosition):
        return answer.code == 6 and (answer.message is None or NOT_TRADING in text)
    return isinstance(answer.request, PlaceStop) and answer.code == 2 and NOT_TRADING in text
