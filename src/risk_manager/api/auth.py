"""The one token all calls and both hubs share: got once, renewed in time, replaced after a 401.

A token is valid for 24 h and older tokens stay good after a new login (gateway reference), so a
failing renewal leaves the present token in use.
"""

from __future__ import annotations

import random
from threading import Lock
from typing import Final, Protocol

from risk_manager.api.auth_errors import AuthError
from risk_manager.api.http_socket import Mono
from risk_manager.domain.events import TokenChanged
from risk_manager.domain.ports import Deliver

HOUR_S: Final = 3600.0
RENEW_IN_BREAK_S: Final = 12 * HOUR_S
RENEW_ALWAYS_S: Final = 20 * HOUR_S
VALID_S: Final = 24 * HOUR_S
RENEWAL_PAUSES_S: Final = (30.0, 60.0, 120.0, 300.0)
"""After each failed renewal and each refused login; after the last one a full login is tried."""
LOGIN_PAUSES_S: Final = (1.0, 2.0, 4.0, 5.0)
"""After each login that got no answer: without a token nothing can be enforced."""
JITTER: Final = 0.2
"""Each of these pauses is so much shorter or longer at most."""

REPLACE_S: Final = 5.0
"""Least time between two replacements of refused tokens: a hub that refuses every token must
neither leave REST without one nor spend the request budget on logins."""


class TokenCalls(Protocol):
    """What gives tokens; both raise AuthError."""

    def login(self) -> str:
        """Return a token for the key."""
        ...

    def validate(self, token: str) -> str:
        """Return a new token for a valid one."""
        ...


class TokenSource:
    """Hands out the token; safe for any number of threads, one of them logs in at a time.

    TokenChanged is delivered after each login and renewal, whether it worked or not.
    """

    def __init__(
        self,
        calls: TokenCalls,
        *,
        mono: Mono,
        deliver: Deliver,
        rng: random.Random | None = None,
    ) -> None:
        self._calls = calls
        self._mono = mono
        self._deliver = deliver
        self._rng = rng or random.Random()  # noqa: S311 - it spreads pauses, it guards no secret
        self._busy = Lock()
        self._token: str | None = None
        self._issued_mono = 0.0
        self._replaced_mono = float("-inf")
        self._failures = 0
        self._not_before = float("-inf")
        self._problem = AuthError("not logged in yet")

    def age_s(self) -> float | None:
        """Seconds since the token was issued, None when there is none."""
        return None if self._token is None else max(0.0, self._mono() - self._issued_mono)

    def peek(self) -> str | None:
        """Return the token without ever waiting, None when there is none."""
        return self._token

    def current(self) -> str:
        """Return the token, logging in if there is none.

        All callers without a token share one login. Raises AuthError when it fails, and without
        a call while the pause after the last failure lasts.
        """
        token = self._token
        if token is not None:
            return token
        with self._busy:
            if self._token is not None:
                return self._token
            if self._mono() < self._not_before:
                raise self._problem
            return self._renew(None)

    def invalidate(self, token: str) -> None:
        """Tell that the venue refused `token` (401), so that the next `current` logs in.

        No effect if the token is already replaced, or if one was replaced less than 5 s ago.
        """
        with self._busy:
            now = self._mono()
            if self._token != token or now < self._replaced_mono + REPLACE_S:
                return
            self._token = None
            self._replaced_mono = now
            # Renewals of the old token may have failed; a login has its own pauses.
            self._failures = 0
            self._not_before = float("-inf")

    def renew_if_due(self, *, in_break: bool) -> bool:
        """Renew an ageing token; returns whether there is a new one.

        From 12 h on in the venue's daily break (`in_break`), from 20 h on in any case. A failure
        is reported as an event and tried again after 30, 60, 120, then every 300 s.
        """
        with self._busy:
            token, now = self._token, self._mono()
            age = now - self._issued_mono
            is_due = age >= (RENEW_IN_BREAK_S if in_break else RENEW_ALWAYS_S)
            if token is None or not is_due or now < self._not_before:
                return False
            needs_login = age >= VALID_S or self._failures >= len(RENEWAL_PAUSES_S)
            try:
                self._renew(None if needs_login else token)
            except AuthError:
                return False  # delivered as TokenChanged; the present token stays in use
            return True

    def _renew(self, valid: str | None) -> str:
        """Get a token by renewal of `valid` or by login; AuthError after noting the failure."""
        try:
            token = self._calls.login() if valid is None else self._calls.validate(valid)
        except AuthError as error:
            self._note_failure(error)
            raise
        self._token = token
        self._issued_mono = self._mono()
        self._failures = 0
        self._not_before = float("-inf")
        self._deliver(TokenChanged(None))
        return token

    def _note_failure(self, error: AuthError) -> None:
        is_urgent = self._token is None and not error.is_refusal
        pauses = LOGIN_PAUSES_S if is_urgent else RENEWAL_PAUSES_S
        spread = self._rng.uniform(1 - JITTER, 1 + JITTER) if is_urgent else 1.0
        self._not_before = self._mono() + spread * pauses[min(self._failures, len(pauses) - 1)]
        self._failures += 1
        self._problem = error
        self._deliver(TokenChanged(str(error)))
