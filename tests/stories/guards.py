"""The stories of the rules about stops, hours and the broker's permit: 008, 009 and 010."""

from datetime import datetime

from tests.stories.story import (
    NEW_YORK,
    Story,
    buy,
    can_trade,
    clock,
    later,
    limit,
    scene,
    sell,
    stop,
    trades_at,
    withdraw,
)

NO_STOP_LOSS_GRACE = (
    Story(
        "No stop within the grace",
        """
no_stop_loss_grace:
  enabled: true
  grace_period_seconds: 30
""",
        (
            scene(buy("MNQ", 1, "29500")),
            scene(later(29.9), settle=0),
            scene(later(0.1)),
        ),
    ),
    Story(
        "A stop for half of the position",
        """
no_stop_loss_grace:
  enabled: true
""",
        (
            scene(buy("MNQ", 2, "29500"), limit("MNQ", -2, "29600")),
            scene(later(10), stop("MNQ", -1, "29450")),
            scene(later(20)),
        ),
    ),
    Story(
        "A stop that disappears",
        """
no_stop_loss_grace:
  enabled: true
""",
        (
            scene(buy("MNQ", 1, "29500")),
            scene(later(5), stop("MNQ", -1, "29450")),
            scene(later(60), withdraw("MNQ")),
            scene(later(29.9), settle=0),
            scene(later(0.1)),
        ),
    ),
)

SESSION_BLOCK_OUTSIDE = (
    Story(
        "The end of the session",
        """
session_block_outside:
  enabled: true
  global_session: {enabled: true, start: "09:30", end: "16:00", timezone: America/New_York}
""",
        (
            scene(buy("MNQ"), limit("ES", 1, "7500")),
            scene(clock("15:59:59"), settle=0),
            scene(clock("16:00:00")),
            scene(buy("ES")),
        ),
        start=datetime(2026, 11, 18, 15, 58, tzinfo=NEW_YORK),
    ),
    Story(
        "A symbol with hours of its own",
        """
session_block_outside:
  enabled: true
  global_session: {enabled: true, start: "09:30", end: "16:00", timezone: America/New_York}
  per_instrument_sessions:
    enabled: true
    sessions:
      ES: {start: "18:00", end: "17:00", timezone: America/New_York}
""",
        (
            scene(buy("ES")),
            scene(buy("NQ")),
        ),
        start=datetime(2026, 11, 18, 20, 0, tzinfo=NEW_YORK),
    ),
)

AUTH_LOSS_GUARD = (
    Story(
        "The broker takes the permit away and gives it back",
        """
auth_loss_guard:
  enabled: true
""",
        (
            scene(buy("MNQ"), buy("ES", 2)),
            scene(can_trade(flag=False)),
            scene(buy("MNQ")),
            scene(can_trade(flag=True)),
            scene(buy("MNQ")),
        ),
    ),
    Story(
        "Without `auto_unlock_on_restore` the lock stays",
        """
auth_loss_guard:
  enabled: true
  auto_unlock_on_restore: false
""",
        (
            scene(buy("MNQ")),
            scene(can_trade(flag=False)),
            scene(can_trade(flag=True)),
        ),
    ),
)

TRADE_MANAGEMENT = (
    Story(
        "The stop goes to breakeven",
        """
trade_management:
  enabled: true
  auto_breakeven: {enabled: true, profit_trigger_ticks: 10}
""",
        (
            scene(buy("MNQ", 2, "29500"), stop("MNQ", -2, "29490")),
            scene(trades_at("MNQ", "29502.25")),
            scene(trades_at("MNQ", "29502.5")),
            scene(trades_at("MNQ", "29500")),
        ),
    ),
    Story(
        "A stop follows the best price",
        """
trade_management:
  enabled: true
  trailing_stop: {enabled: true, activation_ticks: 20, trail_distance_ticks: 10}
""",
        (
            scene(buy("ES", 1, "7600")),
            scene(trades_at("ES", "7604.75")),
            scene(trades_at("ES", "7605")),
            scene(trades_at("ES", "7610")),
            scene(trades_at("ES", "7608")),
            scene(sell("ES", 1, "7608")),
        ),
    ),
)
