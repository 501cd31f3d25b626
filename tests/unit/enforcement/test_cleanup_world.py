"""First and second wave, and what is left over after a close."""

from dataclasses import replace

import pytest

from risk_manager.simulation.setup import ACCOUNT, CAP, ES, LOSS, MNQ, NQ, RTY, YM
from risk_manager.simulation.world import World
from tests.harness.words import closes, did, did_at, working


def test_s161_first_wave_needs_no_read():
    """Three known contracts, an entry order in a quiet fourth; YM, unknown to us, later."""
    world = World(LOSS)
    for contract_id in (ES, NQ, RTY):
        world.trader.fill(contract_id, 1)
    entry = world.trader.limit("CON.F.US.MES.Z26", 1, 7500)
    world.start()
    world.run(4)
    world.trader.fill(YM, 1, silent=True)
    since = world.t
    world.trader.lose(MNQ, 600)
    world.run(20)
    sent = did_at(world, since)
    first = [word for at, word in sent if at == sent[0][0]]
    assert set(first) >= {"close EP", "close ENQ", "close RTY", f"cancel {entry}"}
    ((ym_at, _),) = [one for one in sent if one[1] == "close YM"]
    assert sent[0][0] < ym_at < sent[0][0] + 0.2
    assert world.exchange.positions(ACCOUNT) == []
    assert working(world) == []


def test_s162_fresh_contract_is_looked_at_before_its_order_is_cancelled():
    """Filled one second ago: not in the first wave, but after the look."""
    world = World(LOSS).start()
    world.run(5)
    world.trader.fill(ES, 1)
    world.run(1)
    entry = world.trader.limit(ES, 1, 7500)
    world.run(0.1)
    since = world.t
    world.trader.lose(MNQ, 600)
    world.run(5)
    at = {word: sent for sent, word in did_at(world, since)}
    assert at["close EP"] < at[f"cancel {entry}"]
    assert at[f"cancel {entry}"] - at["close EP"] < 0.2


def test_s103_flatten_closes_what_no_configuration_names():
    world = World(LOSS).start()
    world.trader.fill(YM, 1)
    world.run(5)
    world.trader.lose(MNQ, 600)
    world.run(5)
    assert "close YM" in did(world)
    assert world.net(YM) == 0


def test_s104_leftover_leg_is_gone_and_its_fill_closed():
    """A leg of the closed bracket fills before its cancel: S 2 is closed as well."""
    world = World(LOSS, market_delay_ms=(6, 6)).start()
    world.trader.bracket(ES, 2, None)
    world.run(5)
    legs = working(world, ES)
    assert len(legs) == 2
    world.trader.lose(MNQ, 600)
    world.run(0.02)
    world.trader.price(ES, 7580)
    since = world.t
    for pause in (2, 10, 60):
        world.run_to(since + pause + 1)
        assert working(world) == []
        assert world.exchange.positions(ACCOUNT) == []


def test_protective_stop_survives_until_flat_is_confirmed():
    """The close hangs for seconds; its stop stays alive all that time, and goes once flat."""
    world = World(LOSS, close_delay_ms=3000)
    world.trader.fill(ES, 2)
    stop = world.trader.stop(ES, -2, 7500)
    world.start()
    world.run(4)
    world.trader.lose(MNQ, 600)
    world.run(2.9)
    assert working(world, ES)[0] == stop
    assert world.net(ES) == 2
    world.run(3)
    assert world.net(ES) == 0
    flat_at = (world.exchange.trades(ACCOUNT)[0].created - world.time.start_at).total_seconds()
    (gone_at,) = [at for at, word in did_at(world) if word == f"cancel {stop}"]
    assert gone_at > flat_at
    assert working(world) == []


@pytest.mark.parametrize("after_s", [0.3, 3.0])
def test_new_trade_without_a_lock_keeps_its_orders(after_s):
    """A bracket entered after the flatten of a rule without lock is the trader's own."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 6)
    old = world.trader.stop(MNQ, -6, 29000)
    world.run(after_s)
    world.trader.bracket(MNQ, 1, None)
    world.run(90)
    assert world.net(MNQ) == 1
    assert len(working(world)) == 2
    assert old not in working(world)
    assert closes(world) == ["close MNQ"]


def test_old_stop_goes_although_the_contract_is_open_again():
    """Surplus beside the new position's own stop; what covers the new position stays."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 6)
    old = world.trader.stop(MNQ, -6, 29000)
    world.run(0.05)
    world.trader.fill(MNQ, 1)
    world.run(90)
    rows = {row.id: row.remaining for row in world.exchange.open_orders(ACCOUNT)}
    assert rows in ({}, {old: 1}, {old: 6})
    assert world.net(MNQ) == 1


def test_orders_of_other_contracts_stay_without_a_lock():
    """Closing RTY as a blocked symbol leaves MNQ's orders alone."""
    world = World({"max_contracts_per_instrument": {"limits": {"MNQ": 2}}}).start()
    world.trader.fill(MNQ, 1)
    stop = world.trader.stop(MNQ, -1, 29000)
    entry = world.trader.limit(MNQ, 1, 29500)
    world.run(5)
    world.trader.fill(RTY, 1)
    world.trader.stop(RTY, -1, 2800)
    world.run(70)
    assert working(world) == [stop, entry]
    assert world.net(MNQ) == 1


def without_orders(answer):
    """The read as if the venue had listed no order."""
    return replace(answer, orders=())


def test_leftover_that_covers_a_newer_position_stays():
    """The look read flat; before its answer comes the trader is in again: the stop covers that."""
    world = World(CAP, out_ms=60, back_ms=90, hub_ms=5).start()
    world.fates.draw_event = lambda event, usual: [] if event.kind == "order" else [usual]
    world.trader.fill(MNQ, 6)
    stop = world.trader.stop(MNQ, -6, 29000)
    world.fates.tampers.extend([without_orders] * 2)
    world.run(2)
    reads = len(world.broker.snapshots)
    while len(world.broker.snapshots) == reads:
        world.run(0.01)
    world.run(0.24)
    world.trader.fill(MNQ, 1)
    world.run(60)
    assert world.net(MNQ) == 1
    assert working(world) == [stop]
