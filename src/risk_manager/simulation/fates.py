"""What may go wrong on the way: the fate of one request, and of one hub event."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from risk_manager.domain.events import SnapshotTaken
from risk_manager.domain.requests import BrokerRequest
from risk_manager.gateway_sim.model import VenueEvent

Tamper = Callable[[SnapshotTaken], SnapshotTaken]


class Way(Enum):
    """How a request ends."""

    SERVED = "served"
    LOST_BEFORE = "lost before the venue saw it"
    LOST_AFTER = "carried out, but the answer is lost"
    LOST_HALF = "half carried out, and the answer is lost"
    REFUSED = "refused with a code"
    THROTTLED = "429"
    UNAUTHORIZED = "401, and the token could not be renewed"
    SERVER_ERROR = "500"


LOST = frozenset({Way.LOST_BEFORE, Way.LOST_AFTER, Way.LOST_HALF})
CARRIED_OUT = frozenset({Way.SERVED, Way.LOST_AFTER, Way.LOST_HALF})
STATUS = {Way.THROTTLED: 429, Way.UNAUTHORIZED: 401, Way.SERVER_ERROR: 500}
"""The HTTP status of an answer that is none; 200 for the others that arrive."""


@dataclass(frozen=True, slots=True)
class Fate:
    """Latencies in milliseconds (None: the world's own); `part` narrows a read's failure.

    `code` and `message` are those of a refusal.
    """

    way: Way = Way.SERVED
    code: int | None = None
    message: str | None = None
    out_ms: int | None = None
    back_ms: int | None = None
    part: str | None = None

    def hits(self, part: str) -> bool:
        """Whether a read's part shares this fate."""
        return self.way is not Way.SERVED and self.part in (None, part)


SERVED = Fate()
LOST_BEFORE = Fate(Way.LOST_BEFORE)
LOST_AFTER = Fate(Way.LOST_AFTER)
LOST_HALF = Fate(Way.LOST_HALF)
UNAUTHORIZED = Fate(Way.UNAUTHORIZED)
SERVER_ERROR = Fate(Way.SERVER_ERROR)
THROTTLED = Fate(Way.THROTTLED)


def refused(code: int, message: str | None = None) -> Fate:
    """A refusal with this code of the endpoint's own table."""
    return Fate(Way.REFUSED, code, message)


class Fates:
    """Scripted fates by request type, first in, first out; then `draw`, then all is well.

    `tampers` change the next reads, one each; `draw_event` gives the delays in milliseconds at
    which a hub event arrives: none at all (dropped), one, or several (duplicated).
    """

    def __init__(self) -> None:
        self._scripts: defaultdict[type, deque[Fate]] = defaultdict(deque)
        self.tampers: deque[Tamper] = deque()
        self.draw: Callable[[BrokerRequest], Fate] = lambda _request: SERVED
        self.draw_event: Callable[[VenueEvent, int], list[int]] = lambda _event, usual: [usual]

    def script(self, kind: type, *fates: Fate) -> None:
        """The next requests of this type meet these fates."""
        self._scripts[kind].extend(fates)

    def of(self, request: BrokerRequest) -> Fate:
        """The fate of a request that is being sent."""
        waiting = self._scripts[type(request)]
        return waiting.popleft() if waiting else self.draw(request)

    def tampered(self, answer: SnapshotTaken) -> SnapshotTaken:
        """The answer as it arrives."""
        return self.tampers.popleft()(answer) if self.tampers else answer
