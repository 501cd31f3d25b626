"""One table of bad values: the loader refuses each of them, and the schema refuses it too."""

import pytest

from tests.support.editor import LOGIN, complaints, refusals

ON = "{enabled: true, "
FREQUENCY = "trade_frequency_limit: " + ON
PER_SYMBOL = "max_contracts_per_instrument: " + ON
GLOBAL_HOURS = "session_block_outside: {enabled: true, global_session: "
TIERS = "cooldown_after_loss: {enabled: true, loss_thresholds: "
ONE = "monitored_account: {account_id: 1}"
OVERRIDE = LOGIN + "monitored_account: {account_id: 1, rule_overrides: {%s}}"
BAD = [
    ("risk_config", "global: ~"),
    ("risk_config", "global: {mode: Enforce}"),
    ("risk_config", "global: {on_rule_error: stop}"),
    ("risk_config", "global: {allow_manual_unlock: yes}"),
    ("risk_config", "global: {loosen_min_wait_hours: -1}"),
    ("risk_config", "global: {max_quote_age_seconds: 0}"),
    ("risk_config", "global: {max_price_jump_pct: 101}"),
    ("risk_config", "global: {max_price_jump_pct: -1}"),
    ("risk_config", "global: {max_price_jump_pct: '1'}"),
    ("risk_config", "global: {preset: ''}"),
    ("risk_config", "global: {preset: true}"),
    ("risk_config", "globl: {}"),
    ("risk_config", "daily_reset: {time: 24:00}"),
    ("risk_config", "daily_reset: {time: 9:30}"),
    ("risk_config", "daily_reset: {time: 1020}"),
    ("risk_config", "daily_reset: {timezone: EST}"),
    ("risk_config", "max_contracts: {enabled: true}"),
    ("risk_config", "max_contracts: {limit: 5}"),
    ("risk_config", "max_contracts: {enabled: true, limit: 0}"),
    ("risk_config", "max_contracts: {enabled: true, limit: 2.5}"),
    ("risk_config", "max_contracts: {enabled: true, limit: '5'}"),
    ("risk_config", "max_contracts: {enabled: yes, limit: 5}"),
    ("risk_config", "max_contracts: {enabled: true, limit: 5, limt: 5}"),
    ("risk_config", "max_contracts: {enabled: true, limit: 5, count_type: Net}"),
    ("risk_config", "max_contracts: {enabled: true, limit: 5, rule_mode: silent}"),
    ("risk_config", PER_SYMBOL + "limits: {}}"),
    ("risk_config", PER_SYMBOL + "limits: {ES: 0}}"),
    ("risk_config", PER_SYMBOL + "limits: {E-S: 1}}"),
    ("risk_config", PER_SYMBOL + "limits: {ES: 1}, unknown_symbol_action: close}"),
    ("risk_config", PER_SYMBOL + "limits: {ES: 1}, unknown_symbol_action: 'allow_with_limit:0'}"),
    ("risk_config", "daily_realized_loss: {enabled: true}"),
    ("risk_config", "daily_realized_loss: {enabled: true, limit: 0}"),
    ("risk_config", "daily_realized_loss: {enabled: true, loss_limit: 0.00}"),
    ("risk_config", "daily_realized_loss: {enabled: true, limit: '500'}"),
    ("risk_config", "daily_realized_loss: {enabled: true, limit: true}"),
    ("risk_config", "daily_realized_loss: {enabled: true, limit: 5, enforcement: close}"),
    ("risk_config", "daily_unrealized_loss: {enabled: true, limit: 5, scope: each}"),
    ("risk_config", "max_unrealized_profit: {enabled: true, limit: -5}"),
    ("risk_config", "daily_realized_profit: {enabled: true, limit: 0}"),
    ("risk_config", FREQUENCY + "limits: {}}"),
    ("risk_config", FREQUENCY + "limits: {per_hour: 0}}"),
    ("risk_config", FREQUENCY + "limits: {per_hour: 3}, count_by: trade}"),
    (
        "risk_config",
        FREQUENCY + "limits: {per_hour: 3}, cooldown_on_breach: {per_hour_breach: 0}}",
    ),
    (
        "risk_config",
        FREQUENCY + "limits: {per_hour: 3}, cooldown_on_breach: {per_hour_breach: 5d}}",
    ),
    ("risk_config", TIERS + "[]}"),
    ("risk_config", TIERS + "[{loss_amount: 5, cooldown_duration: 0m}]}"),
    ("risk_config", TIERS + "[{loss_amount: 0, cooldown_duration: 1m}]}"),
    ("risk_config", "no_stop_loss_grace: {enabled: true, grace_period_seconds: 0}"),
    ("risk_config", "no_stop_loss_grace: {enabled: true, replace_gap_seconds: -1}"),
    ("risk_config", GLOBAL_HOURS + "{enabled: true, start: 09:30, end: 16:00}}"),
    ("risk_config", GLOBAL_HOURS + "{enabled: true, start: 930, end: 16:00, timezone: UTC}}"),
    (
        "risk_config",
        GLOBAL_HOURS + "{enabled: true, start: 01:00, end: 02:00, timezone: UTC}, days: []}",
    ),
    (
        "risk_config",
        GLOBAL_HOURS + "{enabled: true, start: 01:00, end: 02:00, timezone: UTC}, days: [mo]}",
    ),
    ("risk_config", "auth_loss_guard: {enabled: true, check_interval_seconds: 9}"),
    ("risk_config", "auth_loss_guard: {enabled: true, check_interval_seconds: 3601}"),
    ("risk_config", "symbol_blocks: {enabled: true, blocked_symbols: [ES, ES]}"),
    ("risk_config", "symbol_blocks: {enabled: true, blocked_symbols: ES}"),
    ("accounts", LOGIN),
    ("accounts", ONE),
    ("accounts", "topstepx: {username: t}\n" + ONE),
    ("accounts", "topstepx: {username: t, api_key: ''}\n" + ONE),
    ("accounts", "topstepx: {username: t, api_key: k, api_url: 'http://far.example'}\n" + ONE),
    ("accounts", LOGIN + "monitored_account: {account_id: 0}"),
    ("accounts", LOGIN + "monitored_account: {account_id: '1'}"),
    ("accounts", LOGIN + "monitored_account: {nickname: x}"),
    ("accounts", LOGIN + "monitored_account: {account_id: 1, nick: x}"),
    ("accounts", LOGIN + "monitored_account: {account_id: 1, nickname: true}"),
    ("accounts", LOGIN + ONE + "\nmonitored_accounts: [{account_id: 2}]"),
    ("accounts", OVERRIDE % "max_contract: {limit: 3}"),
    ("accounts", OVERRIDE % "global: {mode: shadow}"),
    ("accounts", OVERRIDE % "symbol_blocks: {enabled: true, blocked: [ES]}"),
    ("accounts", OVERRIDE % "max_contracts: {enabled: true, limit: 0}"),
    ("holidays", "holidays: ['2026-13-01']"),
    ("holidays", "holidays: [2026-1-1]"),
    ("holidays", "holidays: [20260101]"),
    ("holidays", "early_close: [{date: 2026-12-24}]"),
    ("holidays", "early_close: [{date: 2026-12-24, close_time: '13'}]"),
    ("holidays", "closed: []"),
    ("logging", "log_level: loud"),
    ("logging", "log_files: {daemon: debug}"),
    ("logging", "rotation: {max_mb: 0}"),
    ("logging", "rotation: {max_mb: 1001}"),
    ("logging", "rotation: {backup_count: 366}"),
    ("logging", "enable_console: 'true'"),
    ("logging", "performance: {threshold_ms: 0}"),
    ("logging", "level: INFO"),
]


@pytest.mark.parametrize(("stem", "text"), BAD)
def test_loader_and_schema_refuse(tmp_path, stem, text):
    found = refusals(tmp_path, stem, text)
    assert found
    assert all(problem.startswith(f"{stem}.yaml:") for problem in found)
    assert complaints(stem, text) != []
