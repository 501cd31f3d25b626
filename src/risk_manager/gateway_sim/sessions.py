"""Login and tokens: JSON Web Tokens that live 24 hours of simulated time."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

TOKEN_LIFE = timedelta(hours=24)


class LoginCode(IntEnum):
    """Codes of `Auth/loginKey` that the simulator uses."""

    SUCCESS = 0
    INVALID_CREDENTIALS = 3
    APP_NOT_FOUND = 4


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one user of the simulated gateway."""

    username: str = "sim-trader"
    api_key: str = "sim-key-0001"


class Sessions:
    """Every token issued; older ones stay good after a new login (documented)."""

    def __init__(
        self,
        credentials: Credentials,
        random_bytes: Callable[[int], bytes],
        life: timedelta = TOKEN_LIFE,
    ) -> None:
        self.credentials = credentials
        self._life = life
        self._secret = random_bytes(32)
        self._issued = 0
        self._expiry: dict[str, datetime] = {}

    def login(self, username: str, api_key: str, now: datetime) -> str | None:
        """Return a token, or None when name (in any letter case) or key is wrong."""
        same_name = username.casefold() == self.credentials.username.casefold()
        same_key = hmac.compare_digest(api_key.encode(), self.credentials.api_key.encode())
        return self.issue(now) if same_name and same_key else None

    def issue(self, now: datetime) -> str:
        """Return a new token that is good from `now` for the token's life."""
        self._expiry = {token: end for token, end in self._expiry.items() if end > now}
        self._issued += 1
        expiry = now + self._life
        token = self._sign(now, expiry)
        self._expiry[token] = expiry
        return token

    def expiry(self, token: str | None, now: datetime) -> datetime | None:
        """Return when a good token ends; None for a missing, unknown or expired one."""
        end = self._expiry.get(token) if token is not None else None
        return end if end is not None and end > now else None

    def end(self, token: str) -> None:
        """Make one token useless; the user's others stay good (the venue's choice is unknown)."""
        self._expiry.pop(token, None)

    def _sign(self, now: datetime, expiry: datetime) -> str:
        claims = {
            "sub": self.credentials.username,
            "jti": self._issued,
            "iat": int(now.timestamp()),
            "exp": int(expiry.timestamp()),
        }
        body = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
        signature = hmac.digest(self._secret, body.encode(), "sha256")
        return f"{body}.{_base64url(signature)}"


def _part(value: dict[str, object]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
