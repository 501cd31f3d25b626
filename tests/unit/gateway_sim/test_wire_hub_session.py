"""The server's side of the hub protocol without sockets."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.gateway_sim.forms import OBSERVED
from risk_manager.gateway_sim.hub_protocol import (
    ProtocolBreachError,
    RecordBuffer,
)
from risk_manager.gateway_sim.hub_session import HubSession, Outcome
from tests.unit.gateway_sim.wire_samples import decoded, fixture

HANDSHAKE = b'{"protocol":"json","version":1}\x1e'


def record(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\x1e"


def answers(outcome: Outcome) -> list[Any]:
    return [decoded(item) for item in outcome.records]


def open_session() -> HubSession:
    session = HubSession("user", OBSERVED)
    assert answers(session.receive(HANDSHAKE)) == [fixture("hub-handshake-response-ok")]
    return session


@given(st.lists(st.binary(max_size=20).filter(lambda b: b"\x1e" not in b)), st.data())
def test_records_survive_any_cutting(records: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(item + b"\x1e" for item in records)
    buffer, found = RecordBuffer(), []
    while whole:
        size = data.draw(st.integers(1, len(whole)))
        found += buffer.feed(whole[:size])
        whole = whole[size:]
    assert found == records


@pytest.mark.parametrize("ended", [b"", b"\x1e"])
def test_long_records_are_refused_even_unfinished(ended: bytes) -> None:
    assert RecordBuffer().feed(b"x" * 32_768 + b"\x1e")
    with pytest.raises(ProtocolBreachError):
        RecordBuffer().feed(b"x" * 32_769 + ended)


def test_recorded_calls_get_the_recorded_answers() -> None:
    session = open_session()
    accounts = session.receive(record(fixture("hub-user-subscribeAccounts-invocation")))
    assert answers(accounts) == [{"type": 3, "invocationId": "1", "result": 0}]
    orders = session.receive(record(fixture("hub-user-subscribeOrders-invocation")))
    assert answers(orders) == [fixture("hub-user-subscribeOrders-completion")]
    assert session.wants("Orders", 10000004)
    assert not session.wants("Orders", 10000005)
    assert not session.wants("Positions", 10000004)
    unknown = {"type": 1, "target": "Foo", "arguments": [], "invocationId": "9"}
    expected = fixture("hub-frame-completion-unknown-method")
    assert answers(session.receive(record(unknown))) == [expected]


def test_calls_without_an_id_get_no_answer() -> None:
    session = open_session()
    for target, arguments in (("SubscribeTrades", [1]), ("Foo", []), ("SubscribeTrades", ["1"])):
        call = {"type": 1, "target": target, "arguments": arguments}
        assert session.receive(record(call)).records == []
    assert session.wants("Trades", 1)


@pytest.mark.parametrize("arguments", [["1"], [], [1, 2], [1.5], [True], [None], [2**31]])
def test_arguments_must_fit(arguments: list[Any]) -> None:
    session = open_session()
    call = {"type": 1, "target": "SubscribeTrades", "arguments": arguments, "invocationId": "1"}
    (answer,) = answers(session.receive(record(call)))
    assert answer == {
        "type": 3,
        "invocationId": "1",
        "error": "Failed to invoke 'SubscribeTrades' due to an error on the server.",
    }


def test_nothing_is_wanted_before_the_handshake() -> None:
    session = HubSession("user", OBSERVED)
    outcome = session.receive(record({"type": 6}))
    assert outcome.end
    assert "error" in answers(outcome)[0]
    assert not session.ready


@pytest.mark.parametrize("kind", [2, 3, 5, 6, 8, 9, 99, "x", None])
def test_records_that_ask_nothing_are_passed_over(kind: object) -> None:
    outcome = open_session().receive(record({"type": kind}))
    assert outcome == Outcome()


def test_close_of_the_client_ends() -> None:
    assert open_session().receive(record(fixture("hub-frame-close"))).end
