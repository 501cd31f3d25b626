"""Events that come twice, late, swapped or never: one enforcement, the right sums (S14, S72)."""

from decimal import Decimal

import pytest

from tests.integration.scenarios.tools import data_of, wait_enforced, whole
from tests.integration.world.sent import CLOSE, PARTIAL
from tests.integration.world.settings import daily_loss, max_contracts, per_instrument
from tests.integration.world.waiting import wait_until

CAP = {"max_contracts": max_contracts(5)}
BOTH = CAP | {"daily_realized_loss": daily_loss()}
REDUCE = {"max_contracts_per_instrument": per_instrument({"MNQ": 2, "MES": 9})}
POSITION, TRADE, ORDER = "GatewayUserPosition", "GatewayUserTrade", "GatewayUserOrder"
LATE = {"delay_s": 0.4}


@pytest.mark.parametrize("event", [POSITION, TRADE, ORDER])
@pytest.mark.parametrize("kind", ["duplicate", "reorder", "delay"])
def test_s72_whatever_the_order_of_events_one_reduction(make_world, kind, event):
    world = make_world(REDUCE)
    venue = world.venue
    params = {} if kind == "duplicate" else LATE
    fault = venue.fault(kind, event, params=params)
    venue.fill("MNQ", 3)
    world.wait_net("MNQ", 2)
    wait_enforced(world)
    venue.fill("MNQ", -1)
    world.wait_seen("MNQ", 1)
    venue.fill("MNQ", 3)
    world.wait_net("MNQ", 2)
    wait_enforced(world)
    venue.control("fault/clear", id=fault)
    world.wait_seen("MNQ", 2)
    world.quiet(0.5, after=venue.last_seq())
    assert [r.path for r in venue.closes()] == [PARTIAL, PARTIAL]
    assert sum(r["size"] for r in venue.closes()) == 3
    world.check_sides("MNQ")


@pytest.mark.parametrize("kind", ["duplicate", "reorder", "delay"])
def test_s14_sums_do_not_depend_on_repeats_and_order(make_world, kind):
    world = make_world(BOTH)
    venue = world.venue
    fault = venue.fault(kind, TRADE, params={} if kind == "duplicate" else LATE)
    for usd in (100, 150, 249):
        venue.lose("MNQ", usd)
    world.wait_sum("-499")
    assert world.locks() == []
    venue.fill("MES", 1)
    venue.lose("MNQ", 1)
    world.wait_lock("003")
    venue.control("fault/clear", id=fault)
    world.wait_net("MES", 0)
    wait_until(lambda: Decimal(world.status()["realized_pnl"]) == venue.book().realized())
    assert len(venue.closes("MES")) == 1


@pytest.mark.parametrize("event", [POSITION, TRADE])
def test_a_lost_event_is_made_up_for(make_world, event):
    world = make_world(BOTH)
    venue = world.venue
    venue.fill("MES", 1)
    world.wait_seen("MES", 1)
    venue.fault("drop", event, count=1)
    venue.fill("MNQ", 5)
    world.wait_net("MNQ", 0, within=7)
    wait_enforced(world)
    world.wait_net("MES", 0)
    assert len(venue.closes("MNQ")) == 1
    world.wait_sum(str(venue.book().realized()))


def test_a_late_position_event_of_a_closed_position_is_ignored(make_world):
    world = make_world(CAP)
    venue = world.venue
    venue.fill("MNQ", 3)
    world.wait_seen("MNQ", 3)
    late = venue.book().position(venue.id("MNQ"))
    venue.fill("MNQ", -3)
    world.wait_seen("MNQ", 0)
    venue.tell("Position", late | {"size": 6})
    world.quiet(0.6)
    assert world.shown("MNQ") == 0


def test_s108_everything_between_two_states_is_seen(make_world):
    world = make_world(CAP)
    venue = world.venue
    for _ in range(4):
        venue.fill("MNQ", 1)
    stops = [venue.order("MNQ", -2, "stop", 20_000) for _ in range(2)]
    world.wait_seen("MNQ", 4)
    journal = data_of(world) / "journal" / "events.jsonl"

    def text() -> str:
        return journal.read_text(encoding="utf-8")

    wanted = [f'"size":{size},"average_price"' for size in (1, 2, 3, 4)]
    wanted += [f'"order":{{"id":{stop},' for stop in stops]
    wait_until(lambda: all(part in text() for part in wanted), what="all of them in the journal")
    assert len(world.status()["orders"]) == 2


def test_a_burst_of_quotes_holds_up_no_close(make_world):
    world = make_world(BOTH)
    venue = world.venue
    venue.fill("MNQ", 1, 20_000)
    world.wait_seen("MNQ", 1)
    for tick in range(3000):
        venue.price("MNQ", 20_000 + (tick % 40) / 4)
        if tick == 1500:
            world.provoke(lambda: venue.fill("MES", 5), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    assert whole(world)["status"] == "MONITORED"
