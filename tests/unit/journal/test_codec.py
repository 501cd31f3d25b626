"""Every event becomes a line and comes back equal."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_manager.domain.events import ActionAnswered, Event, QuoteChanged, Stamp
from risk_manager.domain.ids import AccountId, ContractId, OrderId, RequestId
from risk_manager.domain.requests import ActionRequest, ModifyOrder
from risk_manager.journal.codec import (
    JournalError,
    check_header,
    decode_line,
    encode_line,
    header_line,
)

NOW = datetime(2026, 3, 9, 21, 0, 0, 1, tzinfo=UTC)
ES = ContractId("CON.F.US.EP.H26")
STAMP = Stamp(1, NOW, 12.25, 12.0)

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
st.register_type_strategy(str, st.text(st.characters(codec="utf-8")))


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
def test_an_event_comes_back_equal(kind):
    @settings(max_examples=15, deadline=None)
    @given(st.builds(Stamp), st.from_type(kind))
    def round_trip(stamp, event):
        line = encode_line(stamp, event)
        assert b"\n" not in line
        assert decode_line(line) == (stamp, event)

    round_trip()


@pytest.mark.parametrize("request_kind", get_args(ActionRequest), ids=lambda kind: kind.__name__)
def test_an_answer_keeps_the_kind_of_its_request(request_kind):
    @settings(max_examples=5, deadline=None)
    @given(st.from_type(request_kind), st.from_type(ActionAnswered))
    def round_trip(request, answer):
        event = ActionAnswered(
            request, *[getattr(answer, name) for name in ActionAnswered.__slots__[1:]]
        )
        _, decoded = decode_line(encode_line(STAMP, event))
        assert isinstance(decoded, ActionAnswered)
        assert type(decoded.request) is request_kind
        assert decoded == event

    round_trip()


def test_decimals_are_text_and_keep_their_digits():
    line = encode_line(STAMP, QuoteChanged(ES, Decimal("5800.250")))
    assert json.loads(line)[5]["last"] == "5800.250"
    _, event = decode_line(line)
    assert isinstance(event, QuoteChanged)
    assert str(event.last) == "5800.250"


def test_the_header_names_the_format():
    check_header(header_line())
    for bad in (b'{"journal":2}', b"{}", b"[1]", b""):
        with pytest.raises(JournalError):
            check_header(bad)


LINE = encode_line(STAMP, QuoteChanged(ES, Decimal(1)))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        LINE[:-5],
        LINE.replace(b"QuoteChanged", b"QuoteInvented"),
        LINE.replace(b'"last":"1"', b'"last":"one"'),
        LINE.replace(b"contract_id", b"contract"),
    ],
)
def test_a_line_that_is_no_event_is_an_error(line):
    with pytest.raises(JournalError):
        decode_line(line)


def test_an_answer_without_its_request_is_an_error():
    answer = ActionAnswered(
        ModifyOrder(RequestId(1), AccountId(2), OrderId(3)),
        200,
        True,
        0,
        None,
        None,
        None,
        1.0,
        2.0,
    )
    line = encode_line(STAMP, answer)
    for old, new in ((b"ModifyOrder", b"PlaceOrder"), (b'"request"', b'"other"')):
        with pytest.raises(JournalError):
            decode_line(line.replace(old, new))
