"""What every system's service control answers, and how a system tool is called."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from risk_manager.domain.errors import RiskManagerError

TOOL_TIMEOUT_S = 90.0


class ServiceState(StrEnum):
    """The service states of the command line, the same words on every system."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"
    START_PENDING = "START_PENDING"
    STOP_PENDING = "STOP_PENDING"
    PAUSED = "PAUSED"
    NOT_INSTALLED = "NOT_INSTALLED"


class ServiceError(RiskManagerError):
    """The system refused; the text names the command and its answer."""


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """The state and what the system tells beside it, for `service status`."""

    state: ServiceState
    details: dict[str, str]


class ServiceControl(Protocol):
    """The service of one system. Every call needs the administrator's rights except `report`."""

    def install(self) -> None:
        """Make the service known and start it at boot; does not start it now."""
        ...

    def uninstall(self) -> None:
        """Stop and forget the service; configuration, data and logs stay."""
        ...

    def start(self) -> None:
        """Start it now."""
        ...

    def stop(self) -> None:
        """End it and keep it ended until `start` or the next boot; whoever calls asked first."""
        ...

    def restart(self) -> None:
        """End it; it comes back by itself."""
        ...

    def report(self) -> ServiceReport:
        """Return its state."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """How a system tool ended."""

    code: int
    out: str
    err: str


Runner = Callable[[Sequence[str]], Answer]


def run_tool(words: Sequence[str]) -> Answer:
    """Run a system tool without a shell; ServiceError when it is missing or hangs."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            list(words), capture_output=True, text=True, timeout=TOOL_TIMEOUT_S, check=False
        )
    except FileNotFoundError as error:
        raise ServiceError(f"{words[0]} is not there: is this system run by it?") from error
    except subprocess.TimeoutExpired as error:
        raise ServiceError(
            f"{' '.join(words)} did not end within {TOOL_TIMEOUT_S:.0f} s"
        ) from error
    return Answer(done.returncode, done.stdout, done.stderr)


def demand(run: Runner, *words: str) -> str:
    """Run a system tool that must succeed and return what it printed."""
    answer = run(words)
    if answer.code != 0:
        said = (answer.err or answer.out).strip()
        raise ServiceError(f"{' '.join(words)} failed with {answer.code}: {said}")
    return answer.out
