"""What the product needs from the outside; `api` fulfils it, the engine never sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from risk_manager.domain.events import ActionAnswered, Event
from risk_manager.domain.requests import ActionRequest, BrokerRequest, FeedRequest

Deliver = Callable[[Event], None]
"""Puts an event into the inbox; called from any thread, never blocks."""


Reached = Callable[[str, object], None]
"""Called at each point where a process that ends leaves something half done: the point's name, and
the rows or the request it is about. Tests end the process there."""

POINTS = (
    "commit.begin",  # rows are to be written
    "commit.written",  # all are, in a transaction that is still open
    "commit.done",
    "send.begin",  # a request is to leave
    "send.written",  # its bytes have left, nobody has waited for the answer
    "send.answered",  # the answer is here, the loop has not heard of it
)


def not_watched(point: str, about: object) -> None:
    """Nobody looks at the points."""


class Channel(Protocol):
    """One connection to the broker's REST API, owned by one worker thread.

    Not safe for two threads at once: the executor hands it from the loop to its worker.
    """

    @property
    def is_ready(self) -> bool:
        """Whether the connection is open, idle and was used recently enough to be trusted."""
        ...

    def write_now(self, request: ActionRequest) -> bool:
        """Write the request's bytes without waiting.

        Returns False, with nothing written, when the connection is not ready, the socket's
        buffer is full or the budget is spent; the caller then uses `run`. After True the worker
        must call `finish`.
        """
        ...

    def finish(self, request: ActionRequest) -> ActionAnswered:
        """Wait for the answer of a request that `write_now` wrote (the call's own timeout)."""
        ...

    def run(self, request: BrokerRequest) -> Event:
        """Send a request and wait for its answer; opens the connection when needed.

        Never raises for trouble of the network or the venue: the answer event says so.
        """
        ...

    def warm(self) -> None:
        """Open the connection, or prove an idle one, so that the next write needs no connect."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Broker(Protocol):
    """A logged-in gateway."""

    def open_channel(self, name: str) -> Channel:
        """Return a new channel, not yet connected; `name` is for logs."""
        ...


class Feed(Protocol):
    """Both hubs and their connection manager."""

    def apply(self, request: FeedRequest) -> None:
        """Change the quote subscriptions or rebuild a hub; returns at once."""
        ...
