"""S94, S96: the same event in every payload form; partial quotes; what cannot be understood."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from risk_manager.api.translate import RAW_LIMIT, translate_quote, translate_user
from risk_manager.domain.events import ProtocolError, QuoteChanged
from risk_manager.domain.ids import ContractId
from tests.unit.api.wire_samples import ACCOUNT, CONTRACT, ORDER, USER_ROWS, quote, raw, user

TARGETS = list(USER_ROWS)


def enveloped(row, action=1):
    return {"action": action, "data": row}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "form",
    [
        lambda row: [enveloped(row)],
        lambda row: [enveloped(row, 0)],
        lambda row: [enveloped(row, 2)],
        lambda row: [{"data": row, "action": 1}],
        lambda row: [[enveloped(row)]],
        lambda row: [[row]],
        lambda row: [enveloped([row])],
    ],
)
def test_every_form_gives_the_same_event(target, form):
    row = USER_ROWS[target]
    bare = user(target, row)
    assert len(bare) == 1
    assert not isinstance(bare[0], ProtocolError)
    assert user(target, *form(row)) == bare


@pytest.mark.parametrize("target", TARGETS)
def test_several_rows_keep_their_order_spread_or_in_one_array(target):
    first, second = USER_ROWS[target], USER_ROWS[target] | {"id": 2}
    expected = user(target, first) + user(target, second)
    assert user(target, enveloped(first), enveloped(second)) == expected
    assert user(target, [enveloped(first), enveloped(second)]) == expected


@pytest.mark.parametrize("target", TARGETS)
def test_target_in_any_letter_case(target):
    assert user(target.lower(), USER_ROWS[target]) == user(target, USER_ROWS[target])


def test_good_row_beside_a_bad_one_counts():
    bad = {"accountId": 123, "status": 99}
    events = user("GatewayUserOrder", [enveloped(bad), enveloped(ORDER), None])
    assert [isinstance(event, ProtocolError) for event in events] == [True, False, True]
    assert events[0].account_id == 123


@pytest.mark.parametrize("argument", [None, 5, "text", True, [], {}, [[]], {"data": None}])
def test_argument_without_a_row_is_a_protocol_error(argument):
    (event,) = user("GatewayUserPosition", argument)
    assert isinstance(event, ProtocolError)
    assert event.entity == "position"


def test_no_arguments_and_unknown_target_are_protocol_errors():
    assert user("GatewayUserTrade")[0].entity == "trade"
    assert user("GatewayUserThing", {})[0].entity == "frame"


def test_raw_text_is_cut_and_the_owner_still_known():
    (event,) = user("GatewayUserOrder", {"accountId": 7, "customTag": "ä" * 5000})
    assert len(event.raw) == RAW_LIMIT
    assert event.account_id == 7


def test_account_names_itself_by_id():
    (event,) = user("GatewayUserAccount", ACCOUNT | {"canTrade": "yes"})
    assert isinstance(event, ProtocolError)
    assert event.account_id == 10000001


@pytest.mark.parametrize("text", [b'{"id": ', b"[" * 5000, b'{"a":' * 5000, b'{"id":"\xff"}', b""])
def test_malformed_argument_is_a_protocol_error(text):
    (event,) = translate_user("GatewayUserAccount", [msgspec.Raw(text)])
    assert isinstance(event, ProtocolError)


def test_partial_quote_leaves_the_rest_out():
    (event,) = quote(
        CONTRACT,
        {
            "symbol": "F.US.MNQ",
            "contract": CONTRACT,
            "bestBid": 29504.25,
            "bestAsk": 29504.5,
            "lastUpdated": "2026-08-19T20:51:31.4173693+00:00",
            "timestamp": "2026-08-19T20:51:31Z",
        },
    )
    at = datetime(2026, 8, 19, 20, 51, 31, 417369, UTC)
    assert event == QuoteChanged(
        ContractId(CONTRACT), bid=Decimal("29504.25"), ask=Decimal("29504.5"), at=at
    )


@pytest.mark.parametrize("price", [0, -1.5, "NaN", "Infinity", "-Infinity", "sNaN", None, "1E+400"])
def test_unusable_price_counts_as_missing_field_by_field(price):
    (event,) = quote(CONTRACT, {"lastPrice": price, "bestBid": 2100.25})
    assert event == QuoteChanged(ContractId(CONTRACT), bid=Decimal("2100.25"))


@pytest.mark.parametrize(
    "arguments",
    [(), (CONTRACT,), (CONTRACT, {}, {}), (5, {}), ("", {}), (CONTRACT, 5), (CONTRACT, None)],
)
def test_quote_of_another_shape_is_a_protocol_error(arguments):
    (event,) = quote(*arguments)
    assert isinstance(event, ProtocolError)
    assert event.entity == "quote"


def test_array_of_quotes_is_accepted():
    events = quote(CONTRACT, [{"lastPrice": 1.25}, {"bestBid": 1}])
    assert [event.last for event in events] == [Decimal("1.25"), None]


def test_whole_numbers_and_nine_digits_stay_exact():
    text = b'{"lastPrice":6335.250000000,"bestBid":6335,"bestAsk":5E-07}'
    (event,) = translate_quote([raw(CONTRACT), msgspec.Raw(text)])
    assert isinstance(event, QuoteChanged)
    assert (event.last, event.bid, event.ask) == (
        Decimal("6335.250000000"),
        Decimal(6335),
        Decimal("0.0000005"),
    )
