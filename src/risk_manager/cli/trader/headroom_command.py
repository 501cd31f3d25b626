"""`risk-manager trader headroom`: what the next order may be, and which clocks close positions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from risk_manager.cli.trader.choice import chosen_accounts
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.options import Options, common_options
from risk_manager.cli.trader.source import look
from risk_manager.cli.trader.watch import NOT_MONITORED, Watch, exit_code
from risk_manager.utils.wording import duration


@click.command()
@common_options
def headroom(options: Options) -> int:
    """Show the largest next order per symbol that breaches nothing, and the rule that binds.

    An order that adds or opens; an exit is always possible. Working orders are not counted.
    Exit codes as for status.
    """
    watch, reading = look(options.run_folders)
    accounts = chosen_accounts(watch, options.account)
    if options.quiet:
        return exit_code(watch, accounts, None)
    if options.as_json:
        at = None if reading is None else reading.status.get("at")
        click.echo(json.dumps(_as_json(watch, accounts, at)))
    else:
        click.echo("\n".join(_lines(watch, accounts)))
    return exit_code(watch, accounts, None)


def _as_json(watch: Watch, accounts: tuple[AccountRow, ...], at: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "at": at,
        "status": watch.word,
        "accounts": [
            {
                "id": row.id,
                "name": row.name,
                "headroom": [
                    {"symbol": head.symbol, "contracts": head.contracts, "rule": head.rule}
                    for head in row.headroom
                ],
                "clocks": [
                    {"symbol": symbol, "closes_in_s": seconds, "rule": rule}
                    for symbol, seconds, rule in _clocks(watch, row)
                ],
            }
            for row in accounts
        ],
    }


def _lines(watch: Watch, accounts: tuple[AccountRow, ...]) -> Iterator[str]:
    if watch.word == NOT_MONITORED:
        yield f"{NOT_MONITORED} - {'; '.join(watch.causes) or 'no daemon answers'}"
    for row in accounts:
        yield f"{row.name or row.id} ({row.id}) - {row.state}"
        if not row.headroom:
            yield "  nothing known yet" if row.realized_pnl is None else "  no symbol is limited"
        for head in row.headroom:
            size = "any size" if head.contracts is None else f"at most {head.contracts}"
            yield f"  {head.symbol:<6} {size:<12} {head.rule or ''}".rstrip()
        for symbol, seconds, rule in _clocks(watch, row):
            yield f"  {symbol:<6} closes in {duration(seconds)} ({rule})"


def _clocks(watch: Watch, row: AccountRow) -> Iterator[tuple[str, float, str]]:
    """Yield symbol, seconds left and rule of each clock that closes an open position."""
    age = watch.age_s or 0.0
    for held in row.positions:
        for seconds, rule in (
            (held.uncovered_closes_in_s, "RULE-008"),
            (held.session_closes_in_s, "RULE-009"),
        ):
            if seconds is not None:
                yield held.symbol, max(0.0, seconds - age), rule
