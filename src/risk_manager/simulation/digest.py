"""What a run decided and what it left, as hashes that are the same wherever it is replayed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.watching import Watcher
from risk_manager.simulation.words import word
from risk_manager.state.store_rows import statement_of
from risk_manager.state.writes import Write

if TYPE_CHECKING:
    from risk_manager.simulation.broker import Sent
    from risk_manager.simulation.guarded_world import GuardedWorld


class Digest(Watcher):
    """Follows every row and every request, in their order and with their instants."""

    def __init__(self, world: GuardedWorld) -> None:
        self._world = world
        self._decisions = hashlib.sha256()

    def on_commit(self, writes: Sequence[Write]) -> None:
        rows = [statement_of(write)[1] for write in writes]
        self._take([self._world.time.us, rows])

    def on_sent(self, sent: Sent) -> None:
        self._take([self._world.time.us, word(sent.request)])

    def decisions(self) -> str:
        """SHA-256 of the sequence of decisions."""
        return self._decisions.hexdigest()

    def state(self) -> str:
        """SHA-256 of what is stored and of the venue's books, as canonical JSON."""
        exchange = self._world.exchange
        books = {
            "positions": [asdict(one) for one in exchange.positions(ACCOUNT)],
            "orders": [asdict(one) for one in exchange.orders(ACCOUNT)],
            "trades": [asdict(one) for one in exchange.trades(ACCOUNT)],
        }
        return hashlib.sha256(canonical({"store": self._world.store.dump(), **books})).hexdigest()

    def _take(self, decision: Any) -> None:
        self._decisions.update(canonical(decision))


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces; what JSON does not know is told as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str).encode()
