"""What a healthy hub says and is asked: subscriptions, events, quotes of a changing set."""

import json
from pathlib import Path
from typing import Any

from risk_manager.domain.events import (
    AccountChanged,
    HubConnected,
    OrderChanged,
    ProtocolError,
    QuoteChanged,
)
from risk_manager.domain.ids import ContractId
from risk_manager.domain.requests import WatchQuotes
from tests.integration.api.hub_feed import ACCOUNT, USER_CALLS, FeedUnderTest, until
from tests.integration.api.hub_server import HubServer, Peer, behave, stay_silent

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gateway"
MNQ, ES = ContractId("CON.F.US.MNQ.Z26"), ContractId("CON.F.US.EP.U25")


def payload(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))["payload"]


def test_user_hub_subscribes_with_numbers_and_is_proven_by_the_answers() -> None:
    with HubServer(behave) as server, FeedUnderTest(server) as feed:
        feed.wait_connected()
        assert server.peers[0].path == "/hubs/x?access_token=token-1"
        assert server.peers[0].calls == [
            ("SubscribeAccounts", []),
            ("SubscribeOrders", [ACCOUNT]),
            ("SubscribePositions", [ACCOUNT]),
            ("SubscribeTrades", [ACCOUNT]),
        ]


def test_events_are_delivered_and_a_bad_record_beside_them_is_reported() -> None:
    def send_events(peer: Peer) -> None:
        peer.open(payload("hub-user-account-envelope"))
        peer.take_calls(USER_CALLS)
        peer.raw(peer.frame(b"{broken\x1e"))
        peer.send({"type": 99}, payload("hub-user-account-bare"))
        stay_silent(peer)

    with HubServer(send_events) as server, FeedUnderTest(server) as feed:
        feed.wait(lambda events: any(isinstance(e, ProtocolError) for e in events))
        (error,) = [e for e in feed.events if isinstance(e, ProtocolError)]
        assert (error.entity, error.raw) == ("frame", "{broken")
        assert feed.losses() == []


def test_events_of_other_accounts_are_dropped() -> None:
    def send_two(peer: Peer) -> None:
        order = payload("hub-user-order-bare")
        peer.open()
        peer.take_calls(USER_CALLS)
        for account in (ACCOUNT + 1, ACCOUNT):
            order["arguments"][0]["accountId"] = account
            peer.send(order)
        stay_silent(peer)

    with HubServer(send_two) as server, FeedUnderTest(server) as feed:
        feed.wait(lambda events: any(isinstance(e, OrderChanged) for e in events))
        owners = [e.order.account_id for e in feed.events if isinstance(e, OrderChanged)]
        assert owners == [ACCOUNT]
        assert not any(isinstance(e, AccountChanged) for e in feed.events)


def test_events_before_the_proof_are_delivered() -> None:
    def hold_the_last_answer(peer: Peer) -> None:
        peer.open(payload("hub-user-order-bare"))
        order = payload("hub-user-order-bare")
        order["arguments"][0]["accountId"] = ACCOUNT
        peer.take_calls(USER_CALLS - 1)
        peer.send(order)
        until(lambda: any(isinstance(e, OrderChanged) for e in feed.events))
        peer.take()
        stay_silent(peer)

    with HubServer(hold_the_last_answer) as server:
        feed = FeedUnderTest(server)
        with feed:
            feed.wait_connected()
        mine = [e for e in feed.events if isinstance(e, OrderChanged) or e == HubConnected("user")]
        assert isinstance(mine[0], OrderChanged)
        assert mine[1:] == [HubConnected("user")]


def test_watched_contracts_change_while_connected() -> None:
    def quote(peer: Peer) -> None:
        peer.open()
        peer.take_calls(2)
        peer.send(payload("hub-market-quote-full"))
        while True:
            peer.take()

    with (
        HubServer(behave) as user,
        HubServer(quote) as market,
        FeedUnderTest(user, market) as feed,
    ):
        feed.wait_connected(hub="market")
        asked = market.peers[0].calls
        for watched, calls in (({MNQ, ES}, 2), ({MNQ}, 3), ({MNQ}, 3), ({MNQ, ES}, 4)):
            feed.manager.apply(WatchQuotes(frozenset(watched)))
            until(lambda calls=calls: len(asked) == calls)  # type: ignore[misc]  # bound per turn
        feed.wait(lambda events: any(isinstance(e, QuoteChanged) for e in events))
        assert asked == [
            ("SubscribeContractQuotes", [ES]),
            ("SubscribeContractQuotes", [MNQ]),
            ("UnsubscribeContractQuotes", [ES]),
            ("SubscribeContractQuotes", [ES]),
        ]
        assert feed.losses("market") == []


def test_reconnected_market_hub_subscribes_to_the_whole_set() -> None:
    def drop(peer: Peer) -> None:
        peer.open()
        peer.take_calls(2)

    with (
        HubServer(behave) as user,
        HubServer(drop, behave) as market,
        FeedUnderTest(user, market) as feed,
    ):
        feed.manager.apply(WatchQuotes(frozenset({MNQ, ES})))
        feed.wait_lost("market")
        until(lambda: len(market.peers) == 2 and len(market.peers[1].calls) == 2)
        assert market.peers[1].calls == market.peers[0].calls


def test_refused_contract_is_reported_and_the_others_go_on() -> None:
    def refuse_first(peer: Peer) -> None:
        peer.open()
        (call,) = peer.read_messages()
        peer.send({"type": 3, "invocationId": call["invocationId"], "error": "unknown"})
        while True:
            peer.take()

    with (
        HubServer(behave) as user,
        HubServer(refuse_first) as market,
        FeedUnderTest(user, market) as feed,
    ):
        feed.manager.apply(WatchQuotes(frozenset({MNQ, ES})))
        feed.wait(lambda events: any(isinstance(e, ProtocolError) for e in events))
        feed.wait(lambda events: HubConnected("market") in events or bool(feed.losses("market")))
        (error,) = [e for e in feed.events if isinstance(e, ProtocolError)]
        assert error.problem == "SubscribeContractQuotes(CON.F.US.EP.U25) was refused: unknown"
        assert feed.losses("market") == []
