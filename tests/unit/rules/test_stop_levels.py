"""Where RULE-012 wants a stop: what holds for every walk of prices."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.orders import Side
from risk_manager.rules.stop_levels import Followed, StopRules, follow, level_of, profit_ticks
from tests.support.make import position

TICK = Decimal("0.25")
ENTRY = Decimal(5000)
RULES = st.builds(
    StopRules,
    trigger=st.none() | st.integers(5, 30),
    offset=st.integers(0, 4),
    activation=st.none() | st.integers(1, 30),
    distance=st.integers(1, 30),
)
SIDES = st.sampled_from(Side)
WALK = st.lists(st.integers(-60, 60), min_size=1, max_size=30)


def levels(side, rules, walk, entry=ENTRY):
    """The level after each price of a walk, in ticks from the entry."""
    known, found = Followed("buy x"), []
    for ticks in walk:
        price = ENTRY + ticks * TICK
        profit = profit_ticks(side, entry, price, TICK)
        known = follow(known, side, profit, price, rules)
        found.append(level_of(known, side, entry, TICK, rules))
    return known, found


@given(SIDES, RULES, WALK)
def test_it_never_loosens(side, rules, walk):
    _, found = levels(side, rules, walk)
    seen = [side.sign * level for level in found if level is not None]
    assert seen == sorted(seen)
    assert found[: len(found) - len(seen)] == [None] * (len(found) - len(seen))


@given(SIDES, RULES, WALK)
def test_it_is_behind_the_best_price_when_it_tightens(side, rules, walk):
    """A level is new only at a price that is better than it."""
    before = None
    for ticks, level in zip(walk, levels(side, rules, walk)[1], strict=True):
        if level is not None and level != before:
            assert side.sign * (ENTRY + ticks * TICK - level) > 0
        before = level


@given(SIDES, RULES, WALK, st.integers(0, 99))
def test_it_is_always_on_a_tick(side, rules, walk, cents):
    entry = ENTRY + Decimal(cents) / 100
    assert {level % TICK for level in levels(side, rules, walk, entry)[1] if level} <= {0}


@given(SIDES, RULES, WALK)
def test_both_sides_are_mirror_images(side, rules, walk):
    mirrored = [-ticks for ticks in walk]
    one = levels(side, rules, walk)[1]
    other = levels(side.opposite, rules, mirrored)[1]
    assert other == [None if level is None else 2 * ENTRY - level for level in one]


@given(SIDES, RULES, WALK)
def test_what_is_stored_is_what_was_known(side, rules, walk):
    row = position("MNQ", side.sign)
    known, _ = levels(side, rules, walk)
    kept = Followed(row.opening, known.armed, known.best)
    assert Followed.of(kept.text(), row) == kept


def test_another_position_starts_anew():
    text = Followed(position("MNQ", 1, number=1, opened=None).opening, armed=True).text()
    later = position("MNQ", 1, number=2, opened=None)
    assert Followed.of(text, later) == Followed.of(None, later) == Followed("buy 2")


@pytest.mark.parametrize(
    ("side", "price", "ticks"),
    [(Side.BUY, "5002.50", 10), (Side.SELL, "5002.50", -10), (Side.SELL, "4997.50", 10)],
)
def test_profit_in_ticks(side, price, ticks):
    assert profit_ticks(side, ENTRY, Decimal(price), TICK) == ticks
