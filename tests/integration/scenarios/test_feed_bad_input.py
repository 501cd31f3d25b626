"""What the feed may say: nonsense, half messages, unknown words, other accounts (S81, S99)."""

from decimal import Decimal
from typing import Any

from risk_manager.gateway_sim import hub_protocol
from tests.integration.scenarios.tools import data_of, raw, said, wait_enforced, whole
from tests.integration.world.sent import CLOSE, READ_POSITIONS
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import wait_until

RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}
END = b"\x1e"


def still_guards(world) -> None:
    """The daemon is up, on the same connections, and enforces within a second."""
    assert world.daemon.is_running
    assert said(world).count("user hub connected") == 1
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    wait_enforced(world)


DEEP = b"[" * 5000 + b"]" * 5000
GARBAGE = [
    b"\x1e\x1e\x1e",
    b"not json" + END,
    b"{}" + END,
    b"[]" + END,
    b"null" + END,
    b'{"type":99}' + END,
    b'{"type":"1","target":"GatewayUserOrder"}' + END,
    b'{"type":1}' + END,
    b'{"type":1,"target":"GatewayUserPosition","arguments":null}' + END,
    b'{"type":1,"target":"GatewayUserPosition","arguments":[]}' + END,
    b'{"type":1,"target":"GatewayUserPosition","arguments":[7]}' + END,
    b'{"type":1,"target":"GatewayUserPosition","arguments":[{"action":1}]}' + END,
    b'{"type":1,"target":"GatewayUserPosition","arguments":[{"action":1,"data":null}]}' + END,
    b'{"type":1,"target":"GatewayUserTrade","arguments":[{"id":1e999}]}' + END,
    b'{"type":1,"target":"SomethingNew","arguments":[{"a":1}]}' + END,
    b'{"type":3,"invocationId":"nobody asked"}' + END,
    b'{"type":6}' + END,
    b'{"type":1,"target":"GatewayUserOrder","arguments":[' + DEEP + b"]}" + END,
    "{\"type\":1,\"target\":\"GatewayÜ\",\"arguments\":[\"\\ud800\"]}".encode() + END,
    b'{"type":1,"target":"GatewayUserOrder","argu',  # the next record completes it
    b'ments":[{"action":1,"data":{}}]}' + END,
]  # fmt: skip


def test_s99_garbage_on_the_wire_is_skipped(make_world):
    world = make_world(RULES)
    for hub in ("user", "market"):
        raw(world.venue, hub, GARBAGE)
    still_guards(world)
    assert said(world).count("market hub connected") == 1
    assert whole(world)["hubs"] == {"user": "up", "market": "up"}


WRONG: dict[Any, list[dict[str, Any]]] = {
    "Position": [{"size": "many"}, {"type": 7}, {"contractId": None}, {"id": -1.5}, {"size": -3}],
    "Order": [{"status": 42}, {"side": 9}, {"type": "Market"}, {"size": 0.5}],
    "Trade": [{"price": "NaN"}, {"creationTimestamp": "yesterday"}, {"side": 5}, {"size": None}],
    "Account": [{"canTrade": "maybe"}, {"canTrade": None}],
}
RIGHT: dict[Any, dict[str, Any]] = {
    "Position": {
        "id": 1, "accountId": 10001, "contractId": "CON.F.US.MNQ.H26", "type": 1, "size": 4,
        "averagePrice": 20000, "creationTimestamp": "2026-03-10T18:00:00Z",
    },
    "Order": {
        "id": 1, "accountId": 10001, "contractId": "CON.F.US.MNQ.H26", "status": 1, "type": 1,
        "side": 0, "size": 1, "limitPrice": 1000,
    },
    "Trade": {
        "id": 1, "accountId": 10001, "contractId": "CON.F.US.MNQ.H26", "price": 20000, "side": 0,
        "creationTimestamp": "2026-03-10T18:00:00Z", "size": 1, "orderId": 1,
        "profitAndLoss": -9999,
    },
    "Account": {"id": 10001, "canTrade": True},
}  # fmt: skip


def protocol_errors(world) -> int:
    """How many messages the journal holds as not understood."""
    journal = data_of(world) / "journal" / "events.jsonl"
    return journal.read_text(encoding="utf-8").count('"ProtocolError"')


CASES = [(event, change) for event, changes in WRONG.items() for change in changes]


def test_s99_wrong_values_lead_to_a_read_and_to_no_action(make_world):
    world = make_world(RULES)
    after = world.venue.last_seq()
    for event, change in CASES:
        world.venue.tell(event, RIGHT[event] | change)
    wait_until(lambda: protocol_errors(world) == len(CASES), what=f"{len(CASES)} in the journal")
    wait_until(lambda: world.venue.requests(READ_POSITIONS, after=after), what="a read")
    assert "message not understood" in said(world)
    account = world.status()
    assert (account["positions"], account["orders"], account["can_trade"]) == ([], [], True)
    assert Decimal(account["realized_pnl"]) == 0
    assert world.locks() == []
    assert world.venue.actions() == []
    still_guards(world)


def test_s81_other_accounts_are_ignored(make_world):
    world = make_world(RULES, accounts=[{"account_id": 10001}, {"account_id": 10002}], on_venue=3)
    venue = world.venue
    for event, data in RIGHT.items():
        member = "id" if event == "Account" else "accountId"
        venue.tell(event, data | {member: 10003, "size": 6, "canTrade": False})
    world.quiet(0.2)
    venue.lose("MNQ", 520)
    world.wait_lock("003")
    assert world.locks(10002) == []
    for account in (10001, 10002):
        assert world.status(account)["can_trade"] is True
    world.tolerated(lambda: venue.fill("MES", 2, account=10002), "MES", 0)
    world.wait_seen("MES", 2, account=10002)
    assert venue.net("MES", 10002) == 2
    world.provoke(lambda: venue.fill("MES", 2), paths=[CLOSE])
    world.wait_net("MES", 0)
    assert venue.net("MES", 10002) == 2
    assert {row["id"] for row in whole(world)["accounts"]} == {10001, 10002}


def test_frames_cut_and_merged_anywhere(make_world):
    world = make_world(RULES)
    record = hub_protocol.invocation(
        "GatewayUserAccount", [{"action": 1, "data": {"id": 10001, "canTrade": False}}]
    )
    data = b'{"type":6}' + END + record * 2
    raw(world.venue, "user", [data[i : i + 1] for i in range(len(data))])
    wait_until(lambda: world.status()["can_trade"] is False, what="the event in many frames")
    still_guards(world)


def test_a_record_beyond_the_limit_is_thrown_away(make_world):
    world = make_world(RULES)
    raw(world.venue, "user", [b"x" * (1024 * 1024)] * 17)
    raw(world.venue, "user", [END])
    world.venue.control("account", accountId=10001, canTrade=False)
    wait_until(lambda: world.status()["can_trade"] is False, what="the message behind it")
    wait_until(lambda: protocol_errors(world) == 1, what="the record in the journal")
    still_guards(world)
