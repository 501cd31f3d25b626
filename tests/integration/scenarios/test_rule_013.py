"""RULE-013 as a whole: the day's realised profit (S132)."""

from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_profit
from tests.integration.world.store import rows

RESET = "2026-03-10T21:00:00.000Z"
"""17:00 in New York on the worlds' Tuesday."""


def test_s132_a_cent_short_is_free_the_target_locks(make_world):
    world = make_world({"daily_realized_profit": daily_profit(1000)})
    venue = world.venue
    venue.result("999.99")
    world.wait_sum("999.99")
    venue.fill("MNQ", 1)
    world.wait_seen("MNQ", 1)
    world.quiet(0.2)
    assert world.locks() == []
    world.provoke(lambda: venue.result("0.01"), paths=[CLOSE])
    assert world.wait_lock("013") == RESET
    world.wait_net("MNQ", 0)
    assert rows(world.folder, "SELECT rule_id, scope FROM locks") == [("RULE-013", "account")]
    assert world.status()["locks"][0]["reason"].startswith("daily target reached")
    assert venue.close_orders("MNQ") == [1]
    world.restart()
    assert world.locks() == [("013", "account", RESET)]
