"""Models of everything in risk_config.yaml, holidays.yaml and logging.yaml that is not a rule."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from risk_manager.config.base import Choice, RuleMode, StrictModel, refuse
from risk_manager.config.values import IsoDate, PlainText, Ratio, WallTime, ZoneName
from risk_manager.utils.holidays import EarlyClose, HolidayCalendar
from risk_manager.utils.log_settings import LogSettings

DEFAULT_RESET_TIME = time(17, 0)
DEFAULT_RESET_ZONE = "America/New_York"


class OnRuleError(StrEnum):
    """What a rule that raises causes besides DEGRADED."""

    ALARM = "alarm"
    LOCK = "lock"


class LoosenPolicy(StrEnum):
    """When a looser setting becomes active."""

    NEXT_RESET = "next_reset"
    IMMEDIATE = "immediate"


class PriceBasis(StrEnum):
    """Which price open positions are valued at."""

    LAST = "last"
    MID = "mid"
    EXIT = "exit"


class GlobalConfig(StrictModel):
    """Section `global` of risk_config.yaml."""

    ignored_keys: ClassVar[frozenset[str]] = frozenset({"check_on_startup", "logging_level"})

    mode: Choice[RuleMode] = RuleMode.ENFORCE
    on_rule_error: Choice[OnRuleError] = OnRuleError.ALARM
    allow_manual_unlock: bool = False
    loosen_policy: Choice[LoosenPolicy] = LoosenPolicy.NEXT_RESET
    loosen_min_wait_hours: int = Field(default=8, ge=0)
    price_basis: Choice[PriceBasis] = PriceBasis.LAST
    max_quote_age_seconds: int = Field(default=10, gt=0)
    max_price_jump_pct: Ratio = Field(default=Decimal(1), ge=0, le=100)
    preset: PlainText | None = None


class DailyReset(StrictModel):
    """Section `daily_reset` of risk_config.yaml."""

    key_aliases: ClassVar[Mapping[str, str]] = MappingProxyType({"reset_time": "time"})

    time: WallTime = DEFAULT_RESET_TIME
    timezone: ZoneName = DEFAULT_RESET_ZONE


class EarlyCloseEntry(StrictModel):
    """One early close of holidays.yaml; `close_time` is wall time in the file's zone."""

    date: IsoDate
    close_time: WallTime


class HolidaysFile(StrictModel):
    """The user's holidays.yaml, merged over the packaged table date by date."""

    timezone: ZoneName = DEFAULT_RESET_ZONE
    covered_until: IsoDate | None = None
    holidays: tuple[IsoDate, ...] = ()
    early_close: tuple[EarlyCloseEntry, ...] = ()

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


LevelName = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class Rotation(StrictModel):
    """Size of a log file in MiB, how many old ones are kept, and whether they are gzipped."""

    max_mb: int = Field(default=10, ge=1, le=1000)
    backup_count: int = Field(default=30, ge=1, le=365)
    compress: bool = True


class LogFiles(StrictModel):
    """The lowest level each log file records."""

    daemon: LevelName = "DEBUG"
    enforcement: LevelName = "INFO"
    api: LevelName = "DEBUG"
    error: LevelName = "ERROR"


class Performance(StrictModel):
    """Steps slower than `threshold_ms` are logged when enabled."""

    enabled: bool = True
    threshold_ms: int = Field(default=100, gt=0)


class LoggingConfig(StrictModel):
    """The user's logging.yaml."""

    log_dir: PlainText | None = None
    log_level: LevelName = "INFO"
    enable_console: bool = True
    enable_json: bool = False
    rotation: Rotation = Rotation()
    log_files: LogFiles = LogFiles()
    performance: Performance = Performance()

    def settings(self) -> LogSettings:
        """Return the part the logging set-up needs."""
        return LogSettings(
            level=self.log_level,
            console=self.enable_console,
            as_json=self.enable_json,
            max_bytes=self.rotation.max_mb * 1024 * 1024,
            backup_count=self.rotation.backup_count,
            compress=self.rotation.compress,
            file_levels=self.log_files.model_dump(),
        )
