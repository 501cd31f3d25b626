"""RULE-008 and RULE-012: protective stops."""

from risk_manager.simulation.setup import MNQ
from tests.unit.config_keys.row import common, section
from tests.unit.config_keys.seen import acts, cancel_all, fill, price, stop, wait

STOPS = "no_stop_loss_grace"

BARE = acts(fill(MNQ, 2), wait(70))
HALF_COVERED = acts(fill(MNQ, 2), wait(5), stop(MNQ, -1, 29000), wait(70))
# A stop that disappears twice within a minute: the second time there is no fresh grace.
LOST_TWICE = acts(
    fill(MNQ, 1), wait(5), stop(MNQ, -1, 29000), wait(10), cancel_all, wait(10),
    stop(MNQ, -1, 29000), wait(10), cancel_all, wait(60),
)  # fmt: skip

MOVED = "trade_management"
# Prices that go up by 2.5, 5 and 20 points within two seconds, and fall back by 1.
CLIMB = acts(
    fill(MNQ, 1, 29500), wait(2), price(MNQ, "29502.5"), wait(2), price(MNQ, "29505"), wait(2),
    price(MNQ, "29520"), wait(0.5), price(MNQ, "29522"), wait(0.5), price(MNQ, "29524"), wait(8),
)  # fmt: skip
ON = {"enabled": True}

ROWS = [
    *common(STOPS, BARE),
    *section(STOPS, BARE, {"grace_period_seconds": (30, 60)}),
    *section(STOPS, HALF_COVERED, {"require_full_size": (True, False)}),
    *section(
        STOPS,
        LOST_TWICE,
        {"regrace_interval_seconds": (600, 10), "replace_gap_seconds": (15, 25)},
    ),
    *common(MOVED, CLIMB, auto_breakeven=ON),
    *section(MOVED, CLIMB, {"auto_breakeven.enabled": (False, True)}),
    *section(MOVED, CLIMB, {"trailing_stop.enabled": (False, True)}),
    *section(
        MOVED,
        CLIMB,
        {"auto_breakeven.profit_trigger_ticks": (10, 20), "auto_breakeven.offset_ticks": (0, 2)},
        auto_breakeven=ON,
    ),
    *section(
        MOVED,
        CLIMB,
        {
            "trailing_stop.activation_ticks": (20, 40),
            "trailing_stop.trail_distance_ticks": (10, 6),
            "trailing_stop.update_frequency": (1, 5),
        },
        trailing_stop=ON,
    ),
]
