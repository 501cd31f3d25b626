"""What is left until a limit and the room for the next order, in the table of each rule."""

from decimal import Decimal

import pytest

from risk_manager.domain.distance import NextOrder
from tests.support.frequency import frequency, hear
from tests.support.make import position
from tests.support.stage import Stage, rule
from tests.unit.rules.test_max_contracts import GROSS, MICRO

LONG_SHORT = [position("MNQ", 3), position("ES", -1)]


def ask(one, held):
    """The rule, and the view of an account that holds these positions."""
    stage = Stage(one)
    stage.restored(held)
    return one, stage.view.at(stage.step.stamp)


@pytest.mark.parametrize(
    ("keys", "held", "amount"),
    [
        ({}, LONG_SHORT, "4"),
        (GROSS, LONG_SHORT, "2"),
        (GROSS, [position("MNQ", 6), position("ES", 1)], "0"),
        (MICRO, LONG_SHORT, "5.3"),
        (MICRO | GROSS, LONG_SHORT, "4.7"),
    ],
)
def test_contracts_left(keys, held, amount):
    one, view = ask(rule("max_contracts", limit=6, **keys), held)
    assert one.left(view).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("keys", "held", "root", "buy", "sell"),
    [
        ({}, LONG_SHORT, "ES", 4, 8),
        (GROSS, LONG_SHORT, "ES", 2, 2),
        ({}, [position("MNQ", 6)], "MNQ", 0, 12),
        (GROSS, [position("MNQ", -6)], "MNQ", 0, 0),
        (GROSS, [position("MNQ", 8)], "MNQ", 0, 0),
        (MICRO, LONG_SHORT, "ES", 6, 5),
        (MICRO | GROSS, LONG_SHORT, "ES", 4, 4),
        (MICRO | GROSS, LONG_SHORT, "MNQ", 47, 47),
    ],
)
def test_contracts_with_room(keys, held, root, buy, sell):
    one, view = ask(rule("max_contracts", limit=6, **keys), held)
    assert [one.room(NextOrder(root, sign), view) for sign in (1, -1)] == [buy, sell]


def test_the_expiries_of_a_symbol_count_together():
    held = [position("MNQ", 2), position("MNQ M26", 1)]
    one, view = ask(rule("max_contracts_per_instrument", limits={"MNQ": 4, "ES": 2}), held)
    found = one.left(view)
    assert (found.amount, found.of) == (1, "MNQ")
    assert one.room(NextOrder("MNQ", 1), view) == 1
    assert one.room(NextOrder("ES", -1), view) == 2


@pytest.mark.parametrize(
    ("limits", "window"),
    [
        ({"per_minute": 2, "per_hour": 9, "per_session": 9}, "minute"),
        ({"per_minute": 9, "per_hour": 2, "per_session": 9}, "hour"),
        ({"per_minute": 9, "per_hour": 9, "per_session": 2}, "session"),
    ],
)
def test_the_window_that_is_nearest_to_its_limit_is_named(limits, window):
    one = frequency(limits)
    stage = Stage(one)
    for seconds, room, left in [(0, None, 1), (1, 0, 0)]:
        hear(stage, seconds)
        view = stage.view.at(stage.step.stamp)
        found = one.left(view)
        assert (found.amount, found.of) == (left, window)
        assert one.room(NextOrder("MNQ", 1), view) == room


@pytest.mark.parametrize(
    ("section", "keys"),
    [
        ("max_contracts", {"limit": 6, **MICRO}),
        ("max_contracts_per_instrument", {"limits": {"MNQ": 4, "ES": 2}}),
    ],
)
def test_an_unresolved_position_promises_no_room(section, keys):
    """What is held may be of any symbol, so nothing is known to be free."""
    one = rule(section, **keys)
    stage = Stage(one)
    stage.restored([position("NOBODY-KNOWS", 1)])
    view = stage.view.at(stage.step.stamp)
    assert one.room(NextOrder("ES", 1), view) == 0
    assert one.left(view) is None
