"""What an administrator asks of a virtual world, and what a changed file offers to it."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

from risk_manager.config.models import DEFAULT_RESET_ZONE
from risk_manager.domain.command_events import (
    CommandAnswer,
    ConfigOffered,
    OfferedSet,
    Origin,
    PendingCancelled,
    UnlockAsked,
)
from risk_manager.domain.ids import RuleId
from risk_manager.simulation.setup import ACCOUNT, Sections
from risk_manager.simulation.world import World
from tests.support.config_sets import config_set

WEEKDAY_RESET = (time(17), DEFAULT_RESET_ZONE)


def asked(world: World, event: Any) -> CommandAnswer:
    """Hand over a command and return its answer."""
    before = len(world.answers)
    world.deliver(event)
    (answer,) = world.answers[before:]
    return answer


def change(
    world: World,
    rules: Sections,
    *,
    word: str = "",
    commit: bool = True,
    reset: tuple[time, str] = WEEKDAY_RESET,
    **settings: Any,
) -> CommandAnswer:
    """An administrator wants these sections and no others."""
    offered = OfferedSet(ACCOUNT, config_set(rules, reset=reset, **settings).text)
    return asked(world, ConfigOffered(Origin.ADMIN, (offered,), word, commit, ticket=1))


def found_in_file(
    world: World, rules: Sections, *, word: str = "", **settings: Any
) -> CommandAnswer:
    """The files hold these sections now, and are read again."""
    offered = OfferedSet(ACCOUNT, config_set(rules, **settings).text)
    return asked(world, ConfigOffered(Origin.FILE, (offered,), word, ticket=1))


def cancel(world: World, number: int) -> CommandAnswer:
    """An administrator no longer wants a waiting change."""
    return asked(world, PendingCancelled(number, 1))


def unlock(world: World, rule: str, scope: str = "account") -> CommandAnswer:
    """An administrator wants a lock to end."""
    return asked(world, UnlockAsked(ACCOUNT, scope, RuleId(rule), 1))


def limits(world: World) -> dict[str, str]:
    """The limit of each rule that is asked, in words."""
    judge = world.running.guards[ACCOUNT].judge
    return {rule.rule_id: rule.describe_limit() for rule in judge.rules}


def alarms(world: World) -> list[str]:
    """Every alarm so far."""
    return [notice.text for _, notice in world.notices if notice.level.value == "alarm"]


def sleep_to(world: World, instant: datetime, folder: Path) -> None:
    """End the daemon and start it again at an instant: hours pass at once."""
    world.kill()
    world.run((instant - world.time.now).total_seconds())
    world.restart(folder)
