"""The benchmark gateway's book: one account, many contracts, and every REST answer.

The book is what the trials make it: a trial opens a position or places orders, and a close,
a partial close or a cancel of the daemon takes effect at once.
"""

import json
from datetime import UTC, datetime

ACCOUNT = 10001
USER = "benchmark"
TICK = 0.25
MONTHS = "FGHJKMNQUVXZ"

#: The contracts of the breaches and of the reduces, and one that never has a position.
BREACH = [f"CON.F.US.B{number:02d}.Z26" for number in range(25)]
QUIET = "CON.F.US.QUIET.Z26"
REDUCE = [f"CON.F.US.RED.{month}{year}" for year in (26, 27) for month in MONTHS]


def now_text() -> str:
    """Return now as the gateway writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def contract(contract_id: str) -> dict[str, object]:
    """Return the gateway's row of a contract."""
    _, _, _, root, expiry = contract_id.split(".")
    return {
        "id": contract_id, "name": f"{root}{expiry[0]}{expiry[-1]}", "description": root,
        "tickSize": TICK, "tickValue": 0.5, "activeContract": True, "symbolId": f"F.US.{root}",
    }  # fmt: skip


class Book:
    """Open positions and working orders, and the answers to REST requests."""

    def __init__(self) -> None:
        self.positions: dict[str, dict[str, object]] = {}
        self.orders: dict[int, dict[str, object]] = {}
        self._next_id = 1000

    def new_id(self) -> int:
        """Return an id larger than all before."""
        self._next_id += 1
        return self._next_id

    def open(self, contract_id: str, size: int) -> dict[str, object]:
        """Open a long position and return its row."""
        row: dict[str, object] = {
            "id": self.new_id(), "accountId": ACCOUNT, "contractId": contract_id,
            "creationTimestamp": now_text(), "type": 1, "size": size, "averagePrice": 20000.25,
        }  # fmt: skip
        self.positions[contract_id] = row
        return row

    def resize(self, contract_id: str, size: int) -> dict[str, object]:
        """Set the size of a position, 0 for flat, and return the row of the event."""
        row = self.positions.pop(contract_id)
        row = {**row, "size": size, "type": 1 if size else 0}
        if size:
            self.positions[contract_id] = row
        return row

    def place(self, contract_id: str) -> dict[str, object]:
        """Put a working limit order for one contract into the book and return its row."""
        row: dict[str, object] = {
            "id": self.new_id(), "accountId": ACCOUNT, "contractId": contract_id,
            "symbolId": contract(contract_id)["symbolId"], "creationTimestamp": now_text(),
            "updateTimestamp": now_text(), "status": 1, "type": 1, "side": 0, "size": 1,
            "limitPrice": 19000.25, "stopPrice": None, "fillVolume": 0, "filledPrice": None,
            "customTag": None,
        }  # fmt: skip
        self.orders[int(str(row["id"]))] = row
        return row

    def cancel(self, order_id: int) -> dict[str, object]:
        """Take an order out of the book and return the row of the event."""
        return {**self.orders.pop(order_id), "status": 3}

    def answer(self, path: str, body: bytes) -> bytes:
        """Return the JSON answer to a request; closes and cancels always succeed."""
        request = json.loads(body or b"{}")
        extra: dict[str, object] = {}
        match path:
            case "/api/Auth/loginKey":
                extra = {"token": "benchmark-token"}
            case "/api/Auth/validate":
                extra = {"newToken": "benchmark-token"}
            case "/api/Account/search":
                account = {"id": ACCOUNT, "name": "BENCH", "balance": 50000.0, "canTrade": True}
                extra = {"accounts": [{**account, "isVisible": True, "simulated": True}]}
            case "/api/Contract/searchById":
                extra = {"contract": contract(request["contractId"])}
            case "/api/Contract/search" | "/api/Contract/available":
                extra = {"contracts": [contract(QUIET)]}
            case "/api/Position/searchOpen":
                extra = {"positions": list(self.positions.values())}
            case "/api/Order/searchOpen" | "/api/Order/search" | "/api/Order/v2/query":
                extra = {"orders": list(self.orders.values())}
            case "/api/Trade/search":
                extra = {"trades": []}
        return json.dumps({**extra, "success": True, "errorCode": 0, "errorMessage": None}).encode()
