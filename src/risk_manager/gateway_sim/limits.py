"""Rate limits of the venue: sliding windows per token (the window's kind is our choice)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LimitRules:
    """How many calls in how many real seconds.

    The figures are the vendor's documented ones: bars on their own, every other endpoint
    together, login included.
    """

    bars_calls: int = 50
    bars_seconds: int = 30
    rest_calls: int = 200
    rest_seconds: int = 60
    retry_after: bool = False
    """Whether a 429 carries `Retry-After: 1`; undocumented, so not by default."""


class SlidingWindow:
    """At most `calls` admitted calls in any `span_s`; a refused call does not count."""

    def __init__(self, calls: int, span_s: float) -> None:
        self._calls = calls
        self._span_s = span_s
        self._admitted: deque[float] = deque()

    def admit(self, now_s: float) -> bool:
        """Count a call at `now_s` (real, monotonic) and say whether it may pass."""
        while self._admitted and now_s - self._admitted[0] >= self._span_s:
            self._admitted.popleft()
        if len(self._admitted) >= self._calls:
            return False
        self._admitted.append(now_s)
        return True


class RateLimits:
    """The windows of every caller; a caller is a token, or the empty text before login."""

    def __init__(self, rules: LimitRules) -> None:
        self.rules = rules
        self._windows: dict[tuple[str, bool], SlidingWindow] = {}

    def admit(self, caller: str, now_s: float, *, bars: bool) -> bool:
        """Count one call of `caller`, to the bars endpoint or to any other."""
        key = (caller, bars)
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = self._fresh(bars=bars)
        return window.admit(now_s)

    def clear(self) -> None:
        """Forget every call."""
        self._windows.clear()

    def _fresh(self, *, bars: bool) -> SlidingWindow:
        rules = self.rules
        if bars:
            return SlidingWindow(rules.bars_calls, rules.bars_seconds)
        return SlidingWindow(rules.rest_calls, rules.rest_seconds)
