"""Contract, last bar and account list by REST."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from risk_manager.api.rest_reads import ReadFailedError
from risk_manager.domain.events import ContractFetched, LastBarFetched, ProtocolError
from risk_manager.domain.ids import ContractId, RequestId
from risk_manager.domain.requests import FetchContract, FetchLastBar
from tests.integration.api.raw_http import answer, ok
from tests.integration.api.rest_rig import MNQ, Rig

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
END = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FETCH_BAR = FetchLastBar(RequestId(1), MNQ, START, END)
ROW = {"id": MNQ, "name": "MNQZ6", "tickSize": 0.25, "tickValue": 0.5, "activeContract": False,
       "symbolId": "F.US.MNQ", "description": "x"}  # fmt: skip


def fetched(rig: Rig, contract_id: str = MNQ) -> ContractFetched:
    event = rig.channel.run(FetchContract(RequestId(2), ContractId(contract_id)))
    assert isinstance(event, ContractFetched)
    return event


def last_bar(rig: Rig) -> LastBarFetched:
    event = rig.channel.run(FETCH_BAR)
    assert isinstance(event, LastBarFetched)
    return event


def test_contract_of_an_expired_month():
    with Rig(lambda _: ok(contract=ROW)) as rig:
        event = fetched(rig)
        assert rig.calls[0].path == "/api/Contract/searchById"
        assert rig.calls[0].json == {"contractId": MNQ}
    assert event.problem is None
    assert event.contract is not None
    assert (event.contract.root, event.contract.active) == ("MNQ", False)
    assert event.contract.point_value == 2


def test_tick_in_exponent_notation_is_exact():
    text = b'{"success":true,"errorCode":0,"contract":{"id":"CON.F.US.JY6.Z26","name":"6JZ6",'
    text += b'"tickSize":5E-07,"tickValue":6.25}}'
    with Rig(lambda _: answer(text)) as rig:
        event = fetched(rig, "CON.F.US.JY6.Z26")
    assert event.contract is not None
    assert event.contract.point_value == Decimal(12500000)


@pytest.mark.parametrize(
    "reply",
    [
        ok(contract=None),
        ok(),
        answer({"success": False, "errorCode": 1}),
        answer(b"", 503),
        ok(contract=ROW | {"tickSize": 0}),
        ok(contract=ROW | {"id": "CON.F.US.ENQ.Z26"}),
    ],
)
def test_contract_that_could_not_be_read(reply):
    with Rig(lambda _: reply) as rig:
        event = fetched(rig)
    assert event.contract is None
    assert event.problem


def test_last_bar_is_the_newest_with_a_price():
    bars = [
        {"t": "2026-11-20T14:58:00+00:00", "o": 1, "h": 1, "l": 1, "c": 29541.25, "v": 3},
        {"t": "2026-11-20T14:59:00+00:00", "o": 1, "h": 1, "l": 1, "c": 29542.500000000, "v": 3},
        {"t": "2026-11-20T15:00:00+00:00", "o": 0, "h": 0, "l": 0, "c": 0, "v": 0},
    ]
    with Rig(lambda _: ok(bars=bars)) as rig:
        event = last_bar(rig)
        asked = rig.calls[0].json
    assert (event.close, event.problem) == (Decimal("29542.5"), None)
    assert event.at == datetime(2026, 11, 20, 14, 59, tzinfo=UTC)
    assert (asked["live"], asked["unit"], asked["unitNumber"]) == (False, 2, 1)
    assert (asked["startTime"], asked["endTime"]) == (
        "2026-11-20T14:00:00Z",
        "2026-11-20T15:00:00Z",
    )


def test_no_bars_is_an_answer_and_bad_bars_are_a_problem():
    replies = iter([ok(bars=[]), ok(bars=[{"t": "x", "c": 1}]), ok(bars=None)])
    with Rig(lambda _: next(replies)) as rig:
        events = [last_bar(rig) for _ in range(3)]
        assert [error.entity for error in rig.seen(ProtocolError)] == ["bar"]
    assert [event.close for event in events] == [None, None, None]
    assert [event.problem is None for event in events] == [True, False, False]


def test_accounts_of_the_login():
    rows = [
        {"id": 1, "name": "one", "balance": 50000, "canTrade": True, "isVisible": True},
        {"id": 2, "name": "two", "balance": 1.5, "canTrade": False, "simulated": False},
    ]
    with Rig(lambda _: ok(accounts=rows)) as rig:
        one, two = rig.gateway.search_accounts()
        assert rig.calls[0].json == {"onlyActiveAccounts": False}
    assert (one.row.name, one.simulated, one.is_visible) == ("one", None, True)
    assert (two.row.can_trade, two.simulated, two.row.balance) == (False, False, Decimal("1.5"))


def test_account_list_that_cannot_be_read_raises():
    with Rig(lambda _: answer(b"", 500)) as rig, pytest.raises(ReadFailedError, match="HTTP 500"):
        rig.gateway.search_accounts()
