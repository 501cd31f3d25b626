"""`risk-manager demo`: see what the guard does for a trader, without an account."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence

import click

from risk_manager.cli.demo_judge import Ruling
from risk_manager.cli.demo_output import breach_line, in_words, summary_line
from risk_manager.cli.demo_story import Ending, Stage, play
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.signals import interrupt_on_signals
from risk_manager.domain.errors import StartError
from risk_manager.utils.clock import MachineClock, sleep

_SHORTEST_GAP_S = 0.4
_HEADLESS_SECONDS = 20.0
_SCREEN_SECONDS = 27.0


class StoppedError(Exception):
    """The viewer has left; the story ends early."""


@click.command()
@click.option("--headless", is_flag=True, help="One line per breach and a summary, no screen.")
@click.option("--seconds", type=click.FloatRange(1, 600), help="About how long it takes.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same story.")
@click.option("--json", "as_json", is_flag=True, help="Headless, with one JSON object per line.")
def demo(*, headless: bool, seconds: float | None, seed: int, as_json: bool) -> int:
    """Watch a day of an undisciplined trader, and the guard enforce every rule.

    Starts a simulated gateway on this PC, the daemon with an example configuration, and a trader
    who breaks each rule in turn, from 09:35 to the next morning; simulated time is moved on
    between. Needs no account and no network. RULE-012 moves a stop: that is no breach, but it has
    its line, too. Exit code 0 when every breach was enforced, judged by the gateway's own book,
    else 1. A larger --seconds leaves time to read.
    """
    headless = headless or as_json
    wanted = seconds or (_HEADLESS_SECONDS if headless else _SCREEN_SECONDS)
    clock = MachineClock()
    began = clock.mono()
    ends = began + wanted
    try:
        with interrupt_on_signals():
            if headless or not sys.stdout.isatty():
                ending = _without_screen(clock, ends, seed, as_json=as_json, told=not headless)
            else:
                ending = _on_screen(clock, ends, seed)
    except StartError as error:
        click.echo(f"The demo failed: {error}", err=True)
        return ExitCode.FAILED
    except StoppedError:
        return ExitCode.INTERRUPTED
    print(summary_line(ending.rulings, clock.mono() - began, as_json=as_json), flush=True)
    if not ending.clean:
        click.echo("The gateway's book still holds positions or working orders.", err=True)
    return ExitCode.DONE if ending.good else ExitCode.FAILED


def _without_screen(
    clock: MachineClock, ends: float, seed: int, *, as_json: bool, told: bool
) -> Ending:
    """Print a line per breach as it is judged, with the story between them if `told`."""

    def ruled(ruling: Ruling) -> None:
        print(breach_line(ruling, as_json=as_json), flush=True)

    stage = Stage(
        tell=(lambda line: print(line, flush=True)) if told else (lambda _line: None),
        ruled=ruled,
        opened=lambda _folder: None,
        ends_mono=ends,
        shortest_gap_s=_SHORTEST_GAP_S,
        monotonic=clock.mono,
        pause=sleep,
    )
    return play(stage, seed=seed)


def _on_screen(clock: MachineClock, ends: float, seed: int) -> Ending:
    """Play in a thread, draw in this one, and print the story's result afterwards."""
    from risk_manager.cli.demo_screen import DemoScreen  # noqa: PLC0415 - keeps headless quick
    from risk_manager.cli.formatting import make_console  # noqa: PLC0415 - as above

    screen = DemoScreen(make_console(color=True), clock.mono)

    def pause(seconds: float) -> None:
        if screen.quit.wait(seconds):
            raise StoppedError

    stage = Stage(
        tell=screen.tell,
        ruled=lambda _ruling: None,
        opened=screen.opened,
        ends_mono=ends,
        shortest_gap_s=_SHORTEST_GAP_S,
        monotonic=clock.mono,
        pause=pause,
    )
    story = _Story(lambda: play(stage, seed=seed), screen.over)
    try:
        screen.show()
    finally:
        ending = story.result()
    _explain(ending.rulings)
    return ending


class _Story(threading.Thread):
    """The story in a thread of its own; `over` is called at its end, whatever ended it."""

    def __init__(self, tell: Callable[[], Ending], over: Callable[[], None]) -> None:
        super().__init__(name="story", daemon=True)
        self._tell = tell
        self._over = over
        self._ending: Ending | None = None
        self._failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Play; keep the ending or the failure for `result`."""
        try:
            self._ending = self._tell()
        except BaseException as failure:  # noqa: BLE001 - raised again in the main thread
            self._failure = failure
        finally:
            self._over()

    def result(self) -> Ending:
        """Wait for the end and return it, or raise what ended the story."""
        self.join()
        if self._failure is not None:
            raise self._failure
        assert self._ending is not None
        return self._ending


def _explain(rulings: Sequence[Ruling]) -> None:
    """Print on the normal screen what was seen."""
    print("What the guard did, and after how long, by the gateway's own book:")
    for ruling in rulings:
        print("  " + in_words(ruling))
    print(
        "No order was refused: a guard can only act after a fill, so it acts within milliseconds.\n"
        "With --seconds 90 there is more time to read."
    )
