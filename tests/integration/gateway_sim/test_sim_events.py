"""Events on the hubs of the simulated gateway, in each of their forms."""

import re
from dataclasses import replace

import pytest

from risk_manager.gateway_sim.forms import DOCUMENTED, LISTED, OBSERVED, Forms
from risk_manager.gateway_sim.options_server import HubTimes
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.conftest import OpenHub, Session
from tests.integration.gateway_sim.sim_client import ENQ, SEPARATOR, Hub, Rest

QUICK = HubTimes(ping_s=0.1, silence_s=1.0, handshake_s=0.3)


def fill(server: SimServer, side: int = 0, size: int = 1, **more: object) -> None:
    body = {"accountId": 10001, "contractId": ENQ, "side": side, "size": size}
    server.control("/sim/fill", body | more)


def test_user_events_in_the_observed_form(server: SimServer, user: Hub) -> None:
    fill(server)
    (order,) = user.event("GatewayUserOrder")
    assert order["action"] == 1
    assert "limitPrice" not in order["data"]
    assert re.fullmatch(r".*\.\d{7}\+00:00", order["data"]["creationTimestamp"])
    fill(server, side=1)
    (closed,) = user.until(
        lambda m: m.get("target") == "GatewayUserPosition" and m["arguments"][0]["action"] == 2
    )["arguments"]
    assert (closed["data"]["type"], closed["data"]["size"]) == (0, 0)
    assert closed["data"]["averagePrice"] > 0
    (account,) = user.event("GatewayUserAccount")
    assert account["data"]["id"] == 10001


def test_only_what_was_subscribed_arrives(server: SimServer, rest: Rest, open_hub: OpenHub) -> None:
    hub = open_hub(server.user_hub, rest.token)
    hub.call("SubscribeTrades", 10002)
    fill(server)
    fill(server, accountId=10002)
    (trade,) = hub.next()["arguments"]
    assert trade["action"] == 0
    assert trade["data"]["accountId"] == 10002
    assert "profitAndLoss" not in trade["data"]
    hub.call("UnsubscribeTrades", 10002)
    fill(server, accountId=10002)
    assert hub.nothing_for(0.05)


@pytest.mark.parametrize(
    ("forms", "shape"),
    [(OBSERVED, "envelope"), (DOCUMENTED, "bare"), (LISTED, "list")],
)
def test_forms_of_user_events(session: Session, forms: Forms, shape: str) -> None:
    server = session.start(forms)
    hub = session.user().subscribe_user(10001)
    fill(server)
    (argument,) = hub.event("GatewayUserTrade")
    if shape == "list":
        (argument,) = argument
    if shape != "bare":
        assert argument.keys() == {"action", "data"}
        argument = argument["data"]
    assert argument["accountId"] == 10001
    assert ("profitAndLoss" in argument) is (shape == "bare")


def test_quotes_are_whole_first_and_then_partial(server: SimServer, market: Hub) -> None:
    market.call("SubscribeContractQuotes", ENQ)
    contract_id, quote = market.event("GatewayQuote")
    assert contract_id == ENQ
    assert {"symbol", "symbolName", "lastPrice", "bestBid", "bestAsk", "volume"} <= quote.keys()
    server.control("/sim/price", {"contractId": ENQ, "last": quote["lastPrice"] + 1})
    _, partial = market.event("GatewayQuote")
    assert partial["lastPrice"] == quote["lastPrice"] + 1
    assert {"symbol", "lastUpdated", "timestamp"} <= partial.keys()
    assert "symbolName" not in partial
    market.call("SubscribeContractQuotes", ENQ)
    assert "symbolName" in market.event("GatewayQuote")[1]


def test_market_payloads_are_arrays_or_objects(session: Session) -> None:
    for forms, is_array in ((OBSERVED, True), (DOCUMENTED, False), (LISTED, True)):
        server = session.start(forms)
        hub = session.market()
        hub.call("SubscribeContractTrades", ENQ)
        hub.call("SubscribeContractMarketDepth", ENQ)
        server.control("/sim/price", {"contractId": ENQ, "last": 25000})
        seen = {m["target"]: m["arguments"][1] for m in (hub.next(), hub.next(), hub.next())}
        assert isinstance(seen["GatewayTrade"], list) is is_array
        assert isinstance(seen["GatewayDepth"], list) is is_array
        assert (is_array and None in seen["GatewayDepth"]) is (forms is LISTED)


@pytest.mark.parametrize("frames", ["merged", "split"])
def test_frames_may_be_merged_or_split(session: Session, frames: str) -> None:
    server = session.start(replace(OBSERVED, frames=frames))  # type: ignore[arg-type]  # a literal, parametrised
    hub = session.user().subscribe_user(10001)
    fill(server)
    first = hub.socket.recv()
    assert isinstance(first, str)
    assert first.count(SEPARATOR) > 1 if frames == "merged" else SEPARATOR not in first


def test_silent_subscribe_gets_no_completion(session: Session) -> None:
    session.start(replace(OBSERVED, silent_subscribe=True))
    hub = session.user()
    hub.send({"type": 1, "target": "SubscribeTrades", "arguments": [10001]})
    hub.send({"type": 1, "target": "SubscribeTrades", "arguments": [10001], "invocationId": "1"})
    assert hub.nothing_for(0.05)


def test_what_is_due_happens_by_itself(rest: Rest, user: Hub) -> None:
    order = {"accountId": 10001, "contractId": ENQ, "type": 2, "side": 0, "size": 1}
    placed = rest.post("/api/Order/place", **order)["orderId"]
    (trade,) = user.event("GatewayUserTrade")
    assert trade["data"]["orderId"] == placed
