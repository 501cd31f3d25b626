"""The control path over HTTP and in the same process."""

import itertools
from decimal import Decimal

import pytest

from risk_manager.gateway_sim.control_errors import ControlError
from risk_manager.gateway_sim.limits import LimitRules
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.conftest import START, OpenHub, OpenRest, StartServer
from tests.integration.gateway_sim.sim_client import ENQ, Hub, Rest

ORDER = {"accountId": 10001, "contractId": ENQ, "type": 1, "side": 0, "size": 1}


@pytest.fixture
def still(start_server: StartServer) -> SimServer:
    """A server whose simulated time only moves when told to."""
    return start_server(ServerOptions(start=START, speed=Decimal(0)))


def test_state_shows_the_book_and_what_was_asked(server: SimServer, rest: Rest) -> None:
    rest.post("/api/Order/place", **ORDER, limitPrice=20000)
    rest.send("/api/Order/place", "not json")
    server.control("/sim/fill", ORDER | {"side": 1, "size": 2})
    state = rest.send("/sim/state", {}).body
    assert state["ok"] is True
    assert [account["id"] for account in state["accounts"]] == [10001, 10002]
    assert [(row["type"], row["size"]) for row in state["positions"]] == [(2, 2)]
    assert sum(row["size"] for row in state["trades"]) == 2
    assert {row["status"] for row in state["orders"]} == {1, 2}
    asked = state["requests"]
    assert [(entry["path"], entry["status"]) for entry in asked] == [
        ("/api/Auth/loginKey", 200),
        ("/api/Order/place", 200),
        ("/api/Order/place", 400),
    ]
    assert asked[1]["body"]["limitPrice"] == 20000
    assert asked[2]["body"] == "not json"
    for earlier, later in itertools.pairwise(asked):
        assert earlier["seq"] < later["seq"]
        assert earlier["mono"] < later["mono"]
        assert earlier["at"] < later["at"]
    assert state["connections"] == {"user": 0, "market": 0}
    after = server.control("/sim/state", {"after": asked[1]["seq"]})["requests"]
    assert [entry["seq"] for entry in after] == [asked[2]["seq"]]
    assert [entry.seq for entry in server.requests(asked[1]["seq"])] == [asked[2]["seq"]]


def test_clock_steps_only_forward(still: SimServer) -> None:
    def now() -> str:
        return str(still.control("/sim/state")["now"])

    assert now() == "2026-11-20T15:00:00.000000+00:00"
    still.control("/sim/clock", {"advance_s": Decimal("1.5")})
    assert now() == "2026-11-20T15:00:01.500000+00:00"
    answer = still.control("/sim/clock", {"set": "2026-11-20T22:00:00Z"})
    assert answer["now"] == "2026-11-20T22:00:00.000000+00:00"
    for body in ({"set": "2026-11-20T21:00:00Z"}, {"advance_s": -1}, {"speed": -1}, {}):
        with pytest.raises(ControlError):
            still.control("/sim/clock", body)
    assert now() == "2026-11-20T22:00:00.000000+00:00"


def test_speed_scales_time(still: SimServer) -> None:
    still.control("/sim/clock", {"speed": 100_000})
    first = still.control("/sim/state")["now"]
    assert first[:16] >= "2026-11-20T15:00"
    while still.control("/sim/state")["now"] < "2026-11-20T16":
        pass


def test_what_is_due_happens_when_time_is_stepped(still: SimServer, open_rest: OpenRest) -> None:
    rest = open_rest(still)
    market_order = ORDER | {"type": 2}
    rest.post("/api/Order/place", **market_order)
    assert still.control("/sim/state")["positions"] == []
    still.control("/sim/clock", {"advance_s": Decimal("0.01")})
    assert still.control("/sim/state")["positions"][0]["size"] == 1


def test_price_fills_what_it_passes(server: SimServer) -> None:
    placed = server.control("/sim/order", ORDER | {"limitPrice": 20000})
    server.control("/sim/price", {"contractId": ENQ, "last": "19999.75"})
    server.control("/sim/clock", {"advance_s": 1})
    orders = server.control("/sim/state")["orders"]
    assert [(row["id"], row["status"]) for row in orders] == [(placed["orderId"], 2)]


def test_trader_orders_from_outside(server: SimServer, user: Hub) -> None:
    placed = server.control("/sim/order", ORDER | {"limitPrice": 20000})
    ids = {"accountId": 10001, "orderId": placed["orderId"]}
    assert user.event("GatewayUserOrder")[0]["data"]["status"] == 1
    server.control("/sim/order/modify", ids | {"limitPrice": 20001})
    assert user.event("GatewayUserOrder")[0]["data"]["limitPrice"] == 20001
    server.control("/sim/order/modify", ids | {"limitPrice": 20002, "silent": True})
    server.control("/sim/order/cancel", ids)
    last = user.event("GatewayUserOrder")[0]["data"]
    assert (last["status"], last["limitPrice"]) == (3, 20002)


def test_silent_orders_reach_no_hub(server: SimServer, user: Hub) -> None:
    server.control("/sim/order", ORDER | {"limitPrice": 20000, "silent": True})
    server.control("/sim/fill", ORDER | {"silent": True})
    assert user.nothing_for(0.05)
    assert len(server.control("/sim/state")["orders"]) == 2


def test_account_flags(server: SimServer, rest: Rest, user: Hub) -> None:
    server.control("/sim/account", {"accountId": 10001, "canTrade": False})
    assert user.event("GatewayUserAccount")[0]["data"]["canTrade"] is False
    accounts = rest.post("/api/Account/search", onlyActiveAccounts=True)["accounts"]
    assert [account["canTrade"] for account in accounts] == [False, True]
    server.control("/sim/account", {"accountId": 10002, "bracketMode": "position"})
    bracket = {"stopLossBracket": {"ticks": -10, "type": 4}}
    order = ORDER | {"accountId": 10002, "limitPrice": 20000}
    refused = rest.post("/api/Order/place", **order, **bracket)
    assert refused["errorMessage"].startswith("Brackets cannot be used with Position Brackets.")
    plain = rest.post("/api/Order/place", **order)["orderId"]
    server.control("/sim/account", {"accountId": 10002, "follower": True})
    assert rest.post("/api/Order/cancel", accountId=10002, orderId=plain) == {
        "success": False,
        "errorCode": 6,
        "errorMessage": "Follower accounts cannot cancel orders",
    }


def test_void_and_roll(server: SimServer, rest: Rest) -> None:
    server.control("/sim/fill", ORDER)
    trade = server.control("/sim/state")["trades"][0]
    server.control("/sim/trade/void", {"tradeId": trade["id"]})
    assert rest.post("/api/Trade/search", accountId=10001)["trades"][0]["voided"] is True
    rolled = server.control("/sim/contract/roll", {"root": "ENQ"})
    assert (rolled["old"]["id"], rolled["new"]["activeContract"]) == (ENQ, True)
    old = rest.post("/api/Contract/searchById", contractId=ENQ)["contract"]
    assert old["activeContract"] is False


def test_logout_kicks_the_sessions_of_a_hub(server: SimServer, user: Hub, market: Hub) -> None:
    server.control("/sim/logout", {"hub": "user"})
    assert user.event("GatewayLogout") == []
    assert user.next() == {"type": 7}
    assert market.call("SubscribeContractTrades", ENQ)["result"] == 0


def test_reset_begins_anew(still: SimServer, open_rest: OpenRest, open_hub: OpenHub) -> None:
    rest = open_rest(still)
    hub = open_hub(still.user_hub, rest.token)
    still.control("/sim/fill", ORDER)
    still.control("/sim/clock", {"advance_s": 3600})
    still.control("/sim/fault", {"kind": "rest_status", "target": "*"})
    still.control("/sim/reset", {"seed": 7})
    assert hub.next() == {"type": 7, "allowReconnect": True}
    state = still.control("/sim/state")
    assert state["now"] == "2026-11-20T15:00:00.000000+00:00"
    assert (state["positions"], state["trades"], state["requests"]) == ([], [], [])
    assert rest.post("/api/Account/search", onlyActiveAccounts=True)["success"]


def test_reset_forgets_the_limits(start_server: StartServer, open_rest: OpenRest) -> None:
    server = start_server(ServerOptions(limits=LimitRules(rest_calls=1)))
    rest = open_rest(server)
    assert [rest.send("/api/Auth/validate").status for _ in range(2)] == [200, 429]
    server.control("/sim/reset")
    assert rest.send("/api/Auth/validate").status == 200
