"""RULE-012 over restarts, under locks, in shadow and beside other stops (S156)."""

from decimal import Decimal

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.domain.requests import PlaceStop
from risk_manager.simulation.fates import LOST_AFTER
from risk_manager.simulation.setup import ACCOUNT, MNQ
from tests.harness.managed import BREAKEVEN, TRAIL, ManagedWorld, managed, managing
from tests.harness.stops import PRICE
from tests.harness.words import cooldown


def test_a_restart_knows_its_stop_and_the_best_price(tmp_path):
    world = managing(rules=TRAIL)
    world.price(8, wait=2)
    assert world.book() == [(-1, Decimal("5.50"))]
    world.world.kill()
    world.price(7, wait=1)
    world.world.restart(tmp_path)
    world.price(7, wait=5)
    assert world.book() == [(-1, Decimal("5.50"))]
    world.trader.fill(MNQ, 1, PRICE)
    world.world.run(2)
    assert world.book() == [(-2, Decimal("5.50"))]
    world.trader.fill(MNQ, -2)
    world.world.run(2)
    assert world.orders() == []


def test_a_restart_leaves_a_stop_alone_that_the_trader_moved_before(tmp_path):
    world = managing()
    world.price(2.50, wait=3)
    (order,) = world.orders()
    world.world.exchange.modify(ACCOUNT, order.id, stop_price=Decimal(PRICE - 20))
    world.world.collect()
    world.world.restart(tmp_path)
    world.price(3, wait=10)
    assert world.book() == [(-1, -20)]


def test_a_crash_before_the_answer_places_no_second_stop(tmp_path):
    world = managing()
    world.world.fates.script(PlaceStop, LOST_AFTER)
    world.price(2.50, wait=0.2)
    world.world.restart(tmp_path)
    world.price(2.75, wait=10)
    assert (world.words(), world.book()) == (["stop MNQ -1 at 29500.00"], [(-1, 0)])
    world.trader.fill(MNQ, -1)
    world.world.run(3)
    assert world.orders() == []


def test_flat_while_we_were_down_the_stop_goes_at_the_start(tmp_path):
    world = managing()
    world.price(2.50, wait=3)
    world.world.kill()
    world.trader.fill(MNQ, -1)
    world.world.restart(tmp_path)
    world.world.run(3)
    assert world.orders() == []


def test_s91_turned_over_while_we_were_down_the_stop_goes_at_the_start(tmp_path):
    world = managing()
    world.price(2.50, wait=3)
    world.world.kill()
    world.trader.fill(MNQ, -2)
    world.world.restart(tmp_path)
    world.world.run(3)
    assert (world.net, world.orders()) == (-1, [])


def kept(size, **rules):
    """A cooldown keeps this size of MNQ; the position is there before the start."""
    lock = cooldown({MNQ: size})
    world = ManagedWorld.__new__(ManagedWorld)
    super(ManagedWorld, world).__init__({**BREAKEVEN, **rules})
    world.enter(size)
    world.world.run(1)
    world.world.kill()
    world.world.start(Restored(locks=(lock,)))
    return world


def test_s156_a_cooldown_keeps_the_position_and_its_stop_is_cut_not_doubled():
    world = kept(2, no_stop_loss_grace={})
    number = world.stops(-10, -3)
    world.price(2.50, wait=1)
    assert sorted(world.words()) == [f"move {number} to 29500.00", f"resize {number} to 2"]
    assert world.book() == [(-2, 0)]
    world.to(60)
    assert (world.net, len(world.words())) == (2, 2)
    assert world.guarantees.problems == []


def test_s156_under_a_cooldown_a_stop_is_placed_too():
    world = kept(2)
    world.price(2.50, wait=2)
    assert (world.words(), world.book()) == (["stop MNQ -2 at 29500.00"], [(-2, 0)])


@pytest.mark.parametrize(
    ("rules", "settings"),
    [(managed({}, rule_mode="shadow"), {}), (BREAKEVEN, {"mode": "shadow"})],
)
def test_in_shadow_nothing_is_sent(rules, settings):
    world = managing(2, rules, settings=settings)
    number = world.stops(-10, -2)
    world.price(2.50, wait=5)
    assert (world.words(), world.book()) == ([], [(-2, -10)])
    (line,) = [r for _, r in world.world.records if r.outcome.value == "SHADOW"]
    assert line.reason.startswith("would have moved the stop to 29500.00")
    world.trader.cancel(number)
    world.price(3, wait=2)
    assert world.words() == []


def test_a_section_that_is_gone_still_takes_its_stop_away(tmp_path):
    world = managing()
    world.price(2.50, wait=3)
    world.world._rules = {"max_contracts": {"limit": 9}}
    world.world.restart(tmp_path)
    world.world.run(3)
    assert world.book() == [(-1, 0)]
    world.trader.fill(MNQ, -1)
    world.world.run(3)
    assert world.orders() == []


def test_our_stop_gives_way_to_a_tighter_one_and_not_to_a_looser():
    world = managing(2)
    world.price(2.50, wait=3)
    looser = world.stops(-20, -2)
    world.world.run(6)
    assert world.book() == [(-2, 0), (-2, -20)]
    world.trader.cancel(looser)
    world.stops(1, -2)
    world.world.run(6)
    assert world.book() == [(-2, 1)]
    assert world.guarantees.problems == []


def test_it_grows_only_to_what_no_other_stop_covers():
    world = managing(1)
    world.price(2.50, wait=3)
    world.stops(-20, -1)
    world.trader.fill(MNQ, 1, PRICE)
    world.world.run(3)
    assert world.book() == [(-1, 0), (-1, -20)]
    world.trader.fill(MNQ, 2, PRICE)
    world.world.run(3)
    assert world.book() == [(-3, 0), (-1, -20)]


def test_a_close_of_ours_goes_first_and_takes_the_stop_along():
    rules = {**BREAKEVEN, "daily_realized_loss": {"limit": -500}}
    world = managing(1, rules)
    world.price(2.50, wait=3)
    world.trader.lose("CON.F.US.EP.Z26", 500)
    world.world.run(5)
    assert (world.net, world.orders()) == (0, [])
    assert world.guarantees.problems == []


def test_a_reduction_of_ours_leaves_a_stop_of_the_new_size():
    rules = {**BREAKEVEN, "max_contracts_per_instrument": {"limits": {"MNQ": 2}}}
    world = managing(2, rules)
    world.price(2.50, wait=3)
    world.trader.fill(MNQ, 1, PRICE)
    world.world.run(5)
    assert (world.net, world.book()) == (2, [(-2, 0)])
    assert world.guarantees.problems == []
