"""Which parts of the feed are up, and how long we were blind (pure)."""

from __future__ import annotations

HUBS = ("user", "market")


class FeedState:
    """Both hubs. Instants are monotonic seconds."""

    def __init__(self) -> None:
        self._up: dict[str, bool] = dict.fromkeys(HUBS, False)
        self._since: dict[str, float] = {}
        self.cause: dict[str, str] = dict.fromkeys(HUBS, "not connected yet")
        self.heard_mono: dict[str, float] = {}
        self.protocol_errors = 0
        self._blind_since: float | None = None
        self._blind_s = 0.0
        self._lost_mono: float | None = None

    def is_up(self, hub: str) -> bool:
        """Whether the hub is proven."""
        return self._up[hub]

    def up_since(self, hub: str) -> float | None:
        """Since when the hub has been up, None when it is down."""
        return self._since.get(hub) if self._up[hub] else None

    def connected(self, hub: str, mono: float) -> float | None:
        """The hub is proven; returns how long we were blind, None when we were not."""
        self._up[hub] = True
        self._since[hub] = mono
        if hub == "user":
            self._blind_s = self.blind_s(mono)
            self._blind_since = None
            lost, self._lost_mono = self._lost_mono, None
            return None if lost is None else mono - lost
        return None

    def lost(self, hub: str, cause: str, mono: float, *, silent_s: float = 0.0) -> bool:
        """The hub is down, and was silent for so long before; returns whether it was up."""
        was_up = self._up[hub]
        self._up[hub] = False
        self.cause[hub] = cause
        if hub == "user" and self._blind_since is None:
            self._blind_since = self._lost_mono = mono - silent_s
        return was_up

    def blind_s(self, mono: float) -> float:
        """Seconds without the user hub since the last reset."""
        running = 0.0 if self._blind_since is None else mono - self._blind_since
        return self._blind_s + running

    def blind_now_s(self, mono: float) -> float | None:
        """Seconds since the user hub was lost; None while it is up, or before it first was."""
        return None if self._lost_mono is None else mono - self._lost_mono

    def reset_blind(self, mono: float) -> None:
        """A new day: blind time starts at zero."""
        self._blind_s = 0.0
        if self._blind_since is not None:
            self._blind_since = mono
