"""The published status: what is unknown is null, and what a lock leaves is told."""

import json

from risk_manager.core.assembly import Restored
from risk_manager.core.health import Trouble
from risk_manager.core.status import Facts, build_status, encode_status
from risk_manager.domain.events import LastBarFetched
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.domain.requests import FetchLastBar
from risk_manager.simulation.fates import SERVED, refused
from risk_manager.simulation.setup import ACCOUNT, ES, MNQ, RTY, START, engine_of
from risk_manager.simulation.world import World

PAUSE = {
    "cooldown_after_loss": {"loss_thresholds": ({"loss_amount": -100, "cooldown_duration": 300},)}
}
BLOCK = {"symbol_blocks": {"blocked_symbols": ("RTY",)}}


def status(world, **more):
    """The whole status as of now."""
    facts = Facts(True, True, Trouble(), {}, **more)
    return build_status(world.running, facts, world._stamp())


def account(world):
    """The guarded account's part."""
    return status(world)["accounts"][0]


def test_an_account_that_is_not_watched_is_listed_with_nothing_known():
    world = World(PAUSE).start()
    found = status(world, unwatched=[(AccountId(9), "old")])["accounts"]
    assert [row["id"] for row in found] == [ACCOUNT, 9]
    assert (found[1]["state"], found[1]["positions"], found[1]["can_trade"]) == (
        "NOT WATCHED", [], None,
    )  # fmt: skip


def test_enforcements_are_told_with_their_milliseconds():
    row = EnforcementRecord(
        "intent-1", START, ACCOUNT, RuleId("RULE-001"), "6 of 5 contracts", "CLOSE_POSITION",
        Outcome.DONE, MNQ, 6, 0, ms_to_request=1.26, ms_to_flat=None,
    )  # fmt: skip
    world = World(PAUSE).start()
    facts = Facts(True, True, Trouble(), {ACCOUNT: [row]})
    found = build_status(world.running, facts, world._stamp())
    (told,) = found["accounts"][0]["enforcements"]
    assert (told["rule"], told["outcome"], told["ms_to_request"], told["ms_to_flat"]) == (
        "RULE-001", "DONE", 1.3, None,
    )  # fmt: skip
    assert json.loads(encode_status(found)) == json.loads(json.dumps(found))


def test_before_the_first_look_there_is_no_reconcile_and_no_sum():
    world = World(PAUSE)
    world.engine = engine_of(PAUSE, {}, Restored())
    found = status(world)
    assert (found["status"], found["last_reconcile_at"]) == ("NOT MONITORED", None)
    row = found["accounts"][0]
    assert (row["realized_pnl"], row["unrealized_pnl"], row["headroom"]) == (None, None, [])
    world = World(PAUSE).start()
    assert status(world)["last_reconcile_at"] is not None


def test_one_position_without_a_price_makes_the_sum_unknown():
    world = World(PAUSE).start()

    def draw(event, usual):
        silent = event.kind == "quote" and event.data.contract_id == ES
        return [] if silent else [usual]

    world.fates.draw_event = draw
    world.fates.draw = lambda call: refused(1) if isinstance(call, FetchLastBar) else SERVED
    world.trader.fill(MNQ, 1)
    world.run(1)
    assert account(world)["unrealized_pnl"] is not None
    world.trader.fill(ES, 1)
    world.run(1)
    row = account(world)
    assert row["unrealized_pnl"] is None
    assert {one["symbol"]: one["unrealized_pnl"] is None for one in row["positions"]} == {
        "MNQ": False, "ES": True,
    }  # fmt: skip


def test_a_bar_that_nobody_waits_for_changes_no_request():
    world = World(PAUSE).start()
    request = FetchLastBar(world.running.ids.request(), ES, world.time.now, world.time.now)
    world.deliver(LastBarFetched(request, None, None, "late"))
    assert account(world)["state"] == "OK TO TRADE"


def test_a_pause_keeps_what_was_open_and_a_block_is_about_its_symbol_only():
    world = World({**PAUSE, **BLOCK}).start()
    world.trader.fill(MNQ, 2)
    world.trader.stop(MNQ, -2, 20000)
    world.run(5)
    world.trader.lose(ES, 150)
    world.run(5)
    row = account(world)
    assert row["state"] == "COOLDOWN"
    allowed = {lock["rule"]: lock["allowed"] for lock in row["locks"]}
    assert allowed["RULE-007"] == "your MNQ 2 and its stop stay; you may close or reduce"
    assert allowed["RULE-011"] == "the whole account is locked, too"
    world.fates.draw = lambda _call: refused(1)
    world.trader.fill(RTY, 1)
    world.run(1)
    allowed = {lock["rule"]: lock["allowed"] for lock in account(world)["locks"]}
    assert allowed["RULE-011"] == "closing RTY 1; you may close it yourself"
    assert "closing RTY 1" in allowed["RULE-007"]
