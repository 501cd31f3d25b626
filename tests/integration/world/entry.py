"""The clock of one position: seconds of the venue's time since it was opened."""

from datetime import datetime, timedelta

from tests.integration.world.sent import Sent
from tests.integration.world.world import World

PRICE = 20_000
LAG_S = 2.5
"""The daemon's time may trail the venue's by a second; a look and a close take a moment too."""


class Entry:
    """Counts from the opening of the position in `symbol`."""

    def __init__(self, world: World, symbol: str) -> None:
        self.world = world
        self.symbol = symbol
        row = world.venue.book().position(world.venue.id(symbol))
        assert row is not None, f"no position in {symbol}"
        self.opened = datetime.fromisoformat(row["creationTimestamp"])
        self.after = world.venue.last_seq()

    def to(self, t: float) -> None:
        """Step the venue's clock; the daemon follows."""
        self.world.clock_to(self.opened + timedelta(seconds=t))

    def closes(self) -> list[Sent]:
        """Closes and partial closes of the symbol so far."""
        return self.world.venue.closes(self.symbol, after=self.after)

    def now(self) -> float:
        """The venue's second."""
        return (self.world.venue.book().now - self.opened).total_seconds()

    def wait_closed(self, t: float, *, early: float = 0.0, within: float = 10) -> Sent:
        """Wait for the first close; it must have come at `t` seconds, not before, soon after.

        `early` allows for a deadline that the daemon counts from its own, trailing, time.
        """
        self.world.wait_for(self.closes, within, f"a close of {self.symbol}")
        first = self.closes()[0]
        at = (first.at - self.opened).total_seconds()
        assert t - early <= at < t + LAG_S, f"closed at {at:.2f}, not at {t}"
        return first

    def stays_beyond(self, t: float) -> None:
        """Nothing is done about the symbol up to a moment after `t` seconds."""
        self.to(t)
        self.world.wait_reads(1)
        self.world.quiet(LAG_S - 1, after=self.after)


def entered(world: World, symbol: str, size: int, price: object = None) -> Entry:
    """The trader opens a position, and the daemon has seen it."""
    world.venue.fill(symbol, size, price)
    world.wait_seen(symbol, size)
    return Entry(world, symbol)


def market(world: World, *symbols: str) -> None:
    """Every symbol trades at the same round price."""
    for symbol in symbols:
        world.venue.price(symbol, PRICE)


def cover(world: World, symbol: str) -> tuple[int | None, float | None]:
    """`covered` and `uncovered_closes_in_s` as the status has them."""
    rows = {row["symbol"]: row for row in world.status()["positions"]}
    return rows[symbol]["covered"], rows[symbol]["uncovered_closes_in_s"]


def wait_covered(world: World, symbol: str, covered: int | None) -> None:
    """Wait until the daemon shows this cover."""
    world.wait_for(lambda: cover(world, symbol)[0] == covered, what=f"cover {covered}")
