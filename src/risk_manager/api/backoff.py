"""How long a hub waits before it connects again."""

from __future__ import annotations

import random

RECONNECT_DELAYS_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Before the first, second, ... attempt; the last one for ever after."""

KICK_STEP_S = 2.0
KICK_LIMIT_S = 15.0
KICK_MEMORY_S = 120.0
_JITTER = 0.2


class ReconnectDelays:
    """Delays of 0, 0.5, 1, 2, 5, 10, 10, ... s, each 20 % shorter or longer at most."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._attempt = 0

    def take(self) -> float:
        """Return the seconds to wait before the next attempt."""
        index = min(self._attempt, len(RECONNECT_DELAYS_S) - 1)
        self._attempt += 1
        return RECONNECT_DELAYS_S[index] * self._rng.uniform(1 - _JITTER, 1 + _JITTER)

    def reset(self) -> None:
        """Begin again: the connection was good."""
        self._attempt = 0


class KickDelays:
    """One common reconnect after a logout by the gateway: 2 s x attempt, at most 15 s.

    Attempts are counted until two minutes have passed without a logout. Instants are monotonic
    seconds.
    """

    def __init__(self) -> None:
        self._attempt = 0
        self._until = 0.0
        self._kicked_mono: float | None = None

    def kicked(self, now: float) -> float | None:
        """Take a logout at `now`; return when to connect again, None if that is arranged.

        The gateway logs out both hubs at once: the second logout belongs to the first.
        """
        if self._kicked_mono is None or now - self._kicked_mono > KICK_MEMORY_S:
            self._attempt = 0
        elif now < self._until:
            return None
        self._attempt += 1
        self._kicked_mono = now
        self._until = now + min(KICK_STEP_S * self._attempt, KICK_LIMIT_S)
        return self._until
