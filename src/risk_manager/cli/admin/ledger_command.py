"""`risk-manager admin ledger`: is the record of what happened still as it was written?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options, surroundings
from risk_manager.ledger.chain import Tip
from risk_manager.ledger.folder import FOLDER
from risk_manager.ledger.verify import UNFINISHED, Finding, Verdict, verify
from risk_manager.utils.clock import sleep
from risk_manager.utils.paths import folders_in_use

AGAIN_S = 0.5


class _NotedTip(click.ParamType[Tip]):
    """`SEQUENCE:HASH`, as `verify` prints it."""

    name = "SEQUENCE:HASH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Tip:
        """Return where a chain was seen to be."""
        seq, _, digest = str(value).partition(":")
        if not seq.isdigit() or len(digest) != 64:
            self.fail("write what an earlier `verify` printed behind `last:`", param, ctx)
        return Tip(int(seq), digest)


@click.group()
def ledger() -> None:
    """Check the record of what the guard decided and did."""


@ledger.command("verify")
@folder_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--expect", type=_NotedTip(), multiple=True, help="A line noted earlier; it must be there."
)
def verify_command(
    config_dir: Path | None, data_dir: Path | None, expect: tuple[Tip, ...], *, as_json: bool
) -> int:
    """Name every line that was changed, moved, added or taken away; 0 when there is none."""
    folder = folders_in_use(surroundings(), config=config_dir, data=data_dir).data / FOLDER
    if not folder.is_dir():
        raise click.ClickException(f"there is no ledger yet in {folder}")
    try:
        verdict = _settled(folder, expect)
    except OSError as error:
        raise click.ClickException(f"the ledger cannot be read: {error}") from error
    click.echo(json.dumps(_as_data(verdict)) if as_json else _as_text(verdict))
    return ExitCode.DONE if verdict.is_whole else ExitCode.FAILED


def _settled(folder: Path, expect: tuple[Tip, ...]) -> Verdict:
    """Look once more at an unfinished line: a running daemon may be writing it."""
    verdict = verify(folder, expect)
    if any(found.problem == UNFINISHED for found in verdict.findings):
        sleep(AGAIN_S)
        verdict = verify(folder, expect)
    return verdict


def _as_text(verdict: Verdict) -> str:
    word = "whole" if verdict.is_whole else f"{len(verdict.findings)} findings"
    summary = f"{verdict.files} files, {verdict.lines} lines: {word}"
    last = f"last: {verdict.last.seq}:{verdict.last.hash or 'unknown'}"
    return "\n".join([*map(str, verdict.findings), summary, *([last] if verdict.lines else [])])


def _as_data(verdict: Verdict) -> dict[str, Any]:
    return {
        "ok": verdict.is_whole,
        "files": verdict.files,
        "lines": verdict.lines,
        "first_seq": verdict.first,
        "last": {"seq": verdict.last.seq, "hash": verdict.last.hash or None},
        "findings": [_finding(found) for found in verdict.findings],
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "file": found.file, "line": found.line, "seq": found.seq, "problem": found.problem,
    }  # fmt: skip
