"""What is left until each limit, as the status shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from risk_manager.core.account_status import account_status
from risk_manager.domain.events import Stamp
from risk_manager.simulation.setup import ACCOUNT, ES, MNQ
from risk_manager.simulation.world import World


def left(world: World) -> str | None:
    """The only rule's distance in words: `240.00 USD`, `1 contracts MNQ`; None if there is none."""
    stamp = Stamp(0, world.time.now, world.time.mono, world.time.mono)
    (row,) = account_status(world.running.guards[ACCOUNT], (), stamp)["rules"]
    if row["left"] is None:
        return None
    parts = (row["left"][name] for name in ("amount", "unit", "of"))
    return " ".join(part for part in parts if part is not None)


def used(world: World) -> Decimal | None:
    """How much of the only rule's limit is used; None where nothing says so."""
    stamp = Stamp(0, world.time.now, world.time.mono, world.time.mono)
    (row,) = account_status(world.running.guards[ACCOUNT], (), stamp)["rules"]
    found = row["left"]
    if found is None or found["whole"] is None:
        return None
    return 1 - Decimal(found["amount"]) / Decimal(found["whole"])


def world(section: str, **keys: Any) -> World:
    return World({section: keys}).start()


def price(at: World, contract: str, points: int) -> None:
    """Move a contract by so many points."""
    at.trader.price(contract, last(at, contract) + points)
    at.run(1)


def hold(at: World, contract: str, size: int) -> None:
    at.trader.fill(contract, size, last(at, contract))
    at.run(1)


def last(at: World, contract: str) -> Decimal:
    quote = at.exchange.quote(contract)
    assert quote is not None
    assert quote.last is not None
    return quote.last


def test_contracts():
    at = world("max_contracts", limit=5)
    assert left(at) == "5 contracts"
    hold(at, MNQ, 2)
    assert left(at) == "3 contracts"
    hold(at, ES, -2)
    assert left(at) == "5 contracts"


def test_contracts_of_the_nearest_symbol():
    at = world("max_contracts_per_instrument", limits={"MNQ": 4, "ES": 3})
    assert left(at) is None
    hold(at, MNQ, 1)
    hold(at, ES, 2)
    assert left(at) == "1 contracts ES"


def test_a_day_s_loss_and_profit():
    for section, limit, expected in (
        ("daily_realized_loss", -500, "300.00 USD"),
        ("daily_realized_profit", 1000, "1200.00 USD"),
    ):
        at = world(section, limit=limit)
        at.trader.lose(MNQ, 200)
        at.run(1)
        assert left(at) == expected


def test_the_lower_of_realised_and_combined_counts():
    at = world("daily_realized_loss", limit=-500, include_unrealized=True)
    at.trader.lose(MNQ, 200)
    hold(at, MNQ, 1)
    price(at, MNQ, -50)
    assert left(at) == "200.00 USD"
    price(at, MNQ, 100)
    assert left(at) == "300.00 USD"


@pytest.mark.parametrize(
    ("scope", "expected"), [("total", "220.00 USD"), ("per_position", "200.00 USD ES")]
)
def test_an_open_loss(scope, expected):
    at = world("daily_unrealized_loss", limit=-300, scope=scope)
    hold(at, MNQ, 1)
    hold(at, ES, 1)
    price(at, MNQ, 10)
    price(at, ES, -2)
    assert left(at) == expected


def test_an_open_profit_and_an_armed_position():
    at = world("max_unrealized_profit", limit=1000, scope="per_position")
    hold(at, MNQ, 2)
    price(at, MNQ, 50)
    assert left(at) == "800.00 USD MNQ"
    at = world(
        "max_unrealized_profit", mode="breakeven", scope="per_position", breakeven_arm_profit=100
    )
    hold(at, MNQ, 2)
    assert left(at) is None
    price(at, MNQ, 50)
    assert left(at) == "200.00 USD MNQ"


def test_trades_of_the_nearest_window_come_back_with_time():
    at = world("trade_frequency_limit", limits={"per_minute": 3, "per_hour": 10})
    hold(at, MNQ, 1)
    hold(at, MNQ, 1)
    assert left(at) == "1 trades minute"
    at.run(60)
    assert left(at) == "3 trades minute"


def test_the_first_tier_of_a_loss():
    at = world(
        "cooldown_after_loss",
        loss_thresholds=(
            {"loss_amount": -200, "cooldown_duration": 900},
            {"loss_amount": -100, "cooldown_duration": 300},
        ),
    )
    assert left(at) == "100.00 USD"


def test_the_seconds_of_a_missing_stop():
    at = world("no_stop_loss_grace", grace_period_seconds=30)
    assert left(at) is None
    at.trader.fill(MNQ, 1)
    at.run(10)
    assert left(at) == "20 s MNQ"


def test_the_seconds_until_the_session_s_end():
    hours = {"start": "09:30", "end": "10:05", "timezone": "America/New_York"}
    at = world(
        "session_block_outside",
        global_session={"enabled": True, **hours},
        session_close_grace_seconds=20,
    )
    assert left(at) is None
    hold(at, MNQ, 1)
    assert left(at) == f"{5 * 60 + 20 - 2} s MNQ"
    at.run_to(5 * 60 + 10)
    assert left(at) == "10 s MNQ"


def test_the_ticks_until_a_stop_is_moved():
    at = world("trade_management", auto_breakeven={"enabled": True, "profit_trigger_ticks": 10})
    hold(at, MNQ, 1)
    assert left(at) == "10 ticks MNQ"
    price(at, MNQ, 2)
    assert left(at) == "2 ticks MNQ"
    price(at, MNQ, 1)
    assert left(at) is None


def test_what_has_no_measure_has_none():
    assert left(world("auth_loss_guard")) is None
    assert left(world("symbol_blocks", blocked_symbols=("RTY",))) is None


def test_how_much_of_a_limit_is_used():
    contracts = world("max_contracts", limit=4)
    hold(contracts, MNQ, 1)
    assert used(contracts) == Decimal("0.25")
    caps = world("max_contracts_per_instrument", limits={"MNQ": 2})
    hold(caps, MNQ, 1)
    assert used(caps) == Decimal("0.5")
    loss = world("daily_realized_loss", limit=-500)
    loss.trader.lose(MNQ, 350)
    loss.run(1)
    assert used(loss) == Decimal("0.7")
    often = world("trade_frequency_limit", limits={"per_hour": 4})
    hold(often, MNQ, 1)
    assert used(often) == Decimal("0.25")


def test_a_gain_uses_nothing_of_a_loss_limit():
    at = world("daily_unrealized_loss", limit=-100, scope="total")
    hold(at, ES, 1)
    price(at, ES, 1)
    assert (used(at) or 0) < 0
