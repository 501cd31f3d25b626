"""The start's first conversation with the venue: login, time, accounts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from risk_manager.api.auth_errors import AuthError
from risk_manager.api.rest_client import ListedAccount, RestGateway
from risk_manager.api.rest_reads import ReadFailedError
from risk_manager.core.inbox import Inbox
from risk_manager.domain.events import Event, ServerTimeSeen, TokenChanged
from risk_manager.utils.clock import Clock
from risk_manager.utils.trusted_time import TrustedTime

RETRY_S = 1.0

_log = logging.getLogger("risk_manager.daemon")


class FirstContact:
    """Logs in and asks for the accounts until both work and time is anchored.

    `trouble` is told what keeps the start waiting, so that the status can say NOT MONITORED.
    """

    def __init__(
        self,
        gateway: RestGateway,
        inbox: Inbox,
        trusted: TrustedTime,
        clock: Clock,
        trouble: Callable[[str], None],
    ) -> None:
        self._gateway = gateway
        self._inbox = inbox
        self._trusted = trusted
        self._clock = clock
        self._trouble = trouble
        self._said = ""

    def make(self, stop: threading.Event) -> list[ListedAccount] | None:
        """Return the login's accounts; None when `stop` was set before the venue answered."""
        while not stop.is_set():
            try:
                self._gateway.login()
                accounts = self._gateway.search_accounts()
            except (AuthError, ReadFailedError) as error:
                self._say(str(error))
            else:
                self._read_times()
                if self._trusted.is_anchored:
                    return accounts
                self._say("the venue's clock and this machine's differ; asking again")
            self._read_times()
            stop.wait(RETRY_S)
        return None

    def _say(self, problem: str) -> None:
        self._trouble(problem)
        if problem != self._said:
            self._said = problem
            _log.error("NOT MONITORED: %s", problem)

    def _read_times(self) -> None:
        """Take the server times out of the inbox; whatever else waits goes back in order.

        How the logins went is said here and now: told again once the venue answers, an old
        failure would be a false alarm.
        """
        others: list[Event] = []
        while (item := self._inbox.get(0)) is not None:
            event, _ = item
            if isinstance(event, ServerTimeSeen):
                self._trusted.observe_date(
                    event.date, event.requested_mono, event.answered_mono, self._clock.wall()
                )
            elif not isinstance(event, TokenChanged):
                others.append(event)
        for event in others:
            self._inbox.put(event)
