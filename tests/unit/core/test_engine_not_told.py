"""What nobody tells: reads that fail, contracts that expire, symbols nobody knows."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from risk_manager.domain.ids import ContractId, RuleId
from risk_manager.domain.requests import FetchContract, TakeSnapshot
from risk_manager.simulation.fates import SERVED, Fate, Way, refused
from risk_manager.simulation.setup import ACCOUNT, CAP, ES, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import alarms, closes, did, did_at

ZONE = {"timezone": "America/New_York"}
OVERNIGHT = {"start": "18:00", "end": "17:00", **ZONE}
HOURS = {
    "global_session": {"enabled": True, "start": "09:30", "end": "16:00", **ZONE},
    "per_instrument_sessions": {"enabled": True, "sessions": {"ES": OVERNIGHT}},
}
NEW = ContractId("CON.F.US.NEW.Z26")


def unknown(world: World) -> str | None:
    """Why RULE-002 has no reading."""
    return world.running.guards[ACCOUNT].judge.status[RuleId("RULE-002")].unknown


def list_new(world: World, like: ContractId) -> None:
    """The venue lists a product of a new code that is in truth a month of another one."""
    known = world.exchange.contract(like)
    assert known is not None
    listed = world.exchange._desk.listing._contracts
    listed[NEW] = replace(known, id=NEW)
    world.trader.price(NEW, 7600)


def polls_since(world: World, since: float) -> list[float]:
    return [at for at, _ in world.broker.snapshots if at >= since]


@pytest.mark.parametrize(
    ("way", "waits"),
    [(Way.REFUSED, [5, 10, 20, 30, 30, 30]), (Way.LOST_BEFORE, [10, 10, 20, 30, 30, 30])],
)
def test_s80_failing_polls_become_rarer_and_a_close_leaves_at_once(way, waits):
    """A poll that hangs ends after ten seconds, so none follows it sooner."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 3)
    world.run(10)
    reads_fail = Fate(way, code=7)
    world.fates.draw = lambda call: reads_fail if isinstance(call, TakeSnapshot) else SERVED
    since = world.t
    world.run(200)
    polls = polls_since(world, since + 1)
    gaps = [after - before for before, after in pairwise(polls)]
    assert gaps[:6] == pytest.approx(waits, abs=0.1)
    world.run_to(polls_since(world, since)[-1] + 12)  # between two polls
    breach = world.t
    world.trader.fill(MNQ, 3)
    world.run(0.1)
    assert did_at(world, breach) == [(0.01, "close MNQ")]
    assert world.net(MNQ) == 0
    world.fates.draw = lambda _call: SERVED
    world.trader.fill(ES, 1)
    world.run(40)
    since = world.t
    world.run(20)
    assert len(polls_since(world, since)) == 4  # every five seconds again
    assert closes(world) == ["close MNQ"]


def test_s90_a_contract_that_expired_without_a_report_is_dropped():
    """Its grace is gone too, and its quotes are no longer asked for."""
    world = World({"no_stop_loss_grace": {}}).start()
    world.trader.fill(MNQ, 1)
    world.trader.fill(ES, 1)
    world.trader.stop(ES, -1, 5000)
    world.run(10)
    assert world.hub._watched == {MNQ, ES}
    world.trader.fill(MNQ, -1, silent=True)  # nobody tells, the book no longer lists it
    world.run(10)
    account = world.running.guards[ACCOUNT].account
    assert [one.contract_id for one in account.positions.all()] == [ES]
    assert world.hub._watched == {ES}
    world.run(60)
    assert did(world) == []
    since = world.t
    world.trader.fill(MNQ, 1)
    world.run(29.9)
    assert closes(world, since) == []  # the new one has a grace of its own
    world.run(2)
    assert closes(world, since) == ["close MNQ"]


def test_s137_a_symbol_that_is_not_known_is_not_one_that_is_not_listed():
    """A new product: nothing in its id says that it is a MNQ, and at first nobody can be asked."""
    world = World({"max_contracts_per_instrument": {"limits": {"MNQ": 2}}})
    list_new(world, MNQ)
    world.fates.draw = lambda call: refused(1) if isinstance(call, FetchContract) else SERVED
    world.start()
    world.trader.fill(NEW, 1, 7600)
    world.run(30)
    assert did(world) == []
    assert unknown(world) == f"the symbol of {NEW} is unknown"
    assert set(alarms(world)) == {f"contract {NEW}", "RULE-002 UNKNOWN"}
    world.fates.draw = lambda _call: SERVED
    world.run(40)
    assert (did(world), unknown(world)) == ([], None)
    world.trader.fill(NEW, 2, 7600)
    world.run(5)
    assert (closes(world), world.net(NEW)) == (["reduce NEW by 1"], 2)


@pytest.mark.parametrize(("like", "left"), [(ES, 1), (MNQ, 0)])
def test_s201_a_symbol_that_is_not_known_is_not_closed_as_outside(like, left):
    """20:00 in New York: ES is open, all else closed; the new product is one or the other."""
    evening = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
    world = World({"session_block_outside": HOURS}, start=evening)
    list_new(world, like)
    world.fates.draw = lambda call: refused(1) if isinstance(call, FetchContract) else SERVED
    world.start()
    world.trader.fill(NEW, 1, 7600)
    world.run(30)
    assert (did(world), world.net(NEW)) == ([], 1)
    assert set(alarms(world)) == {f"contract {NEW}", "RULE-009 UNKNOWN"}
    world.fates.draw = lambda _call: SERVED
    world.run(40)
    assert world.net(NEW) == left
