"""The two calls that give a token: login by key and renewal of a token that is still valid."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Final

from risk_manager.api import wire_answers
from risk_manager.api.auth_errors import AuthError, login_refused
from risk_manager.api.http_connection import HttpAnswer, HttpConnection, NoAnswerError
from risk_manager.api.http_head import RequestWriter
from risk_manager.api.http_socket import Mono
from risk_manager.api.rate_limit import RequestBudget
from risk_manager.api.requests_encode import Call, login_call, validate_call
from risk_manager.api.translate_rows import WireError, decode
from risk_manager.domain.events import ServerTimeSeen
from risk_manager.domain.ports import Deliver
from risk_manager.domain.requests import Priority

TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who logs in: the platform's login name and an API key, which no text shows."""

    user_name: str
    api_key: str = field(repr=False)


class AuthCalls:
    """Sends each call on a connection of its own: a login is rare and must not wait."""

    def __init__(
        self,
        base_url: str,
        tls: ssl.SSLContext | None,
        credentials: Credentials,
        *,
        budget: RequestBudget,
        mono: Mono,
        deliver: Deliver,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._base_url = base_url
        self._tls = tls
        self._credentials = credentials
        self._budget = budget
        self._mono = mono
        self._deliver = deliver
        self._timeout_s = timeout_s

    def login(self) -> str:
        """Return a new token for the key; AuthError says why there is none."""
        who = self._credentials
        answer = self._send(login_call(who.user_name, who.api_key, self._timeout_s), None)
        if answer.status != 200:
            raise AuthError(f"login failed: the venue answered HTTP {answer.status}")
        body = _read(answer)
        if not body.is_ok:
            raise login_refused(body.error_code, body.error_message)
        return _usable(body.token, "login")

    def validate(self, token: str) -> str:
        """Return a new token for one that is still valid; AuthError says why there is none."""
        answer = self._send(validate_call(self._timeout_s), token)
        if answer.status != 200:
            raise AuthError(f"renewal failed: the venue answered HTTP {answer.status}")
        body = _read(answer)
        if not body.is_ok:
            raise AuthError(f"renewal refused, code {body.error_code}", body.error_code)
        return _usable(body.new_token, "renewal")

    def _send(self, call: Call, token: str | None) -> HttpAnswer:
        started = self._mono()
        wait = self._budget.try_take(Priority.TOKEN, started)
        if wait:
            raise AuthError(f"the request limit is used up for another {wait:.1f} s")
        connection = HttpConnection(self._base_url, self._tls, self._mono)
        try:
            deadline = started + call.timeout_s
            connection.write(RequestWriter(self._base_url).request(call, token), deadline)
            answer = connection.read(deadline)
        except NoAnswerError as error:
            raise AuthError(
                f"the venue did not answer the login ({error.kind}: {error})"
            ) from error
        finally:
            connection.close()
        self._deliver(ServerTimeSeen(answer.date, started, self._mono()))
        if answer.status == 429:
            self._budget.note_throttled(self._mono(), answer.retry_after_s)
        return answer


def _read(answer: HttpAnswer) -> wire_answers.LoginAnswer:
    try:
        return decode(wire_answers.LOGIN, answer.body)
    except WireError as error:
        raise AuthError("the answer to the login is malformed") from error


def _usable(token: str | None, what: str) -> str:
    """Return the token if it can stand in a header; its text stays out of every message."""
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise AuthError(f"the venue's answer to the {what} holds no usable token")
    return token
