"""What the clock brings about for one contract or account does not touch another."""

from decimal import Decimal

from risk_manager.domain.events import ProtocolError, QuoteChanged
from risk_manager.domain.requests import FetchContract
from risk_manager.simulation.fates import Fate, Way
from risk_manager.simulation.setup import ACCOUNT, ES, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes

LIMIT = {"daily_unrealized_loss": {"limit": -300, "scope": "per_position"}}


def test_a_price_jump_that_stands_is_news_only_for_who_holds_the_contract():
    world = World(LIMIT).start()
    world.trader.price(MNQ, 29500)
    world.trader.fill(MNQ, 1, 29500)
    world.run(5)
    for price in (7000, 7600):  # quotes of what nobody holds any more
        world.deliver(QuoteChanged(ES, Decimal(price), at=world.time.now))
    world.run(1)
    assert closes(world) == []
    world.trader.price(MNQ, 29000)
    world.run(1)
    assert closes(world) == ["close MNQ"]


def test_a_contract_is_asked_for_once_while_the_answer_is_on_its_way():
    world = World(LIMIT)
    world.fates.script(FetchContract, Fate(Way.SERVED, back_ms=5000))
    world.start()
    contracts = world.running.market.contracts
    world.trader.fill(MNQ, 1)
    world.run(1)
    contracts._due[MNQ] = float("-inf")  # asked for anew by somebody who knows nothing of it
    world.run(1)
    assert world.running.clockwork._fetching == {MNQ}
    world.run(10)
    assert contracts.missing() == frozenset()


def test_a_flood_of_odd_messages_causes_one_read_in_two_seconds():
    world = World(LIMIT).start()
    world.run(5)
    since = world.t
    for _ in range(20):
        world.deliver(ProtocolError("position", "no size", "{}", ACCOUNT))
    world.run(1.5)
    assert len([at for at, _ in world.broker.snapshots if at >= since]) == 1
