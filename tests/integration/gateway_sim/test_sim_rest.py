"""REST of the simulated gateway over real sockets."""

import json
import re
import socket
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from risk_manager.gateway_sim.limits import LimitRules
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.conftest import START, OpenRest, StartServer
from tests.integration.gateway_sim.sim_client import ENQ, Rest

SIX_DIGITS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


def test_every_answer_carries_simulated_now(start_server: StartServer, open_rest: OpenRest) -> None:
    server = start_server(ServerOptions(start=START, speed=Decimal(0)))
    rest = open_rest(server)
    for path, method in (("/api/Status/ping", "GET"), ("/api/nowhere", "POST"), ("/x", "GET")):
        assert rest.send(path, method=method).headers["Date"] == "Fri, 20 Nov 2026 15:00:00 GMT"
    server.control("/sim/clock", {"advance_s": 90})
    assert rest.send("/sim/state").headers["Date"] == "Fri, 20 Nov 2026 15:01:30 GMT"


def test_unknown_path_is_404_without_a_body(rest: Rest) -> None:
    answer = rest.send("/api/Market/quotes", {})
    assert (answer.status, answer.text) == (404, "")


def test_paths_take_any_letter_case_and_one_method(rest: Rest) -> None:
    assert rest.post("/API/account/SEARCH", onlyActiveAccounts=True)["success"]
    assert rest.send("/api/Account/search", method="GET").status == 405


def test_token_is_needed_and_ends_after_a_simulated_day(server: SimServer, rest: Rest) -> None:
    body = {"onlyActiveAccounts": True}
    assert rest.send("/api/Account/search", body).status == 200
    wrong = rest.send("/api/Account/search", body, token="wrong")
    assert (wrong.status, wrong.text) == (401, "")
    assert wrong.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
    server.control("/sim/clock", {"advance_s": 86_000})
    fresh = rest.post("/api/Auth/validate")["newToken"]
    server.control("/sim/clock", {"advance_s": 500})
    assert rest.send("/api/Account/search", body).status == 401
    assert rest.send("/api/Account/search", body, token=fresh).status == 200
    rest.token = fresh
    assert rest.post("/api/Auth/logout")["success"]
    assert rest.send("/api/Account/search", body).status == 401


def test_wrong_key_is_a_200_with_code_3(rest: Rest) -> None:
    answer = rest.post("/api/Auth/loginKey", userName="sim-trader", apiKey="no")
    assert answer == {"token": None, "success": False, "errorCode": 3, "errorMessage": None}


@pytest.mark.parametrize("body", ["{", "[]", '{"userName":"x"}', '{"userName":1,"apiKey":"k"}'])
def test_unbindable_login_is_400_with_problem_details(rest: Rest, body: str) -> None:
    answer = rest.send("/api/Auth/loginKey", body)
    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail", "instance"} <= set(answer.body)


def test_limits_and_the_switch_for_retry_after(
    start_server: StartServer, open_rest: OpenRest
) -> None:
    for retry_after in (False, True):
        rules = LimitRules(rest_calls=3, retry_after=retry_after)
        rest = open_rest(start_server(ServerOptions(limits=rules)))
        assert [rest.send("/api/Auth/validate").status for _ in range(4)] == [200] * 3 + [429]
        refused = rest.send("/api/Auth/validate")
        assert (refused.status, refused.text) == (429, "")
        assert refused.headers.get("Retry-After") == ("1" if retry_after else None)


def test_contracts_and_bars(rest: Rest) -> None:
    assert rest.post("/api/Contract/available", live=True)["contracts"] == []
    assert len(rest.post("/api/Contract/available", live=False)["contracts"]) > 40
    found = rest.post("/api/Contract/search", searchText="NQ", live=False)["contracts"]
    roots = {contract["symbolId"] for contract in found}
    assert {"F.US.ENQ", "F.US.MNQ", "F.US.NQG", "F.US.NQM"} <= roots
    yen = rest.send("/api/Contract/search", {"searchText": "6J", "live": False})
    assert '"tickSize":0.0000005,' in yen.text
    assert rest.post("/api/Contract/searchById", contractId="x")["errorCode"] == 1
    wanted = {
        "contractId": ENQ,
        "live": False,
        "startTime": "2026-11-20T13:00:00Z",
        "endTime": "2026-11-20T15:00:00Z",
        "unit": 2,
        "unitNumber": 5,
        "limit": 3,
        "includePartialBar": False,
    }
    bars = rest.send("/api/History/retrieveBars", wanted)
    starts = [bar["t"] for bar in bars.body["bars"]]
    assert starts == sorted(starts, reverse=True)
    assert len(starts) == 3
    assert re.search(r'"o":\d+\.\d{9},', bars.text)
    assert rest.post("/api/History/retrieveBars", **wanted | {"unit": 0})["errorCode"] == 2
    assert rest.post("/api/History/retrieveBars", **wanted | {"limit": 20_001})["errorCode"] == 4


def test_answer_leaves_in_one_piece(server: SimServer) -> None:
    address = urlsplit(server.api_url)
    body = json.dumps({"userName": "x", "apiKey": "y"})
    request = (
        f"POST /api/Auth/loginKey HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(request.encode())
        head, _, payload = connection.recv(65536).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert json.loads(payload)["errorCode"] == 3
