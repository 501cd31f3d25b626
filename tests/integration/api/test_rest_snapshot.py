"""Broker truth by REST: the fixed order, what a failing part means, rows not understood."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from risk_manager.domain.events import ProtocolError
from risk_manager.domain.requests import Priority
from tests.integration.api.raw_http import answer, ok
from tests.integration.api.rest_rig import ACCOUNT, EVERYTHING, LOOK, MNQ, SHORT, Rig

ORDER = {"id": 7, "accountId": ACCOUNT, "contractId": MNQ, "status": 1, "type": 4, "side": 1,
         "size": 2, "stopPrice": 29504.25}  # fmt: skip
POSITION = {"id": 5, "accountId": ACCOUNT, "contractId": MNQ, "type": 2, "size": 2,
            "averagePrice": 1575.750000000}  # fmt: skip
TRADE = {"id": 9, "accountId": ACCOUNT, "contractId": MNQ, "price": 29539, "side": 1, "size": 1,
         "creationTimestamp": "2026-11-20T14:00:00.5+00:00", "orderId": 7,
         "profitAndLoss": None, "fees": 0.36}  # fmt: skip
OTHER = {"id": 1, "name": "other", "canTrade": True}
OURS = {"id": ACCOUNT, "name": "ours", "canTrade": False, "balance": 49989.34}

GOOD = {
    "/api/Trade/search": ok(trades=[TRADE]),
    "/api/Order/searchOpen": ok(orders=[ORDER]),
    "/api/Position/searchOpen": ok(positions=[POSITION]),
    "/api/Order/v2/query": ok(orders=[ORDER | {"id": 8, "status": 8, "stopPrice": None}]),
    "/api/Account/search": ok(accounts=[OTHER, OURS]),
}
PARTS = {
    "trades": "/api/Trade/search",
    "orders": "/api/Order/searchOpen",
    "positions": "/api/Position/searchOpen",
    "suspended": "/api/Order/v2/query",
    "account": "/api/Account/search",
}
REFUSALS = {
    "500": answer(b"", 500),
    "429": answer(b"", 429),
    "refused": answer({"success": False, "errorCode": 1, "errorMessage": None}),
    "malformed": answer(b"{"),
    "no list": ok(),
    "list is null": ok(trades=None, orders=None, positions=None, accounts=None),
}


def venue(**changed):
    """Return a handler for all parts, some of them changed by name."""
    answers = GOOD | {PARTS[name]: reply for name, reply in changed.items()}
    return lambda request: answers[request.path]


def test_everything_in_the_fixed_order():
    with Rig(venue()) as rig:
        taken = rig.take(EVERYTHING)
        assert [request.path for request in rig.calls] == list(PARTS.values())
        bodies = [request.json for request in rig.calls]
    assert bodies[0] == {"accountId": ACCOUNT, "startTimestamp": "2026-11-19T23:00:00Z"}
    assert bodies[1] == bodies[2] == {"accountId": ACCOUNT}
    assert bodies[3] == {"filter": {"accountId": ACCOUNT, "statuses": [8]}, "pageSize": 100,
                         "pageOffset": 0}  # fmt: skip
    assert taken.failure is None
    assert taken.is_look
    assert taken.trades
    assert taken.orders
    assert taken.positions
    assert taken.account
    assert taken.suspended
    assert (taken.trades[0].pnl, taken.trades[0].fees) == (None, Decimal("0.36"))
    assert taken.orders[0].stop_price == Decimal("29504.25")
    assert taken.positions[0].signed_size == -2
    assert (taken.account.id, taken.account.can_trade) == (ACCOUNT, False)
    assert [order.id for order in taken.suspended] == [8]
    assert (
        taken.trades_requested_mono
        < taken.orders_requested_mono
        < taken.positions_requested_mono
        < taken.answered_mono
    )
    assert len(rig.server_times()) == 5


def test_a_look_reads_orders_then_positions_only():
    with Rig(venue(orders=ok(orders=[]), positions=ok(positions=[]))) as rig:
        taken = rig.take(LOOK)
        assert rig.server.paths()[1:] == ["searchOpen", "searchOpen"]
    assert (taken.orders, taken.positions) == ((), ())
    assert (taken.trades, taken.account, taken.suspended) == (None, None, None)
    assert taken.is_look


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("reply", REFUSALS.values(), ids=REFUSALS)
def test_a_refused_part_is_unknown_and_named(part, reply):
    with Rig(venue(**{part: reply})) as rig:
        taken = rig.take(EVERYTHING)
    assert taken.failure is not None
    assert taken.failure.startswith(f"{part}: ")
    assert getattr(taken, part) is None
    assert taken.is_look == (part not in {"orders", "positions"}) or reply == REFUSALS["429"]
    if part == "orders":
        assert taken.positions is None
        assert "Position/searchOpen" not in str([request.path for request in rig.calls])


@pytest.mark.parametrize(
    ("part", "row"),
    [
        ("trades", TRADE | {"side": 7}),
        ("orders", ORDER | {"status": 99}),
        ("positions", {key: value for key, value in POSITION.items() if key != "averagePrice"}),
        ("suspended", ORDER | {"type": 8}),
        ("account", {"id": ACCOUNT}),
        ("positions", POSITION | {"accountId": 10002}),
    ],
)
def test_a_row_not_understood_is_delivered_and_the_part_unknown(part, row):
    member = {"suspended": "orders", "account": "accounts"}.get(part, part)
    with Rig(venue(**{part: ok(**{member: [row]})})) as rig:
        taken = rig.take(EVERYTHING)
        (error,) = rig.seen(ProtocolError)
    assert getattr(taken, part) is None
    assert "not understood" in str(taken.failure)
    assert error.entity == member.removesuffix("s")
    assert error.account_id == row.get("accountId", ACCOUNT)


@pytest.mark.parametrize("status", [400, 404])
def test_venue_without_the_query_for_suspended_orders(status):
    with Rig(venue(suspended=answer({"title": "Bad Request"}, status))) as rig:
        taken = rig.take(EVERYTHING)
    assert taken.suspended == ()
    assert taken.failure is None


def test_suspended_orders_are_read_page_by_page():
    found = [ORDER | {"id": number, "status": 8} for number in range(230)]

    def handler(request):
        if request.path != PARTS["suspended"]:
            return GOOD[request.path]
        offset = request.json["pageOffset"]
        return ok(orders=found[offset : offset + 100])

    with Rig(handler) as rig:
        taken = rig.take(replace(LOOK, with_suspended=True))
    assert taken.suspended is not None
    assert [order.id for order in taken.suspended] == list(range(230))


def test_account_that_is_not_listed_is_unknown():
    with Rig(venue(account=ok(accounts=[OTHER]))) as rig:
        taken = rig.take(EVERYTHING)
    assert taken.account is None
    assert "no account 10001" in str(taken.failure)


def test_silent_venue_costs_one_time_limit():
    with Rig(lambda _: lambda _socket: rig.server.stopping.wait(5), timeouts=SHORT) as rig:
        taken = rig.take(EVERYTHING)
        assert len(rig.calls) == 1
    assert str(taken.failure).startswith("trades: timeout")
    assert not taken.is_look
    assert taken.answered_mono - taken.trades_requested_mono < 1


def test_polls_stop_at_the_reserve_and_enforcement_looks_do_not():
    with Rig(venue()) as rig:
        while rig.gateway.budget.try_take(Priority.SAFETY, time.monotonic()) == 0:
            pass
        polled = rig.take(replace(LOOK, priority=Priority.RECONCILE))
        assert str(polled.failure).startswith("orders: throttled")
        assert rig.take(replace(LOOK, priority=Priority.ENFORCEMENT)).is_look
