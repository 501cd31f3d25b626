"""The benchmark's own arithmetic and framing: a wrong figure is worse than none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import framing
from benchmarks.figures import Percentiles, median_of, median_ratio, percentile, summarise

REQUEST = b"POST /api/Order/cancel?x=1 HTTP/1.1\r\nContent-Length: 2\r\nHost: a\r\n\r\n{}"


@pytest.mark.parametrize(
    ("share", "expected_us"), [(0.0, 0.001), (0.5, 0.05), (0.99, 0.099), (1.0, 0.1)]
)
def test_percentile_is_a_value_of_the_series(share: float, expected_us: float) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected_us


@given(st.lists(st.integers(1, 10**9), min_size=1))
def test_percentiles_are_ordered(values: list[int]) -> None:
    summary = summarise(values)
    assert min(values) / 1000 <= summary.p50 <= summary.p99 <= summary.largest


def test_warm_up_is_dropped() -> None:
    assert summarise([9000, 1000, 2000, 3000], dropped=1) == Percentiles(2.0, 3.0, 3.0)


def test_ratio_is_taken_within_a_run_before_the_median() -> None:
    daemon = [Percentiles(10, 10, 10), Percentiles(40, 40, 40), Percentiles(30, 30, 30)]
    floor = [Percentiles(10, 10, 10), Percentiles(10, 10, 10), Percentiles(20, 20, 20)]
    assert median_ratio(daemon, floor) == Percentiles(1.5, 1.5, 1.5)
    assert median_of(daemon) == Percentiles(30, 30, 30)


@given(st.integers(0, len(REQUEST) - 1))
def test_request_is_taken_once_it_is_complete(cut: int) -> None:
    buffer = bytearray(REQUEST[:cut])
    assert framing.take_request(buffer) is None
    buffer += REQUEST[cut:] + b"POST"
    request = framing.take_request(buffer)
    assert request is not None
    assert (request.path, request.body, bytes(buffer)) == ("/api/Order/cancel", b"{}", b"POST")


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4))
def test_client_frame_is_unmasked(payload: bytes, mask: bytes) -> None:
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    head = framing.frame(framing.TEXT, payload)[: -len(payload) or None]
    sent = bytearray([head[0], head[1] | 0x80, *head[2:], *mask, *masked])
    assert framing.take_frame(sent) == (framing.TEXT, payload)
    assert not sent


def test_hub_client_gets_its_handshake_and_completions() -> None:
    records = b'{"protocol":"json","version":1}\x1e{"type":6}\x1e'
    subscribe = json.dumps({"type": 1, "target": "SubscribeAccounts", "invocationId": "7"})
    answers = framing.hub_answers(records + subscribe.encode() + b"\x1e")
    assert [answer[2:] for answer in answers] == [
        b"{}\x1e",
        b'{"type": 3, "invocationId": "7", "result": 0}\x1e',
    ]
