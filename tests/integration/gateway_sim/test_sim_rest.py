"""REST of the simulated gateway over real sockets."""

import json
import re
import socket
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from risk_manager.gateway_sim.forms import DOCUMENTED
from risk_manager.gateway_sim.limits import LimitRules
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.conftest import START, OpenRest, StartServer
from tests.integration.gateway_sim.sim_client import ENQ, Rest

SIX_DIGITS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


def bought(server: SimServer, size: int = 1) -> None:
    server.control("/sim/fill", {"accountId": 10001, "contractId": ENQ, "side": 0, "size": size})


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


def test_numbers_and_instants_have_the_digits_of_the_wire(server: SimServer, rest: Rest) -> None:
    server.control("/sim/price", {"contractId": ENQ, "last": "25000.25"})
    bought(server)
    start = "2026-11-20T00:00:00Z"
    trades = rest.send("/api/Trade/search", {"accountId": 10001, "startTimestamp": start})
    assert re.search(r'"price":\d+\.\d{9},"profitAndLoss":null,"fees":\d\.\d{4},', trades.text)
    assert SIX_DIGITS.fullmatch(trades.body["trades"][0]["creationTimestamp"])
    orders = rest.send("/api/Order/search", {"accountId": 10001, "startTimestamp": start})
    row = orders.body["orders"][0]
    assert row["limitPrice"] is None
    assert "parentOrderId" not in row
    assert "linkedOrderId" not in row


def test_orders_from_place_to_cancel(rest: Rest) -> None:
    place = {"accountId": 10001, "contractId": ENQ, "type": 1, "side": 0, "size": 2}
    placed = rest.post("/api/Order/place", **place, limitPrice=20000.25, customTag="t")
    assert placed == {
        "orderId": placed["orderId"],
        "success": True,
        "errorCode": 0,
        "errorMessage": None,
    }
    ids = {"accountId": 10001, "orderId": placed["orderId"]}
    modified = rest.post("/api/Order/modify", **ids, size=3, limitPrice=None)
    assert modified == {"success": True, "errorCode": 0, "errorMessage": None}
    row = rest.post("/api/Order/searchById", **ids)["order"]
    assert (row["size"], row["limitPrice"], row["status"]) == (3, Decimal("20000.25"), 1)
    assert [o["id"] for o in rest.post("/api/Order/searchOpen", accountId=10001)["orders"]] == [
        placed["orderId"]
    ]
    assert rest.post("/api/Order/cancel", **ids)["success"]
    assert rest.post("/api/Order/searchOpen", accountId=10001)["orders"] == []
    assert rest.post("/api/Order/cancel", **ids)["errorCode"] != 0


def test_refused_place_keeps_an_order_id_unless_switched_off(
    start_server: StartServer, open_rest: OpenRest
) -> None:
    place = {"accountId": 10001, "contractId": ENQ, "type": 1, "side": 0, "size": 1}
    for has_id in (True, False):
        rest = open_rest(start_server(ServerOptions(reject_has_order_id=has_id)))
        refused = rest.post("/api/Order/place", **place, limitPrice=20000.13)
        assert (refused["success"], refused["errorCode"]) == (False, 2)
        assert (refused["orderId"] is not None) is has_id


def test_v2_query_quirks(server: SimServer, rest: Rest) -> None:
    at_root = rest.send("/api/Order/v2/query", {"accountId": 10001})
    assert at_root.status == 400
    assert "filter" in at_root.body["detail"]
    assert "success" not in at_root.body
    for price in range(105):
        server.control(
            "/sim/order",
            {"accountId": 10001, "contractId": ENQ, "type": 1, "side": 0, "size": 1}
            | {"limitPrice": 10000 + price},
        )
    chosen = {"accountId": 10001, "statuses": [1], "contractId": "CON.F.US.EP.Z26"}
    query = {"filter": chosen, "pageSize": 500, "sortBy": 1, "sortDirection": 1}
    page = rest.post("/api/Order/v2/query", **query, includeTotalCount=True)
    ids = [order["id"] for order in page["orders"]]
    assert (len(ids), page["totalCount"]) == (100, 105)
    assert ids == sorted(ids, reverse=True)
    rest_of_it = rest.post("/api/Order/v2/query", **query, pageOffset=99)
    assert len(rest_of_it["orders"]) == 6
    assert rest_of_it["orders"][0]["id"] == ids[99]
    assert rest_of_it["totalCount"] is None


def test_only_v2_query_shows_suspended_children(server: SimServer, rest: Rest) -> None:
    placed = rest.post(
        "/api/Order/place",
        accountId=10001,
        contractId=ENQ,
        type=1,
        side=0,
        size=1,
        limitPrice=20000,
        stopLossBracket={"ticks": -10, "type": 4},
        takeProfitBracket={"ticks": 17, "type": 1},
    )
    assert placed["success"], placed
    opened = rest.post("/api/Order/searchOpen", accountId=10001)["orders"]
    assert [order["id"] for order in opened] == [placed["orderId"]]
    query = {"filter": {"accountId": 10001, "statuses": [8]}}
    assert len(rest.post("/api/Order/v2/query", **query)["orders"]) == 2


def test_positions_and_closing(server: SimServer, rest: Rest) -> None:
    bought(server, 3)
    row = rest.post("/api/Position/searchOpen", accountId=10001)["positions"][0]
    assert (row["type"], row["size"], row["contractDisplayName"]) == (1, 3, "NQZ26")
    ids = {"accountId": 10001, "contractId": ENQ}
    assert rest.post("/api/Position/partialCloseContract", **ids, size=9)["errorCode"] == 5
    assert rest.post("/api/Position/partialCloseContract", **ids, size=1)["success"]
    server.control("/sim/clock", {"advance_s": 1})
    assert rest.post("/api/Position/closeContract", **ids)["success"]
    server.control("/sim/clock", {"advance_s": 1})
    assert rest.post("/api/Position/searchOpen", accountId=10001)["positions"] == []
    assert rest.post("/api/Position/closeContract", **ids) == {
        "success": False,
        "errorCode": 2,
        "errorMessage": None,
    }


def test_unknown_account_has_the_code_of_each_endpoint(rest: Rest) -> None:
    for path, payload in (
        ("/api/Order/searchOpen", "orders"),
        ("/api/Position/searchOpen", "positions"),
        ("/api/Trade/search", "trades"),
    ):
        answer = rest.post(path, accountId=1, startTimestamp="2026-11-20T00:00:00Z")
        assert answer[payload] is None
        assert answer["errorCode"] == 1


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


def test_documented_form_lacks_the_newer_members(
    start_server: StartServer, open_rest: OpenRest
) -> None:
    server = start_server(ServerOptions(start=START, forms=DOCUMENTED))
    rest = open_rest(server)
    accounts = rest.post("/api/Account/search", onlyActiveAccounts=True)["accounts"]
    assert "simulated" not in accounts[0]
    bought(server)
    assert "commissions" not in rest.post("/api/Trade/search", accountId=10001)["trades"][0]


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
