"""What rules see: entries, sizes after pending, roots, prices, locks, opening times."""

from datetime import timedelta
from decimal import Decimal

import pytest

from risk_manager.domain.events import PositionChanged, TradeExecuted
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.orders import OrderStatus
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from tests.support.make import ACCOUNT, NOW, cid, ny, order, position, trade
from tests.support.stage import Stage

MNQ = cid("MNQ")


def viewed(*positions, orders=(), **settings) -> Stage:
    """A stage after a look with these rows, its view set to a step."""
    stage = Stage(**settings)
    stage.restored(positions, orders)
    stage.view.at(stage.step.stamp)
    return stage


def test_the_view_is_what_rules_are_promised():
    view: AccountView = viewed().view
    assert (view.account_id, view.now) == (ACCOUNT, NOW)
    assert view.next_reset == ny("2026-03-11 17:00")


def test_a_view_outside_a_step_has_no_time():
    with pytest.raises(RuntimeError, match="outside a step"):
        _ = Stage().view.now


@pytest.mark.parametrize(
    ("held", "size", "is_entry"),
    [(0, 1, True), (0, -1, True), (2, 1, True), (2, -1, False), (2, -9, False), (-2, -1, True),
     (-2, 1, False)],
)  # fmt: skip
def test_an_entry_is_flat_or_on_the_positions_side(held, size, is_entry):
    rows = [position("MNQ", held)] if held else []
    stage = viewed(*rows, position("ES", 1), orders=[order("MNQ", size, number=7)])
    assert [item.id for item in stage.view.entry_orders()] == ([7] if is_entry else [])


@pytest.mark.parametrize("status", list(OrderStatus))
def test_only_an_order_that_is_alive_is_an_entry(status):
    row = order("MNQ", 1, status=status)
    assert (viewed(orders=[row]).view.entry_orders() == [row]) is row.is_alive


def test_a_child_of_a_bracket_is_listed_only_when_a_look_shows_it_orphaned():
    parent = order("MNQ", 1, number=7)
    child = order("MNQ", -1, number=8, parent=7)
    assert [item.id for item in viewed(orders=[parent, child]).view.entry_orders()] == [7]
    assert [item.id for item in viewed(orders=[child]).view.entry_orders()] == [8]
    assert viewed(position("MNQ", 1), orders=[child]).view.entry_orders() == []
    # On the position's side, its parent over: it can only add to the position.
    assert [i.id for i in viewed(position("MNQ", -1), orders=[child]).view.entry_orders()] == [8]


@pytest.mark.parametrize(
    ("held", "target", "size"), [(3, None, 3), (3, 1, 1), (3, 0, 0), (1, 2, 1), (-3, 2, 2)]
)
def test_the_size_after_pending_is_never_more_than_the_size(held, target, size):
    stage = viewed(position("MNQ", held))
    if target is not None:
        stage.flying = {MNQ: target}
    assert stage.view.size_after_pending(MNQ) == size


def test_a_flat_contract_has_no_size_and_no_position():
    stage = viewed()
    assert (stage.view.size_after_pending(MNQ), stage.view.position(MNQ)) == (0, None)
    assert not stage.view.opened_before(MNQ, NOW)


@pytest.mark.parametrize(
    ("opened", "before"),
    [(NOW, False), (NOW - timedelta(microseconds=1), True), (None, False)],
)
def test_opened_before_is_strict_and_unknown_is_not_before(opened, before):
    stage = viewed(position("MNQ", 1, opened=opened))
    assert stage.view.opened_before(MNQ, NOW) is before


def test_a_lock_is_seen_by_its_rule_and_scope_while_it_is_active():
    stage = viewed()
    key = LockKey(ACCOUNT, "ES", RuleId("RULE-009"))
    end = NOW + timedelta(seconds=1)
    stage.market.locks.set(Lockout(key, LockKind.UNTIL_SESSION, "closed", NOW, end), NOW)
    assert stage.view.lock_of("ES", "RULE-009") is not None
    assert stage.view.lock_of("ES", "RULE-003") is None
    assert stage.view.lock_of("account", "RULE-009") is None
    stage.wait(1)
    stage.hear(PositionChanged(position("MNQ", 0)))
    assert stage.view.lock_of("ES", "RULE-009") is None


def held(stage: Stage, size: int) -> None:
    """An MNQ fill at 21000 and its position."""
    stage.hear(TradeExecuted(trade("MNQ", size, number=2)))
    stage.hear(PositionChanged(position("MNQ", size, number=3)))


@pytest.mark.parametrize(
    ("basis", "size", "quote", "open_pnl"),
    [
        ("last", 2, {"last": "20900", "bid": "20930", "ask": "20930.50"}, "-280"),
        ("last", 2, {"last": "20900", "bid": "20924.75", "ask": "20925.25"}, "-301"),
        ("last", 1, {"last": None, "bid": "20999", "ask": "21001"}, "0"),
        ("mid", 1, {"last": "20900", "bid": "20990", "ask": "20992"}, "-18"),
        ("exit", 1, {"last": "21000", "bid": "20990", "ask": "20992"}, "-20"),
        ("exit", -1, {"last": "21000", "bid": "20990", "ask": "20992"}, "16"),
    ],
)
def test_s123_s193_open_pnl_follows_the_price_basis(basis, size, quote, open_pnl):
    stage = Stage(price_basis=basis)
    held(stage, size)
    stage.quote("MNQ", **quote)
    assert stage.view.combined_pnl_today(net=False) == Decimal(open_pnl)


def test_without_a_price_or_a_contract_the_sum_is_unknown_with_its_cause():
    stage = Stage()
    held(stage, 1)
    assert stage.view.combined_pnl_today(net=False) == Unknown("no price of CON.F.US.MNQ.H26 yet")
    stage = Stage(known=[])
    held(stage, 1)
    stage.quote("MNQ", "21000")
    unloaded = Unknown("contract CON.F.US.MNQ.H26 is not loaded")
    assert stage.view.combined_pnl_today(net=False) == unloaded


def test_the_priced_part_is_told_from_30_seconds_on():
    stage = Stage()
    held(stage, 1)
    assert stage.view.priced_pnl_today(net=False) is None
    stage.account.unpriced_since = stage.mono
    for seconds, value in ((29.9, None), (0.2, Decimal(0))):
        stage.wait(seconds)
        stage.hear(PositionChanged(position("MNQ", 1, number=3)))
        assert stage.view.priced_pnl_today(net=False) == value
