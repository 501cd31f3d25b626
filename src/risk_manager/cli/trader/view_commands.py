"""The pages as commands: `pnl`, `positions`, `rules`, `connections`, `market-hours`, `why`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.trader.choice import chosen_accounts
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.options import NoDaemonError, Options, common_options
from risk_manager.cli.trader.source import look
from risk_manager.cli.trader.watch import Watch
from risk_manager.ipc.client import StatusReading

Show = Callable[[Options, Watch, Sequence[AccountRow]], None]
More = Callable[[Watch, AccountRow], dict[str, Any]]


def _view(
    name: str,
    summary: str,
    whole: Sequence[str],
    members: Sequence[str],
    show: Show,
    more: More = lambda _watch, _account: {},
) -> Any:
    """Build a command that prints a page, or with --json these members of the status."""

    @click.command(name, help=summary)
    @common_options
    def command(options: Options) -> int:
        watch, reading = look(options.run_folders)
        if reading is None:
            raise NoDaemonError("; ".join(watch.causes))
        accounts = chosen_accounts(watch, options.account)
        if options.as_json and not options.quiet:
            answer = _picked(watch, reading, whole)
            answer["accounts"] = [
                _row(reading, account.id, members) | more(watch, account) for account in accounts
            ]
            click.echo(json.dumps(answer))
        elif not options.quiet:
            show(options, watch, accounts)
        return ExitCode.NOT_RUNNING if watch.is_stale else ExitCode.DONE

    return command


def _picked(watch: Watch, reading: StatusReading, whole: Sequence[str]) -> dict[str, Any]:
    """Take members out of the daemon's own object, so that every command tells the same."""
    status = reading.status
    return {
        "schema": status["schema"],
        "at": status["at"],
        "age_s": round(reading.age_s, 3),
        "status": watch.word,
        "causes": list(watch.causes),
        **{name: status.get(name) for name in whole},
    }


def _row(reading: StatusReading, account_id: int, members: Sequence[str]) -> dict[str, Any]:
    row = next(row for row in reading.status["accounts"] if row["id"] == account_id)
    return {name: row.get(name) for name in ("id", "name", "state", *members)}


def _explained(watch: Watch, account: AccountRow) -> dict[str, Any]:
    """The sentences of `why`."""
    from risk_manager.cli.trader.once import plain_frame  # noqa: PLC0415 - only why needs it
    from risk_manager.cli.trader.why import facts  # noqa: PLC0415 - as above

    assert watch.status is not None
    return {"explanation": facts(plain_frame(watch, account), watch.status, account)}


def _page(key: str) -> Show:
    def show(options: Options, watch: Watch, accounts: Sequence[AccountRow]) -> None:
        from risk_manager.cli.trader.once import print_page  # noqa: PLC0415 - keeps --json quick
        from risk_manager.cli.trader.pages import BY_KEY, WHY  # noqa: PLC0415 - as above

        body = WHY if key == "why" else BY_KEY[key].body
        assert body is not None
        print_page(options, watch, accounts, body)

    return show


pnl = _view(
    "pnl",
    "Where the day's money is, the chart, and the last ten results.",
    (),
    (
        "trading_day", "start_balance", "balance", "realized_pnl", "net_pnl", "unrealized_pnl",
        "venue", "curve", "trades",
    ),
    _page("2"),
)  # fmt: skip
positions = _view(
    "positions",
    "Open positions with their stop cover, and working orders.",
    (),
    ("positions", "orders"),
    _page("3"),
)
rules = _view(
    "rules",
    "Every rule: reading, limit, how full it is, what is left.",
    (),
    ("rules", "windows", "headroom"),
    _page("4"),
)
connections = _view(
    "connections",
    "Daemon, streams, login, database, clock.",
    (
        "version", "started_at", "uptime_s", "ready", "mode", "tier", "clock", "hubs", "links",
        "login", "database", "last_reconcile_at", "blind_s", "blind_s_today",
    ),
    (),
    _page("5"),
)  # fmt: skip
market_hours = _view(
    "market-hours",
    "What is open, when it ends, the next reset, the closures of a week.",
    ("market", "calendar"),
    ("timezone", "trading_day", "day_began_at", "next_reset_at", "session"),
    _page("6"),
)
why = _view(
    "why",
    "Why the guard acted last, with what it saw, in plain words.",
    (),
    ("enforcements", "locks", "rules"),
    _page("why"),
    _explained,
)
