"""RULE-001 MaxContracts: every worked row, restarts, repeats, and what a reduction may close."""

import pytest

from risk_manager.domain.decisions import Breach, CloseContract
from risk_manager.domain.events import ConfigActivated, Event, PositionChanged, TradeExecuted
from risk_manager.rules.max_contracts import MaxContracts
from tests.support.make import ACCOUNT, NOW, OTHER, cid, ny, position, trade
from tests.support.stage import Stage, found_open, market, rule

SECTION = MaxContracts.section
EARLIER, LATER = ny("2026-03-11 13:00"), ny("2026-03-11 13:30")


REDUCE, GROSS, MICRO = (
    {"reduce_to_limit": True}, {"count_type": "gross"}, {"micro_equivalence": True},
)  # fmt: skip
ROWS = [
    ({}, {"MNQ": 1}, []),
    ({}, {"MNQ": 4}, []),
    ({}, {"MNQ": 3, "ES": 2}, []),
    ({}, {"MNQ": 3, "ES": 3}, ["flatten"]),
    ({}, {"MNQ": -6}, ["flatten"]),
    ({}, {"MNQ": 5, "ES": -3}, []),
    (GROSS, {"MNQ": 5, "ES": -3}, ["flatten"]),
    (GROSS, {"MNQ": 3, "ES": -2}, []),
    ({"limit": 3} | REDUCE, {"MNQ": 2, "ES": 3}, ["ES to 1"]),
    (REDUCE, {"MNQ": 7}, ["MNQ to 5"]),
    (REDUCE, {"MNQ": 5, "ES": 1}, ["close ES"]),
    (REDUCE | GROSS, {"MNQ": 4, "ES": -1, "NQ": 1}, ["close NQ"]),
    (REDUCE, {"MNQ": -7}, ["MNQ to 5"]),
    (REDUCE, {"MNQ": 8, "ES": -2}, ["MNQ to 7"]),
    (REDUCE, {"ES": -8, "MNQ": 2}, ["ES to 7"]),
    (REDUCE | GROSS, {"MNQ": 4, "NQ": -3}, ["NQ to 1"]),
    (REDUCE | GROSS, {"MNQ": 6, "NQ": -3}, ["MNQ to 5", "close NQ"]),
    ({"limit": 1} | REDUCE, {"MNQ": 2, "ES": 2}, ["close ES", "MNQ to 1"]),
    # Micro equivalence: S113 and mixed weights.
    (REDUCE | GROSS | MICRO, {"MNQ": 50}, []),
    (REDUCE | GROSS | MICRO, {"MNQ": 51}, ["MNQ to 50"]),
    (REDUCE | MICRO, {"MNQ": 1, "ES": 5}, ["ES to 4"]),
    (REDUCE | MICRO, {"ES": 5, "MNQ": 3}, ["close MNQ"]),
    (MICRO, {"ES": 5, "MNQ": 1}, ["flatten"]),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "held", "wanted"), ROWS)
def test_every_worked_row(keys, held, wanted):
    assert found_open(rule(SECTION, **{"limit": 5, **keys}), held) == wanted


def test_s01_s02_the_fill_beyond_the_limit_closes_everything_and_locks_nothing():
    stage = Stage(rule(SECTION, limit=5))
    assert stage.restored([position("MNQ", 3), position("ES", 2)]) == []
    assert stage.fill("MNQ", 1) == ["flatten"]
    assert stage.market.locks.active(ACCOUNT, stage.now) == []
    stage.flying = {cid("MNQ"): 0, cid("ES"): 0}
    assert stage.emptied() == []
    stage.flying.clear()
    assert stage.fill("MNQ", 1) == []


def test_s04_the_contract_of_the_event_gives_first():
    stage = Stage(rule(SECTION, limit=3, reduce_to_limit=True))
    stage.restored([position("MNQ", 2, opened=LATER), position("ES", 0, opened=EARLIER)])
    assert stage.fill("ES", 3) == ["ES to 1"]
    older = Stage(rule(SECTION, limit=3, reduce_to_limit=True))
    older.restored([position("ES", 2, opened=EARLIER, number=1), position("MNQ", 1, opened=LATER)])
    event = PositionChanged(position("ES", 3, opened=EARLIER, number=1))
    assert older.hear(event, fresh=True) == ["ES to 2"]


def test_the_contract_of_the_event_is_spared_on_the_smaller_side():
    stage = Stage(rule(SECTION, limit=5, reduce_to_limit=True))
    stage.restored([position("MNQ", 8), position("ES", -3)])
    assert stage.hear(PositionChanged(position("ES", -2, opened=NOW))) == ["MNQ to 7"]


def test_s05_s158_nothing_more_while_a_reduction_is_in_flight():
    stage = Stage(rule(SECTION, limit=3, reduce_to_limit=True))
    assert stage.restored([position("MNQ", 2, number=1), position("ES", 3, number=2)]) == [
        "ES to 1"
    ]
    stage.flying[cid("ES")] = 1
    for repeated in (position("ES", 3, number=2), position("MNQ", 2, number=1)) * 2:
        assert stage.hear(PositionChanged(repeated)) == []
    assert stage.hear(PositionChanged(position("MNQ", 3, number=1))) == ["MNQ to 2"]
    stage.flying.clear()
    assert stage.restored([position("MNQ", 2, number=1), position("ES", 1, number=2)]) == []


def test_a_contract_that_is_being_closed_is_neither_counted_nor_closed_again():
    stage = Stage(rule(SECTION, limit=5, reduce_to_limit=True))
    stage.flying[cid("NQ")] = 0
    held = [position("ES", 6, opened=EARLIER), position("NQ", 2, opened=LATER)]
    assert stage.restored(held) == ["ES to 5"]


def test_a_breach_says_what_was_counted_and_closes_whole_what_is_all_excess():
    one = rule(SECTION, limit=5, reduce_to_limit=True)
    stage = Stage(one)
    stage.restored([position("MNQ", 5, opened=EARLIER), position("ES", 1, opened=LATER)])
    assert one.check(ConfigActivated(ACCOUNT), stage.view) == Breach(
        "6 of 5 contracts", (CloseContract(cid("ES")),), "6", "5 net"
    )


def test_s160_newest_first_without_an_event_of_a_contract():
    stage = Stage(rule(SECTION, limit=5, count_type="gross", reduce_to_limit=True))
    held = [position("MNQ", 4, opened=EARLIER), position("NQ", -3, opened=LATER)]
    assert stage.restored(held) == ["NQ to 1"]
    assert stage.hear(ConfigActivated(ACCOUNT)) == ["NQ to 1"]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([("MNQ", 2, None, 1), ("ES", 2, LATER, 2)], ["ES to 1"]),
        ([("MNQ", 2, LATER, 9), ("ES", 2, LATER, 2)], ["MNQ to 1"]),
        ([("MNQ", 2, LATER, 9), ("ES", 2, LATER, 9)], ["MNQ to 1"]),
    ],
)
def test_ties_fall_to_the_larger_id_then_the_contract(rows, wanted):
    stage = Stage(rule(SECTION, limit=3, reduce_to_limit=True))
    held = [position(name, size, opened=at, number=number) for name, size, at, number in rows]
    assert stage.restored(held) == wanted


def test_an_unresolved_contract_counts_one_unless_weights_are_asked_for():
    held = [position("MNQ", 5), position("RTY XX", 1)]
    assert Stage(rule(SECTION, limit=5), known=["MNQ"]).restored(held) == ["flatten"]
    odd = position("QQQQ", 6)
    weighted = Stage(rule(SECTION, limit=5, micro_equivalence=True), known=[])
    assert weighted.restored([odd]) == []
    assert weighted.status("RULE-001") == (None, "the symbol of CON.F.US.QQQQ.H26 is unknown")
    assert Stage(rule(SECTION, limit=5), known=[]).restored([odd]) == ["flatten"]


def test_a_breach_found_at_start_and_one_repeated_are_enforced():
    stage = Stage(rule(SECTION, limit=5))
    assert stage.restored([position("MNQ", 6)]) == ["flatten"]
    assert stage.restored(stage.account.positions.all()) == ["flatten"]
    stage.flying[cid("MNQ")] = 0
    assert stage.restored(stage.account.positions.all()) == []


def test_s72_the_position_before_its_trade_or_after_is_one_breach():
    for position_first in (True, False):
        stage = Stage(rule(SECTION, limit=5))
        fill = trade("MNQ", 6)
        events: list[Event] = [TradeExecuted(fill), PositionChanged(position("MNQ", 6, number=3))]
        wanted = [stage.hear(event) for event in (events[::-1] if position_first else events)]
        assert sorted(wanted) == [[], ["flatten"]]
        assert stage.account.exposure.exposure(cid("MNQ")) == 6


def test_another_account_is_neither_counted_nor_closed():
    shared = market()
    one = Stage(rule(SECTION, limit=5), shared=shared)
    other = Stage(rule(SECTION, limit=5), shared=shared, account=OTHER)
    assert one.fill("MNQ", 4) == []
    assert other.fill("MNQ", 4) == []
    assert other.fill("MNQ", 2) == ["flatten"]
    assert one.status("RULE-001") == ("4", None)
