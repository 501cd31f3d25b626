"""A commented example of every rule section of risk_config.yaml, in rule order.

The comment of each first line says what the rule is about; the schemas repeat it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SECTION_EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "max_contracts": """\
max_contracts:                     # RULE-001: contracts over all instruments
  enabled: true
  limit: 5
  count_type: net                  # net | gross
  close_all: true                  # exactly one of close_all and reduce_to_limit
  reduce_to_limit: false
  micro_equivalence: false         # true: ten micros count as one mini
""",
        "max_contracts_per_instrument": """\
max_contracts_per_instrument:      # RULE-002: contracts per symbol
  enabled: true
  limits: {MNQ: 2, ES: 1, NQ: 1}
  enforcement: reduce_to_limit     # reduce_to_limit | close_all
  unknown_symbol_action: block     # block | allow_with_limit:N | allow_unlimited
""",
        "daily_realized_loss": """\
daily_realized_loss:               # RULE-003: realised loss that ends the day
  enabled: true
  limit: -500                      # USD; -500 and 500 mean the same
  lockout_until: daily_reset       # daily_reset | permanent
  include_fees: false
  include_unrealized: false
""",
        "daily_unrealized_loss": """\
daily_unrealized_loss:             # RULE-004: floating loss
  enabled: true
  limit: -300                      # USD; -300 and 300 mean the same
  scope: per_position              # per_position: close it | total: close all and lock
""",
        "max_unrealized_profit": """\
max_unrealized_profit:             # RULE-005: open profit
  enabled: false
  mode: profit_target              # profit_target | breakeven
  limit: 1000                      # USD; not used in breakeven
  scope: per_position              # per_position: close it | total: close all and lock
  # breakeven_arm_profit: 100      # required in breakeven
  # breakeven_offset: 0
""",
        "trade_frequency_limit": """\
trade_frequency_limit:             # RULE-006: trades per minute, hour and session
  enabled: true
  limits: {per_minute: 3, per_hour: 10, per_session: 50}   # at least one of them
  cooldown_on_breach:
    enabled: true                  # false: log only
    per_minute_breach: 60          # seconds, 90s, 5m, 1h, until_reset
    per_hour_breach: 1800
    per_session_breach: 3600       # never before the next reset
  count_by: entry                  # entry | order | execution
  close_positions_on_breach: false
""",
        "cooldown_after_loss": """\
cooldown_after_loss:               # RULE-007: a pause after a losing trade
  enabled: true
  loss_thresholds:                 # USD of one trade; the longest pause reached counts
    - {loss_amount: -100, cooldown_duration: 300}
    - {loss_amount: -200, cooldown_duration: 900}
    - {loss_amount: -300, cooldown_duration: 1800}
  aggregate_by_order: true         # fills of one closing order are one loss
  close_positions_on_breach: false
""",
        "no_stop_loss_grace": """\
no_stop_loss_grace:                # RULE-008: a stop must follow each entry
  enabled: true
  grace_period_seconds: 30
  require_full_size: true          # false: any stop is enough
  regrace_interval_seconds: 600    # one fresh grace in this time after a stop disappears
  replace_gap_seconds: 15          # time to replace a stop within that interval
""",
        "session_block_outside": """\
session_block_outside:             # RULE-009: flat outside trading hours
  enabled: true
  global_session: {enabled: true, start: "09:30", end: "16:00", timezone: "America/New_York"}
  per_instrument_sessions:
    enabled: false
    sessions:
      ES: {start: "18:00", end: "17:00", timezone: "America/New_York"}
  days: [mon, tue, wed, thu, fri]
  close_positions_at_session_end: true
  lockout_outside_session: true
  respect_holidays: true
  session_close_grace_seconds: 0
""",
        "auth_loss_guard": """\
auth_loss_guard:                   # RULE-010: the broker's flag canTrade
  enabled: true
  auto_unlock_on_restore: true
  check_interval_seconds: 300      # 10 to 3600
""",
        "symbol_blocks": """\
symbol_blocks:                     # RULE-011: forbidden symbols
  enabled: true
  blocked_symbols: []              # e.g. [RTY]
  close_existing: true
""",
        "trade_management": """\
trade_management:                  # RULE-012: stops to breakeven, trailing stops
  enabled: false
  auto_breakeven: {enabled: false, profit_trigger_ticks: 10, offset_ticks: 0}
  trailing_stop:
    enabled: false
    activation_ticks: 20
    trail_distance_ticks: 10
    update_frequency: 1            # seconds between two changes of one order
""",
        "daily_realized_profit": """\
daily_realized_profit:             # RULE-013: realised profit that ends the day
  enabled: false
  limit: 1000                      # USD
  lockout_until: daily_reset       # daily_reset | permanent
  include_fees: false
""",
    }
)


def section_meaning(section: str) -> str:
    """Return what a rule section is about, e.g. "RULE-001: contracts over all instruments"."""
    return SECTION_EXAMPLES[section].splitlines()[0].partition("# ")[2]
