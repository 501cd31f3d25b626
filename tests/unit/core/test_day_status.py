"""What the status tells of the day beside positions and rules, and of this run of the daemon."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from risk_manager.core.day_curve import DayCurves
from risk_manager.core.health import Trouble
from risk_manager.core.run_status import Run
from risk_manager.core.status import Facts, build_status
from risk_manager.domain.events import HubLost, Stamp
from risk_manager.simulation.setup import CAP, LOSS, MNQ, START, Sections
from risk_manager.simulation.world import World
from risk_manager.utils.holidays import HolidayCalendar

FREQUENCY = {"trade_frequency_limit": {"limits": {"per_minute": 3, "per_session": 50}}}
HOLIDAYS = HolidayCalendar(frozenset({date(2026, 11, 26)}), {}, date(2026, 12, 31))


def world_of(rules: Sections, **settings: Any) -> World:
    return World(rules, settings=settings).start()


def status_of(world: World, trouble: Trouble | None = None) -> dict[str, Any]:
    run = Run("9.9.9", START, HOLIDAYS, 61.7)
    facts = Facts(True, True, trouble or Trouble(), {}, run=run)
    stamp = Stamp(0, world.time.now, world.time.mono, world.time.mono)
    return build_status(world.running, facts, stamp)


def account_of(world: World) -> Mapping[str, Any]:
    account: Mapping[str, Any] = status_of(world)["accounts"][0]
    return account


def test_results_come_newest_first_with_the_running_sum() -> None:
    world = world_of(LOSS)
    world.trader.fill(MNQ, 1)
    world.run(1)
    for _ in range(12):
        world.trader.lose(MNQ, 5)
        world.run(1)
    account = account_of(world)
    trades = account["trades"]
    assert len(trades) == 10
    assert trades[0]["running"] == account["realized_pnl"]
    assert [row["at"] for row in trades] == sorted((row["at"] for row in trades), reverse=True)
    sums = [Decimal(row["running"]) for row in trades]
    cent = Decimal("0.01")  # each of the three is rounded by itself
    for row, (newer, older) in zip(trades[:-1], pairwise(sums), strict=True):
        assert abs(newer - older - Decimal(row["pnl"])) <= cent


def test_the_start_balance_is_what_the_day_began_with() -> None:
    world = world_of(LOSS)
    before = account_of(world)["start_balance"]
    assert before == account_of(world)["balance"]
    world.trader.fill(MNQ, 1)
    world.trader.lose(MNQ, 100)
    world.run(40)
    after = account_of(world)
    assert Decimal(after["balance"]) < Decimal(before)
    assert after["start_balance"] == before


def test_each_limited_window_tells_what_is_left() -> None:
    world = world_of(FREQUENCY)
    world.trader.fill(MNQ, 1)
    world.run(1)
    assert account_of(world)["windows"] == [
        {"window": "minute", "count": 1, "limit": 3, "left": 2},
        {"window": "session", "count": 1, "limit": 50, "left": 49},
    ]
    assert account_of(world_of(LOSS))["windows"] == []


@pytest.mark.parametrize(
    ("preset", "shown"),
    [
        (None, None),
        ("unheard-of", None),
        ("topstep-50k", {"preset": "topstep-50k", "max_loss_limit": "-2000.00"}),
    ],
)
def test_with_a_preset_the_distance_to_the_venues_limit_is_an_upper_bound(preset, shown) -> None:
    world = world_of(LOSS, preset=preset)
    world.trader.fill(MNQ, 1)
    world.trader.lose(MNQ, 100)
    world.run(2)
    account = account_of(world)
    distance = Decimal(2000) + Decimal(account["realized_pnl"]) + Decimal(account["unrealized_pnl"])
    expected = shown if shown is None else shown | {"distance_at_most": f"{distance:.2f}"}
    assert account["venue"] == expected


def test_a_position_tells_its_age_its_limit_and_its_quote() -> None:
    world = world_of({"max_contracts_per_instrument": {"limits": {"MNQ": 4}}})
    world.trader.fill(MNQ, 1)
    world.run(3)
    world.trader.price(MNQ, 21000)
    world.run(2)
    (position,) = account_of(world)["positions"]
    assert position["limit"] == 4
    assert position["opened_at"] >= "2026-11-18T15:00:00"
    assert 1.5 <= position["quote_age_s"] <= 2.5


def test_the_curve_goes_on_over_a_breach_and_holds_the_low() -> None:
    world, curves = world_of(LOSS), DayCurves()
    for usd in (0, 50, 30):
        world.trader.fill(MNQ, 1)
        if usd:
            world.trader.lose(MNQ, usd)
        world.run(60)
        status = status_of(world)
        curves.note(world.running, status["accounts"], world.time.now)
    curve = status["accounts"][0]["curve"]
    assert curve["step_s"] >= 60
    assert Decimal(curve["low"]["amount"]) <= Decimal(-80)
    assert Decimal(curve["points"][-1]) == Decimal(status["accounts"][0]["realized_pnl"]) + Decimal(
        status["accounts"][0]["unrealized_pnl"]
    )


def test_this_run_tells_its_links_login_database_and_calendar() -> None:
    world = world_of(CAP)
    world.trader.fill(MNQ, 1)
    world.run(5)
    status = status_of(world, Trouble(store="a disk flush took 2.0 s"))
    assert (status["version"], status["uptime_s"]) == ("9.9.9", int(world.t))
    assert status["links"]["user"]["cause"] is None
    assert 4 <= status["links"]["user"]["last_event_s"] <= 6
    assert status["login"] == {"age_s": 61, "problem": None}
    assert status["database"] == {"problem": "a disk flush took 2.0 s"}
    assert status["market"]["open"] is True
    assert status["calendar"] == {"covered_until": "2026-12-31", "days": []}
    assert status["blind_s"] is None


def test_a_lost_user_hub_is_blind_since_then() -> None:
    world = world_of(CAP)
    world.run(5)
    world.deliver(HubLost("user", "connection closed"))
    world.run(12)
    status = status_of(world)
    assert status["blind_s"] == 12
    assert status["links"]["user"]["cause"] == "connection closed"
    assert status["links"]["user"]["up_s"] is None


def test_the_calendar_names_the_closures_of_a_week() -> None:
    world = world_of(CAP)
    world.run(2 * 86400.0)
    assert status_of(world)["calendar"]["days"] == [{"date": "2026-11-26", "closes_at": None}]
