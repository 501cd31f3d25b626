"""RULE-003, RULE-004, RULE-005 and RULE-013: realised and open P&L."""

from risk_manager.simulation.setup import MNQ
from tests.unit.config_keys.row import section, with_day
from tests.unit.config_keys.seen import accepted, acts, fill, lose, price, wait

LOSS, PROFIT = "daily_realized_loss", "daily_realized_profit"
OPEN_LOSS, OPEN_PROFIT = "daily_unrealized_loss", "max_unrealized_profit"
UNTIL = ("daily_reset", "permanent")
SCOPES = ("total", "per_position")
EFFECTS = ("close_all_and_lockout", "close_position")

LOST = acts(lose(MNQ, 150), wait(3))
LOST_BUT_FEES = acts(lose(MNQ, "99.5"), wait(3))
WON = acts(lose(MNQ, -150), wait(3))
WON_BUT_FEES = acts(lose(MNQ, -100), wait(3))
# One MNQ: a point is worth two dollars.
FALLEN = acts(fill(MNQ, 1, 29500), wait(3), price(MNQ, 29425), wait(3))
RISEN = acts(fill(MNQ, 1, 29500), wait(3), price(MNQ, 29575), wait(3))
GIVEN_BACK = acts(
    fill(MNQ, 1, 29500), wait(3), price(MNQ, 29575), wait(3), price(MNQ, 29505), wait(3),
    price(MNQ, 29500), wait(3),
)  # fmt: skip
BREAKEVEN = {"mode": "breakeven", "scope": "per_position"}

ROWS = [
    *with_day(LOSS, LOST, limit=-100),
    *section(LOSS, LOST, {"limit": (-100, -200), "lockout_until": UNTIL}, limit=-100),
    *section(LOSS, LOST_BUT_FEES, {"include_fees": (False, True)}, limit=-100),
    *section(LOSS, FALLEN, {"include_unrealized": (False, True)}, limit=-100),
    *with_day(PROFIT, WON, limit=100),
    *section(PROFIT, WON, {"limit": (100, 200), "lockout_until": UNTIL}, limit=100),
    *section(PROFIT, WON_BUT_FEES, {"include_fees": (False, True)}, limit=100),
    *with_day(OPEN_LOSS, FALLEN, limit=-100),
    *section(
        OPEN_LOSS,
        FALLEN,
        {"limit": (-100, -200), "lockout_until": UNTIL, "scope": SCOPES},
        limit=-100,
    ),
    # It restates what the scope brings; the other word is refused.
    *section(OPEN_LOSS, accepted(), {"enforcement": EFFECTS}, limit=-100),
    *with_day(OPEN_PROFIT, RISEN, limit=100),
    *section(
        OPEN_PROFIT,
        RISEN,
        {"limit": (100, 200), "lockout_until": UNTIL, "scope": SCOPES},
        limit=100,
    ),
    *section(OPEN_PROFIT, accepted(), {"enforcement": EFFECTS}, limit=100),
    *section(
        OPEN_PROFIT,
        GIVEN_BACK,
        {"mode": ("profit_target", "breakeven")},
        limit=1000,
        scope="per_position",
        breakeven_arm_profit=100,
    ),
    *section(
        OPEN_PROFIT,
        GIVEN_BACK,
        {"breakeven_arm_profit": (100, 200), "breakeven_offset": (0, 20)},
        breakeven_arm_profit=100,
        **BREAKEVEN,
    ),
]
