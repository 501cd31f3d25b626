"""`risk-manager admin doctor`: is everything the guard needs in order, and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from risk_manager.cli.admin.check import Check, Level, exit_code
from risk_manager.cli.admin.connection_checks import (
    ACCOUNTS,
    DATABASE,
    ENDPOINT,
    LOGIN,
    MARKET_HUB,
    USER_HUB,
    Tried,
    try_all,
)
from risk_manager.cli.admin.doctor_places import disk_space, permissions, time_zones
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.admin.venue_contact import VenueContact
from risk_manager.config.effective import LoadedConfig
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.loader import load_config
from risk_manager.rules import RULES
from risk_manager.rules.no_stop_loss_grace import NoStopLossGrace
from risk_manager.utils.clock import MachineClock

CLOCK_WARN_S: Final = 5
CLOCK_FAIL_S: Final = 120
_FIXES: Final = {
    LOGIN: "risk-manager admin auth set",
    ACCOUNTS: "correct the account in accounts.yaml; admin account list shows it",
    USER_HUB: "check the network and user_hub in accounts.yaml",
    MARKET_HUB: "check the network and market_hub in accounts.yaml",
    DATABASE: "stop the guard and start it again: it restores the last good copy",
    ENDPOINT: "start it: risk-manager service start, or risk-manager run",
}
_TIERS: Final = {
    1: (
        "tier 1: development; anyone at this PC can stop monitoring",
        "risk-manager service install",
    ),
    2: ("tier 2: a trader with administrator rights can still stop it", "trade as a standard user"),
    3: ("tier 3: a standard user cannot stop it or change its files", ""),
}
VENUE = Check(
    "venue settings",
    Level.NOTE,
    "the venue's own limits act even when this PC is off; no program can see whether they are on",
    "in the platform's risk settings set Personal Daily Loss Limit to Liquidate and Block, then"
    " Lock risk settings",
)
BRACKETS = Check(
    "brackets",
    Level.NOTE,
    "it is not verified whether the stops of Position Brackets appear as orders to RULE-008",
    "check once with a small position; until seen set rule_mode: shadow for RULE-008",
)


@click.command()
@look_command
def doctor(look: Look) -> int:
    """Check everything the guard needs, and say how to mend it.

    Exit codes: 0 all is well, 3 there is a warning, 1 something failed.
    """
    checks = list(checks_of(look))
    code = exit_code(checks)
    if look.as_json:
        rows = [check._asdict() for check in checks]
        click.echo(json.dumps({"ok": code == 0, "checks": rows}))
        return code
    for check in checks:
        click.echo(f"{check.level.upper():<5} {check.name}: {check.fact}")
        if check.fix:
            click.echo(f"      {'' if check.level is Level.NOTE else 'fix: '}{check.fix}")
    return code


def checks_of(look: Look) -> Iterator[Check]:
    """Check one thing after the other."""
    loaded: LoadedConfig | None = None
    try:
        loaded = load_config(look.folder, {rule.section: rule.config_model for rule in RULES})
        yield Check("configuration", Level.OK, f"valid, {loaded.short_hash}")
    except ConfigErrors as errors:
        fix = "correct the files: risk-manager admin config check"
        yield Check("configuration", Level.FAIL, str(errors), fix)
    yield time_zones([] if loaded is None else [str(item.reset.zone) for item in loaded.accounts])
    yield from permissions(look.folders)
    yield disk_space(_first_there(look.data))
    if loaded is not None:
        yield from _connections(loaded, look)
    yield from _daemon(look.status)
    yield VENUE
    if loaded is not None and any(
        NoStopLossGrace.section in item.enabled_rules for item in loaded.accounts
    ):
        yield BRACKETS


def _connections(loaded: LoadedConfig, look: Look) -> Iterator[Check]:
    clock = MachineClock()
    contact = VenueContact(loaded.topstepx, clock)
    entries = [item.account for item in loaded.accounts]
    wanted = [str(entry.account_id or entry.account_name) for entry in entries]
    for row in try_all(loaded.topstepx, wanted, contact, look, look.data, clock):
        yield _check_of(row)
    yield _clock(contact)


def _check_of(row: Tried) -> Check:
    if row.error is None:
        return Check(row.name, Level.OK, f"{row.note or 'works'}, {row.ms} ms")
    level = Level.WARN if row.name == ENDPOINT else Level.FAIL
    return Check(row.name, level, row.error, _FIXES[row.name])


def _clock(contact: VenueContact) -> Check:
    """This machine's clock against the venue's `Date`, which has whole seconds."""
    if not contact.server_times:
        return Check("clock", Level.WARN, "the venue told no time", "try again")
    date, wall = contact.server_times[-1]
    off = round((wall - date).total_seconds())
    if off == 0:
        return Check("clock", Level.OK, "this PC and the venue agree to the second")
    fact = f"this PC is {abs(off)} s {'ahead of' if off > 0 else 'behind'} the venue"
    fix = "switch on the system's time synchronisation; the guard itself uses the venue's time"
    if abs(off) < CLOCK_WARN_S:
        return Check("clock", Level.OK, f"{fact} (a second is within its precision)")
    return Check("clock", Level.FAIL if abs(off) >= CLOCK_FAIL_S else Level.WARN, fact, fix)


def _daemon(status: dict[str, Any] | None) -> Iterator[Check]:
    """What a running guard says of itself: its tier, and why it is degraded."""
    if status is None:
        fact = "not measured: no guard runs"
        yield Check("protection tier", Level.WARN, fact, _FIXES[ENDPOINT])
        return
    fact, fix = _TIERS[int(status["tier"])]
    yield Check("protection tier", Level.WARN if fix else Level.OK, fact, fix)
    for cause in status["causes"]:
        fix = "guard the leader instead" if "FOLLOWER" in cause else "see: risk-manager admin logs"
        yield Check("guard", Level.WARN, str(cause), fix)


def _first_there(path: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    return path if path.is_dir() else _first_there(path.parent)
