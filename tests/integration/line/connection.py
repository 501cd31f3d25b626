"""One connection through the bad line: two pumps, each under the weather of its direction."""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import Callable

from tests.integration.line.weather import DIRECTIONS, Dice, Direction, Kind, Trouble

READ_BYTES = 65_536
_LINGER_NOTHING = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_PATHS: tuple[tuple[bytes, Kind], ...] = ((b"/hubs/user", "user"), (b"/hubs/market", "market"))


def kind_of(first_bytes: bytes) -> Kind:
    """What a connection is for, by the path of its first request."""
    line = first_bytes.partition(b"\r\n")[0]
    return next((kind for path, kind in _PATHS if path in line), "rest")


class Pipe:
    """The way of the bytes between the daemon (`near`) and the gateway (`far`).

    `trouble` says what the weather does to a kind and direction now; `changed` is set anew with
    every change of the weather. `struck` are the troubles that this connection has met.
    """

    def __init__(
        self,
        near: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        far: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        trouble: Callable[[Kind, Direction], Trouble],
        changed: asyncio.Condition,
        dice: dict[Direction, Dice],
    ) -> None:
        self._near, self._far = near, far
        self._trouble = trouble
        self._changed = changed
        self._dice = dice
        self._deaf: set[Direction] = set()
        self._ended = asyncio.Event()
        self.kind: Kind = "rest"
        self.struck: set[Trouble] = set()

    async def run(self) -> None:
        """Carry bytes both ways until one side ends."""
        pumps = [
            asyncio.create_task(self._pump("up", self._near[0], self._far[1])),
            asyncio.create_task(self._pump("down", self._far[0], self._near[1])),
            asyncio.create_task(self._ended.wait()),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for _, writer in (self._near, self._far):
                writer.close()

    def deafen(self) -> None:
        """Swallow whatever comes from now on, both ways."""
        self._deaf.update(DIRECTIONS)

    def reset(self) -> None:
        """End both sides hard: the peers get a reset, not an end of stream."""
        for _, writer in (self._near, self._far):
            connected = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOTHING)
            writer.transport.abort()
        self._ended.set()

    async def _pump(
        self, way: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        first = way == "up"
        with contextlib.suppress(OSError):
            while data := await reader.read(READ_BYTES):
                if first:
                    self.kind, first = kind_of(data), False
                await self._carry(way, data, writer)

    async def _carry(self, way: Direction, data: bytes, writer: asyncio.StreamWriter) -> None:
        """Take one chunk as far as the weather allows."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: self._note(self._trouble(self.kind, way)) is not Trouble.STALL
            )
        trouble = self._trouble(self.kind, way)
        if trouble is Trouble.DEAF:
            self._deaf.add(way)
        if way in self._deaf:
            return
        if trouble in (Trouble.RESET, Trouble.CUT):
            await self._end(trouble, data, self._dice[way], writer)
        elif trouble is Trouble.FAIR:
            await _send(data, writer)
        else:
            for piece, pause in self._dice[way].pieces(data, trouble):
                await asyncio.sleep(pause)
                await _send(piece, writer)

    async def _end(
        self, trouble: Trouble, data: bytes, dice: Dice, writer: asyncio.StreamWriter
    ) -> None:
        """Let some bytes through; the connection ends behind the last of them."""
        await _send(data[: dice.bytes_to_end], writer)
        dice.bytes_to_end -= len(data)
        if dice.bytes_to_end > 0:
            return
        if trouble is Trouble.RESET:
            self.reset()
        else:
            self._ended.set()

    def _note(self, trouble: Trouble) -> Trouble:
        self.struck.add(trouble)
        return trouble


async def _send(data: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(data)
    await writer.drain()
