"""What keeps the guard from being whole: it is said while it lasts, and not longer."""

import pytest

from risk_manager.core.feed_state import FeedState
from risk_manager.core.health import Trouble, causes, status_word
from risk_manager.domain.events import HubLost
from risk_manager.domain.requests import CancelOrder, ClosePosition, TakeSnapshot
from risk_manager.simulation.fates import LOST_AFTER, LOST_BEFORE, SERVED
from risk_manager.simulation.setup import LOSS, MNQ
from risk_manager.simulation.world import World

UNANSWERED = "a request about MNQ was not answered; its effect is not confirmed"


def said(world):
    """The causes, and the word that follows from them."""
    found = causes(world.running, Trouble(), world._stamp())
    return " | ".join(found), status_word(world.running, found, ready=True)


def deaf_reads(request):
    """No read is answered, everything else is."""
    return LOST_BEFORE if isinstance(request, TakeSnapshot) else SERVED


@pytest.mark.parametrize("fate", [LOST_BEFORE, LOST_AFTER])
def test_a_close_without_an_answer_degrades_until_a_look_tells(fate):
    world = World(LOSS).start()
    world.trader.fill(MNQ, 2)
    world.run(1)
    assert said(world) == ("", "MONITORED")
    world.fates.script(ClosePosition, fate)
    world.fates.draw = deaf_reads
    world.trader.lose(MNQ, 600)
    world.run(1.9)
    assert UNANSWERED not in said(world)[0]
    world.run(0.3)
    assert UNANSWERED in said(world)[0]
    assert said(world)[1] == "DEGRADED"
    world.fates.draw = lambda _request: SERVED
    world.run(15)
    assert world.net(MNQ) == 0
    assert said(world) == ("", "MONITORED")


def test_a_cancel_without_an_answer_degrades_until_the_order_is_gone():
    world = World(LOSS).start()
    world.trader.limit(MNQ, 1, 28_000)
    world.run(1)
    world.fates.script(CancelOrder, LOST_BEFORE)
    world.trader.lose(MNQ, 600)
    world.run(5.1)
    assert UNANSWERED in said(world)[0]
    world.run(10)
    assert world.exchange.open_orders(10001) == []
    assert said(world) == ("", "MONITORED")


def test_silence_before_the_loss_was_blind_too():
    feed = FeedState()
    feed.connected("user", 100.0)
    feed.lost("user", "nothing heard for 30 s", 160.0, silent_s=30.0)
    feed.lost("user", "no connection", 161.0)
    assert feed.blind_s(165.0) == 35.0
    feed.connected("user", 165.0)
    assert feed.blind_s(200.0) == 35.0


def test_a_hub_lost_after_a_silence_counts_it():
    world = World(LOSS).start()
    world.run(100)
    world.hub.cut()
    world.deliver(HubLost("user", "nothing heard for 30 s", silent_s=30.0))
    world.run(2)
    assert world.running.feed.blind_s(world.time.mono) == pytest.approx(32, abs=0.1)
