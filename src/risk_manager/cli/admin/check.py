"""One finding of the doctor: how good, the fact, and the fix."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from risk_manager.cli.exit_codes import ExitCode


class Level(StrEnum):
    """How good a finding is. A `note` is a reminder of what no program can see."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


class Check(NamedTuple):
    """`fix` is empty where nothing is to be done."""

    name: str
    level: Level
    fact: str
    fix: str = ""


def exit_code(checks: Iterable[Check]) -> ExitCode:
    """1 when something failed, 3 when there is a warning, else 0."""
    levels = {check.level for check in checks}
    if Level.FAIL in levels:
        return ExitCode.FAILED
    return ExitCode.DEGRADED if Level.WARN in levels else ExitCode.DONE
