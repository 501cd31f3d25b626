"""Checks that span sections. Gets the sections as a mapping and names no rule class.

A finding names section and key; the loader adds file, line and value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from risk_manager.config.accounts import AccountSettings
from risk_manager.config.base import DayKeys, RuleConfig
from risk_manager.config.effective import ResetTime
from risk_manager.config.errors import ConfigProblem, Severity
from risk_manager.config.models import (
    DailyReset,
    GlobalConfig,
    LoosenPolicy,
)
from risk_manager.config.yaml_text import Loc, YamlNode

Sections = Mapping[str, RuleConfig]
T = TypeVar("T")

_MAX_WAIT_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found at `loc` of risk_config.yaml; an error unless it says otherwise."""

    loc: Loc
    message: str
    fix: str
    severity: Severity = Severity.ERROR

    def placed(self, whole: YamlNode) -> ConfigProblem:
        """The finding with the file, line and text of the value it is about."""
        node = whole.at(self.loc)
        key = ".".join(str(step) for step in self.loc)
        return ConfigProblem(
            node.file, node.line, key, self.message, node.text, self.fix, self.severity
        )


def effective_reset(
    sections: Sections, daily: DailyReset | None, own: AccountSettings
) -> ResetTime:
    """Return the account's reset, its time and its zone each from the first source that has one.

    The order is: the account's settings, the rules' day keys, daily_reset, 17:00 New York.
    """
    rules = [rule for rule in sections.values() if isinstance(rule, DayKeys)]
    at = _first([own.reset_time, *(rule.reset_time for rule in rules)])
    zone = _first([own.timezone, *(rule.timezone for rule in rules)])
    fallback = daily or DailyReset()
    return ResetTime(fallback.time if at is None else at, zone or fallback.timezone)


def check_reset(sections: Sections, daily: DailyReset | None) -> Iterator[Finding]:
    """Yield an error for every day key that contradicts an earlier one or daily_reset."""
    spoken = daily.model_fields_set if daily else set()
    times: list[tuple[Loc, object]] = []
    zones: list[tuple[Loc, object]] = []
    if daily and "time" in spoken:
        times.append((("daily_reset", "time"), daily.time.isoformat("minutes")))
    if daily and "timezone" in spoken:
        zones.append((("daily_reset", "timezone"), daily.timezone))
    for name, rule in sections.items():
        if isinstance(rule, DayKeys) and rule.reset_time is not None:
            times.append(((name, "reset_time"), rule.reset_time.isoformat("minutes")))
        if isinstance(rule, DayKeys) and rule.timezone is not None:
            zones.append(((name, "timezone"), rule.timezone))
    for sources in (times, zones):
        for loc, value in sources[1:]:
            first_loc, first = sources[0]
            if value != first:
                key = ".".join(str(step) for step in first_loc)
                message = f"an account has one reset, but {key} says {first}"
                yield Finding(loc, message, "write the same value, or only in daily_reset")


def check_global(global_: GlobalConfig, *, service: bool) -> Iterator[Finding]:
    """Yield an error for settings that only development may use."""
    if service and global_.loosen_policy is LoosenPolicy.IMMEDIATE:
        message = "`immediate` is for development; a service lets looser settings wait"
        yield Finding(("global", "loosen_policy"), message, "write next_reset")
    if service and not 1 <= global_.loosen_min_wait_hours <= _MAX_WAIT_HOURS:
        message = f"a service needs 1 to {_MAX_WAIT_HOURS} hours"
        yield Finding(("global", "loosen_min_wait_hours"), message, "write 8")


def _first(values: list[T | None]) -> T | None:
    # `is not None` matters: midnight is a valid time.
    return next((value for value in values if value is not None), None)
