"""What the live view knows: the daemon it follows, the account it shows, what it asked for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from risk_manager.cli.formatting import Glyphs
from risk_manager.cli.trader.clock_words import clock_words
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.model_history import HistoryAnswer, parse_history
from risk_manager.cli.trader.source import Follower, ask_clock, ask_history
from risk_manager.cli.trader.watch import Watch, choose
from risk_manager.ipc.client import AskedInVainError, NotRunningError


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What the live view is told: where the daemon is, which account, how it may look.

    `wanted` is an account's id or name, None for all; `monotonic` gives seconds.
    """

    run_folders: Sequence[Path]
    wanted: str | None
    monotonic: Callable[[], float]
    pc_zone: tzinfo
    glyphs: Glyphs
    compact: bool = False


class LiveData:
    """Follows the daemon and asks it. `wake` is called, in another thread, after each answer."""

    def __init__(self, settings: LiveSettings, wake: Callable[[], None]) -> None:
        self.settings = settings
        self.follower = Follower(settings.run_folders, settings.monotonic, wake)
        self._turned = 0
        self._history: HistoryAnswer | None = None

    def next_account(self) -> None:
        """Show the next account."""
        self._turned += 1

    def account(self) -> AccountRow | None:
        """The account that is shown."""
        accounts = self._accounts(self.follower.watch())
        return accounts[0] if accounts else None

    def frame(self, watch: Watch, width: int, height: int, alert: str) -> Frame:
        """Return what a picture of this size needs."""
        accounts, settings = self._accounts(watch), self.settings
        history = self._history
        if history is not None and (not accounts or accounts[0].id != history.account):
            history = None
        return Frame(
            watch, accounts, settings.pc_zone, settings.glyphs, width, height, alert,
            live=True, compact=settings.compact, history=history,
        )  # fmt: skip

    async def ask_history(self) -> None:
        """Ask for the past of the shown account; without an answer the last one stays."""
        account = self.account()
        if account is None:
            return
        with contextlib.suppress(NotRunningError, AskedInVainError, ValueError):
            folders = self.settings.run_folders
            answer = await asyncio.to_thread(ask_history, folders, account.id)
            self._history = parse_history(answer)

    async def clock(self, action: str) -> str:
        """Clock the shown account `in` or `out`; returns the answer in words."""
        account = self.account()
        if account is None:
            return f"not clocked {action}: no account is shown"
        try:
            folders = self.settings.run_folders
            answer = await asyncio.to_thread(ask_clock, folders, account.id, action)
        except (NotRunningError, AskedInVainError) as error:
            return f"not clocked {action}: {error}"
        return "; ".join(clock_words(answer))

    def _accounts(self, watch: Watch) -> tuple[AccountRow, ...]:
        """The accounts, the shown one first."""
        accounts = choose(watch.status, self.settings.wanted) if watch.status else ()
        turn = self._turned % len(accounts) if accounts else 0
        return (*accounts[turn:], *accounts[:turn])
