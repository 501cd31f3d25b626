"""The hub protocol: whatever comes, in whatever parts, gives messages and never an exception."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from risk_manager.api.signalr_messages import (
    HANDSHAKE,
    PING,
    BadRecord,
    Close,
    Completion,
    HandshakeAccepted,
    HandshakeRefused,
    HubMessage,
    Invocation,
    Ping,
    encode_invocation,
)
from risk_manager.api.signalr_protocol import HubProtocol

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gateway"
RECORD = "\x1e"


def payload(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))["payload"]


def record(message: Any) -> bytes:
    return (json.dumps(message, ensure_ascii=False) + RECORD).encode()


def after_handshake(*parts: bytes) -> list[HubMessage]:
    """Return what the parts give on a connection whose handshake is done."""
    protocol = HubProtocol()
    assert protocol.feed(record(payload("hub-handshake-response-ok"))) == [HandshakeAccepted()]
    return [message for part in parts for message in protocol.feed(part)]


def invocation(target: str, *arguments: Any) -> Invocation:
    return Invocation(target, tuple(msgspec.Raw(json.dumps(each).encode()) for each in arguments))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hub-frame-ping", [Ping()]),
        ("hub-frame-close", [Close(None, allow_reconnect=False)]),
        (
            "hub-frame-close-with-error",
            [Close("Connection closed with an error.", allow_reconnect=False)],
        ),
        (
            "hub-frame-completion-unknown-method",
            [
                Completion(
                    "9",
                    "Failed to invoke 'Foo' due to an error on the server. "
                    "HubException: Method does not exist.",
                )
            ],
        ),
        ("hub-user-subscribeOrders-completion", [Completion("2", None)]),
        ("hub-frame-ack", []),
        ("hub-frame-sequence", []),
        ("hub-gateway-logout", [Invocation("GatewayLogout", ())]),
    ],
)
def test_fixture_gives_message(name: str, expected: list[HubMessage]) -> None:
    assert after_handshake(record(payload(name))) == expected


def test_refused_handshake_says_why() -> None:
    answer = record(payload("hub-handshake-response-refused"))
    expected = HandshakeRefused("Requested protocol 'messagepack' is not available.")
    assert HubProtocol().feed(answer) == [expected]


@pytest.mark.parametrize("first", [b"nonsense\x1e", b"[]\x1e", b'{"type":6}\x1e', b"\x1e"])
def test_first_record_must_answer_the_handshake(first: bytes) -> None:
    (message,) = HubProtocol().feed(first)
    assert isinstance(message, HandshakeRefused)


def test_messages_share_the_frame_of_the_handshake_answer() -> None:
    assert HubProtocol().feed(b'{}\x1e{"type":6}\x1e{"type":7}\x1e') == [
        HandshakeAccepted(),
        Ping(),
        Close(None, allow_reconnect=False),
    ]


def test_record_in_parts_split_within_a_character() -> None:
    whole = record({"type": 7, "error": "Verbindung für immer zu"})
    middle = whole.index("ü".encode()) + 1
    expected = [Close("Verbindung für immer zu", allow_reconnect=False)]
    assert after_handshake(whole[:middle], whole[middle:-1], whole[-1:]) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            {"type": 1, "target": "T", "arguments": [1, {"a": None}]},
            invocation("T", 1, {"a": None}),
        ),
        ({"arguments": ["x"], "headers": {}, "target": "T", "type": 1}, invocation("T", "x")),
        ({"type": 1, "target": "T", "arguments": [1], "later": [2]}, invocation("T", 1)),
        ({"type": 1, "target": "GatewayLogout"}, invocation("GatewayLogout")),
        ({"type": 1, "target": "gatewaylogout", "arguments": None}, invocation("gatewaylogout")),
        ({"type": 1, "target": "T", "arguments": {"a": 1}}, invocation("T", {"a": 1})),
        ({"type": 3, "invocationId": "7", "result": None}, Completion("7", None)),
        ({"type": 3, "invocationId": "7"}, Completion("7", None)),
        ({"type": 3, "invocationId": "7", "result": 1, "error": "no"}, Completion("7", "no")),
        ({"type": 7, "error": "e", "allowReconnect": True}, Close("e", allow_reconnect=True)),
        ({"type": 7, "allowReconnect": None}, Close(None, allow_reconnect=False)),
    ],
)
def test_form_is_understood(message: Any, expected: HubMessage) -> None:
    (got,) = after_handshake(json.dumps(message, separators=(",", ":")).encode() + b"\x1e")
    if isinstance(expected, Invocation):
        assert isinstance(got, Invocation)
        assert [json.loads(bytes(each)) for each in got.arguments] == [
            json.loads(bytes(each)) for each in expected.arguments
        ]
        assert got.target == expected.target
    else:
        assert got == expected


@pytest.mark.parametrize(
    "message", [{"type": 99}, {"type": 2, "item": 1}, {"type": 99, "target": 1}]
)
def test_unknown_type_is_ignored(message: Any) -> None:
    assert after_handshake(record(message), PING) == [Ping()]


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"type":"1"}',
        b'{"type":1,"arguments":[]}',
        b'{"type":1,"target":5,"arguments":[]}',
        b'{"type":3,"result":0}',
        b'{"type":3,"invocationId":"1","error":5}',
        b'{"type":1,"target":"\xff","arguments":[]}',
        b'{"type":1,"target":"T","arguments":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
def test_bad_record_is_skipped_counted_and_kept(bad: bytes) -> None:
    protocol = HubProtocol()
    protocol.feed(b"{}\x1e")
    reported, ping = protocol.feed(bad + b"\x1e" + PING)
    assert isinstance(reported, BadRecord)
    assert reported.problem
    assert reported.raw == bad.decode(errors="replace")[:2000]
    assert ping == Ping()
    assert protocol.bad_records == 1


def test_too_long_record_is_skipped_to_its_end() -> None:
    protocol = HubProtocol(max_record_bytes=100)
    protocol.feed(b"{}\x1e")
    (reported,) = protocol.feed(b"x" * 60) + protocol.feed(b"x" * 60)
    assert isinstance(reported, BadRecord)
    assert protocol.feed(b"y" * 500) == []
    assert protocol.feed(b"z\x1e" + PING) == [Ping()]


def test_text_is_taken_like_bytes() -> None:
    assert HubProtocol().feed('{}\x1e{"type":6}\x1e') == [HandshakeAccepted(), Ping()]


def test_our_records_are_those_of_the_reference() -> None:
    assert record(payload("hub-handshake-request")).replace(b" ", b"") == HANDSHAKE
    for name in ("hub-user-subscribeAccounts-invocation", "hub-user-subscribeOrders-invocation"):
        wanted = payload(name)
        written = encode_invocation(wanted["invocationId"], wanted["target"], wanted["arguments"])
        assert written.endswith(b"\x1e")
        assert json.loads(written[:-1]) == wanted
