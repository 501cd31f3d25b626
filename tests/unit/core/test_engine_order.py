"""Equal events give equal plans in every run: nothing is in the order of a set."""

from risk_manager.simulation.setup import ACCOUNT, ES, MES, MNQ, RTY
from risk_manager.simulation.world import World
from tests.harness.words import closes


def test_what_one_read_shows_is_closed_in_the_order_of_the_contracts():
    world = World({"auth_loss_guard": {}}).start()
    world.exchange.set_account(ACCOUNT, can_trade=False)
    world.collect()
    world.run(5)
    since = world.t
    for contract_id in (RTY, MNQ, ES, MES):
        world.trader.fill(contract_id, 1, silent=True)
    world.run(10)
    assert closes(world, since) == ["close EP", "close MES", "close MNQ", "close RTY"]
