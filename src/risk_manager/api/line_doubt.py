"""Doubt about connections nobody has heard from since one of them did not answer.

A router that forgets its connections (a restart, another network, a sleep) tells nobody: each of
them then looks open and swallows what is written to it. Without this, every one of them would cost
a time limit of its own, the next close included.
"""

from __future__ import annotations


class LineDoubt:
    """Shared by the connections to one venue, from any thread. Instants are monotonic seconds."""

    def __init__(self) -> None:
        self._since = float("-inf")

    def raise_from(self, mono: float) -> None:
        """Something sent at `mono` got no answer in time, or the line was silent from then on."""
        self._since = max(self._since, mono)

    def covers(self, heard_mono: float) -> bool:
        """Whether a connection last heard at `heard_mono` must be built anew before its use."""
        return heard_mono < self._since
