"""The admin password: a scrypt hash in a file, and the pause after wrong tries.

The pause is kept in a file of its own beside it, so that a restart does not shorten it. Nothing
here logs or prints a password.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from risk_manager.config.save_file import save_text
from risk_manager.domain.errors import RiskManagerError

PASSWORD_FILE: Final = "admin_password.hash"  # noqa: S105 - a file name
TRIES_FILE: Final = "admin_password.tries"
SHORTEST, LONGEST = 8, 128
TRIES_PER_SESSION: Final = 3

_N, _R, _P = 32_768, 8, 1
_MAX_MEMORY: Final = 64 * 1024 * 1024
_SALT_BYTES: Final = 16
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 5, 300


class PasswordError(RiskManagerError):
    """The password does not count, or none may be tried now; the text says which."""


class WrongPasswordError(PasswordError):
    """A password was tried and is not the right one."""


class PasswordFile:
    """The password of one configuration folder; `now` gives aware UTC instants."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._hash = folder / PASSWORD_FILE
        self._tries = folder / TRIES_FILE
        self._now = now

    @property
    def is_set(self) -> bool:
        """Whether there is a password."""
        return self._hash.exists()

    @property
    def wrong_tries(self) -> int:
        """How many wrong passwords came since the last right one."""
        return int(self._read_tries().get("wrong", 0))

    def set(self, password: str) -> None:
        """Store a new password. Raises PasswordError for a bad one, NotSavedError."""
        size = len(password.encode())
        if not SHORTEST <= size <= LONGEST:
            raise PasswordError(f"a password has {SHORTEST} to {LONGEST} bytes, this one {size}")
        salt = os.urandom(_SALT_BYTES)
        parts = [str(_N), str(_R), str(_P), _text(salt), _text(_digest(password, salt))]
        save_text(self._hash, "$".join(["scrypt", *parts]) + "\n", private=True)

    def check(self, password: str) -> None:
        """Raise PasswordError unless this is the password and a try is allowed now.

        After every three wrong ones there is a pause: 5 s, doubled each time up to 300 s.
        """
        wait_s = self.wait_s()
        if wait_s > 0:
            raise PasswordError(f"too many wrong passwords; try again in {wait_s:.0f} s")
        if not self._fits(password):
            self._note_wrong()
            raise WrongPasswordError("wrong password")
        if self._tries.exists():
            save_text(self._tries, json.dumps({"wrong": 0}), private=True)

    @property
    def wrong(self) -> int:
        """How many wrong passwords there were since the last right one."""
        return int(self._read_tries().get("wrong", 0))

    def wait_s(self) -> float:
        """Seconds until a password may be tried. A clock that was set back begins it anew."""
        tries = self._read_tries()
        if "until" not in tries:
            return 0.0
        pause = float(tries["pause"])
        left = (datetime.fromisoformat(tries["until"]) - self._now()).total_seconds()
        if left > pause:
            until = self._now() + timedelta(seconds=pause)
            save_text(self._tries, json.dumps({**tries, "until": until.isoformat()}), private=True)
        return max(0.0, min(left, pause))

    def _fits(self, password: str) -> bool:
        try:
            kind, n, r, p, salt, wanted = self._hash.read_text(encoding="ascii").strip().split("$")
            found = _digest(password, base64.b64decode(salt), int(n), int(r), int(p))
            return kind == "scrypt" and hmac.compare_digest(found, base64.b64decode(wanted))
        except FileNotFoundError:
            raise PasswordError(
                "no password is set yet; set one with: risk-manager admin password"
            ) from None
        except (OSError, ValueError) as error:
            raise PasswordError(f"{self._hash.name} cannot be read") from error

    def _note_wrong(self) -> None:
        wrong = self.wrong_tries + 1
        tries: dict[str, int | str] = {"wrong": wrong}
        if wrong % TRIES_PER_SESSION == 0:
            pause = min(_FIRST_PAUSE_S * 2 ** (wrong // TRIES_PER_SESSION - 1), _LONGEST_PAUSE_S)
            tries |= {"pause": pause, "until": (self._now() + timedelta(seconds=pause)).isoformat()}
        save_text(self._tries, json.dumps(tries), private=True)

    def _read_tries(self) -> dict[str, str]:
        """Return what is kept; damaged content begins a full pause."""
        try:
            found: dict[str, str] = json.loads(self._tries.read_text(encoding="utf-8"))
            if "until" in found:
                datetime.fromisoformat(found["until"]), int(found["pause"])
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError):
            until = self._now() + timedelta(seconds=_LONGEST_PAUSE_S)
            found = {"wrong": "0", "pause": str(_LONGEST_PAUSE_S), "until": until.isoformat()}
            save_text(self._tries, json.dumps(found), private=True)
        return found


def _digest(password: str, salt: bytes, n: int = _N, r: int = _R, p: int = _P) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
