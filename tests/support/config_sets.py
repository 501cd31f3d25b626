"""One account's configuration as a value, from sections as they stand in the file."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from risk_manager.config.change import changes_between
from risk_manager.config.config_set import ConfigSet
from risk_manager.config.effective import ResetTime
from risk_manager.config.models import DEFAULT_RESET_ZONE, GlobalConfig
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.utils.holidays import HolidayCalendar
from tests.support.stage import NO_HOLIDAYS

NOW = datetime(2026, 3, 9, 13, 30, tzinfo=UTC)
MODELS = {name: rule.config_model for name, rule in RULES_BY_SECTION.items()}


def config_set(
    sections: Mapping[str, Mapping[str, Any]],
    *,
    reset: tuple[time, str] = (time(17), DEFAULT_RESET_ZONE),
    holidays: HolidayCalendar = NO_HOLIDAYS,
    **settings: Any,
) -> ConfigSet:
    """Each section is enabled unless it says so; `settings` are those of `global`."""
    rules = {
        name: MODELS[name].model_validate({"enabled": True, **values})
        for name, values in sections.items()
    }
    return ConfigSet(GlobalConfig.model_validate(settings), ResetTime(*reset), rules, holidays)


def verdicts(old: ConfigSet, new: ConfigSet) -> dict[str, str]:
    """The verdict of each unit that differs, by its name."""
    return {change.name: change.verdict.value for change in changes_between(old, new, NOW)}


def change_of(section: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str:
    """The verdict on a section of which one unit changes."""
    sides = [config_set({} if keys is None else {section: keys}) for keys in (old, new)]
    (found,) = verdicts(*sides).values()
    return found
