"""Virtual time, market hours, the live market and bars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from risk_manager.gateway_sim.calendar_hours import is_open
from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.venue_enums import BarsCode, OrderType
from tests.unit.gateway_sim.floor import BUY, MNQ, START, Floor, dec

MINUTE, DAY = 2, 4


def test_time_only_goes_forward_and_next_due_tells_when():
    floor = Floor()
    assert floor.exchange.next_due() is None
    floor.order(OrderType.MARKET, BUY)
    due = floor.exchange.next_due()
    assert due is not None
    assert timedelta(milliseconds=6) <= due - START <= timedelta(milliseconds=8)
    floor.exchange.advance_to(due)
    assert floor.net() == 1
    floor.exchange.advance_to(START)
    assert floor.exchange.now == due
    with pytest.raises(ValueError, match="aware"):
        Exchange(seed=1, start=datetime(2026, 1, 1))  # noqa: DTZ001 - the refused case


@pytest.mark.parametrize(
    ("group", "utc", "expected"),
    [
        # Winter: Chicago is UTC-6. 2026-11-18 is a Wednesday.
        ("idx", "2026-11-18T21:59:59", True),
        ("idx", "2026-11-18T22:00:00", False),
        ("idx", "2026-11-18T22:59:59", False),
        ("idx", "2026-11-18T23:00:00", True),
        ("fx", "2026-11-20T21:59:59", True),
        ("fx", "2026-11-20T23:00:00", False),
        ("energy", "2026-11-21T18:00:00", False),
        ("metal", "2026-11-22T22:59:59", False),
        ("crypto", "2026-11-22T23:00:00", True),
        # Summer: UTC-5. 2026-07-15 is a Wednesday.
        ("idx", "2026-07-15T20:59:59", True),
        ("rates", "2026-07-15T21:00:00", False),
        ("idx", "2026-07-15T22:00:00", True),
        ("grain", "2026-11-18T13:44:59", True),
        ("grain", "2026-11-18T13:45:00", False),
        ("grain", "2026-11-18T14:30:00", True),
        ("grain", "2026-11-18T19:20:00", False),
        ("grain", "2026-11-19T01:00:00", True),
        ("grain", "2026-11-21T02:00:00", False),
        ("meat", "2026-11-18T14:29:59", False),
        ("meat", "2026-11-18T14:30:00", True),
        ("meat", "2026-11-18T19:05:00", False),
        ("meat", "2026-11-21T16:00:00", False),
    ],
)
def test_hours_by_group_in_chicago_time(group, utc, expected):
    assert is_open(group, datetime.fromisoformat(utc).replace(tzinfo=UTC)) is expected


def test_nothing_is_matched_while_closed():
    floor = Floor(start=START.replace(hour=21, minute=59), market_hours=True)
    floor.order(OrderType.LIMIT, BUY, limit_price="19990")
    floor.wait(60_000)
    floor.price("19900")
    assert floor.net() == 0
    floor.wait(3_600_000)
    floor.price("19900")
    assert floor.net() == 1


def walked(seed: int, steps: int, **options):
    exchange = Exchange(
        seed=seed, start=START, options=ExchangeOptions(live_market=True, **options)
    )
    for number in range(1, steps + 1):
        exchange.advance_to(START + timedelta(seconds=number))
    return exchange


def test_live_market_is_seeded_moves_in_ticks_and_depends_on_nothing_else():
    first, second = walked(3, 30), walked(3, 30)
    events = first.take_events()
    assert events == second.take_events()
    assert events != walked(4, 30).take_events()
    assert {e.kind for e in events} == {"quote", "market_trade"}
    assert len({e.data.contract_id for e in events}) == 55
    for contract in first.contracts():
        quote = first.quote(contract.id)
        assert quote is not None
        assert quote.last is not None
        assert quote.last > 0
        assert quote.last % contract.tick_size == 0
        assert quote.low <= quote.last <= quote.high


def test_live_market_stands_still_while_closed_and_a_jump_is_cheap():
    exchange = walked(1, 1, market_hours=True)
    exchange.advance_to(START.replace(hour=22, minute=1))
    exchange.take_events()
    exchange.advance_to(START.replace(hour=22, minute=2))
    assert exchange.take_events() == []
    exchange.advance_to(START + timedelta(days=30))
    assert len(exchange.take_events()) < 20_000
    before = exchange.now
    exchange.advance_to(before + timedelta(seconds=2))
    assert exchange.take_events(), "the walk goes on at its own pace after a jump"


@pytest.mark.parametrize(
    ("contract", "unit", "number", "limit", "code"),
    [
        ("nonsense", 2, 1, 1, BarsCode.CONTRACT_NOT_FOUND),
        (MNQ, 0, 1, 1, BarsCode.UNIT_INVALID),
        (MNQ, 7, 1, 1, BarsCode.UNIT_INVALID),
        (MNQ, 2, 0, 1, BarsCode.UNIT_NUMBER_INVALID),
        (MNQ, 2, 1, 0, BarsCode.LIMIT_INVALID),
        (MNQ, 2, 1, 20_001, BarsCode.LIMIT_INVALID),
    ],
)
def test_bar_codes(contract, unit, number, limit, code):
    answer, bars = Floor().exchange.bars(
        contract, unit, number, START, START, limit, include_partial=False
    )
    assert (answer.code, bars) == (code, [])


def test_bars_are_newest_first_start_stamped_joined_and_agree_between_units():
    exchange = Floor().exchange
    window = (START - timedelta(hours=2), START)
    _, minutes = exchange.bars(MNQ, MINUTE, 1, *window, 20_000, include_partial=False)
    assert [b.t for b in minutes] == [START - timedelta(minutes=n) for n in range(1, 121)]
    for newer, older in pairwise(minutes):
        assert newer.o == older.c
        assert older.l <= min(older.o, older.c) <= max(older.o, older.c) <= older.h
    _, hours = exchange.bars(MNQ, 3, 1, *window, 20_000, include_partial=False)
    assert (hours[0].o, hours[0].c) == (minutes[59].o, minutes[0].c)
    _, few = exchange.bars(MNQ, MINUTE, 1, *window, 5, include_partial=False)
    assert few == minutes[:5]


def test_bars_since_the_start_hold_the_prints_and_the_forming_one_comes_on_request():
    floor = Floor()
    for price in ("20010", "19995", "20005"):
        floor.wait(10_000)
        floor.price(price)
    end = START + timedelta(hours=1)
    _, bars = floor.exchange.bars(MNQ, MINUTE, 1, START, end, 10, include_partial=True)
    (bar,) = bars
    assert (bar.t, bar.v) == (START, 4)
    assert (bar.h, bar.l, bar.c) == (dec("29500"), dec("19995"), dec("20005"))
    _, none = floor.exchange.bars(MNQ, MINUTE, 1, START, end, 10, include_partial=False)
    assert none == []
    floor.wait(60_000)
    _, bars = floor.exchange.bars(MNQ, MINUTE, 1, START, end, 10, include_partial=True)
    assert (bars[0].o, bars[0].c, bars[0].v) == (dec("20005"), dec("20005"), 0)


def test_month_bars_and_a_window_without_bars():
    exchange = Floor().exchange
    _, months = exchange.bars(
        MNQ, 6, 1, START - timedelta(days=100), START, 10, include_partial=False
    )
    assert [b.t.month for b in months] == [10, 9]
    _, none = exchange.bars(MNQ, DAY, 1, START, START, 10, include_partial=True)
    assert none == []


def test_walk_near_zero_does_not_cross_it():
    exchange = walked(2, 1)
    exchange.set_price(MNQ, dec("0.50"))
    for _ in range(200):
        exchange.advance_to(exchange.now + timedelta(seconds=1))
        quote = exchange.quote(MNQ)
        assert quote is not None
        assert quote.last is not None
        assert quote.last > 0
