"""Headroom: an order of that size breaches nothing when filled, one contract more does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from risk_manager.core.account_status import account_status
from risk_manager.core.assembly import Restored
from risk_manager.core.headroom import BUY, SELL, Room, room_for
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import RuleId
from risk_manager.simulation.setup import ACCOUNT, ES, MES, MNQ, NQ, RTY, engine_of
from risk_manager.simulation.world import World

CONTRACTS = {"MNQ": MNQ, "ES": ES, "MES": MES, "NQ": NQ, "RTY": RTY}
Fills = Sequence[tuple[str, int]]
Rules = dict[str, Any]

net: Rules = {"max_contracts": {"limit": 6}}
gross: Rules = {"max_contracts": {"limit": 6, "count_type": "gross"}}
micro: Rules = {"max_contracts": {"limit": 2, "count_type": "gross", "micro_equivalence": True}}
capped: Rules = {"max_contracts_per_instrument": {"limits": {"MNQ": 3, "ES": 1}}}
capped_rest: Rules = {
    "max_contracts_per_instrument": {
        "limits": {"MNQ": 4}, "unknown_symbol_action": "allow_with_limit:2",
    }
}  # fmt: skip
blocked: Rules = {"symbol_blocks": {"blocked_symbols": ("RTY",)}}
few: Rules = {"trade_frequency_limit": {"limits": {"per_minute": 3}}}
outside: Rules = {"session_block_outside": {"per_instrument_sessions": {
    "enabled": True,
    "sessions": {"ES": {"start": "18:00", "end": "19:00", "timezone": "America/New_York"}},
}}}  # fmt: skip


def opened(rules: Rules, fills: Fills) -> World:
    """A world in which the trader holds what these fills leave, and nothing was enforced."""
    world = World(rules).start()
    for name, size in fills:
        world.trader.fill(CONTRACTS[name], size)
        world.run(0.5)
    return world


def stamp(world: World) -> Stamp:
    return Stamp(0, world.time.now, world.time.mono, world.time.mono)


def room(world: World, name: str, sign: int) -> Room:
    return room_for(world.running.guards[ACCOUNT], name, sign, stamp(world))


def shown(world: World) -> dict[str, Any]:
    return account_status(world.running.guards[ACCOUNT], (), stamp(world))


def rows(world: World) -> list[tuple[str, int | None, str | None]]:
    return [(row["symbol"], row["contracts"], row["rule"]) for row in shown(world)["headroom"]]


def breaks(rules: Rules, fills: Fills, name: str, size: int) -> set[str]:
    """The rules that act within a second of a fill of signed `size`."""
    world = opened(rules, fills)
    before = world.t
    world.trader.fill(CONTRACTS[name], size)
    world.run(1)
    return {str(record.rule_id) for at, record in world.records if at >= before}


@pytest.mark.parametrize(
    ("rules", "fills", "expected"),
    [
        (capped, [], [("ES", 1, "RULE-002"), ("MNQ", 3, "RULE-002")]),
        (capped, [("MNQ", 2)], [("ES", 1, "RULE-002"), ("MNQ", 1, "RULE-002")]),
        (capped, [("MNQ", -3)], [("ES", 1, "RULE-002"), ("MNQ", 0, "RULE-002")]),
        (net, [("MNQ", 4)], [("MNQ", 2, "RULE-001")]),
        (net | capped, [("ES", 1), ("MNQ", 1)],
         [("ES", 0, "RULE-002"), ("MNQ", 2, "RULE-002")]),
        (net | blocked, [("MNQ", 1)], [("MNQ", 5, "RULE-001"), ("RTY", 0, "RULE-011")]),
        (micro, [("MES", 3)], [("MES", 17, "RULE-001")]),
        (few, [("MNQ", 1), ("MNQ", 1)], [("MNQ", None, None)]),
        (few, [("MNQ", 1), ("MNQ", 1), ("MNQ", 1)], [("MNQ", 0, "RULE-006")]),
        (outside, [], [("ES", 0, "RULE-009")]),
        (net | capped, [("MNQ", 2), ("ES", -1)],
         [("ES", 0, "RULE-002"), ("MNQ", 1, "RULE-002")]),
    ],
)  # fmt: skip
def test_the_smallest_room_binds(rules, fills, expected):
    assert rows(opened(rules, fills)) == expected


def test_a_lock_leaves_no_room():
    world = World({"daily_realized_loss": {"limit": -100}} | capped).start()
    world.trader.lose(MNQ, 200)
    world.run(2)
    assert rows(world) == [("ES", 0, "RULE-003"), ("MNQ", 0, "RULE-003")]


def test_a_rule_in_shadow_binds_nothing():
    shadowed = {"max_contracts": {"limit": 2, "rule_mode": "shadow"}}
    assert rows(opened(shadowed, [("MNQ", 1)])) == [("MNQ", None, None)]


def test_before_the_first_read_nothing_is_promised():
    world = World(capped)
    world.engine = engine_of(capped, {}, Restored())
    assert rows(world) == []


RULES = st.sampled_from([
    net, gross, micro, capped, capped_rest, net | capped, gross | capped_rest, micro | capped_rest,
    net | blocked, few | capped, gross | few | blocked, net | outside,
])  # fmt: skip
FILLS = st.lists(
    st.tuples(st.sampled_from(["MNQ", "MES", "NQ"]), st.sampled_from([1, -1, 2, -2])), max_size=3
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(
    rules=RULES, fills=FILLS, name=st.sampled_from(sorted(CONTRACTS)), sign=st.sampled_from([1, -1])
)
def test_that_size_is_free_and_one_more_is_not(rules, fills, name, sign):
    world = opened(rules, fills)
    if world.net(CONTRACTS[name]) * sign < 0:
        sign = -sign  # an order against the position is an exit
    found = room(world, name, sign)
    assume(not world.records)  # the fills were a breach already
    if found.contracts is None:
        assert breaks(rules, fills, name, sign * 7) == set()
        return
    assert found.rule is not None
    if found.contracts > 0:
        assert breaks(rules, fills, name, sign * found.contracts) == set()
    assert found.rule in breaks(rules, fills, name, sign * (found.contracts + 1))


def test_the_sides_differ_by_what_is_held_elsewhere():
    world = opened(net, [("MNQ", 4)])
    assert room(world, "ES", BUY) == Room(2, RuleId("RULE-001"), BUY)
    assert room(world, "ES", SELL) == Room(10, RuleId("RULE-001"), SELL)
