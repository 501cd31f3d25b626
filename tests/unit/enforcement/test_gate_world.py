"""Ceilings while locked: what is above goes, what reduces lives."""

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.domain.events import PositionChanged
from risk_manager.domain.ids import ContractId
from risk_manager.gateway_sim.venue_enums import OrderType
from risk_manager.simulation.setup import ACCOUNT, ES, LOSS, MES, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, cooldown, did, did_at, report, working


def kept(size: int, contract_id: ContractId = MNQ, **options) -> World:
    """A world in which a running cooldown keeps `size` contracts; quiet for a while."""
    world = World(LOSS, **options)
    world.trader.fill(contract_id, size)
    world.start(Restored(locks=(cooldown({contract_id: size}),)))
    world.run(4)
    assert did(world) == []
    return world


def position_id(world: World) -> int:
    return world.exchange.positions(ACCOUNT)[0].id


def test_s116_ceiling_follows_a_reduction_and_never_rises():
    """Sells 2, buys 2 between two polls: the ceiling is 1 by fills; closed back to 1."""
    world = kept(3)
    world.trader.fill(MNQ, -2)
    world.run(0.05)
    world.trader.fill(MNQ, 2)
    world.run(15)
    assert world.net(MNQ) == 1
    assert closes(world) == ["reduce MNQ by 2"]


@pytest.mark.parametrize("size", [2, -2], ids=["long", "short"])
def test_added_contract_is_reduced_away(size):
    world = kept(size)
    since = world.t
    world.trader.fill(MNQ, size // 2)
    world.run(10)
    assert world.net(MNQ) == size
    ((sent, word),) = [one for one in did_at(world, since) if one[1].startswith("reduce")]
    assert (word, sent < 0.1) == ("reduce MNQ by 1", True)


def test_flip_is_closed_whole():
    """The new side has ceiling 0."""
    world = kept(2)
    world.trader.fill(MNQ, -3)
    world.run(10)
    assert world.net(MNQ) == 0
    assert closes(world) == ["close MNQ"]


def test_s177_late_position_reports_lower_no_ceiling():
    """A late "size 2", then "size 3", no trades: nothing is closed, the ceiling stays."""
    world = kept(3)
    number = position_id(world)
    for size in (2, 3):
        world.deliver(PositionChanged(report(world, MNQ, size, number)))
        world.run(0.2)
    world.run(10)
    assert did(world) == []
    assert dict(world.locks()[0].ceilings) == {MNQ: 3}


def test_s178_contract_flat_at_lock_time_has_ceiling_zero():
    """Closed at once, nothing is waited for."""
    world = kept(2)
    since = world.t
    opened = world.trader.fill(MES, 1)
    world.run(5)
    sent = did_at(world, since)
    assert [word for _, word in sent if word != f"cancel {opened}"] == ["close MES"]
    assert sent[-1][0] < 0.1
    assert (world.net(MES), world.net(MNQ)) == (0, 2)


def test_s212_last_exits_trade_that_comes_late_is_not_counted_twice():
    """The look already held it."""
    world = kept(2)
    world.fates.draw_event = lambda event, usual: [2500] if event.kind == "trade" else [usual]
    world.trader.fill(MNQ, -1)
    world.run(30)
    assert did(world) == []
    assert world.net(MNQ) == 1
    assert dict(world.locks()[0].ceilings) == {MNQ: 1}


@pytest.mark.parametrize("kind", ["limit", "stop", "market"])
def test_reducing_order_lives_while_locked(kind):
    """Whatever takes exposure off is left alone, and may fill."""
    world = kept(1)
    order = {
        "limit": lambda: world.trader.limit(MNQ, -1, 29600),
        "stop": lambda: world.trader.stop(MNQ, -1, 29400),
        "market": lambda: world.trader.market(MNQ, -1),
    }[kind]()
    world.run(90)
    assert f"cancel {order}" not in did(world)
    if kind != "market":
        assert did(world) == []
    # A close may go out before the flat report is in; the venue then has nothing to close.
    assert [o.id for o in world.exchange.orders(ACCOUNT)][1:] == [order]
    row = world.exchange.order(order)
    assert row is not None
    assert row.status.name == ("FILLED" if kind == "market" else "OPEN")


def test_s117_exit_order_is_left_alone_while_a_close_is_in_flight():
    """A sell limit appears while the close hangs: not cancelled before flat is read."""
    world = World(LOSS, close_delay_ms=800)
    world.trader.fill(ES, 1)
    world.start()
    world.run(5)
    world.trader.lose(MNQ, 600)
    world.run(0.1)
    order = world.trader.limit(ES, -1, 7700)
    world.run(0.6)
    assert f"cancel {order}" not in did(world)
    world.run(5)
    assert world.net(ES) == 0
    assert working(world, ES) == []


def test_resting_entry_of_a_locked_account_goes():
    """Both sides of a flat contract, and the position's own side of an open one."""
    world = kept(2)
    entries = [
        world.trader.limit(MNQ, 1, 29400),
        world.trader.stop(MNQ, 1, 29700),
        world.trader.limit(ES, 1, 7500),
        world.trader.stop(ES, -1, 7400),
    ]
    world.run(5)
    assert sorted(did(world)) == sorted(f"cancel {order}" for order in entries)
    assert working(world) == []


def test_s155_bracket_children_are_never_cancelled_before_their_parent():
    """Locked, a resting bracket entry: only the parent is cancelled."""
    world = kept(2)
    parent = world.trader.bracket(ES, 1, 7500)
    world.run(70)
    assert did(world) == [f"cancel {parent}"]
    assert working(world) == []


def test_s155_bracket_that_filled_meanwhile_keeps_its_legs_until_flat():
    """The parent filled while its cancel was on the wire; its legs are exits now."""
    world = kept(2, out_ms=200)
    parent = world.trader.bracket(ES, 1, 7500)
    world.run(0.1)
    world.trader.price(ES, "7499.75")
    legs = [order for order in working(world, ES) if order != parent]
    world.run(20)
    assert did(world)[:2] == [f"cancel {parent}", "close EP"]
    flat_at = (world.exchange.trades(ACCOUNT)[0].created - world.time.start_at).total_seconds()
    cancelled = {word: at for at, word in did_at(world) if word.startswith("cancel")}
    assert all(cancelled[f"cancel {leg}"] > flat_at for leg in legs if f"cancel {leg}" in cancelled)
    assert working(world) == []
    assert (world.net(ES), world.net(MNQ)) == (0, 2)


def test_trailing_entry_and_join_orders_are_entries_too():
    world = kept(1)
    order = world.trader.place(ES, OrderType.JOIN_BID, 1)
    world.run(3)
    assert did(world) == [f"cancel {order}"]


def test_legs_of_a_filled_exit_bracket_cannot_add_to_the_position():
    """A bracket that sells one of two leaves buy orders behind: they could only add."""
    world = kept(2)
    world.trader.bracket(MNQ, -1, None)
    world.run(20)
    assert world.net(MNQ) == 1
    assert working(world) == []


@pytest.mark.parametrize("lag", [0.0, 0.5, 0.95])
@pytest.mark.parametrize("hub_ms", [5, 90, 400])
def test_own_reduction_is_not_counted_twice(lag, hub_ms):
    """The look holds the fill already and its trade comes after it: the ceiling stays at 3."""
    world = kept(3, lag=lag, hub_ms=hub_ms, out_ms=30, back_ms=60)
    for _ in range(3):
        world.trader.fill(MNQ, 1)
        world.run(2.3)
    world.run(10)
    assert world.net(MNQ) == 3
    assert dict(world.locks()[0].ceilings) == {MNQ: 3}
    assert closes(world) == ["reduce MNQ by 1"] * 3
