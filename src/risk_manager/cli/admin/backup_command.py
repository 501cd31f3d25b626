"""`risk-manager admin backup`: copy the database, list the copies, bring one back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import click

from risk_manager.cli.admin.right import NoPasswordError, confirm_right
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options, surroundings
from risk_manager.core.single_instance import hold_folder
from risk_manager.domain.errors import AlreadyRunningError
from risk_manager.domain.locks import Lockout
from risk_manager.state.backups import BackupError, BackupInfo, backups_of, look_at, make_backup
from risk_manager.state.restoring import Restored, RestoreError, restore
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.paths import folders_in_use

WORD: Final = "RESTORE"

_json = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group()
def backup() -> None:
    """Copies of the database. The daemon makes one a day and keeps seven."""


@backup.command("now")
@folder_options
@_json
def now(config_dir: Path | None, data_dir: Path | None, *, as_json: bool) -> int:
    """Make one, whether or not the daemon runs."""
    path = _database(config_dir, data_dir)
    try:
        made = make_backup(path, MachineClock().wall())
    except BackupError as error:
        return _fail(str(error), ExitCode.FAILED, as_json=as_json)
    _say({"file": str(made)}, f"Backed up to {made}", as_json=as_json)
    return ExitCode.DONE


@backup.command("list")
@folder_options
@_json
def list_backups(config_dir: Path | None, data_dir: Path | None, *, as_json: bool) -> int:
    """Show them, newest first, with the locks each holds. Each is checked."""
    path = _database(config_dir, data_dir)
    found = [look_at(one) for one in backups_of(path)]
    lines = [_line(info) for info in found] or [f"No backup in {path.parent / 'backups'}"]
    _say({"backups": [_row(info) for info in found]}, "\n".join(lines), as_json=as_json)
    return ExitCode.DONE


@backup.command("restore")
@click.argument("file")
@click.option("--type", "word", metavar=WORD, help=f"Confirms it: --type {WORD}.")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")
@folder_options
@_json
def restore_backup(
    file: str,
    word: str | None,
    config_dir: Path | None,
    data_dir: Path | None,
    *,
    password_stdin: bool,
    as_json: bool,
) -> int:
    """Bring FILE back: a name from `list` or a path. The daemon must be stopped.

    Locks are only added or made longer, none is removed or shortened. The day's fills, counts and
    sums stay as they are. Exit codes: 0 done, 1 failed, 2 the typed word is missing, 6 the password
    is wrong, 9 the daemon runs.
    """
    if word is None and sys.stdin.isatty():
        word = click.prompt(f"Type {WORD} to bring {file} back", err=True)
    if word != WORD:
        raise click.UsageError(f"this needs --type {WORD}")
    folders = folders_in_use(surroundings(), config=config_dir, data=data_dir)
    path = _database(config_dir, data_dir)
    inside = path.parent / "backups" / file
    if not path.parent.is_dir():
        return _fail(f"there is no folder {path.parent}", ExitCode.FAILED, as_json=as_json)
    try:
        hold_folder(path.parent).release()  # not held while somebody types: a daemon may start
        confirm_right(folders, (folders.run,), stdin=password_stdin)
        lock = hold_folder(path.parent)
    except AlreadyRunningError as error:
        text = f"{error}; stop it first, then restore"
        return _fail(text, ExitCode.ANOTHER_INSTANCE, as_json=as_json)
    except NoPasswordError as error:
        return _fail(str(error), ExitCode.NO_RIGHT, as_json=as_json)
    try:
        done = restore(path, inside if inside.is_file() else Path(file))
    except RestoreError as error:
        return _fail(str(error), ExitCode.FAILED, as_json=as_json)
    finally:
        lock.release()
    _say(_restored_row(done), _restored_text(done), as_json=as_json)
    return ExitCode.DONE


def _database(config_dir: Path | None, data_dir: Path | None) -> Path:
    return folders_in_use(surroundings(), config=config_dir, data=data_dir).data / "state.db"


def _line(info: BackupInfo) -> str:
    state = f"{info.locks} locks" if info.problem is None else f"UNUSABLE: {info.problem}"
    return f"{info.file.name}  {info.size / 1024:>8,.0f} KiB  {state}"


def _row(info: BackupInfo) -> dict[str, Any]:
    return {
        "file": info.file.name,
        "bytes": info.size,
        "version": info.version,
        "locks": info.locks,
        "problem": info.problem,
    }


def _restored_row(done: Restored) -> dict[str, Any]:
    return {
        "added": [_lock_row(lock) for lock in done.added],
        "tightened": [_lock_row(lock) for lock in done.tightened],
        "rows": done.rows,
        "recovered": None if done.recovery is None else done.recovery.cause,
    }


def _lock_row(lock: Lockout) -> dict[str, Any]:
    return {
        "account": lock.key.account_id,
        "scope": lock.key.scope,
        "rule": lock.key.rule_id,
        "until": None if lock.until is None else format_instant(lock.until),
        "reason": lock.reason,
    }


def _restored_text(done: Restored) -> str:
    lines = [f"Added: {_lock_line(lock)}" for lock in done.added]
    lines += [f"Made stricter: {_lock_line(lock)}" for lock in done.tightened]
    lines = lines or ["No lock was added: those of the backup are in force or over."]
    if done.recovery is not None:
        lines.append(f"The database was not usable ({done.recovery.cause}) and was built anew.")
    return "\n".join([*lines, f"{done.rows} other rows came back."])


def _lock_line(lock: Lockout) -> str:
    until = "without end" if lock.until is None else f"until {format_instant(lock.until)}"
    return f"{lock.key.rule_id} on account {lock.key.account_id} ({lock.key.scope}), {until}"


def _say(row: dict[str, Any], text: str, *, as_json: bool) -> None:
    click.echo(json.dumps({"ok": True, **row}) if as_json else text)


def _fail(text: str, code: ExitCode, *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({"ok": False, "error": text}))
    click.echo(text, err=True)
    return code
