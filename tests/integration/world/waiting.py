"""Waiting for what another process brings about: by looking again and again, never blindly."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

LOOK_EVERY_S = 0.01

_T = TypeVar("_T")
_never = threading.Event()


def wait_until(predicate: Callable[[], _T | None], timeout: float = 5.0, what: str = "") -> _T:
    """Return the first true value of `predicate`; fails after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        value = predicate()
        if value:
            return value
        assert time.monotonic() < end, f"not within {timeout} s: {what or predicate}, now {value!r}"
        _never.wait(LOOK_EVERY_S)


def holds(predicate: Callable[[], object], seconds: float, what: str = "") -> None:
    """Fail unless `predicate` stays true for `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert predicate(), f"no longer true: {what or predicate}"
        _never.wait(LOOK_EVERY_S)
