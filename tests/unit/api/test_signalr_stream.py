"""The hub protocol as a stream: how the bytes are cut never matters, garbage never raises."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from risk_manager.api.signalr_messages import PING, HubMessage
from risk_manager.api.signalr_protocol import HubProtocol

RECORDS = st.lists(
    st.sampled_from(
        [
            PING,
            b'{"type":1,"target":"GatewayQuote","arguments":["CON",{"\xc3\xa9":1}]}\x1e',
            '{"type":7,"error":"zu Ende 🙂"}\x1e'.encode(),
            b'{"type":3,"invocationId":"1","result":0}\x1e',
            b'{"type":99}\x1e',
            b"{broken\x1e",
            b"\x1e",
            b"\xff\xfe\x1e",
            b"x" * 200 + b"\x1e",
        ]
    ),
    max_size=8,
)


def feed_in_parts(stream: bytes, cuts: list[int]) -> list[HubMessage]:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    protocol = HubProtocol(max_record_bytes=150)
    parts = (stream[a:b] for a, b in itertools.pairwise(edges))
    return [message for part in parts for message in protocol.feed(part)]


@given(RECORDS, st.binary(max_size=300), st.lists(st.integers(min_value=0), max_size=12))
def test_cutting_the_stream_changes_nothing(
    records: list[bytes], garbage: bytes, cuts: list[int]
) -> None:
    stream = b"{}\x1e" + b"".join(records) + garbage + b"\x1e"
    assert feed_in_parts(stream, cuts) == feed_in_parts(stream, [])


@given(
    st.lists(st.binary(max_size=80) | st.sampled_from([b"\x1e", b"{}", b'{"type":1']), max_size=12)
)
def test_garbage_never_raises(parts: list[bytes]) -> None:
    protocol = HubProtocol(max_record_bytes=64)
    for part in parts:
        protocol.feed(part)
