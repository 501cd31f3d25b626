"""Orders, positions and fills over REST of the simulated gateway."""

import re
from decimal import Decimal

from risk_manager.gateway_sim.forms import DOCUMENTED
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.conftest import START, OpenRest, StartServer
from tests.integration.gateway_sim.sim_client import ENQ, Rest

SIX_DIGITS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


def bought(server: SimServer, size: int = 1) -> None:
    server.control("/sim/fill", {"accountId": 10001, "contractId": ENQ, "side": 0, "size": size})


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


def test_documented_form_lacks_the_newer_members(
    start_server: StartServer, open_rest: OpenRest
) -> None:
    server = start_server(ServerOptions(start=START, forms=DOCUMENTED))
    rest = open_rest(server)
    accounts = rest.post("/api/Account/search", onlyActiveAccounts=True)["accounts"]
    assert "simulated" not in accounts[0]
    bought(server)
    assert "commissions" not in rest.post("/api/Trade/search", accountId=10001)["trades"][0]
