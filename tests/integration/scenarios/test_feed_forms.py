"""Every form an event may take, and every recorded message, at a running daemon (S94, S99)."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest

from risk_manager.gateway_sim.forms import FORMS
from tests.integration.scenarios.tools import causes, raw, said, whole
from tests.integration.world.sent import CLOSE, READ_ORDERS
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import wait_until

RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}
FIXTURES = Path(__file__).parents[2] / "fixtures" / "gateway"
END = b"\x1e"


@pytest.mark.parametrize("form", ["observed", "documented", "list"])
def test_s94_every_form_of_the_events_gives_the_same_state(make_world, form):
    world = make_world(RULES, forms=FORMS[form])
    venue = world.venue
    venue.price("MNQ", 20_000)
    venue.fill("MNQ", 2, 20_000)
    stop = venue.order("MNQ", -2, "stop", 19_000)
    venue.price("MNQ", 19_990.25)
    venue.lose("MES", 100)
    world.wait_sum("-100")
    account = world.wait_for(lambda: complete(world), what="the whole state")
    assert Decimal(account["unrealized_pnl"]) == Decimal("-39.00")
    assert [row["id"] for row in account["orders"]] == [stop]
    (position,) = account["positions"]
    assert (position["size"], position["average_price"]) == (2, "20000")
    assert whole(world)["causes"] == []
    world.provoke(lambda: venue.lose("MES", 400), paths=[CLOSE])
    world.wait_lock("003")
    world.wait_net("MNQ", 0)
    wait_until(lambda: not venue.book().alive(), 8, "the stop's end")
    assert causes(world) == ""


def complete(world) -> dict[str, Any] | None:
    """The account's status once order and price have arrived."""
    shown = world.status()
    priced = shown["unrealized_pnl"] not in (None, "0", "0.00")
    return shown if priced and shown["orders"] else None


EVENTS = sorted(path.name for path in FIXTURES.glob("hub-*-*.json") if "frame" not in path.name)


def recorded(name: str) -> dict[str, Any]:
    """One recorded or documented message."""
    found: dict[str, Any] = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    return found


def ours(value: Any) -> Any:
    """The same message about our account, so that it is not dropped as somebody else's."""
    if isinstance(value, list):
        return [ours(item) for item in value]
    if isinstance(value, dict):
        own = {"accountId": 10001}
        return {k: own.get(k, ours(v)) for k, v in value.items()}
    return value


def is_told(name: str) -> bool:
    """Whether a file holds an event of the feed; a logout is a kick, see the lost feeds."""
    message = recorded(name)
    return bool(message["kind"] == "hub-event" and message["target"] != "GatewayLogout")


@pytest.mark.parametrize("name", [name for name in EVENTS if is_told(name)])
def test_s99_every_recorded_message_is_taken(make_world, name):
    message = recorded(name)
    world = make_world(RULES)
    payload = ours(message["payload"])
    hub: Literal["user", "market"] = "user" if "User" in message["target"] else "market"
    after = world.venue.last_seq()
    raw(world.venue, hub, [json.dumps(payload).encode() + END])
    understood = not message.get("partial")
    if understood:
        world.venue.control("account", accountId=10001, canTrade=False)
        wait_until(lambda: world.status()["can_trade"] is False, what="the message behind it")
    else:
        wait_until(lambda: world.venue.requests(READ_ORDERS, after=after), what="a read")
    assert ("message not understood" in said(world)) is not understood
    assert world.daemon.is_running
