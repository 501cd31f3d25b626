"""The section of RULE-009 in risk_config.yaml, and the session calendar it describes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from risk_manager.config import json_forms as forms
from risk_manager.config.base import (
    Choice,
    RootMap,
    RuleConfig,
    StrictModel,
    WallTime,
    ZoneName,
    refuse,
)
from risk_manager.utils.holidays import HolidayCalendar
from risk_manager.utils.sessions import SessionCalendar, SessionWindow
from risk_manager.utils.wording import SHORT_ZONES


class Weekday(StrEnum):
    """Weekdays of trading-day dates."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_NUMBERS = {day: number for number, day in enumerate(Weekday)}
_WORKDAYS = (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)


class SessionEnforcement(StrEnum):
    """The only allowed effect."""

    CLOSE_IMMEDIATELY = "close_immediately"


class SessionHours(StrictModel):
    """Daily hours; a start later than the end means a session that begins the evening before."""

    start: WallTime = Field(description="First minute that is open, HH:MM.")
    end: WallTime = Field(description="First minute that is closed, HH:MM.")
    timezone: ZoneName = Field(description="IANA zone of start and end.")

    @model_validator(mode="after")
    def _not_empty(self) -> SessionHours:
        if self.start == self.end:
            raise refuse("start and end are equal", "give different times, e.g. 09:30 and 16:00")
        return self

    def __str__(self) -> str:
        """`09:30-16:00 ET`."""
        zone = SHORT_ZONES.get(self.timezone, self.timezone)
        return f"{self.start:%H:%M}-{self.end:%H:%M} {zone}"

    def window(self) -> SessionWindow:
        """The hours as a value for the calculus."""
        return SessionWindow(self.start, self.end, self.timezone)


class GlobalSession(SessionHours):
    """The session of every symbol without one of its own."""

    enabled: bool = Field(description="Whether symbols that are not listed have a session.")


class InstrumentSessions(StrictModel):
    """Sessions of single symbols; each replaces the global one."""

    enabled: bool = Field(default=False, description="Whether the listed sessions count.")
    sessions: RootMap[SessionHours] = Field(default_factory=dict, description="Hours per symbol.")


def _distinct_days(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    if not days or len(set(days)) != len(days):
        raise refuse("days must name each weekday at most once", "write [mon, tue, wed, thu, fri]")
    return days


class SessionBlockOutsideConfig(RuleConfig):
    """Section `session_block_outside` of risk_config.yaml."""

    global_session: GlobalSession = Field(
        default=GlobalSession(
            enabled=False, start=time(9, 30), end=time(16, 0), timezone="America/New_York"
        ),
        description="Hours of all symbols without their own, e.g. 09:30 to 16:00.",
    )
    per_instrument_sessions: InstrumentSessions = Field(
        default=InstrumentSessions(), description="Hours of single symbols."
    )
    days: Annotated[tuple[Choice[Weekday], ...], AfterValidator(_distinct_days)] = Field(
        json_schema_extra=forms.SOME_DISTINCT,
        default=_WORKDAYS,
        description="Weekdays of trading days; an overnight session counts to the day it ends on.",
    )
    close_positions_at_session_end: bool = Field(
        default=True, description="Close what is open at the end; false lets it stay."
    )
    lockout_outside_session: bool = Field(
        default=True, description="Set locks until the next start."
    )
    respect_holidays: bool = Field(
        default=True, description="Respect closures and early closes of the holiday table."
    )
    session_close_grace_seconds: int = Field(
        default=0,
        ge=0,
        le=86_400,
        description="Seconds the close at the end waits; nothing may be added.",
    )
    enforcement: Choice[SessionEnforcement] = Field(
        default=SessionEnforcement.CLOSE_IMMEDIATELY,
        description="Restates the effect; no other value is allowed.",
    )

    @model_validator(mode="after")
    def _some_hours(self) -> SessionBlockOutsideConfig:
        if self.enabled and not self.global_session.enabled and not self._own():
            raise refuse(
                "no session is defined",
                "enable global_session, or list a symbol under per_instrument_sessions",
            )
        return self

    @property
    def display_zone(self) -> str:
        """The zone times are shown in: the global session's, else the first symbol's."""
        own = self._own()
        if self.global_session.enabled or not own:
            return self.global_session.timezone
        return next(iter(own.values())).timezone

    def hours_in_words(self) -> str:
        """The global hours and those of single symbols."""
        parts = [str(self.global_session)] if self.global_session.enabled else []
        parts += [f"{root} {hours}" for root, hours in sorted(self._own().items())]
        return ", ".join(parts)

    def calendar(self, holidays: HolidayCalendar) -> SessionCalendar:
        """The hours of every symbol, with the holiday table if it is respected."""
        return SessionCalendar(
            global_window=self.global_session.window() if self.global_session.enabled else None,
            per_root={root: hours.window() for root, hours in self._own().items()},
            days=frozenset(_NUMBERS[day] for day in self.days),
            holidays=holidays if self.respect_holidays else None,
        )

    def _own(self) -> Mapping[str, SessionHours]:
        own = self.per_instrument_sessions
        return own.sessions if own.enabled else {}
