"""`risk-manager admin config`: single values, whole files, and what became of them."""

from __future__ import annotations

import json

import click

from risk_manager.cli.admin.common import NEGATIVE, Asker, change_command
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.config.edit_file import EditError, value_at
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.file_names import ACCOUNTS, HOLIDAYS, RISK
from risk_manager.config.key_place import place_of
from risk_manager.config.loader import load_config
from risk_manager.config.presets import PRESETS
from risk_manager.rules import RULES_BY_SECTION

_MODELS = {name: rule.config_model for name, rule in RULES_BY_SECTION.items()}


@click.group()
def config() -> None:
    """Look at the configuration and change it."""


@config.command("get")
@click.argument("path")
@look_command
def get(look: Look, path: str) -> int:
    """Print the value at a dotted path, as the file has it."""
    texts = {name: look.text(name) for name in (ACCOUNTS, RISK, HOLIDAYS)}
    try:
        file, place = place_of(path, look.account, texts, _MODELS)
    except (EditError, ConfigErrors) as error:
        raise click.UsageError(str(error)) from error
    value = value_at(texts[file], place)
    if look.as_json:
        click.echo(json.dumps({"path": path, "value": value}))
    elif value is None:
        click.echo(f"{path} does not stand in {file}", err=True)
    else:
        click.echo(value)
    return ExitCode.DONE if value is not None else ExitCode.FAILED


@config.command("set", context_settings=NEGATIVE)
@click.argument("path")
@click.argument("value")
@change_command
def set_value(asker: Asker, path: str, value: str) -> int:
    """Change the value at a dotted path; VALUE is YAML."""
    return asker.set(path, value)


@config.command("unset")
@click.argument("path")
@change_command
def unset(asker: Asker, path: str) -> int:
    """Remove a key or a section. A removed section counts as disabled."""
    return asker.set(path, None)


@config.command("check")
@look_command
def check(look: Look) -> int:
    """Read the files as a start would, and list everything that is wrong. Needs no daemon."""
    try:
        loaded = load_config(look.folder, _MODELS)
    except ConfigErrors as errors:
        found = [str(problem) for problem in errors.problems]
        click.echo(json.dumps({"ok": False, "problems": found}) if look.as_json else str(errors))
        return ExitCode.CONFIG
    notes = [str(note) for note in loaded.notes]
    if look.as_json:
        click.echo(json.dumps({"ok": True, "hash": loaded.short_hash, "notes": notes}))
    else:
        click.echo("\n".join([*notes, f"valid, configuration {loaded.short_hash}"]))
    return ExitCode.DONE


@config.command("view")
@look_command
def view(look: Look) -> int:
    """Print risk_config.yaml and holidays.yaml as they are."""
    texts = {name: look.text(name) for name in (RISK, HOLIDAYS)}
    if look.as_json:
        click.echo(json.dumps({"files": texts}))
    else:
        for name, text in texts.items():
            click.echo(f"# {name}\n{text or '# there is none'}")
    return ExitCode.DONE


@config.command("diff")
@change_command
def diff(asker: Asker) -> int:
    """Show what the files say otherwise than what is active. Changes nothing."""
    return asker.look("diff")


@config.command("apply")
@change_command
def apply(asker: Asker) -> int:
    """Confirm the files: looser parts wait for the reset, held parts count at once."""
    return asker.change("apply")


@config.command("reload")
@change_command
def reload(asker: Asker) -> int:
    """Read the files again: tighter parts count at once, looser ones are not used."""
    return asker.change("reload")


@config.command("history")
@change_command
def history(asker: Asker) -> int:
    """List the configurations there were."""
    return asker.look("history")


@config.command("rollback")
@click.argument("hash_", metavar="HASH")
@change_command
def rollback(asker: Asker, hash_: str) -> int:
    """Take an earlier configuration again; judged like every change."""
    return asker.change("rollback", hash=hash_)


@config.command("preset")
@click.argument("name", type=click.Choice(list(PRESETS)))
@change_command
def preset(asker: Asker, name: str) -> int:
    """Write a preset's risk_config.yaml; loosening parts wait for the reset."""
    return asker.change("preset", name=name)


@config.command("defaults")
@click.option("--yes", is_flag=True, help="Do not ask.")
@change_command
def defaults(asker: Asker, *, yes: bool) -> int:
    """Write the example as risk_config.yaml; loosening parts wait for the reset."""
    if not yes:
        click.confirm("Replace risk_config.yaml by the example?", abort=True, err=True)
    return asker.change("defaults")
