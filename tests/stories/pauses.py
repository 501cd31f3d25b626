"""The stories of the rules that pause trading: 006 and 007."""

from tests.stories.story import Story, buy, later, result, scene, sell, stop, trades_at

TRADE_FREQUENCY_LIMIT = (
    Story(
        "One entry too many",
        """
trade_frequency_limit:
  enabled: true
  limits: {per_minute: 3}
  cooldown_on_breach: {enabled: true, per_minute_breach: 60s}
""",
        (
            scene(buy("MNQ")),
            scene(later(10), buy("MNQ")),
            scene(later(10), buy("MNQ")),
            scene(later(10), buy("MNQ")),
            scene(later(10), sell("MNQ", 2)),
            scene(later(49.9), settle=0),
            scene(later(0.2)),
        ),
    ),
    Story(
        "A trade that is 60 seconds old no longer counts",
        """
trade_frequency_limit:
  enabled: true
  limits: {per_minute: 2}
""",
        (
            scene(buy("MNQ")),
            scene(later(30), buy("MNQ")),
            scene(later(30), buy("MNQ")),
            scene(later(29.9), buy("MNQ")),
        ),
    ),
    Story(
        "An order made during the pause is closed, and the pause begins anew",
        """
trade_frequency_limit:
  enabled: true
  limits: {per_minute: 1}
  cooldown_on_breach: {enabled: true, per_minute_breach: 5m}
""",
        (
            scene(buy("MNQ")),
            scene(later(10), buy("MNQ")),
            scene(later(10), buy("MNQ")),
        ),
    ),
)

COOLDOWN_AFTER_LOSS = (
    Story(
        "The larger loss brings the longer pause",
        """
cooldown_after_loss:
  enabled: true
  loss_thresholds:
    - {loss_amount: -100, cooldown_duration: 5m}
    - {loss_amount: -200, cooldown_duration: 15m}
""",
        (
            scene(result("MNQ", "-99.50")),
            scene(result("MNQ", "-100")),
            scene(buy("MNQ")),
            scene(later(300)),
            scene(result("MNQ", "-250")),
        ),
    ),
    Story(
        "What is open stays, with its stop; nothing may be added",
        """
cooldown_after_loss:
  enabled: true
  loss_thresholds:
    - {loss_amount: -100, cooldown_duration: 5m}
""",
        (
            scene(buy("MNQ", 2, "29500"), stop("MNQ", -1, "29400")),
            scene(trades_at("MNQ", "29450"), sell("MNQ", 1, "29450")),
            scene(buy("MNQ")),
        ),
    ),
    Story(
        "Turning the position over after a loss is a new trade",
        """
cooldown_after_loss:
  enabled: true
  loss_thresholds:
    - {loss_amount: -100, cooldown_duration: 5m}
""",
        (
            scene(buy("MNQ", 2, "29500")),
            scene(trades_at("MNQ", "29475"), sell("MNQ", 4, "29475")),
        ),
    ),
)
