"""What rules wait for: an instant, or a look at broker truth (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime

from risk_manager.domain.decisions import FollowUp
from risk_manager.domain.ids import RuleId
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.step import Step

ROUNDING_S = 0.001
"""Added to a wait, so that the look is not asked for a microsecond too early by the other clock."""


class FollowUps:
    """The follow-ups of one account's rules; the newest of each rule counts."""

    def __init__(self, looks: LookDesk) -> None:
        self._looks = looks
        self._wanted: dict[RuleId, FollowUp] = {}

    @property
    def awaits_look(self) -> bool:
        """Whether a rule wants to hear of the next look."""
        return any(one.look_from is not None for one in self._wanted.values())

    def take(self, step: Step, asked: Mapping[RuleId, FollowUp | None]) -> None:
        """Replace the follow-ups of the rules that were just asked."""
        for rule_id, wanted in asked.items():
            if wanted is None and rule_id not in self._wanted:
                continue  # most rules wait for nothing, and are asked on every quote
            if wanted is None:
                del self._wanted[rule_id]
            else:
                self._wanted[rule_id] = wanted
            if wanted is None or wanted.look_from is None:
                self._looks.forget(rule_id)
                continue
            wait_s = (wanted.look_from - step.stamp.now).total_seconds()
            due = step.stamp.mono + (wait_s + ROUNDING_S if wait_s > 0 else wait_s)
            self._looks.plan(rule_id, due, within_s=wanted.within_s, suspended=wanted.suspended)

    def keep_only(self, rule_ids: Set[RuleId]) -> None:
        """Forget what rules wait for that are no longer asked."""
        for rule_id in [known for known in self._wanted if known not in rule_ids]:
            del self._wanted[rule_id]
            self._looks.forget(rule_id)

    def next_due(self) -> datetime | None:
        """The next instant at which a rule wants to be asked."""
        return min((one.at for one in self._wanted.values() if one.at is not None), default=None)

    def pop_due(self, now: datetime) -> bool:
        """Whether a rule wants to be asked now; its instant is then over."""
        due = [r for r, one in self._wanted.items() if one.at is not None and one.at <= now]
        for rule_id in due:
            self._wanted[rule_id] = _without_instant(self._wanted[rule_id])
        return bool(due)


def _without_instant(one: FollowUp) -> FollowUp:
    return FollowUp(None, one.look_from, one.within_s, one.suspended)
