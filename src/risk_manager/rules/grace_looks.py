"""Which looks RULE-008 needs before it may close, and when (pure).

Orders placed in the broker's platform may raise no event (observed), so the lists are read every
five seconds while a contract is uncovered, and once more at its deadline.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from risk_manager.domain.decisions import FollowUp
from risk_manager.domain.view import AccountView
from risk_manager.rules.grace_book import FILLING_PATIENCE, Waiting

ROUTINE = timedelta(seconds=5)
ROUTINE_WITHIN_S = 1.0
ASK_AGAIN = timedelta(seconds=1)


def decided(lot: Waiting, view: AccountView) -> bool:
    """Whether a look requested late enough has shown the lot uncovered.

    It must have read the suspended children too; where the venue does not answer that, five
    seconds of patience take its place.
    """
    if lot.decide_at is None:
        return False
    whole, plain = view.looked_at(suspended=True), view.looked_at()
    if whole is not None and whole >= lot.decide_at:
        return True
    return plain is not None and plain >= lot.deadline + FILLING_PATIENCE


def next_look(left: Sequence[Waiting], view: AccountView) -> FollowUp | None:
    """When to look, and when to ask the rule again, for lots that wait; None without any."""
    if not left:
        return None
    now, looked = view.now, view.looked_at()
    ahead = [lot.deadline for lot in left if lot.deadline > now]
    at = min(ahead, default=None)
    exact = [_decisive(lot, view) for lot in left if lot.deadline <= now and lot.decide_at]
    if any(lot.decide_at is None for lot in left):
        at = min(now + ASK_AGAIN, at or now + ASK_AGAIN)
    routine = now if looked is None else looked + ROUTINE
    due = min(exact, default=None)
    if due is not None and due <= routine:
        return FollowUp(at, due, suspended=True)
    earliest = routine - timedelta(seconds=ROUTINE_WITHIN_S)
    return FollowUp(at, earliest, ROUTINE_WITHIN_S)


def _decisive(lot: Waiting, view: AccountView) -> datetime:
    """From when the next look about an expired lot must be requested.

    First at the deadline, then each second until the lot is decided.
    """
    assert lot.decide_at is not None
    whole, plain = view.looked_at(suspended=True), view.looked_at()
    if plain is not None and plain >= lot.deadline and view.read_failure is not None:
        return plain + ASK_AGAIN
    if whole is None or whole < lot.deadline:
        return lot.deadline
    return min(lot.decide_at, whole + ASK_AGAIN)
