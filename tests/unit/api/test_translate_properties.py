"""Whatever JSON comes, translation answers with events and never raises."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.api.translate import translate_quote, translate_user
from risk_manager.domain.events import OrderChanged, PositionChanged, ProtocolError, TradeExecuted
from tests.unit.api.wire_samples import USER_ROWS, raw

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70).filter(lambda n: -(2**63) <= n < 2**64),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
    st.sampled_from(["NaN", "-Infinity", "1E+999999", "2026-08-19T20:51:31.4173693+00:00"]),
)
MEMBERS = sorted({member for row in USER_ROWS.values() for member in row} | {"data", "action"})
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.sampled_from(MEMBERS), st.text(max_size=5)), inner, max_size=6
        ),
    ),
    max_leaves=12,
)
TARGETS = st.sampled_from([*USER_ROWS, "gatewayuserorder", "Other"])


@given(TARGETS, st.lists(ANY_JSON, max_size=3))
def test_arbitrary_json_never_raises_and_never_vanishes(target, arguments):
    assert translate_user(target, [raw(argument) for argument in arguments])


@given(st.lists(ANY_JSON, max_size=3))
def test_arbitrary_quotes_never_raise(arguments):
    assert translate_quote([raw(argument) for argument in arguments])


@given(TARGETS, st.binary(max_size=60))
def test_arbitrary_bytes_never_raise(target, data):
    assert translate_user(target, [msgspec.Raw(data)])


@given(st.sampled_from(list(USER_ROWS)), st.sampled_from(MEMBERS), LEAVES)
def test_one_member_replaced_gives_an_event_with_sound_values(target, member, value):
    (event,) = translate_user(target, [raw(USER_ROWS[target] | {member: value})])
    match event:
        case OrderChanged(order):
            assert order.size >= 0
            assert order.stop_price is None or order.stop_price > 0
        case PositionChanged(position):
            assert position.size == 0 or position.average_price is not None
        case TradeExecuted(trade):
            assert trade.price > 0
            assert trade.at.tzinfo is not None
        case ProtocolError(problem=problem):
            assert problem
