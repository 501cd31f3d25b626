"""REST over HTTP: the request log, the faults of the wire, and one write per answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web
from multidict import CIMultiDict

from risk_manager.gateway_sim.faults import ANY_PATH, FaultBox, seconds_param
from risk_manager.gateway_sim.request_log import RequestLog
from risk_manager.gateway_sim.rest import ENDPOINTS, RestApi, bearer
from risk_manager.gateway_sim.rest_reply import Reply, envelope
from risk_manager.gateway_sim.venue import Venue
from risk_manager.gateway_sim.wire_text import http_date

REFUSED = 2
DEFAULT_DELAY_S = 1.0


def response(reply: Reply, venue: Venue) -> web.Response:
    """Return an HTTP answer that carries simulated now as its `Date`."""
    headers = CIMultiDict(reply.headers)
    headers["Date"] = http_date(venue.now())
    headers["Server"] = "gateway-sim"
    if reply.body:
        headers["Content-Type"] = reply.content_type
    return web.Response(status=reply.status, body=reply.body, headers=headers)


class RestEdge:
    """Takes the calls of every connection in the order of their arrival."""

    def __init__(
        self,
        api: RestApi,
        venue: Venue,
        faults: FaultBox,
        log: RequestLog,
        mono: Callable[[], float],
    ) -> None:
        self._api = api
        self._venue = venue
        self._faults = faults
        self._log = log
        self._mono = mono

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer one call, unless a fault loses it."""
        path = request.path
        entry = self._log.open(self._venue.now(), self._mono(), path)
        entry.body = await request.read()
        if await self._lost("lose_before", request):
            return response(Reply(500), self._venue)
        delay = self._faults.strike("rest_delay", path, ANY_PATH)
        if delay is not None:
            await asyncio.sleep(seconds_param(delay.params, "delay_s", DEFAULT_DELAY_S))
        reply = self._faulty(path)
        if reply is None:
            token = bearer(request.headers.get("Authorization"))
            reply = self._api.answer(request.method, path, token, entry.body)
        if await self._lost("lose_after", request):
            return response(Reply(500), self._venue)
        entry.status = reply.status
        return response(reply, self._venue)

    def _faulty(self, path: str) -> Reply | None:
        """Return the answer that a fault gives in place of the venue's, which then does nothing."""
        status = self._faults.strike("rest_status", path, ANY_PATH)
        if status is not None:
            return Reply(status.params.opt_integer("status") or 500)
        refusal = self._faults.strike("rest_refuse", path, ANY_PATH)
        if refusal is None:
            return None
        endpoint = ENDPOINTS.get(path.casefold())
        payload = endpoint.payload if endpoint is not None else None
        return envelope(
            refusal.params.opt_integer("errorCode") or REFUSED,
            refusal.params.opt_text("errorMessage"),
            **({payload: None} if payload else {}),
        )

    async def _lost(self, kind: str, request: web.BaseRequest) -> bool:
        """Close the connection without an answer, after `hang_s`, if a fault says so."""
        fault = self._faults.strike(kind, request.path, ANY_PATH)
        if fault is None:
            return False
        await asyncio.sleep(seconds_param(fault.params, "hang_s", 0.0))
        if request.transport is not None:
            request.transport.abort()
        return True
