"""A virtual world made to last: the engine writes a real database, and nothing else is kept.

It begins like one that has run for months: the books that have a bound stand at it.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from benchmarks.soak_past import long_past, old_orders
from risk_manager.config.effective import ResetTime
from risk_manager.core.assembly import Restored, build_engine
from risk_manager.core.health import Trouble
from risk_manager.core.notice_board import NoticeBoard
from risk_manager.core.status import Facts, build_status, encode_status
from risk_manager.core.store_keeper import StoreKeeper
from risk_manager.domain.events import OrderChanged, Started
from risk_manager.enforcement.step import Step
from risk_manager.simulation.hub import CONNECT_MS
from risk_manager.simulation.setup import ACCOUNT, NO_HOLIDAYS, START, Sections, watched
from risk_manager.simulation.world import World
from risk_manager.state.persistence import Store
from risk_manager.utils.clock import MachineClock

RESET = ResetTime(time(10, 2), "America/New_York")
"""Two minutes after the world's start: the first day ends when the world is warm."""
RULES: Sections = {
    "max_contracts": {"limit": 5},
    "max_contracts_per_instrument": {"limits": {"MNQ": 3, "ES": 2, "NQ": 2, "RTY": 2}},
    "daily_realized_loss": {"limit": -1_000_000, "include_unrealized": True},
    "trade_frequency_limit": {"limits": {"per_minute": 8, "per_hour": 250, "per_session": 5000}},
    "cooldown_after_loss": {"loss_thresholds": ({"loss_amount": -100, "cooldown_duration": 20},)},
    "no_stop_loss_grace": {"grace_period_seconds": 30},
}


class SoakWorld(World):
    """Rows go to the database through the product's own keeper, notices to its board."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(RULES, seed=seed)
        self.store = Store.open(folder / "state.db")
        self.problems: list[str] = []
        self.keeper = StoreKeeper(
            self.store, MachineClock().mono, self._note_problem, self._note_crash
        )
        self.board = NoticeBoard({})
        self.locks_set = 0
        self.steps = 0

    def start(self, restored: Restored | None = None) -> "SoakWorld":
        """Start the daemon's engine, with a day that ends two minutes later."""
        account = watched(RULES, {})
        account = replace(account, config=replace(account.config, reset=RESET))
        settings = account.config.global_
        self.engine = build_engine([account], settings, NO_HOLIDAYS, restored or long_past())
        self.deliver(Started())
        for order in old_orders():
            self.deliver(OrderChanged(order))
        self.time.after(CONNECT_MS, self.hub.connect)
        self.run(1.0)
        return self

    def tidy(self) -> None:
        """Forget what the harness notes for tests, and write what waits."""
        for notes in (self.broker.sent, self.broker.calls, self.broker.snapshots):
            notes.clear()
        self.hub.rebuilds.clear()
        self.keeper.write_late(self.time.now, idle=True)

    def held(self) -> list[object]:
        """What of the product keeps state: engine, notices, rows that wait."""
        rows = (self.keeper._waiting, self.keeper._late)  # noqa: SLF001 - to be counted only
        return [self.running, self.board, *rows]

    def publish(self) -> bytes:
        """Build the status as the daemon does twice a second."""
        mono = self.time.mono
        facts = Facts(
            ready=True,
            trusted_clock=True,
            trouble=Trouble(store=self.keeper.problem, alarms=self.board.alarms(mono)),
            enforcements={ACCOUNT: self.board.enforcements(ACCOUNT)},
        )
        return encode_status(build_status(self.running, facts, self._stamp()))

    def close(self) -> None:
        """Write what waits and close the database."""
        self.keeper.close(self.time.now)

    def _act(self, step: Step) -> None:
        self.steps += 1
        if step.writes:
            self.keeper.commit([*step.writes, *step.late_writes], step.stamp.now)
        for request in (*step.first_wave, *step.commands):
            self._send(request)
        if step.late_writes and not step.writes:
            self.keeper.later(step.late_writes)
        if step.records:
            self.board.enforce(step.records)
        if step.notices:
            self.board.note(step.notices, step.stamp.mono)

    def _note_problem(self, problem: str | None) -> None:
        if problem is not None:
            self.problems.append(problem)

    def _note_crash(self, name: str, error: BaseException) -> None:
        self.problems.append(f"{name}: {error!r}")


def next_reset(now: datetime) -> datetime:
    """The reset that follows; the tests' November has no change of the clocks."""
    first = START + timedelta(minutes=2)
    return first + timedelta(days=(now - first) // timedelta(days=1) + 1)
