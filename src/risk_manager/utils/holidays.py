"""The exchange's full closures and early closes, as a value to look days up in.

The packaged table is the CME Globex equity-index calendar; the user's own days are merged over it
date by date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from risk_manager.utils.datetime_helpers import local_instant, parse_wall_time, zone_of


@dataclass(frozen=True, slots=True)
class EarlyClose:
    """Trading on `day` ends at wall time `close` in `zone`."""

    day: date
    close: time
    zone: str

    @property
    def instant(self) -> datetime:
        """Return the close as a UTC instant."""
        return local_instant(self.day, self.close, zone_of(self.zone))


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """Full closures and early closes, complete up to and including `covered_until`."""

    holidays: frozenset[date]
    early_closes: Mapping[date, EarlyClose]
    covered_until: date

    def is_holiday(self, day: date) -> bool:
        """Tell whether the exchange is closed on the whole of `day`."""
        return day in self.holidays

    def early_close(self, day: date) -> datetime | None:
        """Return the UTC instant of an early close on `day`, None on every other day."""
        entry = self.early_closes.get(day)
        return None if entry is None else entry.instant

    def covers(self, day: date) -> bool:
        """Tell whether the table is complete for `day`; past it the health is DEGRADED."""
        return day <= self.covered_until

    def merged(self, over: "HolidayCalendar") -> "HolidayCalendar":
        """Return this calendar with every day that `over` names taken from `over`."""
        named = over.holidays | over.early_closes.keys()
        kept = {day: close for day, close in self.early_closes.items() if day not in named}
        return HolidayCalendar(
            holidays=frozenset(self.holidays - named) | over.holidays,
            early_closes=kept | dict(over.early_closes),
            covered_until=max(self.covered_until, over.covered_until),
        )


@lru_cache(maxsize=1)
def packaged_calendar() -> HolidayCalendar:
    """Return the table that ships with the product."""
    text = files("risk_manager").joinpath("data/cme_calendar.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    zone = str(data["timezone"])
    holidays = frozenset(date.fromisoformat(str(row["date"])) for row in data["holidays"])
    closes = [
        EarlyClose(date.fromisoformat(str(row["date"])), parse_wall_time(row["close_time"]), zone)
        for row in data["early_close"]
    ]
    covered = date.fromisoformat(str(data["covered_until"]))
    return HolidayCalendar(holidays, {close.day: close for close in closes}, covered)
