"""`risk-manager admin simulate`: seeded weeks of trouble, and whether the guarantees held."""

from __future__ import annotations

import re
from pathlib import Path

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.simulation.faults import KINDS
from risk_manager.simulation.runner import Totals, run_logged, traced_week
from risk_manager.simulation.week import Outcome

TRACE_LINES = 40


class Seeds(click.ParamType[range]):
    """`7` or `0..499`, both ends included."""

    name = "A..B"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> range:
        """Read the seeds; an odd text is a usage error."""
        if isinstance(value, range):
            return value
        found = re.fullmatch(r"(\d+)(?:\.\.(\d+))?", str(value))
        if found is None:
            self.fail(f"{value!r} names no seeds; write one number, or two as 0..499", param, ctx)
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            self.fail(f"{value!r} ends before it begins; write {last}..{first}", param, ctx)
        return range(first, last + 1)


@click.command()
@click.option("--seeds", type=Seeds(), default="0..9", show_default=True, help="Which weeks.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A line for each week; a run that was stopped goes on from it.",
)
@click.option("--trace", is_flag=True, help="Show what happened last in each week. One process.")
def simulate(seeds: range, jobs: int, log: Path | None, *, trace: bool) -> int:
    """Test the guard against weeks of simulated trouble.

    Each seed is a week of its own: rules, trader, market and faults. The production engine runs
    in it, and checkers that see only the simulated venue and the stored rows say whether the
    guarantees held. Needs no account and no network, and changes nothing.
    """
    if trace:
        return _trace(seeds)
    try:
        totals = run_logged(seeds, jobs, log, _tell)
    except (OSError, TypeError, ValueError) as error:
        raise click.ClickException(
            f"{log}: {error}; give another file, or delete the line that is no outcome"
        ) from error
    _summarise(totals)
    return ExitCode.FAILED if totals.failed else ExitCode.DONE


def _trace(seeds: range) -> int:
    failed = False
    for seed in seeds:
        outcome, lines = traced_week(seed, TRACE_LINES)
        click.echo(f"seed {seed}: t in seconds, * venue, < heard, > done, ! fault")
        click.echo("\n".join(lines))
        for problem in outcome.problems:
            click.echo(f"BROKEN {problem}")
        click.echo(f"decisions {outcome.decisions}\nstate     {outcome.state}")
        failed = failed or bool(outcome.problems)
    return ExitCode.FAILED if failed else ExitCode.DONE


def _tell(outcome: Outcome) -> None:
    """A week that broke something: what, and the command that replays it."""
    if outcome.problems:
        click.echo(f"seed {outcome.seed}: {outcome.problems[0]}")
        click.echo(f"  replay: risk-manager admin simulate --seeds {outcome.seed} --trace")


def _summarise(totals: Totals) -> None:
    click.echo(
        f"{totals.weeks} weeks, {len(totals.failed)} with a broken guarantee; "
        f"{totals.round_trips} round trips (fewest in a week {totals.fewest_round_trips}), "
        f"{totals.requests} requests, {totals.starts} starts, {totals.locks} locks, "
        f"{totals.faults.total()} faults:"
    )
    for kind in KINDS:
        click.echo(f"  {kind:<20}{totals.faults[kind]:>9}")
