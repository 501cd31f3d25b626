"""`risk-manager admin account`: the accounts of accounts.yaml, and their own settings."""

from __future__ import annotations

import json
from typing import Any

import click

from risk_manager.cli.admin.common import Asker, change_command
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.file_names import ACCOUNTS
from risk_manager.config.yaml_text import parse_yaml


@click.group()
def account() -> None:
    """List the accounts, and change what counts for one of them."""


@account.command("list")
@look_command
def list_accounts(look: Look) -> int:
    """Show the accounts of the file, and what the daemon says of them."""
    states = {row["id"]: row["state"] for row in look.accounts()}
    rows = [_row(entry, states) for entry in _entries(look.text(ACCOUNTS))]
    if look.as_json:
        click.echo(json.dumps({"accounts": rows}))
        return ExitCode.DONE
    for row in rows:
        names = ", ".join(str(row[key]) for key in ("nickname", "name") if row[key])
        click.echo(f"{row['id'] or '-':<10} {names:<30} {row['state']}")
    return ExitCode.DONE


@account.command("edit")
@click.argument("who", metavar="ID")
@click.option("--nickname", metavar="NAME", help="What the screens call it.")
@click.option("--enable/--disable", "enabled", default=None, help="Watch it, or not.")
@click.option("--set", "wanted", multiple=True, metavar="PATH=VALUE", help="An override.")
@click.option("--unset", "unwanted", multiple=True, metavar="PATH", help="Remove an override.")
@change_command
def edit(
    asker: Asker,
    who: str,
    nickname: str | None,
    wanted: tuple[str, ...],
    unwanted: tuple[str, ...],
    *,
    enabled: bool | None,
) -> int:
    """Change what counts for one account, e.g. `--set daily_realized_loss.limit=-400`.

    Its own reset: `--set settings.reset_time=17:00`.
    """
    rows: list[dict[str, str | None]] = []
    if nickname is not None:
        rows.append({"key": "nickname", "value": json.dumps(nickname), "account": who})
    if enabled is not None:
        rows.append({"key": "enabled", "value": str(enabled).lower(), "account": who})
    for pair in wanted:
        key, sign, value = pair.partition("=")
        if not sign:
            raise click.UsageError(f"--set {pair}: write PATH=VALUE")
        rows.append({"key": key, "value": value, "account": who})
    rows += [{"key": key, "value": None, "account": who} for key in unwanted]
    if not rows:
        raise click.UsageError(
            "say what to change: --nickname, --enable, --disable, --set, --unset"
        )
    return asker.change("edit", edits=rows)


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        plain: Any = parse_yaml(text, ACCOUNTS).plain()
    except ConfigErrors as errors:
        raise click.ClickException(str(errors)) from errors
    single = [plain["monitored_account"]] if plain.get("monitored_account") else []
    return single + list(plain.get("monitored_accounts", ()))


def _row(entry: dict[str, Any], states: dict[int, str]) -> dict[str, Any]:
    number = entry.get("account_id")
    watched = "NOT WATCHED" if entry.get("enabled") is False else "daemon not running"
    return {
        "id": number,
        "name": entry.get("account_name"),
        "nickname": entry.get("nickname"),
        "state": states.get(number, watched) if number is not None else watched,
        "overrides": sorted(entry.get("rule_overrides", {})),
    }
