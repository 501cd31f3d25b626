"""RULE-006 and RULE-007: pauses after too many trades, and after a loss."""

from risk_manager.simulation.setup import ES, MNQ
from tests.unit.config_keys.row import common, section, with_day
from tests.unit.config_keys.seen import acts, fill, lose, market, price, wait

TRADES, LOSSES = "trade_frequency_limit", "cooldown_after_loss"
PAUSES = (300, "until_reset")

TWO = acts(fill(MNQ, 1), wait(2), fill(MNQ, 1), wait(5))
# Entries of two fills each, closed again: the third entry, the second order and the second fill
# are three different moments.
THERE_AND_BACK = acts(
    *[market(MNQ, 2), wait(2), market(MNQ, -2), wait(2)] * 4, partial_lot=1
)  # fmt: skip
LOST = acts(fill(ES, 1), wait(2), lose(MNQ, 150), wait(5))
LOST_IN_TWO = acts(
    fill(MNQ, 2, 29500), wait(2), price(MNQ, 29465), market(MNQ, -2), wait(5), partial_lot=1
)  # fmt: skip
TIER = {"loss_amount": -100, "cooldown_duration": 300}

ROWS = [
    *with_day(TRADES, TWO, limits={"per_session": 1}),
    *section(TRADES, TWO, {"limits.per_minute": (1, 2)}, limits={"per_hour": 50}),
    *section(TRADES, TWO, {"limits.per_hour": (1, 2)}, limits={"per_session": 50}),
    *section(TRADES, TWO, {"limits.per_session": (1, 2)}, limits={"per_minute": 50}),
    *section(
        TRADES,
        TWO,
        {
            "cooldown_on_breach.enabled": (True, False),
            "cooldown_on_breach.per_minute_breach": PAUSES,
            "close_positions_on_breach": (False, True),
        },
        limits={"per_minute": 1},
    ),
    *section(TRADES, TWO, {"cooldown_on_breach.per_hour_breach": PAUSES}, limits={"per_hour": 1}),
    # Never before the reset, which is seven hours away.
    *section(
        TRADES,
        TWO,
        {"cooldown_on_breach.per_session_breach": ("8h", "9h")},
        limits={"per_session": 1},
    ),
    *section(
        TRADES,
        THERE_AND_BACK,
        {"count_by": ("entry", "order", "execution")},
        limits={"per_minute": 2},
    ),
    *common(LOSSES, LOST, loss_thresholds=[TIER]),
    *section(
        LOSSES,
        LOST,
        {
            "loss_thresholds": ([TIER], [TIER, {"loss_amount": -150, "cooldown_duration": 600}]),
            "loss_thresholds.loss_amount": (-150, -200),
            "loss_thresholds.cooldown_duration": (300, 600),
            "close_positions_on_breach": (False, True),
        },
        loss_thresholds=[TIER],
    ),
    *section(LOSSES, LOST_IN_TWO, {"aggregate_by_order": (True, False)}, loss_thresholds=[TIER]),
]
