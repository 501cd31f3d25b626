"""What the log set-up is told; apart from it, so that the models of the configuration stay pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What logging.yaml decides; sizes in bytes, levels by name."""

    level: str = "INFO"
    console: bool = True
    as_json: bool = False
    max_bytes: int = 10 * 1024 * 1024
    backup_count: int = 30
    compress: bool = True
    file_levels: Mapping[str, str] = field(
        default_factory=lambda: {
            "daemon": "DEBUG", "enforcement": "INFO", "api": "DEBUG", "error": "ERROR",
        }
    )  # fmt: skip
