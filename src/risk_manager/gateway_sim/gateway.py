"""Puts the simulated gateway together inside an event loop, and routes its requests."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import ssl

from aiohttp import web

from risk_manager.gateway_sim.clock import SimClock
from risk_manager.gateway_sim.control import Control
from risk_manager.gateway_sim.control_faults import FaultControl
from risk_manager.gateway_sim.control_state import StateControl
from risk_manager.gateway_sim.control_trader import TraderControl
from risk_manager.gateway_sim.event_faults import EventFaults
from risk_manager.gateway_sim.faults import FaultBox
from risk_manager.gateway_sim.hub_edge import HubEdge
from risk_manager.gateway_sim.hubs import Hubs
from risk_manager.gateway_sim.limits import RateLimits
from risk_manager.gateway_sim.model import SimAccount
from risk_manager.gateway_sim.negotiation import Negotiations
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.request_log import RequestLog
from risk_manager.gateway_sim.rest import RestApi
from risk_manager.gateway_sim.rest_edge import RestEdge, response
from risk_manager.gateway_sim.rest_reply import Reply
from risk_manager.gateway_sim.sessions import Sessions
from risk_manager.gateway_sim.venue import Cancel, Venue
from risk_manager.utils.clock import Clock

KEEPALIVE_S = 130.0
"""How long Kestrel, the venue's web server, keeps an idle connection."""

EXPIRY_CHECK_S = 0.25
SHUTDOWN_S = 1.0


class Gateway:
    """One simulated gateway; everything runs in the thread of its event loop."""

    def __init__(self, options: ServerOptions, machine: Clock) -> None:
        mono = machine.mono
        self._options = options
        self._faults = FaultBox(mono)
        self._event_faults = EventFaults(self._faults, _run_later)
        self._hubs = Hubs(options.forms, self._event_faults, self._symbol_of)
        clock = SimClock(mono, options.start or machine.wall(), options.speed)
        self._venue = Venue(options, clock, self._hubs.publish, _wake_in)
        self.log = RequestLog()
        self._limits = RateLimits(options.limits)
        sessions = Sessions(options.credentials, secrets.token_bytes, options.token_life)
        api = RestApi(self._venue, sessions, self._limits, mono)
        self._rest = RestEdge(api, self._venue, self._faults, self.log, mono)
        negotiations = Negotiations(secrets.token_bytes, mono)
        self._hub = HubEdge(self._venue, sessions, self._hubs, negotiations, self._faults, mono)
        self._control = Control(
            StateControl(self._venue, self._hubs, self.log, self._forget),
            TraderControl(self._venue),
            FaultControl(self._faults, self._hubs),
        )
        self._runner: web.ServerRunner | None = None
        self._expiry: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None) -> int:
        """Listen, and return the port; 0 takes a free one."""
        server = web.Server(self._handle, access_log=None, keepalive_timeout=KEEPALIVE_S)
        self._runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
        self._venue.catch_up()
        if self._options.hub_at_expiry != "survives":
            self._expiry = asyncio.create_task(self._end_expired())
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        self._venue.stop()
        if self._expiry is not None:
            self._expiry.cancel()
        for connection in self._hubs.connections("user", "market"):
            connection.abort()
        if self._runner is not None:
            await self._runner.cleanup()
        hanging = asyncio.all_tasks() - {asyncio.current_task()}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    def accounts(self) -> list[SimAccount]:
        """Return the accounts at present."""
        return self._venue.run(lambda e: e.accounts())

    def control(self, path: str, body: bytes) -> Reply:
        """Answer a call of the control path."""
        return self._control.answer("POST", path, body)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path.casefold()
        if path.startswith("/api/"):
            return await self._rest.handle(request)
        if path.startswith("/hubs/"):
            return await self._hub.handle(request, path)
        if path.startswith("/sim/") and _from_loopback(request):
            reply = self._control.answer(request.method, path, await request.read())
            return response(reply, self._venue)
        return response(Reply(404), self._venue)

    async def _end_expired(self) -> None:
        with_logout = self._options.hub_at_expiry == "logout"
        while True:
            await asyncio.sleep(EXPIRY_CHECK_S)
            self._hubs.end_expired(self._venue.now(), with_logout=with_logout)

    def _forget(self) -> None:
        self._faults.clear()
        self._event_faults.forget()
        self._limits.clear()
        self.log.clear()

    def _symbol_of(self, contract_id: str) -> str:
        contract = self._venue.peek.contract(contract_id)
        return contract.symbol if contract is not None else contract_id


def _from_loopback(request: web.BaseRequest) -> bool:
    return request.remote is not None and ipaddress.ip_address(request.remote).is_loopback


def _run_later(seconds: float, function: Cancel) -> None:
    asyncio.get_running_loop().call_later(seconds, function)


def _wake_in(seconds: float, function: Cancel) -> Cancel:
    return asyncio.get_running_loop().call_later(seconds, function).cancel
