"""One alert per episode, then a summary (pure). Times are monotonic seconds."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Final

from risk_manager.alerts.alert import Alert, at_least
from risk_manager.utils.wording import duration

QUIET_S: Final = 120.0
"""An episode is over when nothing of it came for so long."""
LONGEST_S: Final = 1800.0
"""An episode that goes on is summed up this often."""
MOST: Final = 500
"""Episodes at a time; beyond, the oldest is summed up early."""


@dataclass(slots=True)
class _Episode:
    last: Alert
    since: float
    latest: float
    more: int = 0


class Episodes:
    """Lets the first alert of an episode through and counts the others."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Episode] = {}

    def take(self, alert: Alert, mono: float) -> list[Alert]:
        """Return what to send now: the alert, if it is the first of its episode.

        An alert that matters more than the episode so far is sent as well.
        """
        found = self._open.get(alert.key)
        if found is not None and mono - found.latest < QUIET_S:
            worse = not at_least(found.last.level, alert.level)
            found.last, found.latest = alert, mono
            if worse:
                return [alert]
            found.more += 1
            return []
        ended = self._end(alert.key)
        if len(self._open) >= MOST:
            ended += self._end(next(iter(self._open)))
        self._open[alert.key] = _Episode(alert, mono, mono)
        return [*ended, alert]

    def tick(self, mono: float) -> list[Alert]:
        """Return the summaries of episodes that are over, and of those that last long."""
        summaries = []
        for key, episode in list(self._open.items()):
            if mono - episode.latest >= QUIET_S:
                summaries += self._end(key)
            elif episode.more and mono - episode.since >= LONGEST_S:
                summaries.append(_summary(episode))
                episode.since, episode.more = mono, 0
        return summaries

    def _end(self, key: Hashable) -> list[Alert]:
        episode = self._open.pop(key, None)
        return [_summary(episode)] if episode is not None and episode.more else []


def _summary(episode: _Episode) -> Alert:
    """Say how often it came since, and the last of it."""
    span = duration(max(1.0, episode.latest - episode.since))
    return replace(episode.last, text=f"{episode.more} more in {span} - last: {episode.last.text}")
