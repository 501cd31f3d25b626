"""`risk-manager admin support-bundle`: what somebody who helps needs, without the secrets."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import click

from risk_manager.cli.admin.bundle_files import bundle_texts, known_secrets
from risk_manager.cli.admin.doctor_command import checks_of
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.utils.masking import masker


@click.command("support-bundle")
@click.argument("file", type=click.Path(dir_okay=False, resolve_path=True, path_type=Path))
@look_command
def support_bundle(look: Look, file: Path) -> int:
    """Write FILE (a zip): versions, doctor, status, configuration, newest logs and ledger.

    Keys, tokens, passwords, the user name, mail and alert addresses are masked; account numbers
    and trades are not. An existing FILE is not replaced. Exit codes: 0 written, 1 not.
    """
    clean = masker(known_secrets(look.folders, dict(os.environ)))
    rows = [check._asdict() for check in checks_of(look)]
    parts = [("doctor.json", json.dumps(rows, indent=2)), *bundle_texts(look.folders, look.status)]
    try:
        with (
            file.open("xb") as target,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
        ):
            for name, text in parts:
                packed.writestr(name, clean(text))
    except OSError as error:
        click.echo(f"{file} was not written: {error.strerror or error}", err=True)
        return ExitCode.FAILED
    names = [name for name, _ in parts]
    if look.as_json:
        click.echo(json.dumps({"ok": True, "file": str(file), "parts": names}))
    else:
        click.echo("\n".join([*names, f"written to {file}; read it before you send it"]))
    return ExitCode.DONE
