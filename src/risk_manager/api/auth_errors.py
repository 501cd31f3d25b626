"""Why a login or renewal failed, in words that say what to do.

Codes: gateway reference, Auth/loginKey and Auth/validate.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from risk_manager.domain.errors import RiskManagerError

LOGIN_PROBLEMS: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "the user name is unknown: use the login name of the platform, not the e-mail address "
        "and not the name of an account",
        2: "the password was refused: log in with an API key instead",
        3: "the user name or the API key is wrong: copy the key again from the platform's "
        "settings, API tab; a key that was made anew replaces the old one",
        4: "the venue does not know the application: log in with an API key instead",
        5: "the venue refused the application: log in with an API key instead",
        6: "the venue refused the device: log in with an API key instead",
        7: "agreements are not signed: log into the platform in a browser and complete them",
        8: "the venue reports an unknown error: try again later",
        9: "there is no API subscription: subscribe, then link it in the platform's settings, "
        "API tab",
        10: "login by API key is switched off for this user: ask the venue's support",
    }
)
REFUSED: Final = frozenset(LOGIN_PROBLEMS) - {8}
"""Codes that a repeat does not change."""


class AuthError(RiskManagerError):
    """No token could be had.

    `code` is the venue's number where it gave one; `is_refusal` says that only a person can
    change it. The text never holds the key or a token.
    """

    def __init__(self, problem: str, code: int | None = None, *, is_refusal: bool = False) -> None:
        super().__init__(problem)
        self.code = code
        self.is_refusal = is_refusal


def login_refused(code: int, message: str | None) -> AuthError:
    """Return the error of an Auth/loginKey answer that was no success."""
    problem = LOGIN_PROBLEMS.get(code, "the venue gave a code that is not documented")
    said = f" (the venue says: {message[:200]})" if message else ""
    return AuthError(
        f"login refused, code {code}: {problem}{said}", code, is_refusal=code in REFUSED
    )
