"""Is a change of one account's configuration tighter, looser, neutral or neither? (pure)

Section by section and, where a section has parts that stand alone, part by part; the parts are in
`change_table.py`. What is tighter may be taken at once; the rest waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from risk_manager.config.base import RuleConfig, RuleMode
from risk_manager.config.change_table import NEVER_TIGHTER, TABLE
from risk_manager.config.change_units import Side
from risk_manager.config.config_set import (
    GLOBAL,
    HOLIDAYS,
    RESET,
    ConfigSet,
    Plain,
    of_plain,
)
from risk_manager.config.risk_file import RuleSections
from risk_manager.config.verdicts import Verdict

WHOLE: Final = "section"
"""The unit that is a whole section."""
SESSION: Final = "session_block_outside"


@dataclass(frozen=True, slots=True)
class Change:
    """One unit that differs: where, how it is judged, and its old and new values by path.

    A path is dotted and begins with the section; None stands for a section that is not there.
    """

    section: str
    unit: str
    verdict: Verdict
    old: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Section and unit, for screens: `daily_realized_loss.limit`."""
        return self.section if self.unit == WHOLE else f"{self.section}.{self.unit}"


def changes_between(old: ConfigSet, new: ConfigSet, now: datetime) -> tuple[Change, ...]:
    """Every unit that differs, judged at trusted time `now` (aware UTC)."""
    found = _unit_changes(GLOBAL, old, new, old.global_, new.global_, now)
    if old.reset != new.reset:
        found.append(_change(RESET, TABLE[RESET][0].name, Verdict.INCOMPARABLE, old, new, [RESET]))
    for section in dict.fromkeys([*old.rules, *new.rules]):
        found += _section_changes(section, old, new, now)
    if not any(HOLIDAYS in change.new for change in found):
        found += _holiday_changes(old, new)
    return tuple(found)


def composed(base: ConfigSet, taken: Iterable[Change], models: RuleSections) -> ConfigSet:
    """The base with the new values of some changes. ValueError when that does not validate."""
    return of_plain(with_values(base.plain(), (change.new for change in taken)), models)


def with_values(plain: Plain, values: Iterable[Mapping[str, Any]]) -> Plain:
    """Plain values with those at some paths replaced; a section that becomes None is removed."""
    result = deepcopy(plain)
    for each in values:
        for path, value in each.items():
            _put(result, path.split("."), value)
    return result


def takeable(
    old: ConfigSet, changes: Sequence[Change], models: RuleSections
) -> tuple[list[Change], list[Change]]:
    """Divide into what may be active at once and what waits.

    A section whose part would not validate without the rest waits as a whole.
    """
    now_active = [change for change in changes if not change.verdict.waits]
    waiting = [change for change in changes if change.verdict.waits]
    for section in dict.fromkeys(change.section for change in now_active):
        part = [change for change in now_active if change.section == section]
        try:
            composed(old, part, models)
        except ValueError:
            now_active = [change for change in now_active if change.section != section]
            waiting += part
    return now_active, waiting


def _section_changes(section: str, old: ConfigSet, new: ConfigSet, now: datetime) -> list[Change]:
    before, after = old.rules.get(section), new.rules.get(section)
    if before == after and (section != SESSION or old.holidays == new.holidays):
        return []
    if not _is_on(before) and not _is_on(after):
        return [_whole(section, Verdict.NEUTRAL, old, new)] if before != after else []
    if section in NEVER_TIGHTER:
        return [_whole(section, Verdict.INCOMPARABLE, old, new)]
    assert before is not None or after is not None
    if before is None or (after is not None and _rank(after) > _rank(before)):
        return [_whole(section, Verdict.TIGHTER, old, new)]
    if after is None:
        removed = before.model_copy(update={"enabled": False})
        changed = _unit_changes(section, old, new, before, removed, now)
        kept = [change for change in changed if change.unit != "enabled"]
        return [_whole(section, Verdict.LOOSER, old, new), *kept]
    return _unit_changes(section, old, new, before, after, now)


def _unit_changes(
    section: str, old: ConfigSet, new: ConfigSet, before: Any, after: Any, now: datetime
) -> list[Change]:
    sides = Side(before, old.holidays, now), Side(after, new.holidays, now)
    found = []
    for unit in TABLE[section]:
        same = all(sides[0].at(key) == sides[1].at(key) for key in unit.keys)
        if same and not (unit.with_holidays and old.holidays != new.holidays):
            continue
        paths = [f"{section}.{key}" for key in unit.keys if not same]
        paths += [HOLIDAYS] if unit.with_holidays and old.holidays != new.holidays else []
        found.append(_change(section, unit.name, unit.judge(*sides), old, new, paths))
    return found


def _holiday_changes(old: ConfigSet, new: ConfigSet) -> list[Change]:
    """A calendar that changes while no session asks for it."""
    if old.holidays == new.holidays:
        return []
    return [_change(HOLIDAYS, WHOLE, Verdict.NEUTRAL, old, new, [HOLIDAYS])]


def _whole(section: str, verdict: Verdict, old: ConfigSet, new: ConfigSet) -> Change:
    paths = [section]
    if section == SESSION and old.holidays != new.holidays and section in new.rules:
        paths.append(HOLIDAYS)
    return _change(section, WHOLE, verdict, old, new, paths)


def _change(
    section: str, unit: str, verdict: Verdict, old: ConfigSet, new: ConfigSet, paths: Sequence[str]
) -> Change:
    before, after = old.plain(), new.plain()
    return Change(
        section,
        unit,
        verdict,
        {path: _get(before, path.split(".")) for path in paths},
        {path: _get(after, path.split(".")) for path in paths},
    )


def _is_on(rule: RuleConfig | None) -> bool:
    return rule is not None and rule.enabled


def _rank(rule: RuleConfig) -> int:
    """0 off, 1 only watched, 2 enforced."""
    return 0 if not rule.enabled else 2 if rule.rule_mode is RuleMode.ENFORCE else 1


def _get(plain: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        plain = None if plain is None else plain.get(step)
    return plain


def _put(plain: Plain, steps: Sequence[str], value: Any) -> None:
    *way, last = steps
    for step in way:
        plain = plain[step]
    if value is None and not way:
        plain.pop(last, None)
    else:
        plain[last] = deepcopy(value)
