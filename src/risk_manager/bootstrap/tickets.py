"""Asks the loop something from another thread and waits for its answer."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from risk_manager.domain.command_events import CommandAnswer, CommandEvent
from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.events import Event
from risk_manager.enforcement.step import Step

ANSWER_WITHIN_S = 10.0


class NoAnswerError(RiskManagerError):
    """The loop did not answer in time."""


class Tickets:
    """One command at a time per ticket; `put` puts an event into the inbox, `end` ends the run."""

    def __init__(self, put: Callable[[Event], None], end: Callable[[], None]) -> None:
        self._put = put
        self._end = end
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._waiting: dict[int, SimpleQueue[CommandAnswer]] = {}

    def ask(self, make: Callable[[int], CommandEvent]) -> CommandAnswer:
        """Put the command that `make` builds for a ticket, and return its answer.

        The answer comes after the rows of its step were written. Raises NoAnswerError.
        """
        answers: SimpleQueue[CommandAnswer] = SimpleQueue()
        with self._lock:
            ticket = next(self._numbers)
            self._waiting[ticket] = answers
        try:
            self._put(make(ticket))
            return answers.get(timeout=ANSWER_WITHIN_S)
        except Empty:
            raise NoAnswerError(
                f"the daemon did not answer within {ANSWER_WITHIN_S:.0f} s"
            ) from None
        finally:
            with self._lock:
                del self._waiting[ticket]

    def saw(self, step: Step) -> None:
        """Called by the loop after each step: hand over what was answered, end if so decided."""
        if step.stop:
            self._end()
        for answer in step.answers:
            with self._lock:
                waiting = self._waiting.get(answer.ticket)
            if waiting is not None:
                waiting.put(answer)
