"""One story about a rule, as data: a section of risk_config.yaml, and scenes played on the world.

Each doing carries its words and its act, so that a page cannot say anything else than was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from risk_manager.domain.money import usd
from risk_manager.simulation.setup import ACCOUNT, ES, MES, MNQ, NQ, RTY, START
from risk_manager.simulation.world import World
from tests.harness.words import working

NEW_YORK = ZoneInfo("America/New_York")
CONTRACTS = {"MNQ": MNQ, "ES": ES, "NQ": NQ, "MES": MES, "RTY": RTY}


@dataclass(slots=True)
class Stage:
    """The running world; `since` is the second of the last doing of the scene before."""

    world: World
    since: float


@dataclass(frozen=True, slots=True)
class Doing:
    """What the trader, the market or the clock does."""

    words: str
    act: Callable[[Stage], object]


@dataclass(frozen=True, slots=True)
class Scene:
    """Doings without time between them; then `settle` seconds in which the guard is watched."""

    doings: tuple[Doing, ...]
    settle: float

    @property
    def words(self) -> str:
        return ", ".join(doing.words for doing in self.doings)


@dataclass(frozen=True, slots=True)
class Story:
    """`section` is YAML as the user writes it; the world begins at `start`."""

    title: str
    section: str
    scenes: tuple[Scene, ...]
    start: datetime = START


def scene(*doings: Doing, settle: float = 2.0) -> Scene:
    """A row of the table."""
    return Scene(doings, settle)


def buy(symbol: str, size: int = 1, price: str | None = None) -> Doing:
    """A market order that fills at once."""
    return _fill("buy", symbol, size, price)


def sell(symbol: str, size: int = 1, price: str | None = None) -> Doing:
    """A market order that fills at once."""
    return _fill("sell", symbol, -size, price)


def limit(symbol: str, size: int, price: str) -> Doing:
    """A resting limit order; a negative size sells."""
    return Doing(
        f"you place {_order('limit', symbol, size, price)}",
        lambda stage: stage.world.trader.limit(CONTRACTS[symbol], size, price),
    )


def stop(symbol: str, size: int, price: str) -> Doing:
    """A resting stop order; a negative size sells."""
    return Doing(
        f"you place {_order('stop', symbol, size, price)}",
        lambda stage: stage.world.trader.stop(CONTRACTS[symbol], size, price),
    )


def withdraw(symbol: str) -> Doing:
    """The trader cancels the symbol's newest working order."""

    def act(stage: Stage) -> None:
        stage.world.trader.cancel(working(stage.world, CONTRACTS[symbol])[-1])

    return Doing(f"you cancel your {symbol} order", act)


def trades_at(symbol: str, price: str) -> Doing:
    """The market moves."""
    return Doing(
        f"{symbol} trades at {price}",
        lambda stage: stage.world.trader.price(CONTRACTS[symbol], price),
    )


def result(symbol: str, amount: str) -> Doing:
    """One contract, held for a second, ends at this result in USD, a multiple of the tick value."""
    contract = CONTRACTS[symbol]

    def act(stage: Stage) -> None:
        exchange = stage.world.exchange
        row, quote = exchange.contract(contract), exchange.quote(contract)
        assert row is not None
        assert quote is not None
        assert quote.last is not None
        stage.world.trader.fill(contract, 1, quote.last)
        stage.world.run(1.0)
        stage.world.trader.fill(contract, -1, quote.last + Decimal(amount) / row.point_value)

    return Doing(f"a trade in {symbol} ends at {usd(Decimal(amount))}", act)


def later(seconds: float) -> Doing:
    """Time passes, counted from the last doing of the scene before."""
    return Doing(f"{seconds:g} s later", lambda stage: stage.world.run_to(stage.since + seconds))


def clock(wall: str) -> Doing:
    """The clock reaches a wall time in New York on the day of the world, HH:MM:SS."""
    at = time.fromisoformat(wall)

    def act(stage: Stage) -> None:
        line = stage.world.time
        due = datetime.combine(line.now.astimezone(NEW_YORK).date(), at, NEW_YORK)
        stage.world.run_to(line.us_of(due) / 1e6)

    return Doing(f"it is {at:%H:%M:%S} in New York", act)


def can_trade(*, flag: bool) -> Doing:
    """The broker changes the account's permit."""

    def act(stage: Stage) -> None:
        stage.world.exchange.set_account(ACCOUNT, can_trade=flag)
        stage.world.collect()

    return Doing(f"the broker sets `canTrade` to {str(flag).lower()}", act)


def _fill(verb: str, symbol: str, size: int, price: str | None) -> Doing:
    where = "" if price is None else f" at {price}"
    return Doing(
        f"you {verb} {abs(size)} {symbol}{where}",
        lambda stage: stage.world.trader.fill(CONTRACTS[symbol], size, price),
    )


def _order(kind: str, symbol: str, size: int, price: str) -> str:
    return f"a {'buy' if size > 0 else 'sell'} {kind} for {abs(size)} {symbol} at {price}"
