"""What REST of the simulated gateway writes equals the recorded and documented answers."""

import re
from dataclasses import replace
from decimal import Decimal

from risk_manager.gateway_sim import wire
from risk_manager.gateway_sim.forms import DOCUMENTED, OBSERVED
from risk_manager.gateway_sim.model import (
    SimBar,
    SimContract,
)
from risk_manager.gateway_sim.rest_reply import envelope
from risk_manager.gateway_sim.venue_enums import PositionType
from tests.unit.gateway_sim.wire_samples import (
    account,
    decoded,
    filled_order,
    fixture,
    fixture_text,
    instant,
    position,
    trade,
)

OLDER = replace(OBSERVED, newer_members=False)
REST = wire.rest_style(OBSERVED)
AT = instant("2024-07-21T13:45:00Z")


def test_rest_accounts() -> None:
    rows = [
        account(10000002, "50KTC-V2-DLL-100001-20000002", "49989.34"),
        account(10000001, "PRAC-V2-100001-20000001", "149831.92"),
    ]
    answer = envelope(accounts=[wire.account(REST, row) for row in rows])
    assert decoded(answer.body) == fixture("rest-account-search-response")
    row = wire.account(wire.rest_style(DOCUMENTED), account(1, "TEST_ACCOUNT_1", "50000"))
    body = envelope(accounts=[row]).body
    assert decoded(body) == fixture("rest-account-search-response-without-simulated")


def test_rest_order_digit_for_digit() -> None:
    body = envelope(orders=[wire.order(REST, filled_order())]).body
    assert decoded(body) == fixture("rest-order-search-response")
    recorded = fixture_text("rest-order-search-response")
    (digits,) = re.findall(r'"filledPrice": (\d+\.\d+)', recorded)
    assert f'"filledPrice":{digits},' in body.decode()


def test_rest_position_digit_for_digit() -> None:
    row = position(
        6124,
        536,
        "CON.F.US.GMET.J25",
        "2025-04-21T19:52:32.175721+00:00",
        PositionType.LONG,
        2,
        "1575.75",
    )
    body = envelope(positions=[wire.position(wire.rest_style(OLDER), row)]).body
    assert decoded(body) == fixture("rest-position-searchOpen-response")
    assert '"averagePrice":1575.750000000}' in body.decode()


def test_rest_trades() -> None:
    recorded = fixture("rest-trade-search-response")
    style = wire.rest_style(OLDER)
    rows = [wire.trade(style, trade(row)) for row in recorded["trades"]]
    assert decoded(envelope(trades=rows).body) == recorded


def test_contracts() -> None:
    recorded = fixture("rest-contract-search-response")
    rows = [
        SimContract(
            id=row["id"],
            name=row["name"],
            description=row["description"],
            symbol_id=row["symbolId"],
            root="",
            symbol="",
            tick_size=Decimal(row["tickSize"]),
            tick_value=Decimal(row["tickValue"]),
            fee=Decimal(0),
            commission=Decimal(0),
            active=row["activeContract"],
        )
        for row in recorded["contracts"]
    ]
    assert decoded(envelope(contracts=[wire.contract(row) for row in rows]).body) == recorded


def test_bars_digit_for_digit() -> None:
    recorded = fixture("rest-history-retrieveBars-response")
    rows = [
        SimBar(instant(b["t"]), b["o"].normalize(), b["h"], b["l"], b["c"], b["v"])
        for b in recorded["bars"]
    ]
    body = envelope(bars=[wire.bar(row) for row in rows]).body
    assert decoded(body) == recorded
    assert '"o":2208.100000000,' in body.decode()
