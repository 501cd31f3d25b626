"""RULE-001: what holds for every book of positions, limit and way of counting."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.symbols import mini_weight
from risk_manager.rules.max_contracts import MaxContracts
from tests.support.stage import found_open, rule


def limited(**keys):
    """The rule with these keys."""
    return rule(MaxContracts.section, **keys)


names = st.sampled_from(["ES", "NQ", "MNQ", "MES", "RTY", "YM"])
held_sizes = st.dictionaries(names, st.integers(-30, 30).filter(bool), min_size=1, max_size=5)
counts = st.sampled_from(["net", "gross"])


def counted(sizes, count_type, micro):
    """The count of signed sizes, as the rule's page defines it."""
    weighted = [Decimal(size) * (mini_weight(name) if micro else 1) for name, size in sizes.items()]
    return abs(sum(weighted)) if count_type == "net" else sum(map(abs, weighted))


def after(held, wanted):
    """The signed sizes a plan leaves; a target never changes the side."""
    left = dict(held)
    for said in wanted:
        closed = said.startswith("close ")
        name, target = (said[6:], 0) if closed else (said.split(" to ")[0], int(said.split()[-1]))
        assert 0 <= target < abs(held[name])
        left[name] = target if held[name] > 0 else -target
    return left


@given(held_sizes, st.integers(1, 20), counts, st.booleans())
def test_a_reduction_reaches_the_limit_and_closes_no_contract_too_many(held, limit, how, micro):
    keys = {"limit": limit, "count_type": how, "micro_equivalence": micro}
    wanted = found_open(limited(reduce_to_limit=True, **keys), held)
    left = after(held, wanted)
    if counted(held, how, micro) <= limit:
        assert wanted == []
        return
    assert counted(left, how, micro) <= limit
    # Giving back one contract of the last position touched would break the limit again.
    touched = [name for name in reversed(held) if left[name] != held[name]]
    back = dict(left)
    back[touched[-1]] += 1 if held[touched[-1]] > 0 else -1
    assert counted(back, how, micro) > limit


@given(held_sizes, st.integers(1, 20), counts, st.booleans())
def test_net_never_touches_the_smaller_side(held, limit, how, micro):
    keys = {"limit": limit, "count_type": "net", "micro_equivalence": micro}
    left = after(held, found_open(limited(reduce_to_limit=True, **keys), held))
    net = sum(Decimal(s) * (mini_weight(n) if micro else 1) for n, s in held.items())
    assert all(left[name] == size for name, size in held.items() if size * net < 0)


@given(held_sizes, st.integers(1, 20), st.integers(1, 20), counts, st.booleans())
def test_a_tighter_limit_never_allows_more(held, limit, lower_by, how, micro):
    keys = {"count_type": how, "micro_equivalence": micro}
    if found_open(limited(limit=limit + lower_by, **keys), held):
        assert found_open(limited(limit=limit, **keys), held) == ["flatten"]
