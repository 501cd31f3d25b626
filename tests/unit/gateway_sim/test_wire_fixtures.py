"""What the hubs of the simulated gateway write equals the recorded and documented payloads."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from risk_manager.gateway_sim import hub_protocol, wire, wire_stream
from risk_manager.gateway_sim.forms import DOCUMENTED, OBSERVED, Forms
from risk_manager.gateway_sim.model import (
    SimMarketTrade,
    SimPosition,
    SimQuote,
)
from risk_manager.gateway_sim.venue_enums import PositionType, TradeLogType
from risk_manager.gateway_sim.wire_stream import UserEntity
from tests.unit.gateway_sim.wire_samples import (
    account,
    decoded,
    fixture,
    instant,
    limit_order,
    position,
    trade,
)

OLDER = replace(OBSERVED, newer_members=False)
REST = wire.rest_style(OBSERVED)
AT = instant("2024-07-21T13:45:00Z")


def event(forms: Forms, item: UserEntity) -> Any:
    message = wire_stream.user_message(forms, item)
    return decoded(hub_protocol.invocation(message.target, message.arguments))


@pytest.mark.parametrize(
    ("name", "forms", "item"),
    [
        (
            "hub-user-account-bare",
            DOCUMENTED,
            account(123, "Main Trading Account", "10000.50", simulated=False),
        ),
        (
            "hub-user-account-envelope",
            OBSERVED,
            account(10000001, "PRAC-V2-100001-20000001", "149848.64"),
        ),
        ("hub-user-order-bare", DOCUMENTED, limit_order()),
        (
            "hub-user-position-bare",
            DOCUMENTED,
            position(
                456,
                123,
                "CON.F.US.EP.U25",
                "2024-07-21T13:45:00Z",
                PositionType.LONG,
                2,
                "2100.25",
            ),
        ),
        (
            "hub-user-trade-bare",
            DOCUMENTED,
            trade(fixture("hub-user-trade-bare")["arguments"][0]),
        ),
    ],
)
def test_user_events(name: str, forms: Forms, item: UserEntity) -> None:
    assert event(forms, item) == fixture(name)


def test_observed_position_has_the_members_of_the_recording() -> None:
    recorded = fixture("hub-user-position-update")["arguments"][0]
    item = SimPosition(
        636628522,
        10000004,
        "CON.F.US.MNQ.M26",
        "MNQM26",
        AT,
        PositionType.LONG,
        12,
        Decimal("24445.23"),
    )
    (argument,) = event(OBSERVED, item)["arguments"]
    assert argument["action"] == recorded["action"]
    assert recorded["data"].items() <= argument["data"].items()


def test_closed_position_is_a_removal_with_its_old_average() -> None:
    closed = position(
        1, 2, "CON.F.US.EP.U25", "2024-07-21T13:45:00Z", PositionType.UNDEFINED, 0, "2100.25"
    )
    (argument,) = event(OBSERVED, closed)["arguments"]
    assert argument["action"] == 2
    assert argument["data"]["averagePrice"] == Decimal("2100.25")


def test_opening_fill_has_no_profit_and_loss_on_the_stream() -> None:
    recorded = fixture("hub-user-trade-opening-no-pnl")["arguments"][0]
    opening = fixture("hub-user-trade-bare")["arguments"][0] | {"profitAndLoss": None}
    (argument,) = event(OBSERVED, trade(opening))["arguments"]
    assert argument["action"] == recorded["action"]
    assert "profitAndLoss" not in argument["data"]
    assert argument["data"]["commissions"] == Decimal("0.25")


def test_market_events_have_the_documented_members() -> None:
    quote = SimQuote(
        contract_id="CON.F.US.EP.U25",
        symbol_id="F.US.EP",
        last=Decimal("2100.25"),
        bid=Decimal(2100),
        ask=Decimal("2100.5"),
        open=Decimal(2090),
        high=Decimal(2110),
        low=Decimal(2080),
        volume=12000,
        at=AT,
    )
    contract_id, recorded = fixture("hub-market-quote-full")["arguments"]
    style = wire.stream_style(DOCUMENTED)
    written = decoded(hub_protocol.encode(wire_stream.quote_members(style, quote, "ES")))
    assert written.keys() == recorded.keys()
    computed = {"change", "changePercent"}  # the sample's figures do not follow from its prices
    assert {k: v for k, v in written.items() if k not in computed} == {
        k: v for k, v in recorded.items() if k not in computed
    }
    printed = SimMarketTrade(contract_id, "F.US.EP", Decimal("2100.25"), TradeLogType.BUY, 2, AT)
    message = wire_stream.market_trade_message(DOCUMENTED, printed)
    assert decoded(hub_protocol.invocation(message.target, message.arguments)) == fixture(
        "hub-market-trade-bare"
    )
    depth = fixture("hub-market-depth-bare")["arguments"][1]
    rows = [m.arguments[1] for m in wire_stream.depth_messages(DOCUMENTED, quote)]
    assert [(row["type"], row.keys()) for row in rows] == [
        (4, depth.keys()),
        (3, depth.keys()),
    ]


def test_protocol_records() -> None:
    protocol = hub_protocol
    assert decoded(protocol.ping()) == fixture("hub-frame-ping")
    assert decoded(protocol.close()) == fixture("hub-frame-close")
    dropped = protocol.close(protocol.DROP_ERROR)
    assert decoded(dropped) == fixture("hub-frame-close-with-error")
    completion = protocol.completion("2", 0)
    assert decoded(completion) == fixture("hub-user-subscribeOrders-completion")
    assert decoded(protocol.invocation("GatewayLogout", [])) == fixture("hub-gateway-logout")
