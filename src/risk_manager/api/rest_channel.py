"""One channel to the venue's REST API: a connection, the calls on it, their answers as events."""

from __future__ import annotations

from typing import Final

from risk_manager.api import requests_encode as encode
from risk_manager.api import rest_reads, wire_answers
from risk_manager.api import translate_rows as rows
from risk_manager.api.http_connection import HttpConnection, NoAnswerError
from risk_manager.api.http_socket import Mono
from risk_manager.api.rest_exchange import Reply, RestExchange
from risk_manager.api.rest_snapshot import SnapshotRead
from risk_manager.domain.events import ActionAnswered, ContractFetched, Event, LastBarFetched
from risk_manager.domain.ids import OrderId
from risk_manager.domain.ports import Deliver
from risk_manager.domain.requests import (
    ActionRequest,
    BrokerRequest,
    FetchContract,
    FetchLastBar,
    Priority,
    TakeSnapshot,
    priority_of,
)

TRUSTED_IDLE_S: Final = 60.0
"""A connection idle for longer may be dead at the venue's end; keep-warm calls come every 50 s."""
WARM_AFTER_S: Final = 45.0


class RestChannel:
    """Fulfils `domain.ports.Channel`; one thread at a time."""

    def __init__(
        self,
        name: str,
        connection: HttpConnection,
        exchange: RestExchange,
        *,
        mono: Mono,
        deliver: Deliver,
        timeouts: encode.Timeouts | None = None,
    ) -> None:
        self.name = name
        self._connection = connection
        self._exchange = exchange
        self._mono = mono
        self._deliver = deliver
        self._timeouts = timeouts or encode.Timeouts()

    @property
    def is_ready(self) -> bool:
        """Whether the connection is open, owes no answer and was used within a minute."""
        idle_s = self._mono() - self._connection.last_used_mono
        return self._connection.is_idle and idle_s <= TRUSTED_IDLE_S

    def write_now(self, request: ActionRequest) -> bool:
        """Write the request without waiting; False, with nothing written, if that cannot be."""
        if not self.is_ready:
            return False
        call = encode.action_call(request, self._timeouts)
        return self._exchange.start_now(call, priority_of(request))

    def finish(self, request: ActionRequest) -> ActionAnswered:
        """Wait for the answer of a request that `write_now` wrote."""
        call = encode.action_call(request, self._timeouts)
        return action_answered(request, self._exchange.finish(call, priority_of(request)))

    def run(self, request: BrokerRequest) -> Event:
        """Send a request and wait for its answer; trouble is part of the answer."""
        match request:
            case TakeSnapshot():
                timeouts = self._timeouts.of(request)
                return SnapshotRead(
                    request, self._exchange.call, self._mono, self._deliver, timeouts
                ).take()
            case FetchContract():
                return self._contract(request)
            case FetchLastBar():
                return self._last_bar(request)
            case _:
                call = encode.action_call(request, self._timeouts)
                return action_answered(request, self._exchange.call(call, priority_of(request)))

    def warm(self) -> None:
        """Open the connection, or prove one that was idle for 45 s by the cheapest call.

        Any answer is proof: whether the call needs a token is not documented. Trouble is no
        news here: the next call that matters reports its own.
        """
        idle_s = self._mono() - self._connection.last_used_mono
        if self._connection.is_idle and idle_s > WARM_AFTER_S:
            self._exchange.once(encode.ping_call(self._timeouts), Priority.RECONCILE)
        try:
            self._connection.open(self._mono() + self._timeouts.order)
        except NoAnswerError:
            return

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _contract(self, request: FetchContract) -> ContractFetched:
        reply = self._exchange.call(encode.contract_call(request, self._timeouts), request.priority)
        try:
            raw = rest_reads.opened(reply, wire_answers.CONTRACT).contract
            if bytes(raw) == b"null":
                return ContractFetched(request, None, "the answer has no contract")
            found = rest_reads.translated(
                [raw], "contract", rows.contract_row, reply, self._deliver
            )
        except rest_reads.ReadFailedError as error:
            return ContractFetched(request, None, str(error))
        if found[0].id != request.contract_id:
            return ContractFetched(request, None, f"the answer is about {found[0].id}")
        return ContractFetched(request, found[0], None)

    def _last_bar(self, request: FetchLastBar) -> LastBarFetched:
        reply = self._exchange.call(encode.last_bar_call(request, self._timeouts), request.priority)
        try:
            raw_rows = rest_reads.listed(reply, "bars")
            bars = rest_reads.translated(raw_rows, "bar", rows.bar_row, reply, self._deliver)
        except rest_reads.ReadFailedError as error:
            return LastBarFetched(request, None, None, str(error))
        priced = [bar for bar in bars if bar[1] is not None]
        if not priced:
            return LastBarFetched(request, None, None, None)
        at, close = max(priced, key=lambda bar: bar[0])
        return LastBarFetched(request, close, at, None)


def action_answered(request: ActionRequest, reply: Reply) -> ActionAnswered:
    """Return the raw answer to a changing call; a body that cannot be read is `malformed`."""
    success = code = order_id = None
    message, failure = reply.detail, reply.failure
    if reply.status == 200:
        try:
            body = rows.decode(wire_answers.ACTION, reply.body)
            success, code, message = body.success, body.error_code, body.error_message
            order_id = None if body.order_id is None else OrderId(body.order_id)
        except rows.WireError as error:
            failure, message = "malformed", str(error)
    elif reply.status is not None:
        message = rest_reads.problem_text(reply.body)
    return ActionAnswered(
        request=request,
        status=reply.status,
        success=success,
        code=code,
        message=message,
        failure=failure,
        retry_after_s=reply.retry_after_s,
        sent_mono=reply.sent_mono,
        answered_mono=reply.answered_mono,
        order_id=order_id,
    )
