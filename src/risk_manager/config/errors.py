"""What can be wrong in the configuration, as data with file, line, key, value and fix."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from risk_manager.domain.errors import RiskManagerError


class Severity(StrEnum):
    """How much a problem matters: an error refuses the start, the others are shown."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One finding in one file.

    `key` is the dotted path (empty for the whole file), `value` the text as written or None,
    `line` counts from 1 and is None when the file could not be read.
    """

    file: str
    line: int | None
    key: str
    message: str
    value: str | None = None
    fix: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return one line: ``risk_config.yaml:12: max_contracts.limt: unknown key - did ...``."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        label = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        key = f"{self.key}: " if self.key else ""
        value = "" if self.value is None else f" (value: {self.value})"
        fix = f" - {self.fix}" if self.fix else ""
        return f"{place}: {label}{key}{self.message}{value}{fix}"


class ConfigErrors(RiskManagerError):  # noqa: N818  it holds many errors, as its name says
    """The configuration is refused; `problems` holds every finding, in file order."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[ConfigProblem]) -> tuple[ConfigProblem, ...]:
    """Return the problems without repeats, by file and line."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda item: (item.file, item.line or 0, item.key)))
