"""Faults: what the outside world asks for is what clients see."""

import http.client
from typing import Any

import pytest
import websocket

from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.conftest import OpenHub
from tests.integration.gateway_sim.sim_client import ENDED, ENQ, Hub, Rest

TRADE = "GatewayUserTrade"
SEARCH = "/api/Account/search"
BODY = {"onlyActiveAccounts": True}


def fault(server: SimServer, kind: str, target: str, **more: Any) -> int:
    return int(server.control("/sim/fault", {"kind": kind, "target": target, **more})["id"])


def fill(server: SimServer, size: int = 1) -> None:
    body = {"accountId": 10001, "contractId": ENQ, "side": 0, "size": size}
    server.control("/sim/fill", body)


@pytest.fixture
def trades(server: SimServer, rest: Rest, open_hub: OpenHub) -> Hub:
    """A hub connection that hears nothing but fills."""
    hub = open_hub(server.user_hub, rest.token)
    hub.call("SubscribeTrades", 10001)
    return hub


def sizes(hub: Hub, count: int) -> list[int]:
    return [hub.event(TRADE)[0]["data"]["size"] for _ in range(count)]


def test_drop_loses_as_many_as_asked(server: SimServer, trades: Hub) -> None:
    fault(server, "drop", TRADE, count=2)
    for size in (1, 2, 3):
        fill(server, size)
    assert sizes(trades, 1) == [3]


def test_duplicate(server: SimServer, trades: Hub) -> None:
    fault(server, "duplicate", TRADE.lower(), count=1)
    fill(server, 1)
    fill(server, 2)
    assert sizes(trades, 3) == [1, 1, 2]


def test_delay(server: SimServer, trades: Hub) -> None:
    fault(server, "delay", TRADE, count=1, params={"delay_s": 0.05})
    fill(server, 1)
    fill(server, 2)
    assert sizes(trades, 2) == [2, 1]


def test_reorder_swaps_with_the_next(server: SimServer, trades: Hub) -> None:
    fault(server, "reorder", TRADE, count=1)
    for size in (1, 2, 3):
        fill(server, size)
    assert sizes(trades, 3) == [2, 1, 3]


def test_reorder_does_not_hold_the_last_for_ever(server: SimServer, trades: Hub) -> None:
    fault(server, "reorder", TRADE, count=1, params={"delay_s": 0.05})
    fill(server, 4)
    assert sizes(trades, 1) == [4]


def test_freeze_is_silent_but_alive_until_cleared(server: SimServer, trades: Hub) -> None:
    frozen = fault(server, "freeze", "user")
    fill(server, 1)
    assert trades.call("SubscribeTrades", 10001)["result"] == 0
    assert server.control("/sim/fault/clear", {"id": frozen}) == {"cleared": 1}
    fill(server, 2)
    assert sizes(trades, 1) == [2]


def test_freeze_without_pings_sends_nothing_at_all(server: SimServer, trades: Hub) -> None:
    fault(server, "freeze", "both", for_s=0.2, params={"pings": False})
    call = {"type": 1, "target": "SubscribeAccounts", "arguments": [], "invocationId": "9"}
    trades.send(call)
    assert trades.nothing_for(0.1)


def test_close_with_an_error_and_an_invitation(server: SimServer, trades: Hub) -> None:
    params = {"error": "Connection closed with an error.", "allowReconnect": True}
    fault(server, "close", "user", params=params)
    assert trades.next() == {"type": 7, **params}
    with pytest.raises(ENDED):
        trades.next()


def test_closed_hub_may_stay_unreachable(
    server: SimServer, rest: Rest, trades: Hub, open_hub: OpenHub
) -> None:
    gap = fault(server, "close", "user", for_s=60)
    assert trades.next() == {"type": 7}
    assert rest.send("/hubs/user/negotiate?negotiateVersion=1").status == 503
    assert rest.send("/hubs/market/negotiate?negotiateVersion=1").status == 200
    server.control("/sim/fault/clear", {"id": gap})
    open_hub(server.user_hub, rest.token)
    fault(server, "close", "user", count=1, params={"status": 401, "abrupt": True})
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        open_hub(server.user_hub, rest.token)
    assert refused.value.status_code == 401
    open_hub(server.user_hub, rest.token)


def test_abrupt_close_has_no_last_word(server: SimServer, trades: Hub) -> None:
    fault(server, "close", "user", params={"abrupt": True})
    with pytest.raises(ENDED):
        trades.next()


def test_rest_status_and_its_count(server: SimServer, rest: Rest) -> None:
    fault(server, "rest_status", SEARCH, count=1, params={"status": 429})
    answers = [rest.send(path, BODY) for path in (SEARCH, SEARCH)]
    assert [(answer.status, bool(answer.text)) for answer in answers] == [(429, False), (200, True)]
    fault(server, "rest_status", "*", count=1)
    assert rest.send("/api/Auth/validate").status == 500


def test_rest_refuse_does_nothing_at_the_venue(server: SimServer, rest: Rest) -> None:
    params = {"errorCode": 7, "errorMessage": "later"}
    fault(server, "rest_refuse", "/api/Order/place", count=1, params=params)
    order = {"accountId": 10001, "contractId": ENQ, "type": 1, "side": 0, "size": 1}
    assert rest.post("/api/Order/place", **order, limitPrice=20000) == {
        "orderId": None,
        "success": False,
        **params,
    }
    assert server.control("/sim/state")["orders"] == []


def test_rest_delay_holds_a_call_back(server: SimServer, rest: Rest) -> None:
    fault(server, "rest_delay", SEARCH, count=1, params={"delay_s": 0.2})
    rest.send(SEARCH, BODY)
    rest.send(SEARCH, BODY)
    entries = server.requests()[-2:]
    assert entries[1].mono - entries[0].mono >= 0.2


@pytest.mark.parametrize(("kind", "placed"), [("lose_before", 0), ("lose_after", 1)])
def test_lost_calls(server: SimServer, rest: Rest, kind: str, placed: int) -> None:
    fault(server, kind, "/api/Order/place", count=1, params={"hang_s": 0.05})
    order = {"accountId": 10001, "contractId": ENQ, "type": 1, "side": 0, "size": 1}
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        rest.post("/api/Order/place", **order, limitPrice=20000)
    state = server.control("/sim/state")
    assert len(state["orders"]) == placed
    assert (state["requests"][-1]["path"], state["requests"][-1]["status"]) == (
        "/api/Order/place",
        None,
    )


def test_clear_ends_all(server: SimServer, rest: Rest) -> None:
    fault(server, "rest_status", "*")
    fault(server, "drop", TRADE)
    assert server.control("/sim/fault/clear", {}) == {"cleared": 2}
    assert rest.send(SEARCH, BODY).status == 200
