"""Plays the demo: simulated gateway, real daemon, a trader who breaks rules, a judge."""

from __future__ import annotations

import json
import tempfile
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from risk_manager.cli.demo_config import KEY_VARIABLE, RULES, START, write_config
from risk_manager.cli.demo_daemon import DaemonProcess
from risk_manager.cli.demo_judge import Ruling, is_clean, judge
from risk_manager.cli.demo_output import in_words
from risk_manager.domain.errors import StartError
from risk_manager.domain.symbols import root_of_contract_id
from risk_manager.gateway_sim.trader import SYMBOLS, RuleBreaker
from risk_manager.gateway_sim.trader_hands import TraderHands, clock_text

if TYPE_CHECKING:
    from risk_manager.gateway_sim.server import SimServer
    from risk_manager.gateway_sim.trader_model import Mistake

_HTTP_TIMEOUT_S: Final = 10.0
_MISTAKE_S: Final = 0.4
"""About how long one mistake and its enforcement take."""
_LONGEST_GAP_S: Final = 12.0
"""Time to read; a position without a stop must not meet the end of its grace between two scenes."""
_NIGHT_S: Final = 3.0
"""About how long the daemon takes to stop and to start again."""
_STOP_S: Final = 0.7
"""About how long the daemon takes to stop."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Whom the story talks to, and its pace.

    `tell` gets each line of the story, `ruled` each ruling as it falls, `opened` the run folder
    once the daemon guards. The story should end at `ends_mono`, so the time between two mistakes
    is what is left, but at least `shortest_gap_s`. `monotonic` gives seconds, `pause` waits for a
    number of them and may raise to end the story early.
    """

    tell: Callable[[str], None]
    ruled: Callable[[Ruling], None]
    opened: Callable[[Path], None]
    ends_mono: float
    shortest_gap_s: float
    monotonic: Callable[[], float]
    pause: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Ending:
    """How the story ended: the rulings, and whether the book was clean."""

    rulings: Sequence[Ruling]
    clean: bool

    @property
    def good(self) -> bool:
        """Whether every breach was enforced and nothing was left open."""
        return self.clean and all(ruling.enforced for ruling in self.rulings)


def play(stage: Stage, *, seed: int) -> Ending:
    """Play the whole story; raises StartError when the daemon does not start."""
    from risk_manager.gateway_sim.options_server import (  # noqa: PLC0415 - keeps --help quick
        ServerOptions,
    )
    from risk_manager.gateway_sim.server import SimServer  # noqa: PLC0415 - as above

    with (
        SimServer(ServerOptions(seed=seed, start=START)) as server,
        tempfile.TemporaryDirectory(
            prefix="risk-manager-demo-", ignore_cleanup_errors=True
        ) as folder,
    ):
        return _play_in(Path(folder).resolve(), server, stage, seed)


def _play_in(folder: Path, server: SimServer, stage: Stage, seed: int) -> Ending:
    account = server.accounts()[0].id
    write_config(folder / "config", server, account)
    hands = TraderHands(
        server.control, account, _contracts(server), tell=stage.tell, pause=stage.pause
    )
    trader = RuleBreaker(hands, RULES, seed=seed)
    first, second = trader.first_day(), trader.second_day()
    stage.tell("A simulated gateway runs on this PC. The guard starts and connects to it.")
    with _guarding(folder, server):
        stage.opened(folder / "run")
        stage.tell(
            f"The guard is on. It is {clock_text(START)} in New York; a trader begins the day."
        )
        judged = _Court(server, account, stage)
        judged.hear(first, then_s=_NIGHT_S, then=len(second))
    stage.tell("The PC is switched off for the night; the guard keeps what it knows on disk.")
    trader.sleep()
    with _guarding(folder, server):
        stage.tell("The guard is on again. At 17:00 a new trading day began; the lock has ended.")
        judged.hear(second)
        clean = is_clean(server.control("/sim/state"))
    return Ending(judged.rulings, clean)


@contextmanager
def _guarding(folder: Path, server: SimServer) -> Iterator[None]:
    """Have the daemon on; raises StartError when it does not start or end well."""
    # Its lock for "one daemon per login" goes into the demo's folder, too, and with it.
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    daemon = DaemonProcess(folder, {KEY_VARIABLE: server.api_key, **temporary})
    try:
        daemon.wait_ready()
        yield
    finally:
        code = daemon.stop()
    if code != 0:
        raise StartError(f"the daemon ended with exit code {code}\n{daemon.last_words()}")


class _Court:
    """Has mistakes made, and judges them by the gateway's book."""

    def __init__(self, server: SimServer, account: int, stage: Stage) -> None:
        self.rulings: list[Ruling] = []
        self._server = server
        self._account = account
        self._stage = stage

    def hear(
        self, mistakes: Sequence[Callable[[], Mistake]], *, then_s: float = 0.0, then: int = 0
    ) -> None:
        """Go through mistakes at a steady pace; `then` more follow after a break of `then_s`."""
        stage = self._stage
        for number, blunder in enumerate(mistakes):
            stage.pause(_gap_s(stage, len(mistakes) - number + then, then_s))
            ruling = judge(
                blunder(),
                self._account,
                lambda: self._server.control("/sim/state"),
                monotonic=stage.monotonic,
                pause=stage.pause,
            )
            stage.tell(in_words(ruling))
            stage.ruled(ruling)
            self.rulings.append(ruling)
        stage.pause(_gap_s(stage, then, then_s))


def _gap_s(stage: Stage, left: int, break_s: float) -> float:
    """Return how long to wait before the next of `left` mistakes; none left is the last gap."""
    rest_s = stage.ends_mono - stage.monotonic() - left * _MISTAKE_S - break_s - _STOP_S
    return min(max(stage.shortest_gap_s, rest_s / (left + 1)), _LONGEST_GAP_S)


def _contracts(server: SimServer) -> dict[str, str]:
    """Return the contract ids of the tickers the story uses, asked over REST like a bot would."""
    login = {"userName": server.username, "apiKey": server.api_key}
    token = _post(server, "/api/Auth/loginKey", login, {})["token"]
    authorised = {"Authorization": f"Bearer {token}"}
    answer = _post(server, "/api/Contract/available", {"live": False}, authorised)
    ids = [str(contract["id"]) for contract in answer["contracts"]]
    return {symbol: _id_of(symbol, ids) for symbol in SYMBOLS}


def _id_of(symbol: str, ids: Iterable[str]) -> str:
    return next(contract for contract in ids if root_of_contract_id(contract) == symbol)


def _post(
    server: SimServer, path: str, body: Mapping[str, Any], headers: Mapping[str, str]
) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the address is our own server's
        server.api_url + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=_HTTP_TIMEOUT_S) as response:  # noqa: S310 - as above
        answer: dict[str, Any] = json.load(response)
    return answer
