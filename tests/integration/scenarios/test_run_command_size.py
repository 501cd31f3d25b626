"""How much memory a daemon takes after a minute's worth of quotes."""

import psutil

from tests.integration.scenarios.tools import data_of, pid_of
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import (
    daily_loss,
    max_contracts,
    per_instrument,
    session,
    window,
)
from tests.integration.world.waiting import wait_until

RULES = {
    "max_contracts": max_contracts(50),
    "max_contracts_per_instrument": per_instrument({"MNQ": 9, "MES": 9, "ES": 9, "M2K": 9}),
    "daily_realized_loss": daily_loss(include_unrealized=True),
    "session_block_outside": session(window("09:30", "16:00")),
}
SYMBOLS = ("MNQ", "MES", "ES")
QUOTES = 2520
"""A minute at the 42 quotes a second that were recorded in regular hours (August 2026)."""

LIMIT_BYTES = 80_000_000


def test_below_80_mb_after_a_minute_of_quotes(make_world):
    world = make_world(RULES)
    venue = world.venue
    for symbol in SYMBOLS:
        venue.fill(symbol, 1)
        world.wait_seen(symbol, 1)
    start = {s: float(venue.book().position(venue.id(s))["averagePrice"]) for s in SYMBOLS}
    for number in range(QUOTES):
        symbol = SYMBOLS[number % 3]
        venue.price(symbol, start[symbol] + (number % 7) / 4)
    venue.lose("M2K", 10)
    world.wait_sum("-10")
    journal = data_of(world) / "journal" / "events.jsonl"
    wait_until(lambda: journal.read_text(encoding="utf-8").count('"QuoteChanged"') > QUOTES / 4, 8)
    process = psutil.Process(pid_of(world))
    assert process.memory_info().rss < LIMIT_BYTES
    world.provoke(lambda: venue.fill("MNQ", 9), paths=[CLOSE, "/api/Position/partialCloseContract"])
