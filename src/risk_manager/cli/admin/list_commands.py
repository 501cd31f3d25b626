"""`risk-manager admin symbol` and `holiday`: lists that are easier to change one by one."""

from __future__ import annotations

import json
from typing import Any

import click

from risk_manager.cli.admin.common import Asker, change_command
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.file_names import HOLIDAYS, RISK
from risk_manager.config.yaml_text import parse_yaml
from risk_manager.domain.symbols import ticker_of_code

_BLOCKS = "symbol_blocks"


@click.group()
def symbol() -> None:
    """Block symbols, and free them (RULE-011)."""


@symbol.command("block")
@click.argument("root")
@change_command
def block(asker: Asker, root: str) -> int:
    """Forbid a symbol. Active at once."""
    listed, name = _blocked(asker), ticker_of_code(root)
    if listed is None:
        return asker.set(_BLOCKS, f"{{enabled: true, blocked_symbols: [{name}]}}")
    if name in listed:
        raise click.ClickException(f"{name} is blocked already")
    return asker.set(f"{_BLOCKS}.blocked_symbols", f"[{', '.join([*listed, name])}]")


@symbol.command("unblock")
@click.argument("root")
@change_command
def unblock(asker: Asker, root: str) -> int:
    """Allow a symbol again. Waits for the reset."""
    listed, name = _blocked(asker) or [], ticker_of_code(root)
    if name not in listed:
        raise click.ClickException(f"{name} is not blocked")
    rest = [one for one in listed if one != name]
    return asker.set(f"{_BLOCKS}.blocked_symbols", f"[{', '.join(rest)}]")


@click.group()
def holiday() -> None:
    """Change your own list of the exchange's closures and early closes."""


@holiday.command("list")
@look_command
def list_days(look: Look) -> int:
    """Show the days of holidays.yaml; the packaged table is not listed."""
    days = _days(look.text(HOLIDAYS))
    rows = [{"date": day, "close": None} for day in days.get("holidays", [])]
    rows += [
        {"date": row["date"], "close": row["close_time"]} for row in days.get("early_close", [])
    ]
    rows.sort(key=lambda row: str(row["date"]))
    if look.as_json:
        click.echo(json.dumps({"holidays": rows}))
        return ExitCode.DONE
    for row in rows:
        click.echo(f"{row['date']}  {row['close'] or 'closed'}")
    if not rows:
        click.echo("no days of your own; the packaged table counts")
    return ExitCode.DONE


@holiday.command("add")
@click.argument("day", metavar="DATE")
@click.option("--close", metavar="HH:MM", help="An early close, not a whole closure.")
@change_command
def add(asker: Asker, day: str, close: str | None) -> int:
    """Add a closure, or an early close at HH:MM. It replaces what the packaged table says."""
    days = _days(asker.text(HOLIDAYS))
    closed = [one for one in days.get("holidays", []) if one != day]
    early = [one for one in days.get("early_close", []) if one["date"] != day]
    if close is None:
        closed.append(day)
    else:
        early.append({"date": day, "close_time": close})
    return _set_days(asker, days, closed, early)


@holiday.command("remove")
@click.argument("day", metavar="DATE")
@change_command
def remove(asker: Asker, day: str) -> int:
    """Take a day out of your list; what the packaged table says counts again."""
    days = _days(asker.text(HOLIDAYS))
    closed = [one for one in days.get("holidays", []) if one != day]
    early = [one for one in days.get("early_close", []) if one["date"] != day]
    if (closed, early) == (days.get("holidays", []), days.get("early_close", [])):
        raise click.ClickException(f"holidays.yaml does not list {day}")
    return _set_days(asker, days, closed, early)


def _set_days(
    asker: Asker, days: dict[str, Any], closed: list[str], early: list[dict[str, str]]
) -> int:
    """Send the lists that differ."""
    wanted = {"holidays": sorted(closed), "early_close": sorted(early, key=lambda row: row["date"])}
    rows = [
        {"key": f"holidays.{key}", "value": json.dumps(value)}
        for key, value in wanted.items()
        if value != days.get(key, [])
    ]
    return asker.change("edit", edits=rows)


def _blocked(asker: Asker) -> list[str] | None:
    """The symbols on the list; None without a section."""
    tree = _parsed(asker.text(RISK), RISK)
    if _BLOCKS not in tree:
        return None
    return [ticker_of_code(root) for root in tree[_BLOCKS].get("blocked_symbols", ())]


def _days(text: str) -> dict[str, Any]:
    found = _parsed(text, HOLIDAYS)
    return {key: list(found[key]) for key in ("holidays", "early_close") if key in found}


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        plain = parse_yaml(text, name).plain()
    except ConfigErrors as errors:
        raise click.ClickException(str(errors)) from errors
    assert isinstance(plain, dict)
    return plain
