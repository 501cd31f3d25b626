"""A hub that fails in every way known: the feed says why, comes back and is proven anew."""

import time

import pytest

from risk_manager.api import backoff
from risk_manager.domain.events import HubConnected, HubLost
from tests.integration.api.hub_feed import CALM, QUICK, USER_CALLS, FeedUnderTest
from tests.integration.api.hub_server import (
    CLOSE,
    PING,
    HubServer,
    Peer,
    Script,
    behave,
    stay_silent,
)


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "RECONNECT_DELAYS_S", (0.0, 0.02))


def proven_then(peer: Peer) -> None:
    peer.open()
    peer.take_calls(USER_CALLS)
    time.sleep(0.05)  # the client reads the last answer before the fault, not together with it


def close_politely(peer: Peer) -> None:
    proven_then(peer)
    peer.send({"type": 7, "error": "Connection closed with an error.", "allowReconnect": True})


def close_silently(peer: Peer) -> None:
    proven_then(peer)
    peer.connection.close()


def close_websocket(peer: Peer) -> None:
    proven_then(peer)
    peer.raw(peer.frame(b"\x03\xe9going away", CLOSE))


def reset(peer: Peer) -> None:
    proven_then(peer)
    peer.reset()


def go_half_open(peer: Peer) -> None:
    proven_then(peer)
    stay_silent(peer)


def dribble_for_ever(peer: Peer) -> None:
    proven_then(peer)
    for byte in peer.frame(b"x" * 100):
        peer.raw(bytes([byte]))
        time.sleep(0.05)


def announce_too_much(peer: Peer) -> None:
    proven_then(peer)
    peer.raw(b"\x81\x7f\x00\x00\x00\x01\x00\x00\x00\x00" + b"x" * 1000)
    for _ in range(20_000):
        peer.raw(b"x" * 1000)


def break_the_frames(peer: Peer) -> None:
    proven_then(peer)
    peer.raw(b"\xff\xff\xff\xff")


def never_upgrade(peer: Peer) -> None:
    peer.read_upgrade()
    stay_silent(peer)


def dribble_the_upgrade(peer: Peer) -> None:
    peer.read_upgrade()
    while True:
        peer.raw(b"H")
        time.sleep(0.05)


def upgrade_to_nonsense(peer: Peer) -> None:
    peer.read_upgrade()
    peer.raw(b"\x00\x01\x02\r\n\r\n")


def redirect(peer: Peer) -> None:
    peer.read_upgrade()
    peer.raw(b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")


def never_shake_hands(peer: Peer) -> None:
    peer.upgrade()
    stay_silent(peer)


def refuse_handshake(peer: Peer) -> None:
    peer.upgrade()
    peer.read_messages()
    peer.send({"error": "Requested protocol 'json' is not available."})


def refuse_subscription(peer: Peer) -> None:
    peer.open()
    (call,) = peer.read_messages()
    peer.send({"type": 3, "invocationId": call["invocationId"], "error": "Failed to invoke"})
    stay_silent(peer)


def forget_one_answer(peer: Peer) -> None:
    peer.open()
    peer.take_calls(USER_CALLS - 1)
    while True:
        peer.read_messages()
        peer.send({"type": 6})


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (close_politely, "closed by the gateway: Connection closed with an error., reconnect"),
        (close_silently, "connection lost: "),
        (close_websocket, "closed by the gateway: 1001 going away"),
        (reset, "connection lost: "),
        (go_half_open, "nothing heard for 0.4 s"),
        (dribble_for_ever, "nothing heard for 0.4 s"),
        (announce_too_much, "connection lost: message longer than"),
        (break_the_frames, "connection lost: "),
        (never_upgrade, "no connection within 0.4 s"),
        (dribble_the_upgrade, "no connection within 0.4 s"),
        (upgrade_to_nonsense, "no WebSocket: "),
        (redirect, "no WebSocket: "),
        (lambda peer: peer.refuse(503), "the gateway refused the connection: HTTP 503"),
        (never_shake_hands, "no handshake answer within 0.4 s"),
        (refuse_handshake, "handshake refused: Requested protocol 'json' is not available."),
        (refuse_subscription, "SubscribeAccounts() was refused: Failed to invoke"),
        (forget_one_answer, "SubscribeTrades(10000004) was not answered within 0.4 s"),
    ],
)
def test_fault_is_named_and_survived(fault: Script, cause: str) -> None:
    timing = QUICK if "0.4" in cause else CALM
    with HubServer(fault, behave) as server, FeedUnderTest(server, timing=timing) as feed:
        assert feed.wait_lost().startswith(cause)
        losses = [(i, e) for i, e in enumerate(feed.events) if isinstance(e, HubLost)]
        lost, told = next((i, e) for i, e in losses if e.cause.startswith(cause))
        assert (told.silent_s >= 0.4) == cause.startswith("nothing heard")
        feed.wait(lambda events: HubConnected("user") in events[lost:])


def test_an_outage_lasts_and_ends() -> None:
    with HubServer(behave) as server:
        pass
    with FeedUnderTest(server) as feed:
        feed.wait(lambda _: len(feed.losses()) >= 5)
        assert feed.losses()[4].startswith("no connection: ")
        with HubServer(behave, port=server.port):
            feed.wait_connected()


def test_websocket_ping_is_answered_also_within_a_message() -> None:
    def ping_between_parts(peer: Peer) -> None:
        peer.open()
        peer.take_calls(USER_CALLS)
        record = b'{"type":7,"error":"whole"}\x1e'
        peer.raw(peer.frame(record[:9], final=False))
        peer.raw(peer.frame(b"are you there", PING))
        assert peer.read_frame() == (10, b"are you there")
        peer.raw(peer.frame(record[9:], opcode=0))
        stay_silent(peer)

    with HubServer(ping_between_parts, behave) as server, FeedUnderTest(server) as feed:
        assert feed.wait_lost() == "closed by the gateway: whole"


def test_our_pings_keep_a_quiet_connection_alive() -> None:
    def answer_pings(peer: Peer) -> None:
        peer.open()
        while True:
            if peer.take()["type"] == 6:
                peer.send({"type": 6})

    with HubServer(answer_pings) as server, FeedUnderTest(server, timing=QUICK) as feed:
        feed.wait_connected()
        time.sleep(1.0)
        assert feed.losses() == []
        assert server.peers[0].pings >= 4
