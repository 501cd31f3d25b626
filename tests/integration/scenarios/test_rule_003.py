"""RULE-003 as a whole: the day's realised loss (S12 to S16, S20, S93 to S95, S144)."""

import pytest

from tests.integration.world.sent import CANCEL, CLOSE
from tests.integration.world.settings import daily_loss
from tests.integration.world.store import rows

RULE = {"daily_realized_loss": daily_loss()}
RESET = "2026-03-10T21:00:00.000Z"
"""17:00 in New York on the worlds' Tuesday."""


def test_s12_a_cent_short_is_free_the_limit_locks(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.lose("MNQ", 300)
    venue.result("-199.99")
    world.wait_sum("-499.99")
    venue.fill("MNQ", 1)
    order = venue.order("ES", 1, "limit", 7000)
    world.wait_for(lambda: world.status()["orders"], what="the order shown")
    world.quiet(0.2)
    assert world.locks() == []
    world.provoke(lambda: venue.result("-0.01"), paths=[CLOSE, CANCEL])
    assert world.wait_lock("003") == RESET
    world.wait_net("MNQ", 0)
    world.wait_for(lambda: not venue.book().alive(), what="no orders")
    world.wait_sum(str(venue.book().realized()))
    stored = rows(world.folder, "SELECT rule_id, scope FROM locks")
    assert stored == [("RULE-003", "account")]
    assert venue.book().order(order)["fillVolume"] == 0
    assert venue.close_orders("MNQ") == [1]


def test_s13_s14_s15_each_trade_counts_once_and_voided_ones_not(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.lose("MNQ", 300)
    world.wait_sum("-300")
    trade = venue.book().trades()[-1]
    opening = venue.book().trades()[0]
    for form in ("envelope", "bare", "list"):
        venue.tell("Trade", trade, form)
        venue.tell("Trade", opening, form)
    venue.fault("close", "user", params={"allowReconnect": True})
    world.wait_reads()
    venue.lose("MNQ", 120)
    world.wait_sum("-420")
    ninth = venue.result("-100")
    assert world.wait_lock("003") == RESET
    world.wait_sum("-520")
    venue.control("trade/void", tradeId=int(ninth["id"]))
    world.wait_sum("-420")
    assert world.locks() == [("003", "account", RESET)]
    world.quiet(0.2)


def test_s16_exposure_found_while_locked_is_closed_and_counted(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.lose("MNQ", 500)
    assert world.wait_lock("003") == RESET
    world.wait_idle()
    sent = world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])
    assert sent["contractId"] == venue.id("MNQ")
    world.wait_net("MNQ", 0)
    world.wait_idle()
    world.wait_sum(str(venue.book().realized()))
    assert world.locks() == [("003", "account", RESET)]
    assert venue.close_orders("MNQ") == [1]
    world.check_sides("MNQ")


@pytest.mark.parametrize("first", ["Position", "Trade"])
def test_s93_a_closed_position_carries_no_result(make_world, first):
    """Also S72: whichever of the two comes first, the state is the same."""
    world = make_world(RULE)
    venue = world.venue
    venue.fill("MNQ", 1, 26246)
    world.wait_seen("MNQ", 1)
    late = "Trade" if first == "Position" else "Position"
    venue.fault("delay", f"GatewayUser{late}", count=1, params={"delay_s": 0.4})
    venue.fill("MNQ", -1, 26241)
    if first == "Position":
        world.wait_seen("MNQ", 0)
        world.wait_sum("0")
    world.wait_sum("-10")
    world.wait_seen("MNQ", 0)
    world.quiet(0.1)


@pytest.mark.parametrize("fees", [True, False])
def test_s95_fees_and_commissions_count_when_asked(make_world, fees):
    world = make_world({"daily_realized_loss": daily_loss(include_fees=fees)})
    venue = world.venue
    venue.fill("MNQ", 5, 26246)
    world.quiet(0.1)
    venue.fill("MNQ", -5, "26196.5")
    # 10 half-turns at 0.36 + 0.25: -495.00 - 6.10 = -501.10
    world.wait_sum("-495")
    if fees:
        assert world.wait_lock("003") == RESET
    else:
        world.quiet(0.3)
        assert world.locks() == []


def test_s144_a_stored_trade_the_broker_no_longer_lists_stays_counted(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.lose("MNQ", 300)
    world.wait_sum("-300")
    venue.inside.forget_trade(int(venue.book().trades()[-1]["id"]))
    venue.fault("close", "user", params={"allowReconnect": True})
    world.wait_reads()
    world.wait_for(lambda: "missing at the broker" in world.daemon.last_words(), what="an alarm")
    world.wait_sum("-300")
    world.restart()
    world.wait_sum("-300")
