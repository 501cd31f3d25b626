"""`risk-manager admin rule`: look at the rules, switch them, change their keys."""

from __future__ import annotations

import json
from typing import Any

import click

from risk_manager.cli.admin.common import NEGATIVE, Asker, change_command
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.admin.rule_names import section_of
from risk_manager.config.edit_file import value_at
from risk_manager.config.file_names import RISK
from risk_manager.rules import RULES_BY_SECTION


@click.group()
def rule() -> None:
    """List the rules, switch them on and off, and change their keys."""


@rule.command("list")
@look_command
def list_rules(look: Look) -> int:
    """Show every rule: whether the file has it on, and what is active for each account."""
    rows = [_row(look, section) for section in RULES_BY_SECTION]
    if look.as_json:
        click.echo(json.dumps({"rules": rows, "pending": look.pending()}))
        return 0
    for row in rows:
        active = ", ".join(f"{name}: {limit}" for name, limit in row["active"].items())
        click.echo(f"{row['rule']}  {row['section']:<30}{row['file']:<8}{active}".rstrip())
    for text in look.pending_texts():
        click.echo(text)
    return 0


@rule.command("show")
@click.argument("name", metavar="RULE")
@look_command
def show(look: Look, name: str) -> int:
    """Show one rule: its section in the file, its keys, and what is active."""
    section = section_of(name)
    row = _row(look, section)
    text = value_at(look.text(RISK), (section,))
    if look.as_json:
        click.echo(json.dumps(row | {"section_text": text}))
        return 0
    rule_class = RULES_BY_SECTION[section]
    click.echo(f"{row['rule']} {rule_class.title}")
    click.echo(f"in the file: {text or 'no section'}")
    for account, limit in row["active"].items():
        click.echo(f"active for {account}: {limit}")
    for key, field in rule_class.config_model.model_fields.items():
        click.echo(f"  {key}: {field.description}")
    return 0


@rule.command("enable")
@click.argument("name", metavar="RULE")
@change_command
def enable(asker: Asker, name: str) -> int:
    """Switch a rule on. Tighter: active at once."""
    return asker.set(f"{section_of(name)}.enabled", "true")


@rule.command("disable")
@click.argument("name", metavar="RULE")
@change_command
def disable(asker: Asker, name: str) -> int:
    """Switch a rule off. Looser: waits for the reset."""
    return asker.set(f"{section_of(name)}.enabled", "false")


@rule.command("set", context_settings=NEGATIVE)
@click.argument("name", metavar="RULE")
@click.argument("key")
@click.argument("value")
@change_command
def set_key(asker: Asker, name: str, key: str, value: str) -> int:
    """Change one key of a rule; VALUE is YAML, such as -400, true or [RTY, ES]."""
    return asker.set(f"{section_of(name)}.{key}", value)


def _row(look: Look, section: str) -> dict[str, Any]:
    """A rule as the file and the daemon have it."""
    enabled = value_at(look.text(RISK), (section, "enabled"))
    word = {"true": "on", "false": "off", None: "absent"}.get(enabled, enabled)
    rule_id = RULES_BY_SECTION[section].rule_id
    active = {
        str(account["name"]): str(row["limit"])
        for account in look.accounts()
        for row in account["rules"]
        if row["rule"] == rule_id
    }
    return {"rule": rule_id, "section": section, "file": word, "active": active}
