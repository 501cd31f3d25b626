"""Numbers and instants on the wire are exact."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.gateway_sim.fields import BadRequestError, Fields
from risk_manager.gateway_sim.wire_text import (
    encode,
    fee_digits,
    http_date,
    plain,
    price_digits,
    rest_time,
    short_time,
    stream_time,
)

DECIMALS = st.decimals(
    allow_nan=False, allow_infinity=False, places=9, min_value=-(10**9), max_value=10**9
)


@given(DECIMALS)
def test_every_writer_keeps_the_value(value: Decimal) -> None:
    for write in (plain, price_digits):
        text = encode(write(value)).decode()
        assert Decimal(text) == value
        assert "E" not in text
    assert len(encode(price_digits(value)).decode().partition(".")[2]) == 9


@pytest.mark.parametrize(
    ("value", "text"),
    [("29547.00", "29547"), ("5E-7", "0.0000005"), ("1E+2", "100"), ("0", "0"), ("-0.50", "-0.5")],
)
def test_plain(value: str, text: str) -> None:
    assert encode(plain(Decimal(value))) == text.encode()


def test_fees_have_four_digits() -> None:
    assert encode(fee_digits(Decimal("1.4"))) == b"1.4000"


def test_instants() -> None:
    at = datetime(2026, 8, 19, 20, 51, 31, 417369, tzinfo=UTC)
    assert rest_time(at) == "2026-08-19T20:51:31.417369+00:00"
    assert stream_time(at) == "2026-08-19T20:51:31.4173699+00:00"
    assert datetime.fromisoformat(stream_time(at)) == at
    assert short_time(at) == "2026-08-19T20:51:31Z"
    assert http_date(at) == "Wed, 19 Aug 2026 20:51:31 GMT"


@given(DECIMALS)
def test_numbers_are_read_without_a_float(value: Decimal) -> None:
    assert Fields.parse(f'{{"Price":{value:f}}}'.encode()).decimal("price") == value


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ({"n": "1"}, "integer"),
        ({"n": True}, "integer"),
        ({"n": 2**31}, "integer"),
        ({"n": None}, "integer"),
        ({}, "integer"),
        ({"n": "1.5"}, "opt_decimal"),
        ({"n": True}, "opt_decimal"),
        ({"n": 10**29}, "opt_decimal"),
        ({"n": "NaN"}, "money_text"),
        ({"n": "1e400"}, "money_text"),
        ({"n": 5}, "opt_text"),
        ({"n": 0}, "opt_flag"),
        ({"n": "soon"}, "opt_instant"),
        ({"n": []}, "opt_object"),
        ({"n": [True]}, "opt_integers"),
    ],
)
def test_wrong_types_are_refused(body: object, read: str) -> None:
    fields = Fields.parse(json.dumps(body).encode())
    with pytest.raises(BadRequestError):
        getattr(fields, read)("n")


def test_instants_without_an_offset_are_utc() -> None:
    fields = Fields({"a": "2026-08-19T20:51:31", "b": "2026-08-19T22:51:31.1234567+02:00"})
    assert fields.instant("a") == datetime(2026, 8, 19, 20, 51, 31, tzinfo=UTC)
    assert fields.instant("b") == datetime(2026, 8, 19, 20, 51, 31, 123456, tzinfo=UTC)
