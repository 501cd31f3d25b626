"""RULE-011 SymbolBlocks: forbidden symbols (S68, S69)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.events import ConfigActivated, OrderChanged, PositionChanged, TimerFired
from risk_manager.domain.ids import ContractId
from risk_manager.domain.locks import LockKind
from risk_manager.domain.orders import OrderStatus
from risk_manager.domain.records import Level
from risk_manager.rules.symbol_blocks import SymbolBlocks
from tests.support.make import ACCOUNT, NOW, OTHER, cid, contract, order, position
from tests.support.stage import Stage, market, rule

RTY = "lock 011 RTY until -"


def blocks(*symbols, **keys):
    """The rule with this list."""
    return rule(SymbolBlocks.section, blocked_symbols=symbols, **keys)


def held(sizes):
    """Positions of these signed sizes."""
    return [position(name, size) for name, size in sizes.items()]


def scopes(stage):
    """The locked symbols."""
    return sorted(lock.key.scope for lock in stage.market.locks.active(ACCOUNT, stage.now))


@pytest.mark.parametrize(
    ("symbols", "sizes", "wanted"),
    [
        (["RTY"], {"RTY": 1, "RTY Z25": -2}, [RTY, "close RTY", "close RTY Z25"]),
        (["RTY"], {"M2K": 1}, [RTY]),
        (["rty"], {"RTY": 1}, [RTY, "close RTY"]),
        (["NQ"], {"NQ": 1}, ["lock 011 NQ until -", "close NQ"]),
        (["ENQ"], {"NQ": 1, "MNQ": 1}, ["lock 011 NQ until -", "close NQ"]),
        (["ES"], {"MES": 3}, ["lock 011 ES until -"]),
        (["RTY", "ES"], {"RTY": 1, "MNQ": 1, "MES": 1},
         [RTY, "lock 011 ES until -", "close RTY"]),
        ([], {"RTY": 1}, []),
    ],
)  # fmt: skip
def test_every_worked_row(symbols, sizes, wanted):
    stage = Stage(blocks(*symbols))
    assert stage.restored(held(sizes)) == wanted
    assert stage.restored(held(sizes)) == [word for word in wanted if word.startswith("close")]


def test_the_lock_begins_with_the_block_and_has_no_end():
    stage = Stage(blocks("RTY"))
    assert stage.hear(ConfigActivated(ACCOUNT)) == [RTY]
    (lock,) = stage.market.locks.active(ACCOUNT, stage.now)
    assert (lock.kind, lock.until, dict(lock.ceilings)) == (LockKind.SYMBOL_BLOCK, None, {})
    assert stage.market.locks.is_locked_out(ACCOUNT, stage.now) is False
    assert stage.status("RULE-011") == ("none held", None)


def test_s68_an_entry_order_is_cancelled_and_one_that_is_over_is_ignored():
    stage = Stage(blocks("RTY"))
    stage.restored()
    assert stage.hear(OrderChanged(order("RTY", 1, number=5))) == ["cancel RTY"]
    over = order("RTY", 1, number=5, status=OrderStatus.CANCELLED)
    assert stage.hear(OrderChanged(over)) == []
    assert stage.hear(OrderChanged(order("MES", 1))) == []
    exit_order = order("RTY", -1)
    assert stage.restored([position("RTY", 1)], [exit_order]) == ["close RTY"]


def test_a_new_fill_is_closed_again_and_other_symbols_are_free():
    stage = Stage(blocks("RTY"))
    stage.restored()
    assert stage.fill("RTY", 1) == ["close RTY"]
    assert stage.fill("MNQ", 5) == ["close RTY"]
    stage.flying = {cid("RTY"): 0}
    assert stage.fill("MNQ", 1) == []
    stage.flying = {}
    assert stage.fill("RTY", -1) == []
    assert stage.fill("RTY", -2) == ["close RTY"]


@pytest.mark.parametrize("exposed", [1, -2])
def test_without_close_existing_what_is_open_stays_and_its_ceiling_only_falls(exposed):
    stage = Stage(blocks("RTY", close_existing=False))
    kept = stage.restored(held({"RTY": exposed}))
    assert kept == [f"{RTY} keeping RTY {exposed}"]
    assert stage.restored(held({"RTY": exposed})) == []
    assert stage.market.locks.ceiling(ACCOUNT, cid("RTY"), "RTY", stage.now) == exposed
    stage.fill("RTY", -exposed)
    assert stage.market.locks.ceiling(ACCOUNT, cid("RTY"), "RTY", stage.now) == 0
    assert stage.hear(OrderChanged(order("RTY", 1))) == ["cancel RTY"]


def test_a_symbol_that_is_not_resolved_is_not_matched():
    odd = ContractId("CON.F.US.XYZ.H26")
    strange = replace(position("MNQ", 1), contract_id=odd)
    stage = Stage(blocks("RTY"))
    stage.restored()
    assert stage.hear(PositionChanged(strange)) == []
    value, cause = stage.status("RULE-011")
    unsure = "none held of those that are known"
    assert (value, cause) == (unsure, f"the symbol of {odd} is unknown")
    stage.market.contracts.put(replace(contract("RTY"), id=odd))
    assert stage.hear(TimerFired("blocks", ACCOUNT)) == ["close XYZ"]


def test_what_may_stay_is_decided_although_one_symbol_is_not_resolved():
    """The known ones are capped at once; the strange one keeps what it has in either case."""
    odd = ContractId("CON.F.US.XYZ.H26")
    strange = replace(position("MNQ", 2), contract_id=odd)
    stage = Stage(blocks("RTY", "ES", close_existing=False))
    assert stage.restored([strange, position("RTY", 1)]) == [
        f"{RTY} keeping RTY 1, XYZ 2", "lock 011 ES until - keeping XYZ 2",
    ]  # fmt: skip
    locks = stage.market.locks
    assert locks.ceiling(ACCOUNT, odd, None, stage.now) is None
    assert stage.restored([replace(strange, size=1), position("RTY", 1)]) == []
    stage.market.contracts.put(replace(contract("RTY"), id=odd))
    assert stage.restored([replace(strange, size=1), position("RTY", 1)]) == []
    assert (locks.ceiling(ACCOUNT, odd, "RTY", stage.now)) == 1


def test_a_symbol_that_left_the_list_is_free_although_another_is_not_resolved():
    first = Stage(blocks("RTY", "ES"))
    first.restored()
    stage = Stage(blocks("RTY"), shared=first.market)
    strange = replace(position("MNQ", 2), contract_id=ContractId("CON.F.US.XYZ.H26"))
    stage.restored([strange])
    assert scopes(stage) == ["RTY"]


def test_s69_a_symbol_that_left_the_list_is_free_also_while_another_is_closed():
    first = Stage(blocks("RTY", "ES"))
    first.restored()
    stage = Stage(blocks("RTY"), shared=first.market)
    assert stage.restored(held({"RTY": 1, "ES": 1})) == ["close RTY"]
    assert scopes(stage) == ["RTY"]
    stage = Stage(blocks(), shared=first.market)
    assert stage.restored(held({"ES": 1})) == []
    assert scopes(stage) == []


def test_a_restart_and_another_account():
    shared = market()
    one = Stage(blocks("RTY"), shared=shared)
    other = Stage(blocks("ES"), shared=shared, account=OTHER)
    assert one.restored(held({"RTY": 1})) == [RTY, "close RTY"]
    assert other.restored() == ["lock 011 ES until -"]
    again = Stage(blocks("RTY"), locks=shared.locks.active(ACCOUNT, NOW))
    assert again.restored(held({"RTY": 1})) == ["close RTY"]


def test_a_shadow_tells_each_trade_in_a_blocked_symbol():
    stage = Stage(blocks("RTY", rule_mode="shadow"))
    held, told = [position("RTY", 1)], []
    for seen in ([], held, held, [], [], held):  # two looks without it show it flat
        stage.wait(1.1)
        assert stage.restored(seen) == []
        told.append(sum(notice.level is Level.ALARM for notice in stage.step.notices))
    assert told == [1, 1, 0, 0, 0, 1]
    assert scopes(stage) == []


def test_the_clock_asks_every_ten_seconds():
    due = blocks("RTY").next_event(NOW)
    assert due == (NOW + timedelta(seconds=10), TimerFired("blocks"))
    assert blocks().next_event(NOW) is None


names = ["RTY", "RTY Z25", "MNQ", "ES", "MES"]


@given(
    st.sets(st.sampled_from(["RTY", "ES", "NQ"])),
    st.dictionaries(st.sampled_from(names), st.integers(-5, 5).filter(bool)),
)
def test_exactly_the_blocked_symbols_are_locked_and_closed(symbols, sizes):
    stage = Stage(blocks(*sorted(symbols)))
    wanted = stage.restored(held(sizes))
    assert scopes(stage) == sorted(symbols)
    closed = {word.removeprefix("close ") for word in wanted if word.startswith("close")}
    assert closed == {name for name in sizes if name.split()[0] in symbols}
