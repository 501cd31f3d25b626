"""The demo's configuration: the files the daemon reads, and the limits the trader breaks."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from risk_manager.gateway_sim.trader import HouseRules

if TYPE_CHECKING:
    from risk_manager.gateway_sim.server import SimServer

KEY_VARIABLE: Final = "RISK_MANAGER_DEMO_KEY"
"""The environment variable through which the daemon gets the simulated API key."""

START: Final = datetime(2026, 3, 10, 18, 50, tzinfo=UTC)
"""Simulated now at the start: a Tuesday, 14:50 in New York."""

RULES: Final = HouseRules(
    per_instrument=3,
    in_all=5,
    daily_loss=Decimal(500),
    session_end=datetime(2026, 3, 10, 19, 0, tzinfo=UTC),
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
  limits: {{MNQ: {rules.per_instrument}, MES: {rules.per_instrument}, NQ: 1, MCL: 1}}
  enforcement: reduce_to_limit
  unknown_symbol_action: block

daily_realized_loss:
  enabled: true
  limit: -{rules.daily_loss}

session_block_outside:
  enabled: true
  global_session: {{enabled: false, start: "09:30", end: "16:00", timezone: "America/New_York"}}
  per_instrument_sessions:
    enabled: true
    sessions:
      MCL: {{start: "09:30", end: "15:00", timezone: "America/New_York"}}
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
    (folder / "risk_config.yaml").write_text(_RISK.format(rules=RULES), encoding="utf-8")
