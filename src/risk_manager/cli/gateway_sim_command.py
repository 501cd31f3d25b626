"""`risk-manager gateway-sim`: the simulated gateway alone, for tests and for trying out bots."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.signals import stop_on_signals
from risk_manager.utils.datetime_helpers import parse_instant

if TYPE_CHECKING:
    from risk_manager.gateway_sim.options_server import ServerOptions
    from risk_manager.gateway_sim.server import SimServer

WAKE_S = 0.5
"""Windows notices Ctrl-C only between two waits."""


def read_speed(_ctx: click.Context, _param: click.Parameter, value: str) -> Decimal:
    """Return the exact number of simulated seconds per real second, 0 or more."""
    try:
        speed = Decimal(value)
    except InvalidOperation as error:
        raise click.BadParameter(f"{value!r} is not a number") from error
    if not speed.is_finite() or speed < 0:
        raise click.BadParameter("must be 0 or more")
    return speed


def read_instant(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> datetime | None:
    """Return the UTC instant of an ISO 8601 text; without an offset it is UTC."""
    if value is None:
        return None
    try:
        return parse_instant(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("gateway-sim")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=0,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port for REST and both hubs; 0 takes a free one.",
)
@click.option("--seed", default=1, show_default=True, help="Same seed, same exchange.")
@click.option(
    "--speed",
    default="1",
    show_default=True,
    callback=read_speed,
    metavar="NUMBER",
    help="Simulated seconds per real second; 0 stands still.",
)
@click.option(
    "--accounts",
    default=1,
    show_default=True,
    type=click.IntRange(1, 100),
    help="How many accounts; ids are 10001, 10002, ...",
)
@click.option(
    "--start",
    callback=read_instant,
    metavar="ISO",
    help="Simulated now at the start  [default: now]",
)
@click.option("--market-hours", is_flag=True, help="Products close at their hours.")
@click.option(
    "--market",
    type=click.Choice(["still", "live"]),
    default="still",
    show_default=True,
    help="Prices stand still, or walk by themselves.",
)
@click.option(
    "--forms",
    type=click.Choice(["observed", "documented", "list"]),
    default="observed",
    show_default=True,
    help="The form in which hub events are sent.",
)
def gateway_sim(host: str, port: int, **chosen: Any) -> int:
    """Run a simulated ProjectX gateway until Ctrl-C, SIGTERM or a closed terminal.

    The first line on stdout is JSON: addresses, user name, API key and accounts.
    """
    from risk_manager.gateway_sim.server import SimServer  # noqa: PLC0415 - keeps --help quick

    stop = threading.Event()
    server = SimServer(_options(**chosen), host=host, port=port)
    with stop_on_signals(stop):
        try:
            server.start()
        except OSError as error:
            click.echo(f"Not started: {error}", err=True)
            return ExitCode.FAILED
        print(json.dumps(_first_line(server)), flush=True)
        while not stop.wait(WAKE_S):
            pass
        server.stop()
    return ExitCode.DONE


def _options(
    *,
    seed: int,
    speed: Decimal,
    accounts: int,
    start: datetime | None,
    market_hours: bool,
    market: str,
    forms: str,
) -> ServerOptions:
    from risk_manager.gateway_sim.forms import FORMS  # noqa: PLC0415 - keeps --help quick
    from risk_manager.gateway_sim.options import ExchangeOptions  # noqa: PLC0415 - as above
    from risk_manager.gateway_sim.options_server import (  # noqa: PLC0415 - as above
        ServerOptions,
    )

    return ServerOptions(
        seed=seed,
        accounts=accounts,
        start=start,
        speed=speed,
        exchange=ExchangeOptions(market_hours=market_hours, live_market=market == "live"),
        forms=FORMS[forms],
    )


def _first_line(server: SimServer) -> dict[str, Any]:
    """Return what a program that started the gateway needs to use it."""
    return {
        "api_url": server.api_url,
        "user_hub": server.user_hub,
        "market_hub": server.market_hub,
        "username": server.username,
        "api_key": server.api_key,
        "accounts": [
            {
                "id": account.id,
                "name": account.name,
                "balance": str(account.balance),
                "canTrade": account.can_trade,
            }
            for account in server.accounts()
        ],
    }
