"""The simulated gateway as one object: start it, use it from any thread, stop it."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from decimal import Decimal
from typing import Any, Self, TypeVar

import msgspec

from risk_manager.gateway_sim.control_errors import ControlError
from risk_manager.gateway_sim.gateway import Gateway
from risk_manager.gateway_sim.model import SimAccount
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.request_log import RequestEntry
from risk_manager.gateway_sim.rest_reply import Reply
from risk_manager.utils.clock import Clock, MachineClock

START_S = 10.0
STOP_S = 10.0
CALL_S = 60.0

_T = TypeVar("_T")

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class SimServer:
    """Runs a simulated gateway in a thread of its own.

    `tls` makes it speak https and wss. The addresses exist from `start` on; `start` raises
    OSError when the port is taken. Methods may be called from any thread.
    """

    def __init__(
        self,
        options: ServerOptions | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        machine: Clock | None = None,
    ) -> None:
        self.options = options or ServerOptions()
        self._host = host
        self._port = port
        self._tls = tls
        self._machine = machine or MachineClock()
        self._loop = asyncio.new_event_loop()
        self._gateway: Gateway | None = None
        self._thread = threading.Thread(target=self._run_loop, name="gateway-sim", daemon=True)

    def start(self) -> Self:
        """Listen; returns when clients may connect."""
        self._thread.start()
        try:
            self._port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(START_S)
        except BaseException:
            self._end_thread()
            raise
        return self

    def stop(self) -> None:
        """Close every connection, stop listening and end the thread."""
        if self._gateway is not None:
            stopping = asyncio.run_coroutine_threadsafe(self._gateway.stop(), self._loop)
            stopping.result(STOP_S)
        self._end_thread()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def username(self) -> str:
        """Return the name to log in with."""
        return self.options.credentials.username

    @property
    def api_key(self) -> str:
        """Return the key to log in with."""
        return self.options.credentials.api_key

    @property
    def api_url(self) -> str:
        """Return the base of the REST paths."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'http' if self._tls is None else 'https'}://{host}:{self._port}"

    @property
    def user_hub(self) -> str:
        """Return the user hub's address."""
        return f"{self.api_url}/hubs/user"

    @property
    def market_hub(self) -> str:
        """Return the market hub's address."""
        return f"{self.api_url}/hubs/market"

    def accounts(self) -> list[SimAccount]:
        """Return the accounts at present."""
        return self._in_loop(Gateway.accounts)

    def control(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call the control path, e.g. `control("/sim/clock", {"advance_s": 60})`.

        Returns the answer's members, numbers with a fraction as Decimal; raises ControlError
        when it says no.
        """
        sent = _encoder.encode(body or {})
        reply: Reply = self._in_loop(lambda gateway: gateway.control(path, sent))
        answer: dict[str, Any] = _decoder.decode(reply.body)
        if not answer.pop("ok"):
            raise ControlError(answer.pop("error"), **answer)
        return answer

    def requests(self, after_seq: int = 0) -> list[RequestEntry]:
        """Return the REST calls behind a sequence number, in the order of arrival."""
        return self._in_loop(lambda gateway: gateway.log.entries(after_seq))

    def _in_loop(self, action: Callable[[Gateway], _T]) -> _T:
        """Run a function in the loop's thread and wait for what it returns."""
        gateway = self._gateway
        if gateway is None:
            raise RuntimeError("the simulated gateway has not been started")
        waiting: Future[_T] = Future()

        def run() -> None:
            try:
                waiting.set_result(action(gateway))
            except Exception as error:  # noqa: BLE001 - handed to the caller, whoever that is
                waiting.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return waiting.result(CALL_S)

    def _end_thread(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_S)

    async def _open(self) -> int:
        self._gateway = Gateway(self.options, self._machine)
        return await self._gateway.start(self._host, self._port, self._tls)

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()
