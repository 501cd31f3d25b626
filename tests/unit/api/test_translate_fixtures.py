"""S99: every recorded payload, as it is, with a member added, with a required one dropped."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from risk_manager.api import translate_rows as rows
from risk_manager.api.translate import is_user_target, translate_quote, translate_user
from risk_manager.domain.events import Event, ProtocolError, QuoteChanged
from tests.unit.api.wire_samples import Fixture, fixtures, raw

EVENTS = {
    name: fixture
    for name, fixture in fixtures("hub-").items()
    if is_user_target(fixture.target) and fixture.kind == "hub-event"
}
REQUIRED = {
    "GatewayUserAccount": ("id", "canTrade"),
    "GatewayUserOrder": ("id", "accountId", "contractId", "status", "type", "side", "size"),
    "GatewayUserPosition": ("id", "accountId", "contractId", "type", "size", "averagePrice"),
    "GatewayUserTrade": (
        "id", "accountId", "contractId", "creationTimestamp", "price", "side", "size", "orderId",
    ),
}  # fmt: skip
COMPLETE = {name: fixture for name, fixture in EVENTS.items() if not fixture.partial}
DROPS = [
    (name, member) for name, fixture in COMPLETE.items() for member in REQUIRED[fixture.target]
]
LISTS = {
    "accounts": rows.account_row,
    "orders": rows.order_row,
    "positions": rows.position_row,
    "trades": rows.trade_row,
    "contracts": rows.contract_row,
    "bars": rows.bar_row,
}


def argument_of(fixture: Fixture) -> dict[str, Any]:
    argument: dict[str, Any] = msgspec.json.decode(fixture.payload)["arguments"][0]
    return argument


def row_of(argument: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = argument.get("data", argument)
    return row


def events_of(fixture: Fixture, argument: dict[str, Any]) -> list[Event]:
    return translate_user(fixture.target, [raw(argument)])


@pytest.mark.parametrize("name", EVENTS)
def test_recorded_event_is_accepted_unless_it_is_partial(name):
    (event,) = events_of(EVENTS[name], argument_of(EVENTS[name]))
    assert isinstance(event, ProtocolError) == EVENTS[name].partial


@pytest.mark.parametrize("name", COMPLETE)
def test_added_member_changes_nothing(name):
    argument = argument_of(EVENTS[name])
    before = events_of(EVENTS[name], argument)
    row_of(argument)["madeUpLater"] = {"any": [1, None]}
    assert events_of(EVENTS[name], argument) == before


@pytest.mark.parametrize(("name", "member"), DROPS)
@pytest.mark.parametrize("how", ["absent", "null"])
def test_dropped_required_member_is_a_protocol_error(name, member, how):
    argument = argument_of(EVENTS[name])
    row = row_of(argument)
    if how == "absent":
        del row[member]
    else:
        row[member] = None
    (event,) = events_of(EVENTS[name], argument)
    assert isinstance(event, ProtocolError)
    assert member in event.problem
    assert event.raw


def test_partial_event_says_whose_it_is():
    fixture = EVENTS["hub-user-position-update"]
    (event,) = events_of(fixture, argument_of(fixture))
    assert isinstance(event, ProtocolError)
    assert (event.entity, event.account_id) == ("position", 10000004)
    assert "MNQM26" in event.raw


def test_recorded_quote_is_accepted():
    payload = msgspec.json.decode(
        fixtures("hub-market-quote-full")["hub-market-quote-full"].payload
    )
    (event,) = translate_quote([raw(argument) for argument in payload["arguments"]])
    assert isinstance(event, QuoteChanged)
    assert str(event.last) == "2100.25"


def rest_rows() -> list[tuple[str, str, bool, dict[str, Any]]]:
    """Return every row of every recorded answer: file, list member, partial, row."""
    answers = {name: item for name, item in fixtures("rest-").items() if "response" in item.kind}
    bodies = {name: msgspec.json.decode(item.payload) or {} for name, item in answers.items()}
    return [
        (name, member, answers[name].partial, row)
        for name, body in bodies.items()
        for member in LISTS
        for row in body.get(member) or []
    ]


@pytest.mark.parametrize(("name", "member", "partial", "row"), rest_rows())
def test_recorded_rest_row_is_accepted_unless_partial(name, member, partial, row):
    if not partial:
        assert LISTS[member](raw(row))
        return
    with pytest.raises(rows.WireError):
        LISTS[member](raw(row))


def test_fixtures_are_there():
    assert len(EVENTS) >= 7
    assert len(rest_rows()) >= 19
    assert sum(fixture.partial for fixture in EVENTS.values()) >= 2
