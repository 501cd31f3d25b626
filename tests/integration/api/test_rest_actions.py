"""Changing calls over real sockets: what is sent, and what every kind of answer becomes."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from risk_manager.domain.requests import Priority
from tests.integration.api.raw_http import answer, ok
from tests.integration.api.rest_rig import (
    CANCEL,
    CLOSE,
    LOOK,
    MNQ,
    MODIFY,
    PLACE,
    REDUCE,
    SHORT,
    Rig,
)

BODIES = [
    (CLOSE, "/api/Position/closeContract", {"accountId": 10001, "contractId": MNQ}),
    (REDUCE, "/api/Position/partialCloseContract",
     {"accountId": 10001, "contractId": MNQ, "size": 3}),
    (CANCEL, "/api/Order/cancel", {"accountId": 10001, "orderId": 789}),
    (MODIFY, "/api/Order/modify", {"accountId": 10001, "orderId": 789, "size": 2}),
    (PLACE, "/api/Order/place",
     {"accountId": 10001, "contractId": MNQ, "type": 4, "side": 1, "size": 2,
      "stopPrice": 21000.25, "customTag": "RM012-1"}),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "path", "body"), BODIES)
def test_request_as_the_venue_sees_it(request_, path, body):
    with Rig(lambda _: ok()) as rig:
        answered = rig.act(request_)
        (seen,) = rig.calls
        assert (seen.method, seen.path, seen.json) == ("POST", path, body)
        assert seen.token == "token-1"
        assert seen.headers["content-type"] == "application/json"
        assert seen.headers["host"] == rig.server.url.removeprefix("http://")
    assert (answered.status, answered.success, answered.code) == (200, True, 0)
    assert answered.failure is None
    assert answered.sent_mono is not None
    assert answered.sent_mono <= answered.answered_mono


def test_prices_are_exact_json_numbers():
    with Rig(lambda _: ok()) as rig:
        long, tiny = Decimal("6335.250000000"), Decimal("0.0000005")
        rig.act(replace(MODIFY, size=None, limit_price=long, stop_price=tiny))
        assert rig.calls[0].body == (
            b'{"accountId":10001,"orderId":789,"limitPrice":6335.250000000,"stopPrice":5E-7}'
        )


def test_a_trailing_stop_is_told_a_level():
    with Rig(lambda _: ok()) as rig:
        rig.act(replace(MODIFY, size=None, trail_price=Decimal("21000.50")))
        assert rig.calls[0].body == b'{"accountId":10001,"orderId":789,"trailPrice":21000.50}'


@pytest.mark.parametrize(
    ("members", "order_id"), [({"orderId": 77}, 77), ({"orderId": None}, None), ({}, None)]
)
@pytest.mark.parametrize("code", [0, 2])
def test_the_order_id_of_a_place_is_kept_with_a_refusal_too(members, order_id, code):
    with Rig(lambda _: answer({"success": code == 0, "errorCode": code, **members})) as rig:
        answered = rig.act(PLACE)
    assert (answered.order_id, answered.code) == (order_id, code)


def test_what_only_follows_the_market_leaves_the_reserve_to_closes():
    with Rig(lambda _: ok()) as rig:
        while rig.gateway.budget.try_take(Priority.SAFETY, time.monotonic()) == 0.0:
            pass
        assert rig.act(PLACE).failure == "throttled"
        assert rig.act(replace(MODIFY, priority=Priority.SAFETY)).failure == "throttled"
        assert rig.act(MODIFY).success
        assert rig.act(CLOSE).success


ANSWERS = {
    "refused": (answer({"success": False, "errorCode": 2, "errorMessage": "flat"}),
                (200, False, 2, "flat", None)),
    "no message": (answer({"success": False, "errorCode": 6}), (200, False, 6, None, None)),
    "429": (answer(b"", 429, "Retry-After: 1\r\n"), (429, None, None, None, None)),
    "500": (answer(b"<html>", 500), (500, None, None, None, None)),
    "400": (answer({"title": "Bad", "detail": "no filter"}, 400),
            (400, None, None, "Bad: no filter", None)),
    "malformed": (answer(b"{"), (200, None, None, "Input data was truncated", "malformed")),
    "empty": (answer(b""), (200, None, None, "Input data was truncated", "malformed")),
    "no code": (answer({"success": True}),
                (200, None, None, "Object missing required field `errorCode`", "malformed")),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_becomes_an_event(name):
    sent, expected = ANSWERS[name]
    with Rig(lambda _: sent) as rig:
        got = rig.act(CLOSE)
        assert len(rig.calls) == 1
    assert (got.status, got.success, got.code, got.message, got.failure) == expected


def test_429_reports_retry_after_and_holds_the_others():
    with Rig(lambda _: answer(b"", 429, "Retry-After: 1\r\n")) as rig:
        answered = rig.act(CLOSE)
        assert answered.retry_after_s == 1.0
        assert "throttled" in str(rig.take(LOOK).failure)
        assert len(rig.calls) == 1


def dribble(connection):
    """Send a correct answer so slowly that every single read is in time."""
    for byte in ok():
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


@pytest.mark.parametrize("action", [CLOSE, REDUCE])
def test_silent_venue_costs_the_time_limit_and_the_connection(action):
    with Rig(lambda _: lambda _socket: rig.server.stopping.wait(5), timeouts=SHORT) as rig:
        started = time.monotonic()
        answered = rig.act(action)
        assert 0.2 <= time.monotonic() - started < 1.0
        assert not rig.channel.is_ready
        assert rig.server_times() == []
    assert (answered.status, answered.failure) == (None, "timeout")
    assert answered.sent_mono is not None


def test_dribbling_answer_does_not_stretch_the_time_limit():
    with Rig(lambda _: dribble, timeouts=SHORT) as rig:
        started = time.monotonic()
        answered = rig.act(CLOSE)
        assert time.monotonic() - started < 0.6
    assert answered.failure == "timeout"


@pytest.mark.parametrize(
    "reply",
    [
        None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
)
def test_closed_or_cut_short_is_a_network_failure(reply):
    def cut(connection):
        connection.sendall(reply)
        connection.shutdown(socket.SHUT_RDWR)

    with Rig(lambda _: cut if reply else None) as rig:
        answered = rig.act(CLOSE)
        assert len(rig.calls) == 1
    assert (answered.status, answered.failure) == (None, "network")
    assert answered.sent_mono is not None


def test_nobody_listening_is_a_network_failure_that_was_never_sent():
    with Rig(lambda _: ok()) as rig:
        rig.server.stop()
        rig.channel.warm()
        assert not rig.channel.is_ready
        answered = rig.act(CLOSE)
    assert (answered.failure, answered.sent_mono) == ("network", None)
    assert answered.message


def test_own_budget_refuses_without_sending():
    with Rig(lambda _: ok()) as rig:
        while rig.gateway.budget.try_take(Priority.ENFORCEMENT, time.monotonic()) == 0.0:
            pass
        answered = rig.act(CLOSE)
        assert rig.calls == []
    assert answered.failure == "throttled"
    assert answered.retry_after_s is not None
    assert 50 < answered.retry_after_s <= 60


def test_every_answer_tells_the_server_time():
    replies = iter([ok(), answer(b"", 500), answer(b"{}", 200, date=False)])
    with Rig(lambda _: next(replies)) as rig:
        for _ in range(3):
            rig.act(CLOSE)
        times = rig.server_times()
    at = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert [seen.date for seen in times] == [at, at, None]
    assert all(seen.requested_mono <= seen.answered_mono for seen in times)
