"""A bad line between the daemon and the simulated gateway: a TCP proxy in a thread of its own."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from tests.integration.line.connection import Pipe
from tests.integration.line.weather import DIRECTIONS, Dice, Direction, Kind, Trouble, Weather

HOST = "127.0.0.1"
CALL_S = 10.0
_REOPEN_TRIES, _REOPEN_S = 50, 0.1
_SETTLE_S = 0.05

_T = TypeVar("_T")


class BadLine:
    """Carries bytes to `port`; `turn` changes what happens to them, at once and for all.

    Where connections are cut and how long bytes wait comes from `seed`, the connection's number
    and the direction. Methods may be called from any thread.
    """

    def __init__(self, port: int, seed: int) -> None:
        self._far_port = port
        self._seed = seed
        self._port = 0
        self._weather = Weather()
        self._pipes: set[Pipe] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._changed: asyncio.Condition
        self._thread = threading.Thread(target=self._loop.run_forever, name="bad-line", daemon=True)
        self.accepted = 0
        self.struck: set[Trouble] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_S)
        self._loop.close()

    @property
    def addresses(self) -> dict[str, str]:
        """What `accounts.yaml` must say so that the daemon takes this line."""
        base = f"http://{HOST}:{self._port}"
        return {
            "api_url": base,
            "user_hub": f"{base}/hubs/user",
            "market_hub": f"{base}/hubs/market",
        }

    def turn(self, weather: Weather) -> None:
        """Change the weather."""
        self._call(self._change(weather))

    def clear(self) -> None:
        """Fair weather, and the line takes connections; what is half open stays so."""
        self._call(self._reopen())
        self.turn(Weather())

    def forget(self) -> None:
        """Every connection there is goes deaf both ways for ever, idle ones too; new ones work."""
        self._call(self._forget())

    def refuse(self) -> None:
        """End every connection hard and refuse new ones until `clear`."""
        self._call(self._refuse())

    @property
    def open_now(self) -> int:
        """How many connections there are."""
        return len(self._pipes)

    def now_struck(self) -> set[Trouble]:
        """The troubles that connections have met so far."""
        return self.struck.union(*(pipe.struck for pipe in list(self._pipes)))

    def _call(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_S)

    def _trouble(self, kind: Kind, direction: Direction) -> Trouble:
        return self._weather.over(kind, direction)

    async def _open(self) -> None:
        self._changed = asyncio.Condition()
        await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _reopen(self) -> None:
        """Listen on the same port again, which somebody else may hold for a moment."""
        for _ in range(_REOPEN_TRIES):
            if self._server is not None:
                return
            with contextlib.suppress(OSError):
                await self._listen()
                return
            await asyncio.sleep(_REOPEN_S)
        raise OSError(f"port {self._port} is taken")

    async def _change(self, weather: Weather) -> None:
        async with self._changed:
            self._weather = weather
            self._changed.notify_all()

    async def _forget(self) -> None:
        for pipe in self._pipes:
            pipe.deafen()

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for pipe in self._pipes:
            pipe.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.accepted += 1
        number = self.accepted
        try:
            far = await asyncio.open_connection(HOST, self._far_port)
            dice = {way: Dice(self._seed, number, way) for way in DIRECTIONS}
            pipe = Pipe((reader, writer), far, self._trouble, self._changed, dice)
            self._pipes.add(pipe)
            try:
                await pipe.run()
            finally:
                self._pipes.discard(pipe)
                self.struck |= pipe.struck
        except (OSError, asyncio.CancelledError):
            writer.close()
        finally:
            self._tasks.discard(task)

    async def _close(self) -> None:
        await self._refuse()
        # A connection taken a moment ago has no task yet, and must not be left half open.
        await asyncio.sleep(_SETTLE_S)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
