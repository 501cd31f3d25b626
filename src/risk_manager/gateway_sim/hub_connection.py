"""One WebSocket of a hub: reads, writes in order, keeps alive, ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import WSMsgType, web

from risk_manager.gateway_sim import hub_protocol as protocol
from risk_manager.gateway_sim.forms import Forms
from risk_manager.gateway_sim.hub_session import HubSession, Outcome
from risk_manager.gateway_sim.options_server import HubTimes

MAX_WAITING = 100_000
FLUSH_S = 2.0
"""How long a client that is being closed may take to read what was sent before."""

Socket = web.WebSocketResponse[bool]


class HubConnection:
    """Serves one client until either side ends.

    Methods but `serve` may be called at any time from the loop's thread and never block.
    `muted` says whether nothing may go out at present. `mono` gives real seconds.
    """

    def __init__(
        self,
        session: HubSession,
        request: web.BaseRequest,
        forms: Forms,
        times: HubTimes,
        mono: Callable[[], float],
        muted: Callable[[], bool],
    ) -> None:
        self.session = session
        self.token_end: datetime | None = None
        self._request = request
        self._forms = forms
        self._times = times
        self._mono = mono
        self._muted = muted
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue(MAX_WAITING)
        self._ending = False
        self._flushing = False
        self._sent_s = self._heard_s = self._opened_s = mono()

    def send(self, record: bytes) -> None:
        """Queue a record; a client that lets 100,000 wait is cut off."""
        if self._ending or self._muted():
            return
        if self._outgoing.full():
            self.abort()
            return
        self._outgoing.put_nowait(record)

    def end(self, last: bytes | None = None) -> None:
        """Send what waits and a last record, then close the socket."""
        if self._ending:
            return
        if last is not None:
            self.send(last)
        self._ending = True
        if self._outgoing.full():
            self.abort()
        else:
            self._flushing = True
            self._outgoing.put_nowait(None)

    def abort(self) -> None:
        """Cut the TCP connection without a word."""
        self._ending = True
        if self._request.transport is not None:
            self._request.transport.abort()

    async def serve(self, socket: Socket, on_outcome: Callable[[Outcome], None]) -> None:
        """Run until the end; `on_outcome` is told what each message of the client led to."""
        writer = asyncio.create_task(self._write(socket))
        watcher = asyncio.create_task(self._watch())
        try:
            await self._read(socket, on_outcome)
        finally:
            watcher.cancel()
            if self._flushing:
                await asyncio.wait({writer}, timeout=FLUSH_S)
            writer.cancel()
            await asyncio.gather(writer, watcher, return_exceptions=True)

    async def _read(self, socket: Socket, on_outcome: Callable[[Outcome], None]) -> None:
        async for message in socket:
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            self._heard_s = self._mono()
            data = message.data
            try:
                outcome = self.session.receive(data if isinstance(data, bytes) else data.encode())
            except protocol.ProtocolBreachError:
                self.end(protocol.close(protocol.DROP_ERROR))
                return
            for record in outcome.records:
                self.send(record)
            on_outcome(outcome)
            if outcome.end:
                self.end()

    async def _write(self, socket: Socket) -> None:
        try:
            while (record := await self._outgoing.get()) is not None:
                for frame in self._frames(record):
                    await socket.send_frame(frame, WSMsgType.TEXT)
                self._sent_s = self._mono()
            await socket.close()
        except ConnectionError:
            self._ending = True  # the client is gone; the reader notices by itself

    def _frames(self, record: bytes) -> list[bytes]:
        if self._forms.frames == "split":
            middle = len(record) // 2
            return [record[:middle], record[middle:]]
        if self._forms.frames == "merged":
            while not self._outgoing.empty():
                following = self._outgoing.get_nowait()
                if following is None:
                    self._outgoing.put_nowait(None)
                    break
                record += following
        return [record]

    async def _watch(self) -> None:
        """Ping after a quiet interval; end a client that is silent or slow to shake hands."""
        times = self._times
        while not self._ending:
            now = self._mono()
            if self.session.ready:
                deadline = self._heard_s + times.silence_s
            else:
                deadline = self._opened_s + times.handshake_s
            if now >= deadline:
                self.end(protocol.close(protocol.DROP_ERROR) if self.session.ready else None)
                return
            ping_at = self._sent_s + times.ping_s
            if self.session.ready and now >= ping_at:
                self.send(protocol.ping())
                ping_at = now + times.ping_s
            await asyncio.sleep(min(deadline, max(ping_at, now + times.ping_s / 50)) - now)
