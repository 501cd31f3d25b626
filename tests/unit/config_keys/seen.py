"""What is observed of a configuration: in the whole engine's world, or when it is loaded.

A story is a line of moves: `acts(fill(MNQ, 3), wait(5))`.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from risk_manager.api.rest_client import ListedAccount
from risk_manager.bootstrap.accounts import resolve_accounts
from risk_manager.config.effective import LoadedConfig
from risk_manager.config.errors import ConfigErrors
from risk_manager.core.assembly import Restored, build_engine
from risk_manager.core.health import Trouble
from risk_manager.core.status import Facts, build_status
from risk_manager.domain.events import Started
from risk_manager.domain.ids import AccountId, ContractId
from risk_manager.domain.positions import AccountRow
from risk_manager.simulation import convert
from risk_manager.simulation.hub import CONNECT_MS
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.trader import Price
from risk_manager.simulation.world import World
from risk_manager.state.writes import EndLock, PutLock
from tests.harness.words import did_at
from tests.unit.config_keys.row import See, load

LISTED = {ACCOUNT: "PRAC-1", 10002: "PRAC-2", 10003: "PRAC-3"}

Move = Callable[["FileWorld"], object]


class FileWorld(World):
    """A world whose engine is built from configuration files, as a start builds it."""

    def __init__(self, config: LoadedConfig, **options: Any) -> None:
        super().__init__({}, **options)
        self.config = config
        row = self.exchange.account(ACCOUNT)
        assert row is not None
        listed = [ListedAccount(convert.account_of(row), None, None)]
        self.resolved = resolve_accounts(config.accounts, listed)

    def start(self, restored: Restored | None = None) -> "FileWorld":
        self.engine = build_engine(
            self.resolved.watched, self.config.global_, self.config.holidays, restored or Restored()
        )
        self.deliver(Started())
        self.time.after(CONNECT_MS, self.hub.connect)
        self.run(1.0)
        return self

    def status(self) -> dict[str, Any]:
        """The published status."""
        facts = Facts(True, True, Trouble(), {}, self.resolved.unwatched)
        return build_status(self.running, facts, self._stamp())


def played(
    folder: Path, moves: Iterable[Move], before: Iterable[Move] = (), **options: Any
) -> FileWorld:
    """The world after the story; `before` happens while no daemon runs."""
    world = FileWorld(load(folder), **options)
    for move in before:
        move(world)
    world.start()
    for move in moves:
        move(world)
    return world


def acts(*moves: Move, **options: Any) -> See:
    """Every request with its second, and every lock that was set or ended."""

    def see(folder: Path) -> object:
        world = played(folder, moves, **options)
        rows = [row for _, row in world.rows]
        locks = [row.lock for row in rows if isinstance(row, PutLock)]
        return (
            did_at(world),
            [(lock.key, lock.kind, lock.set_at, lock.until, lock.ceilings) for lock in locks],
            [(row.key, row.at) for row in rows if isinstance(row, EndLock)],
        )

    return see


def says(*moves: Move, **options: Any) -> See:
    """Every message with its second."""

    def see(folder: Path) -> object:
        world = played(folder, moves, **options)
        return [(at, notice.level, notice.text) for at, notice in world.notices]

    return see


def shows(part: Callable[[dict[str, Any]], object], *moves: Move, **options: Any) -> See:
    """A part of the published status."""
    return lambda folder: part(played(folder, moves, **options).status())


def accepted(**options: Any) -> See:
    """The keys that are refused, none when the files are accepted."""

    def see(folder: Path) -> object:
        try:
            load(folder, **options)
        except ConfigErrors as errors:
            return sorted(str(problem.key) for problem in errors.problems)
        return []

    return see


def resolved(folder: Path) -> object:
    """Which accounts are guarded at a login that has three, and which are only shown."""
    rows = [AccountRow(AccountId(n), name, None, None) for n, name in LISTED.items()]
    found = resolve_accounts(load(folder).accounts, [ListedAccount(r, None, None) for r in rows])
    return [(one.id, one.name) for one in found.watched], found.unwatched


def noted(folder: Path) -> object:
    """The warnings and notes at the start."""
    return [(note.key, note.message) for note in load(folder).notes]


def fill(contract: ContractId, size: int, at: Price | None = None) -> Move:
    """A fill; `size` is signed."""
    return lambda world: world.trader.fill(contract, size, at)


def market(contract: ContractId, size: int) -> Move:
    """A market order, which fills some milliseconds later."""
    return lambda world: world.trader.market(contract, size)


def stop(contract: ContractId, size: int, at: Price) -> Move:
    """A stop order."""
    return lambda world: world.trader.stop(contract, size, at)


def cancel_all(world: FileWorld) -> None:
    """The trader cancels every working order."""
    for order in world.exchange.open_orders(ACCOUNT):
        world.trader.cancel(order.id)


def price(contract: ContractId, last: Price) -> Move:
    """The market moves."""
    return lambda world: world.trader.price(contract, last)


def quote(contract: ContractId, last: str, bid: str, ask: str) -> Move:
    """The market moves, with a book."""

    def move(world: FileWorld) -> None:
        world.exchange.set_price(contract, Decimal(last), Decimal(bid), Decimal(ask))
        world.collect()

    return move


def lose(contract: ContractId, usd: Price) -> Move:
    """One contract bought and sold with this loss; a gain when negative."""
    return lambda world: world.trader.lose(contract, usd)


def wait(seconds: float) -> Move:
    """Time passes."""
    return lambda world: world.run(seconds)
