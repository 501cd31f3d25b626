"""RULE-012 when calls fail, answers are lost or the lists cannot be read (S145)."""

import pytest

from risk_manager.domain.requests import ModifyOrder, PlaceStop, Priority
from risk_manager.simulation.fates import (
    LOST_AFTER,
    LOST_BEFORE,
    SERVED,
    THROTTLED,
    Fate,
    Way,
    refused,
)
from risk_manager.simulation.setup import ACCOUNT, MNQ
from tests.harness.managed import TRAIL, managing
from tests.harness.stops import PRICE
from tests.harness.words import alarms

NOT_TRADING = "Trading is currently unavailable. The instrument is not in an active trading status."


def deaf_to_orders(world):
    """No event tells of an order any more."""
    world.world.fates.draw_event = lambda event, usual: [] if event.kind == "order" else [usual]


@pytest.mark.parametrize("deaf", [False, True])
def test_s145_a_place_without_an_answer_is_found_by_its_tag(deaf):
    world = managing()
    if deaf:
        deaf_to_orders(world)
    world.world.fates.script(PlaceStop, LOST_AFTER)
    world.price(2.50, wait=20)
    for above in (3, 4, 5):
        world.price(above, wait=2)
    assert (world.words(), world.book()) == (["stop MNQ -1 at 29500.00"], [(-1, 0)])
    world.trader.fill(MNQ, 1, PRICE)
    world.world.run(8)
    assert world.book() == [(-2, 0)], "it is known as ours"


def test_s145_a_place_that_never_arrived_is_sent_again_with_the_same_tag():
    world = managing()
    world.world.fates.script(PlaceStop, LOST_BEFORE, LOST_BEFORE)
    world.price(2.50, wait=20)
    sent = [one.request for one in world.world.broker.sent]
    assert len(sent) == 3
    assert len({one.tag for one in sent if isinstance(one, PlaceStop)}) == 1
    assert world.book() == [(-1, 0)]
    at = [one.at for one in world.world.broker.sent]
    assert at[1] - at[0] >= 5.5, "five seconds of waiting, a look, half a second"
    assert at[2] - at[1] >= 6.0


def test_s145_the_first_call_arrives_after_all():
    """It was found by no look and sent again: the venue takes a tag only once."""
    world = managing()
    world.world.fates.script(PlaceStop, Fate(Way.LOST_AFTER, out_ms=5_620))
    world.price(2.50, wait=20)
    assert len(world.words()) == 2
    assert world.book() == [(-1, 0)]
    assert world.guarantees.problems == []


def test_after_three_tries_without_answer_it_gives_up_and_says_so():
    world = managing()
    world.world.fates.script(PlaceStop, *[LOST_BEFORE] * 9)
    world.price(2.50, wait=60)
    for above in (3, 4, 5):
        world.price(above, wait=5)
    assert len(world.words()) == 3
    assert f"no stop {MNQ}" in alarms(world.world)


def test_a_place_that_the_request_budget_held_back_is_no_try():
    world = managing()
    world.world.fates.script(PlaceStop, *[THROTTLED] * 5)
    world.price(2.50, wait=20)
    assert (len(world.words()), world.book()) == (6, [(-1, 0)])
    assert alarms(world.world) == []


def test_a_refused_place_waits_for_the_next_quote_and_has_a_new_tag():
    world = managing()
    world.world.fates.script(PlaceStop, refused(2, "no"))
    world.price(2.50, wait=8)
    assert len(world.words()) == 1
    assert f"no stop {MNQ}" in alarms(world.world)
    world.price(2.75, wait=2)
    assert world.book() == [(-1, 0)]
    requests = [one.request for one in world.world.broker.sent]
    tags = [one.tag for one in requests if isinstance(one, PlaceStop)]
    assert len(tags) == 2
    assert len(set(tags)) == 2


def test_a_refused_change_waits_for_the_next_quote():
    world = managing()
    number = world.stops(-10)
    world.world.fates.script(ModifyOrder, refused(3, "no"))
    world.price(2.50, wait=8)
    assert world.words() == [f"move {number} to 29500.00"]
    world.price(2.75, wait=2)
    assert world.words() == [f"move {number} to 29500.00"] * 2
    assert world.book() == [(-1, 0)]


def test_refusals_at_every_quote_are_no_storm():
    world = managing()
    world.world.fates.script(PlaceStop, *[refused(2, "no")] * 200)
    for tick in range(200):
        world.price(2.50 + tick % 2 * 0.25, wait=0.2)
    assert len(world.words()) <= 14


def test_a_closed_market_is_asked_again_after_half_a_minute():
    world = managing()
    world.world.fates.script(PlaceStop, *[refused(2, NOT_TRADING)] * 20)
    for tick in range(130):
        world.price(2.50 + tick % 2 * 0.25, wait=0.5)
    assert len(world.words()) == 3
    assert alarms(world.world) == []


def test_a_lost_answer_to_a_change_leads_to_a_look_and_no_second_change():
    world = managing()
    number = world.stops(-10)
    deaf_to_orders(world)
    world.world.fates.script(ModifyOrder, LOST_AFTER)
    world.price(2.50, wait=20)
    assert world.words() == [f"move {number} to 29500.00"]


@pytest.mark.parametrize("fate", [LOST_BEFORE, THROTTLED])
def test_a_change_that_never_arrived_is_sent_again(fate):
    world = managing()
    number = world.stops(-10)
    world.world.fates.script(ModifyOrder, fate)
    world.price(2.50, wait=20)
    assert world.words() == [f"move {number} to 29500.00"] * 2
    assert world.book() == [(-1, 0)]


@pytest.mark.parametrize("part", ["orders", "positions", "suspended"])
def test_while_a_list_cannot_be_read_no_stop_is_placed(part):
    world = managing()
    world.fail_reads(0, 30, part)
    world.price(2.50, wait=25)
    assert world.words() == []
    world.world.fates.draw = lambda _request: SERVED
    world.world.run(12)
    assert world.words() == ["stop MNQ -1 at 29500.00"]


def test_a_suspended_stop_of_a_bracket_is_no_reason_to_place_a_second_one():
    """The entry is filled in part: its stop is hidden from the open-order read."""
    world = managing(1)
    world.world.exchange.set_account(ACCOUNT, auto_oco=True)
    parent = world.trader.bracket(MNQ, 1, PRICE - 50)
    world.price(2.50, wait=5)
    assert world.words() == []
    world.trader.cancel(parent)
    world.world.run(12)
    assert world.words() == ["stop MNQ -1 at 29500.00"]


def test_one_bad_quote_moves_nothing():
    world = managing(rules=TRAIL)
    world.price(5, wait=2)
    world.trader.price(MNQ, PRICE + 400)
    world.world.run(0.1)
    world.trader.price(MNQ, PRICE + 5)
    world.world.run(5)
    assert world.words() == ["stop MNQ -1 at 29502.50"]


def test_looks_leave_the_reserve_to_closes():
    """A minute of trailing at full speed uses less than the polls may."""
    world = managing(rules=TRAIL)
    calls = len(world.world.broker.calls)
    for tick in range(300):
        world.price(5 + tick * 0.25, wait=0.2)
    assert len(world.world.broker.calls) - calls <= 140
    assert Priority.CONFIRM not in {r.priority for _, r in world.world.broker.snapshots[-20:]}


def test_the_position_turns_over_while_a_place_is_on_its_way():
    world = managing(1, out_ms=300, back_ms=300)
    world.trader.price(MNQ, str(PRICE + 2.5))
    world.world.run(0.75)
    world.trader.fill(MNQ, -2, PRICE)
    world.world.run(6)
    assert (world.net, world.orders()) == (-1, [])
    assert world.world.exchange.orders(ACCOUNT) != []
