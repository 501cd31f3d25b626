"""Steps that many scenarios share."""

from datetime import UTC, datetime, timedelta

from tests.integration.world.sent import CANCEL
from tests.integration.world.venue import Venue
from tests.integration.world.world import World

STOP_AND_TARGET = {
    "stopLossBracket": {"ticks": -40, "type": 4},
    "takeProfitBracket": {"ticks": 80, "type": 1},
}
"""Legs of a bracket around a long entry."""


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A wall time in New York in March 2026, from the 8th on (UTC-4)."""
    midnight = datetime(2026, 3, day, tzinfo=UTC)
    return midnight + timedelta(hours=hour + 4, minutes=minute, seconds=second)


def lock_day(world: World) -> None:
    """Lose the day's limit of RULE-003 and wait until nothing is left to do."""
    world.venue.lose("MNQ", 500)
    world.wait_lock("003")
    world.wait_idle()


def cancelled(venue: Venue) -> list[int]:
    """The orders the daemon asked to cancel."""
    return [request["orderId"] for request in venue.requests(CANCEL)]


def wait_orders(world: World, *order_ids: int) -> None:
    """Wait until the daemon shows these orders alive."""

    def shown() -> bool:
        return set(order_ids) <= {row["id"] for row in world.status()["orders"]}

    world.wait_for(shown, what="orders shown")


def wait_status(world: World, order_id: int, status: int, within: float = 5) -> None:
    """Wait until the venue's book shows an order with this status."""

    def reached() -> bool:
        return bool(world.venue.book().order(order_id)["status"] == status)

    world.wait_for(reached, within, f"order {order_id} with status {status}")
