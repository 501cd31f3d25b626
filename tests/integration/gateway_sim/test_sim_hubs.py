"""Both hubs of the simulated gateway over real WebSockets."""

import contextlib
import json
from decimal import Decimal

import pytest
import websocket

from risk_manager.gateway_sim.options_server import HubTimes, ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.conftest import START, OpenHub, OpenRest, Session, StartServer
from tests.integration.gateway_sim.sim_client import ENDED, ENQ, SEPARATOR, Hub, Rest

QUICK = HubTimes(ping_s=0.1, silence_s=1.0, handshake_s=0.3)


def test_negotiation_gives_single_use_ids(server: SimServer, rest: Rest, open_hub: OpenHub) -> None:
    answer = rest.send("/hubs/user/negotiate?negotiateVersion=1")
    assert list(answer.body) == [
        "negotiateVersion",
        "connectionId",
        "connectionToken",
        "availableTransports",
    ]
    assert answer.body["availableTransports"] == [
        {"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}
    ]
    key = answer.body["connectionToken"]

    def status(url: str, connection_id: str) -> int:
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            open_hub(url, rest.token, connection_id=connection_id)
        return refused.value.status_code

    assert status(server.user_hub, "unknown") == 404
    assert status(server.market_hub, key) == 404
    first = open_hub(server.user_hub, rest.token, connection_id=key)
    assert status(server.user_hub, key) == 409
    first.close()
    while server.control("/sim/state")["connections"]["user"]:
        pass
    assert status(server.user_hub, key) == 404


def test_version_0_connects_by_id(server: SimServer, rest: Rest, open_hub: OpenHub) -> None:
    body = rest.send("/hubs/market/negotiate").body
    assert "connectionToken" not in body
    open_hub(server.market_hub, rest.token, connection_id=body["connectionId"])


def test_refusals_of_negotiation(server: SimServer, rest: Rest, open_hub: OpenHub) -> None:
    assert rest.send("/hubs/user/negotiate", method="GET").status == 405
    refused = rest.send("/hubs/market/negotiate?negotiateVersion=1", token="bad")
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == (
        'Bearer error="invalid_token", error_description="The signature key was not found"'
    )
    assert rest.send("/hubs/other/negotiate").status == 404
    with pytest.raises(websocket.WebSocketBadStatusException) as no_token:
        open_hub(server.user_hub, None)
    assert no_token.value.status_code == 401


def test_handshake_and_calls_share_one_frame(
    server: SimServer, rest: Rest, open_hub: OpenHub
) -> None:
    hub = open_hub(server.user_hub, rest.token, handshake=False)
    call = {"type": 1, "target": "subscribeaccounts", "arguments": [], "invocationId": "7"}
    hub.send({"protocol": "json", "version": 1}, call, {"type": 6}, {"type": 99})
    assert hub.next() == {}
    assert hub.next() == {"type": 3, "invocationId": "7", "result": 0}


def test_wrong_protocol_is_refused_and_closed(
    server: SimServer, rest: Rest, open_hub: OpenHub
) -> None:
    hub = open_hub(server.user_hub, rest.token, handshake=False)
    hub.send({"protocol": "messagepack", "version": 1})
    assert hub.next() == {"error": "The protocol 'messagepack' is not supported."}
    with pytest.raises(ENDED):
        hub.next()


def test_calls_that_cannot_be_bound(user: Hub) -> None:
    unknown = user.call("Foo")
    assert unknown["error"] == (
        "Failed to invoke 'Foo' due to an error on the server. HubException: Method does not exist."
    )
    text = user.call("SubscribeOrders", "10001")
    assert text["error"] == "Failed to invoke 'SubscribeOrders' due to an error on the server."
    assert "error" in user.call("SubscribeAccounts", 10001)
    assert "error" in user.call("SubscribeContractQuotes", ENQ)


def test_server_pings_and_drops_a_silent_client(session: Session) -> None:
    session.start(times=QUICK)
    hub = session.user()
    assert hub.next() == {"type": 6}
    assert hub.next() == {"type": 6}
    end = hub.until(lambda message: message["type"] != 6)
    assert end == {"type": 7, "error": "Connection closed with an error."}
    with pytest.raises(ENDED):
        hub.next()


def test_a_client_that_pings_stays(session: Session) -> None:
    server = session.start(times=QUICK)
    hub = session.user()
    for _ in range(12):
        assert hub.next() == {"type": 6}
        hub.send({"type": 6})
    assert server.control("/sim/state")["connections"]["user"] == 1


def test_handshake_has_a_deadline(session: Session) -> None:
    session.start(times=QUICK)
    hub = session.user(handshake=False)
    with pytest.raises(ENDED):
        hub.next()


@pytest.mark.parametrize("size", [32 * 1024 + 1, 100_000])
def test_messages_over_32_kb_end_the_connection(user: Hub, size: int) -> None:
    with contextlib.suppress(OSError):
        user.socket.send(json.dumps({"type": 6, "x": "y" * size}) + SEPARATOR)
    with pytest.raises(ENDED):
        user.until(lambda message: message["type"] != 7)


@pytest.mark.parametrize("record", ["{", "[]", '{"type":1,"target":5}'])
def test_broken_records_end_the_connection(user: Hub, record: str) -> None:
    user.socket.send(record + SEPARATOR)
    assert user.next() == {"type": 7, "error": "Connection closed with an error."}


def test_plain_get_on_a_hub_is_400(rest: Rest) -> None:
    assert rest.send("/hubs/user", method="GET").status == 400


@pytest.mark.parametrize("policy", ["survives", "closes", "logout"])
def test_hub_at_the_end_of_its_token(
    start_server: StartServer, open_rest: OpenRest, open_hub: OpenHub, policy: str
) -> None:
    server = start_server(ServerOptions(start=START, speed=Decimal(0), hub_at_expiry=policy))  # type: ignore[arg-type]  # a literal, parametrised
    hub = open_hub(server.user_hub, open_rest(server).token)
    server.control("/sim/clock", {"advance_s": 86_401})
    if policy == "survives":
        assert hub.call("SubscribeAccounts")["result"] == 0
        return
    if policy == "logout":
        assert hub.event("GatewayLogout") == []
    assert hub.next()["type"] == 7
