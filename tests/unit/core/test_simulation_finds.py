"""What the simulated weeks have found, each as the smallest world that shows it."""

from decimal import Decimal

from risk_manager.simulation.setup import ACCOUNT, LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes

ALONE = {"daily_unrealized_loss": {"limit": -300, "scope": "per_position"}}


def dropping(world, kind):
    """No event of this kind arrives."""
    world.fates.draw_event = lambda event, usual: [] if event.kind == kind else [usual]


def test_a_price_of_an_earlier_position_judges_no_new_one():
    """Nobody watched meanwhile: the last price known is hours old and 100 points away."""
    world = World(ALONE, hub_ms=60).start()
    world.trader.price(MNQ, 29500)
    world.trader.fill(MNQ, 2, 29500)
    world.run(5)
    world.trader.fill(MNQ, -2, 29500)
    world.run(3600)
    world.trader.price(MNQ, 29600)
    world.trader.fill(MNQ, 2, 29600)
    world.run(60)
    assert closes(world) == []
    assert world.net(MNQ) == 2


def test_a_position_that_its_fills_have_closed_is_not_judged_by_its_old_report():
    """The stop's fill is told, the position's end comes late, and a quote in between is worse."""
    world = World(ALONE).start()
    world.trader.price(MNQ, 29500)
    world.trader.fill(MNQ, -2, 29500)
    world.run(3.3)
    world.fates.draw_event = lambda event, usual: [500 if event.kind == "position" else usual]
    world.trader.fill(MNQ, 2, 29550)
    world.run(0.1)
    world.trader.price(MNQ, 29600)
    world.run(0.1)
    world.trader.fill(MNQ, 1, 29600)
    world.run(30)
    assert closes(world) == []
    assert world.net(MNQ) == 1


def test_a_trade_voided_long_ago_is_found_although_the_feed_lost_the_news():
    """Polls read the newest trades; now and then the whole day is read again."""
    world = World(LOSS).start()
    world.trader.lose(MNQ, 100)
    world.run(300)
    dropping(world, "trade")
    trade = world.exchange.trades(ACCOUNT)[0]
    world.exchange.void_trade(trade.id)
    world.run(400)
    pnl = world.running.guards[ACCOUNT].account.pnl
    assert pnl.realized(net=False) == Decimal(0)


def test_a_close_is_no_new_trade_because_a_fill_before_it_was_lost():
    """By the fills known it turned the position; by its report, and in truth, it closed it."""
    limits = {"limits": {"per_minute": 2}, "cooldown_on_breach": {"per_minute_breach": 600}}
    world = World({"trade_frequency_limit": limits}).start()
    world.trader.fill(MNQ, 1, 29500)
    world.run(0.2)
    dropping(world, "trade")
    world.trader.fill(MNQ, 2, 29500)
    world.run(0.2)
    world.fates.draw_event = lambda event, usual: [usual]
    world.trader.fill(MNQ, -3, 29500)
    world.run(90)
    assert world.locks() == []


def test_a_restart_sends_no_second_close_while_the_first_may_still_fill(tmp_path):
    """Accepted before the kill, filled four seconds later: another one would open a short."""
    world = World(LOSS, close_delay_ms=4000).start()
    world.trader.lose(MNQ, 600)
    world.run(10)
    entry = world.t
    world.trader.fill(MNQ, 1)
    world.run(0.2)
    assert closes(world, entry) == ["close MNQ"]
    world.restart(tmp_path)
    world.run(30)
    assert closes(world, entry) == ["close MNQ"]
    assert world.net(MNQ) == 0
