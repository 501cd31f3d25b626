"""The seeded source gives what it says, and the same on every Python."""

from collections import Counter

import pytest

from risk_manager.simulation.seeded import SeededSource


def test_the_sequence_is_the_same_everywhere():
    """Written down once: another Python that draws otherwise would replay other weeks."""
    source = SeededSource(42)
    assert [source.integer(0, 99) for _ in range(8)] == [63, 2, 27, 22, 73, 67, 89, 8]
    assert source.shuffled("abcdef") == ["c", "a", "b", "e", "d", "f"]
    assert source.choice([1, 2, 3]) == 2


@pytest.mark.parametrize(("low", "high"), [(0, 0), (-3, 3), (5, 6), (0, 2**48)])
def test_integers_stay_within_their_bounds(low, high):
    source = SeededSource(1)
    drawn = [source.integer(low, high) for _ in range(2000)]
    assert low <= min(drawn)
    assert max(drawn) <= high
    if high - low < 10:
        assert set(drawn) == set(range(low, high + 1))


def test_every_order_is_possible():
    source = SeededSource(3)
    orders = Counter("".join(source.shuffled("abc")) for _ in range(600))
    assert len(orders) == 6
    assert min(orders.values()) > 60


def test_a_fork_is_independent_of_what_the_other_draws():
    one, other = SeededSource(9), SeededSource(9)
    first, second = one.fork(), other.fork()
    other.integer(0, 9)
    assert [first.integer(0, 99) for _ in range(5)] == [second.integer(0, 99) for _ in range(5)]


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.0, 0, 0), (1.0, 1000, 1000), (0.25, 200, 300)]
)
def test_a_chance_has_its_share(share, least, most):
    source = SeededSource(5)
    assert least <= sum(source.chance(share) for _ in range(1000)) <= most
