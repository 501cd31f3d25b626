"""The commented example files, each with its schema named for editors in the first line."""

from collections.abc import Iterable
from typing import Final

from risk_manager.config.section_examples import SECTION_EXAMPLES

ACCOUNTS_EXAMPLE: Final = """\
# Copy to accounts.yaml. Never publish that file.

topstepx:
  username: "your_username"        # platform login, not the account name
  api_key: "${RISK_API_KEY}"       # from the environment or .env; a service uses "stored"
  # api_url: "https://api.topstepx.com"
  # user_hub: "https://rtc.topstepx.com/hubs/user"
  # market_hub: "https://rtc.topstepx.com/hubs/market"

monitored_account:                 # exactly one of monitored_account / monitored_accounts
  account_id: 123                  # number, or leave out and give the name
  # account_name: "Main Trading Account"

# monitored_accounts:
#   - account_id: 123
#     enabled: true                # false: not watched, and shown as "not watched"
#     nickname: "combine"
#     settings: {reset_time: "17:00", timezone: "America/Chicago"}
#     rule_overrides: {daily_realized_loss: {limit: -400}}
#   - account_name: "Second Account"
"""

_GLOBAL: Final = """\
# Copy to risk_config.yaml. A rule without a section is off; unknown keys are errors.
# Every rule section may hold `rule_mode: shadow`: decide and record, send nothing.

global:
  mode: enforce                    # enforce | shadow (decide and record, send nothing)
  on_rule_error: alarm             # alarm | lock
  allow_manual_unlock: false
  loosen_policy: next_reset        # next_reset | immediate (development only)
  loosen_min_wait_hours: 8         # 1 to 72 in service mode
  price_basis: last                # last | mid | exit
  max_quote_age_seconds: 10
  max_price_jump_pct: 1            # a larger jump must be confirmed; 0 = off

daily_reset:                       # the end of the trading day
  time: "17:00"
  timezone: "America/New_York"
"""

HOLIDAYS_EXAMPLE: Final = """\
# Optional. Copy to holidays.yaml only to correct or extend the packaged exchange calendar;
# each date here replaces that date there. Verify dates with the exchange.
# A day on which the exchange trades short hours is an early close, not a holiday.

timezone: "America/New_York"       # zone of close_time
covered_until: "2028-12-31"
holidays: ["2028-12-25"]           # full closures only
early_close:
  - {date: "2028-07-04", close_time: "13:00"}
"""

LOGGING_EXAMPLE: Final = """\
# Optional. Copy to logging.yaml to change what is logged. Secrets are always masked.

log_dir: logs
log_level: INFO                    # of the console: DEBUG | INFO | WARNING | ERROR | CRITICAL
enable_console: true
enable_json: false
rotation: {max_mb: 10, backup_count: 30, compress: true}   # 1-1000, 1-365
log_files: {daemon: DEBUG, enforcement: INFO, api: DEBUG, error: ERROR}
performance: {enabled: true, threshold_ms: 100}
"""

ALERTS_EXAMPLE: Final = """\
# Optional. Copy to alerts.yaml to be told on your phone; without the file nobody is told.
# docs/alerts.md shows the addresses of Telegram, Discord, ntfy, mail and others. An address holds
# a secret: store it (risk-manager admin alerts store NAME) or take it from the environment.

channels:
  - name: phone
    url: "${ALERT_PHONE_URL}"      # "stored" for a service
    level: warning                 # info | warning | alarm: this and what matters more
warn_at: [50, 70, 85, 100]         # per cent of each limit
# heartbeat:                       # called while MONITORED, for an outside watch
#   url: "stored"
#   every_seconds: 60
"""

ENV_EXAMPLE: Final = """\
# Copy to .env in the working directory. Read in development only, never by a service.
RISK_API_KEY=
"""


def schema_line(stem: str) -> str:
    """Return the comment by which an editor finds the schema of `<stem>.yaml`.

    The path is relative to the YAML file: the schemas stand in a folder beside it.
    """
    return f"# yaml-language-server: $schema=schemas/{stem}.schema.json\n"


def risk_example(sections: Iterable[str]) -> str:
    """Return risk_config.example.yaml for the given rule sections; KeyError for an unknown one."""
    return "\n".join([_GLOBAL, *(SECTION_EXAMPLES[name] for name in sections)])


def example_files(sections: Iterable[str]) -> dict[str, str]:
    """Return the text of every example file by its path from the project folder."""
    texts = {
        "accounts": ACCOUNTS_EXAMPLE,
        "risk_config": risk_example(sections),
        "holidays": HOLIDAYS_EXAMPLE,
        "logging": LOGGING_EXAMPLE,
        "alerts": ALERTS_EXAMPLE,
    }
    examples = {
        f"config/{stem}.example.yaml": schema_line(stem) + text for stem, text in texts.items()
    }
    return {**examples, ".env.example": ENV_EXAMPLE}
