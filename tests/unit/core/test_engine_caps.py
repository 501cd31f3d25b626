"""RULE-001 and RULE-002 against the venue's book: one excess, one remedy."""

import pytest

from risk_manager.domain.events import PositionChanged
from risk_manager.domain.ids import ContractId
from risk_manager.domain.requests import ReducePosition
from risk_manager.simulation.fates import THROTTLED, Fate
from risk_manager.simulation.setup import CAP, CAPS, ES, MNQ, NQ, RTY, Sections
from risk_manager.simulation.world import World
from tests.harness.words import closes, did, did_at, report

REDUCE_3: Sections = {"max_contracts": {"limit": 3, "reduce_to_limit": True}}


def gross_reduce(limit: int) -> Sections:
    return {"max_contracts": {"limit": limit, "reduce_to_limit": True, "count_type": "gross"}}


@pytest.mark.parametrize(
    ("rules", "fills", "requests", "left"),
    [
        pytest.param(CAP, [(MNQ, 3), (ES, 2), (MNQ, 1)], ["close EP", "close MNQ"], {}, id="S02"),
        pytest.param(CAP, [(MNQ, 5), (ES, -3)], [], {MNQ: 5, ES: -3}, id="S03 net"),
        pytest.param(
            {"max_contracts": {"limit": 5, "count_type": "gross"}},
            [(MNQ, 5), (ES, -3)],
            ["close EP", "close MNQ"],
            {},
            id="S03 gross",
        ),
        pytest.param(REDUCE_3, [(MNQ, 2), (ES, 3)], ["reduce EP by 2"], {MNQ: 2, ES: 1}, id="S04"),
        pytest.param(CAPS, [(MNQ, 1), (RTY, 1)], ["close RTY"], {MNQ: 1}, id="S07"),
        pytest.param(
            {
                "max_contracts_per_instrument": {
                    "limits": {"MNQ": 2},
                    "unknown_symbol_action": "allow_with_limit:1",
                }
            },
            [(RTY, 1), (RTY, 1)],
            ["reduce RTY by 1"],
            {RTY: 1},
            id="S08",
        ),
        pytest.param(CAPS, [(ES, 2)], ["reduce EP by 1"], {ES: 1}, id="S09"),
        pytest.param(CAPS, [(MNQ, 2)], [], {MNQ: 2}, id="S11"),
        pytest.param(CAPS, [(MNQ, -3)], ["reduce MNQ by 1"], {MNQ: -2}, id="short is not flipped"),
        pytest.param(
            {
                "max_contracts": {"limit": 5, "reduce_to_limit": True},
                "max_contracts_per_instrument": {"limits": {"MNQ": 2, "ES": 3}},
            },
            [(ES, 3), (MNQ, 4)],
            ["reduce MNQ by 2"],
            {ES: 3, MNQ: 2},
            id="S159",
        ),
    ],
)
def test_excess_is_removed_once(rules, fills, requests, left):
    world = World(rules).start()
    for contract_id, size in fills:
        world.trader.fill(contract_id, size)
        world.run(0.003)
    world.run(10)
    # An order of a blocked symbol may still be told as pending, and is then cancelled as well.
    assert closes(world) == requests
    assert {c: world.net(c) for c in (MNQ, ES, NQ, RTY) if world.net(c)} == left
    assert world.locks() == []


def test_s02_reentry_after_flatten_is_allowed():
    """No lock is set, a new contract stays."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 6)
    world.run(1)
    world.trader.fill(MNQ, 1)
    world.run(70)
    assert did(world) == ["close MNQ"]
    assert world.net(MNQ) == 1


def test_s05_repeated_events_cause_one_partial_close():
    """The old size is told twice more while the reduction is in flight."""
    world = World(REDUCE_3, back_ms=300).start()
    world.trader.fill(MNQ, 2)
    world.trader.fill(ES, 3)
    world.run(0.2)
    number = world.exchange.positions(10001)[-1].id
    for _ in range(2):
        world.deliver(PositionChanged(report(world, ES, 3, number)))
        world.run(0.05)
    world.run(10)
    assert did(world) == ["reduce EP by 2"]


def test_s158_event_of_another_contract_sees_the_target_in_flight():
    """2 MNQ plus 1 ES after pending is 3; MNQ is not touched."""
    world = World(REDUCE_3, back_ms=200).start()
    world.trader.fill(MNQ, 2)
    world.trader.fill(ES, 3)
    world.run(0.1)
    number = world.exchange.positions(10001)[0].id
    world.deliver(PositionChanged(report(world, MNQ, 2, number)))
    world.run(10)
    assert did(world) == ["reduce EP by 2"]
    assert (world.net(MNQ), world.net(ES)) == (2, 1)


def test_s06_throttled_reduction_is_repeated_after_a_look():
    """429, then 200; one contract closed once."""
    world = World(CAPS).start()
    world.fates.script(ReducePosition, THROTTLED)
    world.trader.fill(MNQ, 3)
    world.run(10)
    assert [word for _, word in did_at(world)] == ["reduce MNQ by 1"] * 2
    assert world.broker.sent[1].at - world.broker.sent[0].at >= 2.0
    assert world.net(MNQ) == 2


def test_s10_expiries_of_a_root_count_together():
    """One in the old month, two in the new one; the newest gives way."""
    world = World(CAPS)
    world.trader.fill(MNQ, 1)
    _, new = world.exchange.roll("MNQ")
    world.start()
    new_id = ContractId(new.id)
    world.trader.fill(new_id, 2)
    world.run(10)
    assert did(world) == ["reduce MNQ.H27 by 1"]
    assert (world.net(MNQ), world.net(new_id)) == (1, 1)


def test_s160_newest_position_gives_way_without_an_event():
    """Found at the start, gross 7 of 5: the younger NQ short is reduced."""
    world = World(gross_reduce(5))
    world.trader.fill(MNQ, 4)
    world.run(5)
    world.trader.fill(NQ, -3)
    world.start().run(10)
    assert did(world) == ["reduce ENQ by 2"]
    assert (world.net(MNQ), world.net(NQ)) == (4, -1)


def test_cap_holds_for_many_orders_of_one():
    """Four orders of one within 200 ms end at two, two closed in all."""
    world = World(CAPS).start()
    for number in range(4):
        world.time.at(1.05 * number / 20 + 1, lambda: world.trader.market(MNQ, 1))
    world.run(15)
    assert world.net(MNQ) == 2
    closed = [s.request.size for s in world.broker.sent if isinstance(s.request, ReducePosition)]
    assert sum(closed) == 2


def test_s211_growth_during_a_reduction_waits_for_its_look():
    """3 to 2 in flight, then 4: one partial close of one, a look, one of one again."""
    world = World(CAPS).start()
    world.fates.script(ReducePosition, Fate(out_ms=400, back_ms=100))
    world.trader.fill(MNQ, 3)
    world.run(0.2)
    world.trader.fill(MNQ, 1)
    world.run(15)
    assert did(world) == ["reduce MNQ by 1", "reduce MNQ by 1"]
    assert world.net(MNQ) == 2


def test_s198_resting_entry_of_a_blocked_symbol_is_cancelled():
    """It never filled."""
    world = World(CAPS).start()
    order = world.trader.limit(RTY, 1, 2800)
    world.run(1)
    assert did(world) == [f"cancel {order}"]
    assert world.exchange.open_orders(10001) == []
