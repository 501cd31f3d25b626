"""What a read token may ask and write: history, and clocking in and out, within bounds."""

import http.client
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from risk_manager.bootstrap.trader_desk import trader_desk
from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.ipc.client import AskedInVainError, EndpointClient
from risk_manager.ipc.endpoint import LocalEndpoint
from risk_manager.ipc.run_folder import EndpointInfo, read_token
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.state.persistence import Store
from risk_manager.state.writes import EndLock, PutEnforcement, PutLock, PutTrade
from tests.support.make import trade
from tests.support.threads import no_crash

NOW = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)
STATUS = {
    "at": "2026-03-09T18:00:00.000Z",
    "accounts": [
        {
            "id": 7,
            "day_began_at": "2026-03-08T21:00:00.000Z",
            "next_reset_at": "2026-03-09T21:00:00.000Z",
        },
        {"id": 8, "day_began_at": None, "next_reset_at": None},
    ],
}


class Place:
    """A database, a board whose clock stands, and an endpoint over both."""

    def __init__(self, root: Path) -> None:
        self.run, self.mono = root / "run", 100.0
        self.store = Store.open(root / "state.db")
        self.board = StatusBoard(lambda: self.mono)
        self.board.publish(json.dumps(STATUS).encode())
        desk = trader_desk(self.board, self.store.path)
        self.endpoint = LocalEndpoint(
            self.run, self.board, started_at=NOW, version="1", on_crash=no_crash, desk=desk
        )
        self.info: EndpointInfo = self.endpoint.start()
        self.client = EndpointClient.find([self.run])

    def post(self, body: bytes, **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.info.port, timeout=20)
        connection.putrequest("POST", "/clock", skip_host="Host" in headers)
        given = {"Authorization": f"Bearer {read_token(self.run)}", **headers}
        for name, value in given.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        connection.send(body)
        try:
            return connection.getresponse().status
        finally:
            connection.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.endpoint.stop()
    place.store.close()


def record(key: str, minute: int, outcome: Outcome, reason: str) -> PutEnforcement:
    at = NOW - timedelta(hours=1) + timedelta(minutes=minute)
    row = EnforcementRecord(
        key, at, AccountId(7), RuleId("RULE-001"), reason, "CLOSE_POSITION", outcome, from_size=6
    )
    return PutEnforcement(row)


def test_clocking_in_and_out_tells_hours_trades_and_result(place: Place) -> None:
    begun = place.client.clock(7, "in")
    assert begun["changed"]
    assert begun["presence"] == {
        "in_at": "2026-03-09T18:00:00.000Z", "out_at": None, "forgotten": False,
    }  # fmt: skip
    assert not place.client.clock(7, "in")["changed"]
    mine = AccountId(7)
    opened = trade("MNQ", 1, at=NOW + timedelta(seconds=1), order=1, account=mine)
    closed = trade("MNQ", -1, at=NOW + timedelta(seconds=2), order=2, pnl="-12.50", account=mine)
    place.store.commit([PutTrade(opened, FillMarks(opens=True)), PutTrade(closed)])
    place.mono += 3600
    ended = place.client.clock(7, "out")
    assert (ended["changed"], ended["duration_s"]) == (True, 3600)
    assert (ended["trades"], ended["fills"], ended["realized_pnl"]) == (1, 2, "-12.50")
    assert not place.client.clock(7, "out")["changed"]


def test_an_account_that_is_not_watched_cannot_clock(place: Place) -> None:
    for account in (8, 9):
        with pytest.raises(AskedInVainError, match=f"no account '{account}'"):
            place.client.clock(account, "in")


def test_another_action_is_refused(place: Place) -> None:
    with pytest.raises(AskedInVainError, match="action"):
        place.client.clock(7, "unlock")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"{}", {"Content_Length": "99999"}),
        (b"x" * 17000, {"Content_Length": "17000"}),
        (b"[]", {"Content_Length": "2"}),
        (b"[" * 9000, {"Content_Length": "9000"}),
        (b"\xff\xff", {"Content_Length": "2"}),
        (b"{}", {"Content_Length": "-2"}),
        (b"2\r\n{}\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}),
    ],
)
def test_a_body_that_is_no_small_object_is_refused(place: Place, body, headers) -> None:
    assert place.post(body, **headers) == 413


def test_a_body_that_never_comes_ends_the_connection_soon(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.info.port), timeout=10) as connection:
        connection.sendall(b"POST /clock HTTP/1.1\r\nContent-Length: 20\r\n\r\n{")
        assert b" 413 " in connection.recv(200)


def test_a_write_needs_the_token_and_our_host(place: Place) -> None:
    body = b'{"account":7,"action":"in"}'
    length = {"Content_Length": str(len(body))}
    assert place.post(body, Authorization="Bearer wrong", **length) == 401
    assert place.post(body, Host="evil.example", **length) == 421
    assert place.client.get_history(account=7)["presence"] is None


def test_two_host_headers_are_refused(place: Place) -> None:
    ours = f"127.0.0.1:{place.info.port}".encode()
    with socket.create_connection(("127.0.0.1", place.info.port), timeout=10) as connection:
        token = f"Authorization: Bearer {read_token(place.run)}".encode()
        lines = [b"GET /status HTTP/1.1", b"Host: " + ours, b"Host: evil.example", token, b"", b""]
        connection.sendall(b"\r\n".join(lines))
        assert b" 421 " in connection.recv(200)


def test_history_holds_lines_totals_and_locks(place: Place) -> None:
    key = LockKey(AccountId(7), "account", RuleId("RULE-003"))
    lock = Lockout(key, LockKind.UNTIL_RESET, "daily loss", NOW, None, "-550", "-500")
    lines = [record("a", 1, Outcome.DONE, "6 of 5"), record("b", 2, Outcome.REJECTED, "7 of 5")]
    place.store.commit([*lines, PutLock(lock), EndLock(key, NOW, "daily reset")])
    found = place.client.get_history(account=7)
    assert [row["reason"] for row in found["enforcements"]] == ["7 of 5", "6 of 5"]
    assert found["enforcements"][0]["rule"] == "RULE-001"
    assert found["totals"] == [
        {"action": "CLOSE_POSITION", "outcome": "DONE", "count": 1},
        {"action": "CLOSE_POSITION", "outcome": "REJECTED", "count": 1},
    ]
    (past,) = found["locks"]
    assert (past["rule"], past["end_cause"], past["reading"]) == (
        "RULE-003", "daily reset", "-550",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({}, ["7 of 5", "6 of 5"]),
        ({"tail": 1}, ["7 of 5"]),
        ({"level": "error"}, ["7 of 5"]),
        ({"search": "6 OF"}, ["6 of 5"]),
        ({"search": "%"}, []),
        ({"search": "' OR 1=1 --"}, []),
    ],
)
def test_lines_are_chosen_by_tail_level_and_words(place: Place, asked, keys) -> None:
    place.store.commit(
        [record("a", 1, Outcome.DONE, "6 of 5"), record("b", 2, Outcome.REJECTED, "7 of 5")]
    )
    found = place.client.get_history(account=7, **asked)
    assert [row["reason"] for row in found["enforcements"]] == keys


@pytest.mark.parametrize("asked", [{"tail": 0}, {"tail": "x"}, {"tail": 501}, {"level": "loud"}])
def test_a_wrong_question_is_refused_in_words(place: Place, asked) -> None:
    with pytest.raises(AskedInVainError):
        place.client.get_history(account=7, **asked)
