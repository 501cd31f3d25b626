"""Login, renewal and the 401 that all callers share, over real sockets (S78)."""

from __future__ import annotations

import threading
import time

import pytest

from risk_manager.api.auth_calls import Credentials
from risk_manager.api.auth_errors import AuthError
from risk_manager.api.rest_client import RestGateway
from risk_manager.api.token_keeper import TokenKeeper
from risk_manager.domain.events import ActionAnswered, ServerTimeSeen, TokenChanged
from tests.integration.api.raw_http import RawServer, answer, ok
from tests.integration.api.rest_rig import CANCEL, CLOSE, LOOK, Rig
from tests.support.threads import no_crash

REFUSED = answer(b"", 401)


def only(good: str):
    """Return a handler that takes one token and answers 401 to every other."""
    reply = ok(orders=[], positions=[])
    return lambda request: reply if request.token == good else REFUSED


def test_401_renews_once_for_all_threads_and_repeats_each_call_once():
    with Rig(only("token-2")) as rig:
        channels = [rig.gateway.open_channel(str(number)) for number in range(8)]
        answers: list[ActionAnswered] = []
        start = threading.Barrier(len(channels))

        def close(channel):
            channel.warm()
            start.wait()
            written = channel.write_now(CLOSE)
            answers.append(channel.finish(CLOSE) if written else channel.run(CLOSE))
            channel.close()

        threads = [threading.Thread(target=close, args=(channel,)) for channel in channels]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [answered.success for answered in answers] == [True] * 8
        assert rig.logins == 2
        by_token = [request.token for request in rig.calls]
        assert by_token.count("token-2") == 8
        assert by_token.count("token-1") <= 8


def test_second_401_is_the_answer():
    with Rig(lambda _: REFUSED) as rig:
        answered = rig.act(CLOSE)
        assert [request.token for request in rig.calls] == ["token-1", "token-2"]
    assert (answered.status, answered.success, answered.failure) == (401, None, None)


def test_401_in_the_middle_of_a_look():
    with Rig(only("token-2")) as rig:
        taken = rig.take(LOOK)
        assert rig.server.paths()[1:] == ["searchOpen", "loginKey", "searchOpen", "searchOpen"]
    assert taken.is_look
    assert taken.failure is None


def test_without_a_token_the_answer_says_so_and_the_next_call_tries_again():
    with Rig(lambda _: REFUSED) as rig:
        rig.gateway.token.invalidate("token-1")
        assert not rig.channel.write_now(CANCEL)
        assert rig.act(CANCEL).status == 401
        assert rig.logins == 2


def test_login_request_and_server_time():
    with Rig(lambda _: ok()) as rig:
        login = rig.server.requests[0]
        assert login.json == {"userName": "trader", "apiKey": "key"}
        assert "authorization" not in login.headers
        assert rig.events[1:] == [TokenChanged(None)]
        assert isinstance(rig.events[0], ServerTimeSeen)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (answer({"success": False, "errorCode": 3, "token": None}), "copy the key again"),
        (answer({"success": False, "errorCode": 9}), "subscribe"),
        (answer(b"", 500), "HTTP 500"),
        (answer(b"{"), "malformed"),
        (ok(token=None), "no usable token"),
        (ok(token="a\r\nX-Evil: 1"), "no usable token"),
        (None, "did not answer"),
    ],
)
def test_failed_login_says_what_to_do_and_holds_no_secret(reply, text):
    server = RawServer(lambda _: reply).start()
    events: list[object] = []
    gateway = RestGateway(
        server.url, Credentials("trader", "secret"), mono=time.monotonic, deliver=events.append
    )
    try:
        with pytest.raises(AuthError, match=text) as caught:
            gateway.login()
    finally:
        server.stop()
    said = str(caught.value)
    assert "Evil" not in said
    assert "secret" not in said
    assert events[-1] == TokenChanged(said)


def test_keeper_renews_by_validate_and_says_so():
    renewed = threading.Event()

    def handler(request):
        assert request.path == "/api/Auth/validate"
        assert request.token == "token-1"
        return ok(newToken="fresh")

    with Rig(handler) as rig:
        source = rig.gateway.token
        source._issued_mono = time.monotonic() - 13 * 3600
        keeper = TokenKeeper(
            source,
            is_break=lambda: True,
            renewed=renewed.set,
            on_crash=no_crash,
            check_s=0.005,
        )
        keeper.start()
        assert renewed.wait(5)
        keeper.stop()
        assert source.peek() == "fresh"
        assert len(rig.seen(TokenChanged)) == 2


def test_no_secret_in_any_text():
    with Rig(lambda _: ok()) as rig:
        rig.act(CLOSE)
        shown = repr(rig.gateway.__dict__) + repr(rig.gateway.token._calls.__dict__)
        shown += repr(rig.events)
    assert "token-1" not in shown
    assert "'key'" not in shown
