"""The hubs over HTTP: negotiation and the WebSocket, each behind a token."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from risk_manager.gateway_sim.faults import Fault, FaultBox
from risk_manager.gateway_sim.hub_connection import HubConnection
from risk_manager.gateway_sim.hub_session import HubSession, Outcome
from risk_manager.gateway_sim.hubs import Hubs
from risk_manager.gateway_sim.negotiation import Negotiations
from risk_manager.gateway_sim.rest import bearer
from risk_manager.gateway_sim.rest_edge import response
from risk_manager.gateway_sim.rest_reply import Reply, unauthorized
from risk_manager.gateway_sim.sessions import Sessions
from risk_manager.gateway_sim.venue import Venue
from risk_manager.gateway_sim.wire_stream import HubName
from risk_manager.gateway_sim.wire_text import encode, http_date

HUB_PATHS: dict[str, HubName] = {"/hubs/user": "user", "/hubs/market": "market"}
NEGOTIATE = "/negotiate"
MAX_MESSAGE_BYTES = 64 * 1024
CLOSE_WAIT_S = 1.0
UNREACHABLE = 503


class HubEdge:
    """Opens hub connections and serves them."""

    def __init__(
        self,
        venue: Venue,
        sessions: Sessions,
        hubs: Hubs,
        negotiations: Negotiations,
        faults: FaultBox,
        mono: Callable[[], float],
    ) -> None:
        self._venue = venue
        self._sessions = sessions
        self._hubs = hubs
        self._negotiations = negotiations
        self._faults = faults
        self._mono = mono

    async def handle(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        """Answer a request below `/hubs/`; `path` is lower case."""
        negotiating = path.endswith(NEGOTIATE)
        hub = HUB_PATHS.get(path.removesuffix(NEGOTIATE))
        if hub is None:
            return self._reply(Reply(404))
        if negotiating and request.method != "POST":
            return self._reply(Reply(405, headers={"Allow": "POST"}))
        closed = self._faults.strike("close", hub, "both")
        if closed is not None:
            return self._reply(Reply(_status_while_closed(closed)))
        token = bearer(request.headers.get("Authorization")) or request.query.get("access_token")
        if self._sessions.expiry(token, self._venue.now()) is None:
            return self._reply(unauthorized(token_given=token is not None))
        if negotiating:
            version = 1 if request.query.get("negotiateVersion", "0") == "1" else 0
            return self._reply(Reply(200, encode(self._negotiations.offer(hub, version))))
        return await self._connect(request, hub, token)

    async def _connect(
        self, request: web.BaseRequest, hub: HubName, token: str | None
    ) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            timeout=CLOSE_WAIT_S,
            compress=False,
            max_msg_size=MAX_MESSAGE_BYTES,
        )
        if not socket.can_prepare(request).ok:
            return self._reply(Reply(400, b"Connection ID required", "text/plain"))
        connection_id = request.query.get("id")
        if connection_id is not None:
            status = self._negotiations.claim(hub, connection_id)
            if status != 101:
                return self._reply(Reply(status))
        socket.headers["Date"] = http_date(self._venue.now())
        try:
            await socket.prepare(request)
            await self._serve(request, hub, token, socket)
        finally:
            if connection_id is not None:
                self._negotiations.release(connection_id)
        return socket

    async def _serve(
        self,
        request: web.BaseRequest,
        hub: HubName,
        token: str | None,
        socket: web.WebSocketResponse[bool],
    ) -> None:
        options = self._venue.options
        session = HubSession(hub, options.forms)
        connection = HubConnection(
            session, request, options.forms, options.hub_times, self._mono, lambda: self._muted(hub)
        )
        connection.token_end = self._sessions.expiry(token, self._venue.now())

        def greet(outcome: Outcome) -> None:
            self._venue.run(lambda e: self._hubs.greet(connection, outcome, e.quote))

        self._hubs.add(connection)
        try:
            await connection.serve(socket, greet)
        finally:
            self._hubs.remove(connection)

    def _muted(self, hub: HubName) -> bool:
        """Whether a freeze holds back even pings and answers."""
        fault = self._faults.active("freeze", hub, "both")
        return fault is not None and fault.params.opt_flag("pings") is False

    def _reply(self, reply: Reply) -> web.Response:
        return response(reply, self._venue)


def _status_while_closed(fault: Fault) -> int:
    return fault.params.opt_integer("status") or UNREACHABLE
