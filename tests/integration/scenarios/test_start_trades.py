"""READY needs the day's trades where a rule depends on them."""

from tests.integration.scenarios.tools import causes, wait_hubs, whole
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import holds, wait_until

TRADES = "/api/Trade/search"


def test_a_loss_rule_is_not_ready_before_the_trades_were_read(make_world):
    world = make_world({"daily_realized_loss": daily_loss()}, started=False)
    venue = world.venue
    venue.lose("MNQ", 600)
    venue.fault("rest_status", TRADES, params={"status": 500})
    daemon = world.launch()
    wait_until(lambda: venue.requests(TRADES), 20, "a read of trades")
    wait_hubs(world, "up")
    world.wait_reads()
    holds(lambda: not daemon.lines, 0.7, "no READY line")
    status = whole(world)
    assert (status["ready"], status["status"]) == (False, "DEGRADED")
    assert "RULE-003" in causes(world) or "trades" in causes(world)
    venue.clear_faults()
    assert daemon.wait_ready().startswith("READY")
    world.wait_lock("003")


def test_a_rule_that_needs_no_trades_is_ready_without_them(make_world):
    world = make_world({"max_contracts": max_contracts(5)}, started=False)
    world.venue.fault("rest_status", TRADES, params={"status": 500})
    assert world.guard().startswith("READY")
