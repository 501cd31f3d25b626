"""What one account is guarded by, as a value: the thing that is compared, stored and replaced.

Base, then override, aliases resolved and defaults filled in; without the account's names and the
credentials. Its text is JSON with amounts as plain numbers, so that no digit is lost; equal
settings have equal texts and hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import msgspec

from risk_manager.config.base import DayKeys, RuleConfig, StrictModel
from risk_manager.config.effective import AccountConfig, ResetTime
from risk_manager.config.models import GlobalConfig
from risk_manager.config.risk_file import RuleSections
from risk_manager.utils.datetime_helpers import parse_wall_time
from risk_manager.utils.holidays import EarlyClose, HolidayCalendar

GLOBAL: Final = "global"
RESET: Final = "daily_reset"
HOLIDAYS: Final = "holidays"
Plain = dict[str, Any]

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", order="sorted")


def digest_of(text: str) -> str:
    """Return the hash (64 hex digits) of the text of a set."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ConfigSet:
    """Everything that decides how one account is guarded; `rules` by section name.

    A section that is not there counts as disabled. The rules' own day keys are left out: `reset`
    is what they come to.
    """

    global_: GlobalConfig
    reset: ResetTime
    rules: Mapping[str, RuleConfig]
    holidays: HolidayCalendar

    @staticmethod
    def of(config: AccountConfig, holidays: HolidayCalendar) -> ConfigSet:
        """Take an account's effective configuration."""
        rules = {name: _without_day(rule) for name, rule in config.rules.items()}
        return ConfigSet(config.global_, config.reset, rules, holidays)

    @staticmethod
    def read(text: str, models: RuleSections) -> ConfigSet:
        """Return what a stored text says. Raises ValueError for one this program cannot read."""
        plain = json.loads(text, parse_float=Decimal)
        if not isinstance(plain, dict):
            raise ValueError("not a configuration")  # noqa: TRY004 - one error for all of them
        return of_plain(plain, models)

    @property
    def enabled_rules(self) -> dict[str, RuleConfig]:
        """Return the sections with `enabled: true`."""
        return {name: rule for name, rule in self.rules.items() if rule.enabled}

    @property
    def text(self) -> str:
        """One line of JSON; equal settings give equal texts."""
        return _ENCODER.encode(self.plain()).decode()

    @property
    def digest(self) -> str:
        """The hash of the text, 64 hex digits."""
        return digest_of(self.text)

    def plain(self) -> Plain:
        """Return dicts, lists and scalars, by section."""
        return {
            GLOBAL: plain_of(self.global_),
            RESET: {"time": f"{self.reset.at:%H:%M}", "timezone": self.reset.zone},
            HOLIDAYS: _plain_days(self.holidays),
            **{name: plain_of(rule) for name, rule in self.rules.items()},
        }


def of_plain(plain: Mapping[str, Any], models: RuleSections) -> ConfigSet:
    """Return the set that plain values describe, its rules in the order of `models`.

    Raises ValueError when a section is refused, missing or unknown (pydantic's error is one).
    """
    unknown = set(plain) - {GLOBAL, RESET, HOLIDAYS} - set(models)
    if unknown or not {GLOBAL, RESET, HOLIDAYS} <= set(plain):
        raise ValueError(f"not the sections of a configuration: {sorted(unknown)}")
    reset = plain[RESET]
    rules = {
        name: model.model_validate(_tuples(plain[name]))
        for name, model in models.items()
        if name in plain
    }
    return ConfigSet(
        GlobalConfig.model_validate(_tuples(plain[GLOBAL])),
        ResetTime(parse_wall_time(reset["time"]), reset["timezone"]),
        rules,
        _days_of(plain[HOLIDAYS]),
    )


def plain_of(model: StrictModel) -> Plain:
    """Return a model's values as they could stand in a file; equal amounts become equal."""
    return {name: _plain(value) for name, value in model.model_dump().items()}


def _without_day(rule: RuleConfig) -> RuleConfig:
    if not isinstance(rule, DayKeys):
        return rule
    return rule.model_copy(update={"reset_time": None, "timezone": None})


def _plain(value: Any) -> Any:
    """Return a value JSON can carry and a strict model takes back."""
    match value:
        case Mapping():
            return {str(key): _plain(member) for key, member in value.items()}
        case tuple() | list():
            return [_plain(member) for member in value]
        case Enum():
            return value.value
        case time():
            return f"{value:%H:%M}"
        case Decimal():
            return int(value) if value == value.to_integral_value() else value.normalize()
        case _:
            return value


def _tuples(value: Any) -> Any:
    """Return plain values with lists as tuples, as the models want them."""
    if isinstance(value, Mapping):
        return {key: _tuples(member) for key, member in value.items()}
    return tuple(_tuples(member) for member in value) if isinstance(value, list) else value


def _plain_days(days: HolidayCalendar) -> Plain:
    closes = sorted(days.early_closes.values(), key=lambda close: close.day)
    return {
        "closed": sorted(day.isoformat() for day in days.holidays),
        "early": [[c.day.isoformat(), f"{c.close:%H:%M}", c.zone] for c in closes],
        "covered_until": days.covered_until.isoformat(),
    }


def _days_of(plain: Mapping[str, Any]) -> HolidayCalendar:
    closes = [
        EarlyClose(date.fromisoformat(day), parse_wall_time(at), zone)
        for day, at, zone in plain["early"]
    ]
    return HolidayCalendar(
        frozenset(map(date.fromisoformat, plain["closed"])),
        {close.day: close for close in closes},
        date.fromisoformat(plain["covered_until"]),
    )
