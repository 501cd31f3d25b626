"""The stories of the rules about sizes and symbols: 001, 002 and 011."""

from tests.stories.story import Story, buy, limit, scene, sell

MAX_CONTRACTS = (
    Story(
        "Everything is closed above the limit",
        """
max_contracts:
  enabled: true
  limit: 5
""",
        (
            scene(buy("MNQ", 3), buy("ES", 2)),
            scene(buy("ES")),
            scene(buy("MNQ", 5)),
        ),
    ),
    Story(
        "Only the excess is closed",
        """
max_contracts:
  enabled: true
  limit: 3
  reduce_to_limit: true
""",
        (
            scene(buy("MNQ", 2), buy("ES")),
            scene(buy("ES", 2)),
        ),
    ),
    Story(
        "Longs and shorts add up when they are counted gross",
        """
max_contracts:
  enabled: true
  limit: 4
  count_type: gross
""",
        (
            scene(buy("MNQ", 3), sell("ES")),
            scene(sell("ES")),
        ),
    ),
)

MAX_CONTRACTS_PER_INSTRUMENT = (
    Story(
        "The excess of one symbol is closed, and what is not listed is blocked",
        """
max_contracts_per_instrument:
  enabled: true
  limits: {MNQ: 2, ES: 1}
""",
        (
            scene(buy("MNQ", 2), buy("ES")),
            scene(buy("MNQ")),
            scene(buy("RTY")),
            scene(limit("MES", 1, "7500")),
        ),
    ),
    Story(
        "All of a symbol is closed, and what is not listed has a cap of its own",
        """
max_contracts_per_instrument:
  enabled: true
  limits: {MNQ: 2}
  enforcement: close_all
  unknown_symbol_action: "allow_with_limit:1"
""",
        (
            scene(buy("RTY")),
            scene(buy("RTY")),
            scene(sell("MNQ", 3)),
        ),
    ),
)

SYMBOL_BLOCKS = (
    Story(
        "A blocked symbol is closed, all others are free",
        """
symbol_blocks:
  enabled: true
  blocked_symbols: [RTY]
""",
        (
            scene(buy("MNQ", 2)),
            scene(limit("RTY", 1, "2800")),
            scene(buy("RTY")),
        ),
    ),
    Story(
        "A mini is not its micro",
        """
symbol_blocks:
  enabled: true
  blocked_symbols: [ES]
""",
        (
            scene(buy("MES")),
            scene(sell("ES", 2)),
        ),
    ),
)
