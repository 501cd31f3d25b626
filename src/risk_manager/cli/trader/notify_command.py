"""`risk-manager trader notify`: a log-on item that shows and sounds what the guard does.

The service has no desktop, so this tool raises the notifications. Where there is no desktop either,
or it refuses, a line and the terminal's bell remain.
"""

from __future__ import annotations

import asyncio
import queue

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.trader.desktop import Desktop
from risk_manager.cli.trader.news import Item, News
from risk_manager.cli.trader.options import Options, common_options
from risk_manager.cli.trader.source import Follower
from risk_manager.utils.clock import MachineClock

_LOOK_S = 1.0


@click.command()
@click.option("--no-desktop", is_flag=True, help="Only lines and the bell.")
@common_options
def notify(options: Options, *, no_desktop: bool) -> int:
    """Show and sound each enforcement and alarm until Ctrl-C; waits for a daemon if need be."""
    return asyncio.run(_notify(options, Desktop(enabled=not no_desktop)))


async def _notify(options: Options, desktop: Desktop) -> int:
    wakes: queue.SimpleQueue[None] = queue.SimpleQueue()
    follower = Follower(options.run_folders, MachineClock().mono, lambda: wakes.put(None))
    follower.start()
    news = News()
    try:
        while True:
            for item in news.look(follower.watch()):
                _say(options, item, shown=await desktop.show(item.title, item.text))
            await asyncio.to_thread(_wait, wakes)
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    finally:
        follower.stop()


def _wait(wakes: queue.SimpleQueue[None]) -> None:
    """Wait for an answer, or a second: the age of a status grows without one."""
    try:
        wakes.get(timeout=_LOOK_S)
    except queue.Empty:
        return


def _say(options: Options, item: Item, *, shown: bool) -> None:
    if not options.quiet:
        click.echo(f"{item.title}: {item.text}")
    if not shown:
        click.echo("\a", nl=False, err=True)
