"""The model of the user's holidays.yaml."""

from datetime import date

from pydantic import Field, model_validator

from risk_manager.config.base import StrictModel, refuse
from risk_manager.config.models import DEFAULT_RESET_ZONE
from risk_manager.config.values import IsoDate, WallTime, ZoneName
from risk_manager.utils.holidays import EarlyClose, HolidayCalendar


class EarlyCloseEntry(StrictModel):
    """One early close of holidays.yaml; `close_time` is wall time in the file's zone."""

    date: IsoDate = Field(description="Day of the early close, YYYY-MM-DD.")
    close_time: WallTime = Field(description="Trading ends at this time, HH:MM.")


class HolidaysFile(StrictModel):
    """The user's holidays.yaml, merged over the packaged table date by date."""

    timezone: ZoneName = Field(default=DEFAULT_RESET_ZONE, description="IANA zone of close_time.")
    covered_until: IsoDate | None = Field(
        default=None, description="Last day for which the table is complete, YYYY-MM-DD."
    )
    holidays: tuple[IsoDate, ...] = Field(
        default=(), description="Full closures; a day of short hours is an early close instead."
    )
    early_close: tuple[EarlyCloseEntry, ...] = Field(
        default=(), description="Days on which trading ends early."
    )

    @model_validator(mode="after")
    def _each_date_once(self) -> "HolidaysFile":
        """Refuse a date that stands twice, in one list or in both."""
        dates = [*self.holidays, *(entry.date for entry in self.early_close)]
        twice = sorted({day.isoformat() for day in dates if dates.count(day) > 1})
        if twice:
            raise refuse(
                f"{', '.join(twice)} stands twice",
                "a day is a full closure or has one early close; keep one entry",
            )
        return self

    def calendar(self) -> HolidayCalendar:
        """Return the file's days as a calendar without a packaged table below it."""
        closes = {
            entry.date: EarlyClose(entry.date, entry.close_time, self.timezone)
            for entry in self.early_close
        }
        return HolidayCalendar(frozenset(self.holidays), closes, self.covered_until or date.min)
