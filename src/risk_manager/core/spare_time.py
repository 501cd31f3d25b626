"""What no enforcement waits for: logs, alarms, quote subscriptions and the status.

It is done once no event has come for two milliseconds, so that neither the next event nor the
threads it needs have to wait for it; while events keep coming, after a twentieth of a second.
"""

from __future__ import annotations

import logging

from risk_manager.core.outside import Outside
from risk_manager.domain.records import Level, Notice
from risk_manager.domain.requests import RebuildHub, WatchQuotes
from risk_manager.enforcement.step import Step

QUIET_S = 0.002
LATEST_S = 0.05
PUBLISH_EVERY_S = 0.1
PUBLISH_AT_LEAST_S = 0.5

_log = logging.getLogger("risk_manager.daemon")


class SpareTime:
    """The loop's postponed work. Instants are monotonic seconds."""

    def __init__(self, outside: Outside) -> None:
        self._out = outside
        self._steps: list[Step] = []
        self._since = 0.0
        self._stale = True
        self._published_mono = float("-inf")
        self._publish_fails = False

    def later(self, step: Step) -> None:
        """Keep what a step tells and what it wants of the feed, in the order of the steps."""
        feed = any(isinstance(one, (WatchQuotes, RebuildHub)) for one in step.commands)
        if step.records or step.notices or feed:
            if not self._steps:
                self._since = self._out.clock.mono()
            self._steps.append(step)
        self._stale = self._stale or bool(step.records or step.writes or step.notices)

    def note_change(self) -> None:
        """The status is to be published soon."""
        self._stale = True

    def wait_s(self, wait_s: float) -> float:
        """Seconds to wait for an event, `wait_s` at most, so that spare time is used."""
        if self._steps:
            return min(wait_s, QUIET_S)
        if self._stale:
            due = self._published_mono + PUBLISH_EVERY_S
            return min(wait_s, max(due - self._out.clock.mono(), QUIET_S))
        return wait_s

    def use(self, *, quiet: bool) -> None:
        """Do what is due; `quiet` when a wait has just ended without an event."""
        mono = self._out.clock.mono()
        if self._steps and (quiet or mono - self._since >= LATEST_S):
            self.tell()
        age_s = mono - self._published_mono
        # The status may be up to half a second old.
        if (self._stale and quiet and age_s >= PUBLISH_EVERY_S) or age_s >= PUBLISH_AT_LEAST_S:
            self._publish(mono)

    def tell(self) -> None:
        """Tell what the steps so far have to say, and let the feed follow them."""
        steps, self._steps = self._steps, []
        for step in steps:
            for command in step.commands:
                if isinstance(command, (WatchQuotes, RebuildHub)):
                    self._out.feed.apply(command)
            if step.records:
                self._out.notices.enforce(step.records)
            if step.notices:
                self._out.notices.note(step.notices, step.stamp.mono)

    def _publish(self, mono: float) -> None:
        self._published_mono = mono
        self._stale = False
        try:
            self._out.publish()
            self._publish_fails = False
        except Exception as error:  # noqa: BLE001 - the guard goes on without its status
            self._note_failure(error, mono)

    def _note_failure(self, error: Exception, mono: float) -> None:
        """The status grows old, which its readers show; the log says why, once."""
        if not self._publish_fails:
            self._publish_fails = True
            _log.error("the status cannot be published", exc_info=error)
        text = f"the status cannot be published ({type(error).__name__}: {error})"
        self._out.notices.note([Notice(Level.ALARM, None, "publish", text)], mono)
