"""One authenticated call and its answer: budget, token, one repeat after a 401, server time.

Nothing else is repeated here: what a timeout, a 429 or a refusal means is for the engine to
decide, which looks before it repeats a changing call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from risk_manager.api.auth import TokenSource
from risk_manager.api.auth_errors import AuthError
from risk_manager.api.http_connection import HttpAnswer, HttpConnection, NoAnswerError
from risk_manager.api.http_head import RequestWriter
from risk_manager.api.http_socket import Mono
from risk_manager.api.rate_limit import RequestBudget
from risk_manager.api.requests_encode import Call
from risk_manager.domain.events import ServerTimeSeen
from risk_manager.domain.ports import Deliver
from risk_manager.domain.requests import Priority

UNAUTHORIZED: Final = 401
TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a call.

    `status` None means no answer: `failure` is then `timeout`, `network`, `throttled` (our own
    budget refused) or `token` (no login), and `detail` says more. `sent_mono` is when the last
    byte was handed to the system, None if it never was. Times are monotonic seconds.
    """

    status: int | None
    body: bytes
    failure: str | None
    detail: str | None
    retry_after_s: float | None
    requested_mono: float
    sent_mono: float | None
    answered_mono: float


class RestExchange:
    """Calls on one connection; `start_now` and `finish` split a call between two threads."""

    def __init__(
        self,
        base_url: str,
        connection: HttpConnection,
        *,
        token: TokenSource,
        budget: RequestBudget,
        mono: Mono,
        deliver: Deliver,
    ) -> None:
        self._connection = connection
        self._writer = RequestWriter(base_url)
        self._token = token
        self._budget = budget
        self._mono = mono
        self._deliver = deliver
        self._used_token = ""
        self._requested = 0.0
        self._sent: float | None = None

    def call(self, call: Call, priority: Priority) -> Reply:
        """Send the call and wait for its answer; never raises."""
        reply = self._attempt(call, priority)
        return self._repeated_if_refused(reply, call, priority)

    def once(self, call: Call, priority: Priority) -> Reply:
        """Send the call without a repeat; a 401 to it says nothing about the token."""
        return self._attempt(call, priority)

    def start_now(self, call: Call, priority: Priority) -> bool:
        """Write the call without waiting; False, with nothing written, if that cannot be."""
        token = self._token.peek()
        if token is None or not self._connection.can_write_now():
            return False
        now = self._mono()
        if self._budget.try_take(priority, now):
            return False
        self._requested, self._used_token = now, token
        if not self._connection.write_now(self._writer.request(call, token)):
            return False
        self._sent = self._mono()
        return True

    def finish(self, call: Call, priority: Priority) -> Reply:
        """Wait for the answer of a call that `start_now` wrote; never raises."""
        try:
            reply = self._receive(call)
        except NoAnswerError as error:
            reply = self._no_answer(error.kind, str(error), None)
        return self._repeated_if_refused(reply, call, priority)

    def _repeated_if_refused(self, reply: Reply, call: Call, priority: Priority) -> Reply:
        if reply.status != UNAUTHORIZED:
            return reply
        self._token.invalidate(self._used_token)
        again = self._attempt(call, priority)
        # A repeat that never left says less than the refusal does, unless there is no token.
        return reply if again.failure == "throttled" else again

    def _attempt(self, call: Call, priority: Priority) -> Reply:
        self._requested, self._sent = self._mono(), None
        wait = self._budget.try_take(priority, self._requested, history=call.is_history)
        if wait:
            return self._no_answer("throttled", f"own request limit, free in {wait:.1f} s", wait)
        try:
            self._used_token = self._token.current()
            # A login may have taken its time: the call's own time starts now.
            self._requested = self._mono()
            request = self._writer.request(call, self._used_token)
            self._connection.write(request, self._requested + call.timeout_s)
            self._sent = self._mono()
            return self._receive(call)
        except AuthError as error:
            return self._no_answer("token", str(error), None)
        except NoAnswerError as error:
            return self._no_answer(error.kind, str(error), None)

    def _receive(self, call: Call) -> Reply:
        answer = self._connection.read(self._requested + call.timeout_s)
        answered = self._mono()
        self._deliver(ServerTimeSeen(answer.date, self._requested, answered))
        if answer.status == TOO_MANY:
            self._budget.note_throttled(answered, answer.retry_after_s)
        return self._reply(answer, answered)

    def _reply(self, answer: HttpAnswer, answered: float) -> Reply:
        return Reply(
            status=answer.status,
            body=answer.body,
            failure=None,
            detail=None,
            retry_after_s=answer.retry_after_s,
            requested_mono=self._requested,
            sent_mono=self._sent,
            answered_mono=answered,
        )

    def _no_answer(self, failure: str, detail: str, retry_after_s: float | None) -> Reply:
        return Reply(
            status=None,
            body=b"",
            failure=failure,
            detail=detail,
            retry_after_s=retry_after_s,
            requested_mono=self._requested,
            sent_mono=self._sent,
            answered_mono=self._mono(),
        )
