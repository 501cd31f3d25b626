"""The stories of the rules about profit and loss: 003, 004, 005 and 013."""

from tests.stories.story import Story, buy, clock, limit, result, scene, trades_at

DAILY_REALIZED_LOSS = (
    Story(
        "At the limit the day is over",
        """
daily_realized_loss:
  enabled: true
  limit: -500
""",
        (
            scene(result("MNQ", "-499.50")),
            scene(buy("ES"), limit("ES", 1, "7500")),
            scene(result("MNQ", "-0.50")),
            scene(buy("ES")),
            scene(clock("16:59:59"), settle=0),
            scene(clock("17:00:00")),
            scene(buy("ES")),
        ),
    ),
    Story(
        "The open loss counts as well",
        """
daily_realized_loss:
  enabled: true
  limit: -500
  include_unrealized: true
""",
        (
            scene(result("MNQ", "-450"), buy("MNQ", 1, "29500")),
            scene(trades_at("MNQ", "29475.25")),
            scene(trades_at("MNQ", "29475")),
        ),
    ),
)

DAILY_UNREALIZED_LOSS = (
    Story(
        "The open loss of the account ends the day",
        """
daily_unrealized_loss:
  enabled: true
  limit: -300
""",
        (
            scene(buy("MNQ", 2, "29500")),
            scene(trades_at("MNQ", "29425.25")),
            scene(trades_at("MNQ", "29425")),
            scene(buy("MNQ")),
        ),
    ),
    Story(
        "Each position alone",
        """
daily_unrealized_loss:
  enabled: true
  limit: -300
  scope: per_position
""",
        (
            scene(buy("MNQ", 2, "29500"), buy("ES", 1, "7600")),
            scene(trades_at("ES", "7594.25")),
            scene(trades_at("ES", "7594")),
            scene(buy("ES")),
        ),
    ),
)

MAX_UNREALIZED_PROFIT = (
    Story(
        "The profit of one position is taken at the target",
        """
max_unrealized_profit:
  enabled: true
  limit: 1000
  scope: per_position
""",
        (
            scene(buy("MNQ", 2, "29500"), buy("ES", 1, "7600")),
            scene(trades_at("MNQ", "29749.75")),
            scene(trades_at("MNQ", "29750")),
        ),
    ),
    Story(
        "The open profit of the account ends the day",
        """
max_unrealized_profit:
  enabled: true
  limit: 1000
""",
        (
            scene(buy("MNQ", 2, "29500")),
            scene(trades_at("MNQ", "29749.75")),
            scene(trades_at("MNQ", "29750")),
        ),
    ),
    Story(
        "A gain is not given back",
        """
max_unrealized_profit:
  enabled: true
  mode: breakeven
  scope: per_position
  breakeven_arm_profit: 100
""",
        (
            scene(buy("MNQ", 1, "29500")),
            scene(trades_at("MNQ", "29549.75")),
            scene(trades_at("MNQ", "29500")),
            scene(trades_at("MNQ", "29550")),
            scene(trades_at("MNQ", "29500.25")),
            scene(trades_at("MNQ", "29500")),
        ),
    ),
)

DAILY_REALIZED_PROFIT = (
    Story(
        "At the target the day is over",
        """
daily_realized_profit:
  enabled: true
  limit: 1000
""",
        (
            scene(result("MNQ", "999.50")),
            scene(result("MNQ", "0.50")),
            scene(buy("MNQ")),
        ),
    ),
    Story(
        "A position that completes the target is closed",
        """
daily_realized_profit:
  enabled: true
  limit: 900
max_unrealized_profit:
  enabled: true
  limit: 1000
  scope: per_position
""",
        (
            scene(result("MNQ", "800"), buy("MNQ", 1, "29500")),
            scene(trades_at("MNQ", "29549.75")),
            scene(trades_at("MNQ", "29550")),
        ),
    ),
)
