"""RULE-002: which expiry gives first, what is closed whole, and what a breach says."""

from risk_manager.domain.decisions import Breach, CloseContract, ReduceContract
from risk_manager.domain.events import ConfigActivated, PositionChanged
from tests.support.make import ACCOUNT, cid, ny, position
from tests.support.stage import Stage, rule

EARLIER, LATER = ny("2026-03-11 13:00"), ny("2026-03-11 13:30")


def capped(**limits):
    """The rule with these caps."""
    return rule("max_contracts_per_instrument", limits=limits)


def test_the_expiry_of_the_event_gives_first():
    stage = Stage(capped(MNQ=3))
    newest = position("MNQ", 2, opened=LATER, number=2)
    assert stage.restored([newest, position("MNQ Z25", 1, opened=EARLIER, number=1)]) == []
    grown = PositionChanged(position("MNQ Z25", 2, opened=EARLIER, number=1))
    assert stage.hear(grown, fresh=True) == ["MNQ Z25 to 1"]


def test_an_expiry_that_is_being_closed_is_passed_over():
    stage = Stage(capped(MNQ=2))
    stage.flying[cid("MNQ Z25")] = 0
    held = [position("MNQ", 3, opened=EARLIER), position("MNQ Z25", 2, opened=LATER)]
    assert stage.restored(held) == ["MNQ to 2"]


def test_a_breach_says_what_was_counted_and_closes_whole_what_is_all_excess():
    one = capped(ES=2, MNQ=1)
    stage = Stage(one)
    stage.restored(
        [
            position("ES", 3),
            position("MNQ", 1, opened=EARLIER),
            position("MNQ Z25", 1, opened=LATER),
        ]
    )
    assert one.check(ConfigActivated(ACCOUNT), stage.view) == Breach(
        "3 of 2 ES contracts; 2 of 1 MNQ contracts",
        (ReduceContract(cid("ES"), 2), CloseContract(cid("MNQ Z25"))),
        "ES 3, MNQ 2",
        "ES 2, MNQ 1; others block",
    )
