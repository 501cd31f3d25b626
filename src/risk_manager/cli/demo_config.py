"""The demo's configuration: the files the daemon reads, and the limits the trader breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from risk_manager.gateway_sim.trader_model import HouseRules
from risk_manager.gateway_sim.trader_morning import BLOCKED

if TYPE_CHECKING:
    from risk_manager.gateway_sim.server import SimServer

KEY_VARIABLE: Final = "RISK_MANAGER_DEMO_KEY"
"""The environment variable through which the daemon gets the simulated API key."""

START: Final = datetime(2026, 3, 10, 13, 35, tzinfo=UTC)
"""Simulated now at the start: a Tuesday, 09:35 in New York."""

RULES: Final = HouseRules(
    per_instrument=3,
    in_all=5,
    per_minute=4,
    daily_loss=Decimal(500),
    open_loss=Decimal(300),
    open_profit=Decimal(300),
    daily_profit=Decimal(300),
    pausing_loss=Decimal(200),
    entry_pause=timedelta(minutes=10),
    loss_pause=timedelta(minutes=15),
    stop_grace=timedelta(seconds=30),
    opens=START,
    session_end=datetime(2026, 3, 10, 15, 0, tzinfo=UTC),
)

_ACCOUNTS: Final = """\
topstepx:
  username: "{username}"
  api_key: "${{{variable}}}"
  api_url: "{api_url}"
  user_hub: "{user_hub}"
  market_hub: "{market_hub}"

monitored_account:
  account_id: {account}
"""

_RISK: Final = """\
global:
  mode: enforce

daily_reset:
  time: "17:00"
  timezone: "America/New_York"

max_contracts:
  enabled: true
  limit: {rules.in_all}
  close_all: true

max_contracts_per_instrument:
  enabled: true
  limits: {{MNQ: {rules.per_instrument}, MES: {rules.per_instrument}, NQ: 1, MCL: 1, {blocked}: 1}}
  enforcement: reduce_to_limit
  unknown_symbol_action: block

daily_realized_loss:
  enabled: true
  limit: -{rules.daily_loss}

daily_unrealized_loss:
  enabled: true
  limit: -{rules.open_loss}
  scope: per_position
  enforcement: close_position

max_unrealized_profit:
  enabled: true
  mode: profit_target
  limit: {rules.open_profit}
  scope: per_position
  enforcement: close_position

trade_frequency_limit:
  enabled: true
  limits: {{per_minute: {rules.per_minute}}}
  cooldown_on_breach: {{enabled: true, per_minute_breach: {rules.entry_pause.seconds}}}

cooldown_after_loss:
  enabled: true
  loss_thresholds:
    - {{loss_amount: -{rules.pausing_loss}, cooldown_duration: {rules.loss_pause.seconds}}}

no_stop_loss_grace:
  enabled: true
  grace_period_seconds: {rules.stop_grace.seconds}

session_block_outside:
  enabled: true
  global_session: {{enabled: false, start: "09:30", end: "16:00", timezone: "America/New_York"}}
  per_instrument_sessions:
    enabled: true
    sessions:
      MCL: {{start: "08:00", end: "11:00", timezone: "America/New_York"}}

auth_loss_guard:
  enabled: true

symbol_blocks:
  enabled: true
  blocked_symbols: [{blocked}]

trade_management:
  enabled: true
  auto_breakeven: {{enabled: true, profit_trigger_ticks: 10}}

daily_realized_profit:
  enabled: true
  limit: {rules.daily_profit}
"""


def write_config(folder: Path, server: SimServer, account_id: int) -> None:
    """Write accounts.yaml and risk_config.yaml for a daemon that guards the simulated account."""
    folder.mkdir(parents=True)
    accounts = _ACCOUNTS.format(
        username=server.username,
        variable=KEY_VARIABLE,
        api_url=server.api_url,
        user_hub=server.user_hub,
        market_hub=server.market_hub,
        account=account_id,
    )
    (folder / "accounts.yaml").write_text(accounts, encoding="utf-8")
    risk = _RISK.format(rules=RULES, blocked=BLOCKED)
    (folder / "risk_config.yaml").write_text(risk, encoding="utf-8")
