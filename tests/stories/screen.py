"""What the trader's screen shows of a world, through the product's own status and screen."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from risk_manager.cli.formatting import UNICODE_GLYPHS
from risk_manager.cli.trader import rows
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.headline import headline
from risk_manager.cli.trader.model import AccountRow, Status, parse_status
from risk_manager.cli.trader.watch import Watch
from risk_manager.core.health import Trouble
from risk_manager.core.status import Facts, build_status
from risk_manager.domain.events import Stamp
from risk_manager.domain.records import EnforcementRecord, Level
from risk_manager.enforcement.step import Step
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.watching import Watcher
from risk_manager.simulation.world import World
from risk_manager.state.writes import PutLock
from tests.stories.acts import found_nothing
from tests.stories.story import NEW_YORK

WIDE = 400
"""Cells; no sentence is cut."""
SOON_S = 0.05
"""By then the position that a fill left is told, and no close has reached the venue."""


class Screen(Watcher):
    """Looks as soon as a lock is set, while its closes are on their way, and when asked for news.

    A lock is shown again only when what it allows has changed, not for its countdown.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._lines: list[str] = []
        self._seen: set[object] = set()

    def on_step(self, step: Step) -> None:
        if any(isinstance(row, PutLock) for row in step.writes):
            self._world.time.at(self._world.t + SOON_S, self._look)

    def news(self) -> list[str]:
        """The lines that were not shown before this call, oldest first."""
        self._look()
        found, self._lines = self._lines, []
        return found

    def _look(self) -> None:
        frame = self._frame()
        status, account = frame.watch.status, frame.account
        assert status is not None
        assert account is not None
        top = [line.plain.strip() for line in headline(frame)]
        watch, states = top[1], top[2:-1]
        if self._is_new(status.causes) and status.causes:
            self._lines.append(watch.partition(" - data ")[0])
        if self._is_new(_locks_of(account)) and account.locks:
            shown = states if account.state != "OK TO TRADE" else states[1:]
            self._lines += shown
        self._lines += self._enforcements(frame, account)

    def _enforcements(self, frame: Frame, account: AccountRow) -> Iterator[str]:
        """The log's lines of closes and cancels; those of locks say what the state line says."""
        for row in account.enforcements:
            if row.action.startswith("SET_") or row.outcome in ("STARTED", "ALREADY"):
                continue
            if self._is_new((row.at, row.action, row.contract, row.reason)):
                timeless = msgspec.structs.replace(row, ms_to_request=None, ms_to_flat=None)
                yield " ".join(rows.enforcement(frame, timeless).plain.split())

    def _is_new(self, what: object) -> bool:
        is_new = what not in self._seen
        self._seen.add(what)
        return is_new

    def _frame(self) -> Frame:
        world = self._world
        newest: dict[str, EnforcementRecord] = {}
        for _, record in world.records:
            newest[record.key] = record
        alarms = [n.text for t, n in world.notices if n.level is Level.ALARM and world.t - t < 60]
        stamp = Stamp(0, world.time.now, world.time.mono, world.time.mono)
        facts = Facts(
            ready=True,
            trusted_clock=True,
            trouble=Trouble(alarms=alarms),
            enforcements={ACCOUNT: [r for r in newest.values() if not found_nothing(r)]},
        )
        status: Status = parse_status(build_status(world.running, facts, stamp))
        watch = Watch(status, 0.0)
        return Frame(watch, status.accounts, NEW_YORK, UNICODE_GLYPHS, width=WIDE)


def _locks_of(account: AccountRow) -> tuple[tuple[str, ...], ...]:
    return tuple((lock.rule, lock.scope, lock.reason, lock.allowed) for lock in account.locks)
