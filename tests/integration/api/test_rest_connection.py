"""The warm connection: reuse, idle closes, the write that never waits, TLS."""

from __future__ import annotations

import socket
import ssl
import threading
import time

import pytest
import trustme

from risk_manager.api.http_connection import HttpConnection
from risk_manager.domain.events import ActionAnswered
from tests.integration.api.raw_http import answer, ok
from tests.integration.api.rest_rig import CANCEL, CLOSE, SHORT, Rig

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'9\r\n{"success\r\nA;x=y\r\n":true,"er\r\n'
    b'e\r\nrorCode":0   }\r\n0\r\nTrailer: x\r\n\r\n'
)


def until(condition):
    """Wait for something another thread does; the tests' own time limit ends it."""
    while not condition():
        time.sleep(0.002)


@pytest.fixture(params=["plain", "tls"])
def tls(request, monkeypatch, tmp_path):
    """The server's TLS context, trusted by way of SSL_CERT_FILE, or None."""
    if request.param == "plain":
        return None
    authority = trustme.CA()
    roots = tmp_path / "roots.pem"
    authority.cert_pem.write_to_path(roots)
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def is_success(answered: ActionAnswered) -> bool:
    return answered.success is True and answered.failure is None


def test_calls_share_a_connection(tls):
    with Rig(lambda _: ok(), tls=tls) as rig:
        rig.channel.warm()
        assert rig.channel.is_ready
        assert all(is_success(rig.act(CLOSE)) for _ in range(5))
        assert {request.connection for request in rig.calls} == {2}


def test_write_now_sends_and_finish_answers(tls):
    with Rig(lambda _: ok(), tls=tls) as rig:
        assert not rig.channel.write_now(CLOSE), "not connected yet"
        rig.channel.warm()
        for action in (CLOSE, CANCEL):
            assert rig.channel.write_now(action)
            assert not rig.channel.is_ready, "an answer is owed"
            assert not rig.channel.write_now(action)
            answered = rig.channel.finish(action)
            assert is_success(answered)
            assert answered.sent_mono is not None
            assert rig.channel.is_ready
        assert [request.connection for request in rig.calls] == [2, 2]


def test_write_now_leaves_in_one_piece(monkeypatch):
    pieces = []
    with Rig(lambda _: ok()) as rig:
        rig.channel.warm()
        send = socket.socket.send

        def recorded(sock, data):
            pieces.append(bytes(data))
            return send(sock, data)

        monkeypatch.setattr(socket.socket, "send", recorded)
        assert rig.channel.write_now(CLOSE)
        rig.channel.finish(CLOSE)
    (piece,) = [piece for piece in pieces if b"closeContract" in piece]
    assert piece.endswith(rig.calls[0].body)


def test_connection_closed_while_idle_is_noticed_before_writing(tls):
    with Rig(lambda _: ok(), tls=tls) as rig:
        rig.channel.warm()
        rig.act(CLOSE)
        rig.server.drop_all()
        until(lambda: not rig.channel.write_now(CLOSE))
        assert not rig.channel.is_ready
        assert len(rig.calls) == 1
        assert is_success(rig.act(CLOSE))
        assert rig.calls[-1].connection == 3


@pytest.mark.parametrize("length", [50, 12_000])
def test_answer_nobody_asked_for_is_never_taken_for_ours(tls, length):
    late = answer({"success": False, "errorCode": 5, "errorMessage": "x" * length}, 408)
    with Rig(lambda _: lambda connection: connection.sendall(ok() + late), tls=tls) as rig:
        for _ in range(3):
            assert is_success(rig.act(CLOSE))


def test_late_answer_is_never_taken_for_the_next_one():
    first = threading.Event()

    def too_late(connection):
        time.sleep(0.3)
        connection.sendall(answer({"success": False, "errorCode": 9}))

    def handler(_):
        if first.is_set():
            return ok()
        first.set()
        return too_late

    with Rig(handler, timeouts=SHORT) as rig:
        assert rig.act(CLOSE).failure == "timeout"
        assert is_success(rig.act(CLOSE))


def test_chunked_answer_and_reuse_after_it():
    with Rig(lambda _: CHUNKED) as rig:
        assert is_success(rig.act(CLOSE))
        assert is_success(rig.act(CLOSE))
        assert {request.connection for request in rig.calls} == {2}


def test_connection_close_header_is_obeyed():
    with Rig(
        lambda _: answer({"success": True, "errorCode": 0}, 200, "Connection: close\r\n")
    ) as rig:
        assert is_success(rig.act(CLOSE))
        assert not rig.channel.is_ready
        assert is_success(rig.act(CLOSE))
        assert [request.connection for request in rig.calls] == [2, 3]


def test_untrusted_certificate_is_refused():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    rig = Rig(lambda _: ok(), tls=context)
    try:
        answered = rig.act(CLOSE)
        assert rig.server.requests == []
    finally:
        rig.__exit__()
    assert answered.failure == "token"
    assert "CERTIFICATE_VERIFY_FAILED" in str(answered.message)


def test_full_socket_buffer_writes_nothing():
    listener = socket.create_server(("127.0.0.1", 0))
    connection = HttpConnection(
        f"http://127.0.0.1:{listener.getsockname()[1]}", None, time.monotonic
    )
    connection.open(time.monotonic() + 5)
    try:
        # The peer never reads: one huge write fills both buffers.
        assert connection.write_now(b"x" * 50_000_000)
        connection._awaiting = False
        assert not connection.can_write_now()
    finally:
        connection.close()
        listener.close()


def test_part_the_system_did_not_take_is_sent_by_finish():
    with Rig(lambda _: ok()) as rig:
        connection = HttpConnection(rig.server.url, None, time.monotonic)
        connection.open(time.monotonic() + 5)
        body = b"x" * 20_000_000
        head = b"POST /api/big HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
        assert connection.can_write_now()
        assert connection.write_now(head + body)
        assert connection.read(time.monotonic() + 10).status == 200
        connection.close()
        assert rig.calls[0].body == body


def test_idle_connection_is_proven_by_a_ping_and_not_trusted_for_ever(monkeypatch):
    with Rig(lambda _: answer(b"", 401)) as rig:
        rig.channel.warm()
        monkeypatch.setattr(rig.channel, "_mono", lambda: 40 + time.monotonic())
        rig.channel.warm()
        assert rig.calls == []
        assert [rig.channel.is_ready] == [True]
        monkeypatch.setattr(rig.channel, "_mono", lambda: 61 + time.monotonic())
        assert [rig.channel.is_ready] == [False]
        assert not rig.channel.write_now(CLOSE)
        rig.channel.warm()
        assert [(call.method, call.path) for call in rig.calls] == [("GET", "/api/Status/ping")]
        assert rig.logins == 1
