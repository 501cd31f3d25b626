"""What happens around a kill: the trader's acts, and what must hold once the guard is back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from tests.integration.scenarios.tools import rows, stored_locks, wait_enforced
from tests.integration.world.sent import PARTIAL
from tests.integration.world.settings import (
    Section,
    daily_loss,
    frequency,
    managed,
    pause,
    per_instrument,
)
from tests.integration.world.waiting import wait_until
from tests.integration.world.world import World

RESET = "2026-03-10T21:00:00.000Z"


@dataclass(frozen=True)
class Story:
    """`act` is the trader's, some of it maybe without a guard; `holds` fails unless all is well."""

    sections: Mapping[str, Section]
    act: Callable[[World], None]
    holds: Callable[[World], None]


def _lose(world: World) -> None:
    """An entry order, a long of two, and a loss of 600 with one of them."""
    world.venue.order("MNQ", 1, "limit", 15_000)
    world.venue.fill("MNQ", 2, 20_000)
    world.venue.fill("MNQ", -1, 19_700)


def _trades_left(world: World) -> object:
    left = {row["rule"]: row["left"] for row in world.status()["rules"]}["RULE-006"]
    return left["amount"]


def _locked_and_flat(world: World) -> None:
    """Locked until the reset, closed once, no entry alive; the trader's two orders are counted."""
    assert world.wait_lock("003") == RESET
    world.wait_net("MNQ", 0)
    wait_until(lambda: not world.venue.book().alive(), what="no order alive")
    world.wait_sum(str(world.venue.book().realized()))
    assert world.venue.close_orders("MNQ") == [1]
    wait_until(lambda: _trades_left(world) == "48", what="48 of 50 trades left")


def _too_many(world: World) -> None:
    world.venue.fill("MNQ", 3, 20_000)


def _reduced(world: World) -> None:
    """Two are left, one close of one contract went through, and no lock was set."""
    world.wait_net("MNQ", 2)
    world.wait_seen("MNQ", 2)
    wait_enforced(world)
    assert world.venue.close_orders("MNQ") == [1]
    assert world.locks() == []


def _lose_and_hold(world: World) -> None:
    """A loss of 120 with one of three."""
    world.venue.fill("MNQ", 3, 20_000)
    world.venue.fill("MNQ", -1, 19_940)


def _paused_at_two(world: World) -> None:
    """A pause from the losing fill on; the two may stay, a third may not."""
    world.wait_seen("MNQ", 2)
    losing = world.venue.book().trades()[-1]["creationTimestamp"]
    end = datetime.fromisoformat(world.wait_lock("007") or "")
    assert abs(end - datetime.fromisoformat(losing) - timedelta(seconds=300)).total_seconds() < 0.01
    assert world.venue.close_orders("MNQ") == []
    world.provoke(lambda: world.venue.fill("MNQ", 1), paths=[PARTIAL])
    world.wait_net("MNQ", 2)


def _gain(world: World) -> None:
    """A long that has gained ten ticks."""
    for last in (21_000, "21002.50"):
        world.venue.price("MNQ", last, last, last)
        if last == 21_000:
            world.venue.fill("MNQ", 1, last)


def _one_stop(world: World) -> None:
    """One stop at the entry, however often it was placed."""

    def stops() -> list[tuple[int, float]]:
        alive = world.venue.book().alive(world.venue.id("MNQ"))
        return [(row["size"], float(row["stopPrice"])) for row in alive]

    wait_until(lambda: stops() == [(1, 21_000.0)], what="one stop at the entry")
    world.wait_idle()
    assert (stops(), world.venue.net("MNQ")) == ([(1, 21_000.0)], 1)


LOSS = Story(
    {
        "daily_realized_loss": daily_loss(),
        "trade_frequency_limit": frequency(limits={"per_session": 50}, count_by="order"),
    },
    _lose,
    _locked_and_flat,
)
REDUCE = Story({"max_contracts_per_instrument": per_instrument({"MNQ": 2})}, _too_many, _reduced)
PAUSE = Story({"cooldown_after_loss": pause()}, _lose_and_hold, _paused_at_two)
STOP = Story({"trade_management": managed({})}, _gain, _one_stop)


def after_the_kill(world: World, story: Story) -> None:
    """Start again: what was stored is in force, enforcement is finished, nothing is done twice."""
    before = stored_locks(world)
    sums = stored_sums(world)
    world.guard()
    assert set(before) <= set(stored_locks(world))
    assert sums.items() <= stored_sums(world).items()
    story.holds(world)
    world.wait_idle()
    wait_finished(world)
    world.check_sides("MNQ")


def wait_finished(world: World) -> None:
    """Wait until no intent is open and each line of the log has an outcome."""
    for what in ("intents WHERE ended_at IS NULL", "enforcement_log WHERE outcome = 'STARTED'"):
        wait_until(partial(_none, world, what), 8, f"no {what}")


def _none(world: World, what: str) -> bool:
    return rows(world, f"SELECT count(*) FROM {what}") == [(0,)]


def stored_sums(world: World) -> dict[int, tuple[str, int, int]]:
    """Result, void and own-close mark of each stored fill."""
    found = rows(world, "SELECT trade_id, ifnull(pnl, ''), voided, own_close FROM trades")
    return {number: (pnl, voided, own) for number, pnl, voided, own in found}
