"""What the daemon asked of the gateway, from the gateway's request log."""

import json
from collections.abc import Iterable
from typing import Any

from risk_manager.gateway_sim.request_log import RequestEntry

CLOSE = "/api/Position/closeContract"
PARTIAL = "/api/Position/partialCloseContract"
CANCEL = "/api/Order/cancel"
MODIFY = "/api/Order/modify"
PLACE = "/api/Order/place"
READ_ORDERS = "/api/Order/searchOpen"
READ_POSITIONS = "/api/Position/searchOpen"
READ_TRADES = "/api/Trade/search"
ACTIONS = (CLOSE, PARTIAL, CANCEL, MODIFY, PLACE)


class Sent:
    """One request. `mono` is real monotonic seconds of arrival, `at` the simulated instant."""

    def __init__(self, entry: RequestEntry) -> None:
        self.seq = entry.seq
        self.path = entry.path
        self.mono = entry.mono
        self.at = entry.at
        self.status = entry.status
        self.body: dict[str, Any] = json.loads(entry.body) if entry.body.strip() else {}

    def __repr__(self) -> str:
        return f"{self.path} {self.body}"

    def __getitem__(self, member: str) -> Any:
        return self.body.get(member)


def of_paths(entries: Iterable[RequestEntry], paths: Iterable[str]) -> list[Sent]:
    """The requests of these paths, in the order of arrival; whatever their letters' case."""
    wanted = {path.casefold() for path in paths}
    return [Sent(entry) for entry in entries if entry.path.casefold() in wanted]
