"""The model of the user's logging.yaml."""

from typing import Literal

from pydantic import Field

from risk_manager.config.base import StrictModel
from risk_manager.config.values import PlainText
from risk_manager.utils.log_settings import LogSettings

LevelName = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class Rotation(StrictModel):
    """When a log file is replaced by a new one, and what becomes of the old ones."""

    max_mb: int = Field(default=10, ge=1, le=1000, description="Size in MiB of one log file.")
    backup_count: int = Field(
        default=30, ge=1, le=365, description="How many old files of each kind are kept."
    )
    compress: bool = Field(default=True, description="Whether old files are gzipped.")


class LogFiles(StrictModel):
    """The lowest level each log file records."""

    daemon: LevelName = Field(default="DEBUG", description="Lowest level in daemon.log.")
    enforcement: LevelName = Field(default="INFO", description="Lowest level in enforcement.log.")
    api: LevelName = Field(default="DEBUG", description="Lowest level in api.log.")
    error: LevelName = Field(default="ERROR", description="Lowest level in error.log.")


class Performance(StrictModel):
    """Steps slower than `threshold_ms` are logged when enabled."""

    enabled: bool = Field(default=True, description="Whether slow steps are logged.")
    threshold_ms: int = Field(
        default=100, gt=0, description="Milliseconds from which a step counts as slow."
    )


class LoggingConfig(StrictModel):
    """The user's logging.yaml."""

    log_dir: PlainText | None = Field(
        default=None,
        description="Folder of the log files; a relative one stands beside the data folder.",
    )
    log_level: LevelName = Field(default="INFO", description="Lowest level on the console.")
    enable_console: bool = Field(default=True, description="Whether the console shows the log.")
    enable_json: bool = Field(default=False, description="Whether each line is one JSON object.")
    rotation: Rotation = Field(default=Rotation(), description="Size and number of the files.")
    log_files: LogFiles = Field(default=LogFiles(), description="Lowest level per log file.")
    performance: Performance = Field(
        default=Performance(), description="Whether and when slow steps are logged."
    )

    @property
    def slow_step_s(self) -> float | None:
        """Return from how many seconds on a step is logged as slow, None to log none."""
        slow = self.performance
        return slow.threshold_ms / 1000 if slow.enabled else None

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
