"""The rules' sections of risk_config.yaml through the real loader (S82, S112, S203, S210)."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from risk_manager.config.effective import AccountConfig
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.loader import load_config
from risk_manager.rules import RULES
from risk_manager.rules.daily_realized_loss import DailyRealizedLossConfig
from risk_manager.rules.instrument_config import MaxContractsPerInstrumentConfig
from risk_manager.rules.max_contracts import CountType, MaxContractsConfig
from risk_manager.rules.session_config import SessionBlockOutsideConfig
from tests.support.make import ny

SECTIONS = {rule.section: rule.config_model for rule in RULES}
ACCOUNTS = "topstepx: {username: trader, api_key: a-key}\nmonitored_account: {account_id: 123}\n"
DAY = "start: 09:30, end: 16:00, timezone: America/New_York"


def write(folder: Path, risk: str, holidays: str = "") -> None:
    """A configuration folder with these texts."""
    (folder / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
    (folder / "risk_config.yaml").write_text(risk, encoding="utf-8")
    if holidays:
        (folder / "holidays.yaml").write_text(holidays, encoding="utf-8")


def loaded(folder: Path, risk: str) -> AccountConfig:
    """The account's configuration."""
    write(folder, risk)
    return load_config(folder, SECTIONS, environ={}, env_file=folder / ".env").accounts[0]


def problems(folder: Path, risk: str, holidays: str = "") -> list[str]:
    """Why the folder is refused."""
    write(folder, risk, holidays)
    with pytest.raises(ConfigErrors) as caught:
        load_config(folder, SECTIONS, environ={}, env_file=folder / ".env")
    return [str(problem) for problem in caught.value.problems]


def test_max_contracts_and_its_defaults(tmp_path):
    config = loaded(tmp_path, "max_contracts: {enabled: true, limit: 5}").rules["max_contracts"]
    assert isinstance(config, MaxContractsConfig)
    assert (config.limit, config.count_type, config.close_all) == (5, CountType.NET, True)
    assert (config.reduce_to_limit, config.micro_equivalence) == (False, False)


@pytest.mark.parametrize(
    ("keys", "close_all"),
    [("reduce_to_limit: true", False), ("reduce_to_limit: false", True),
     ("reduce_to_limit: true, close_all: false", False)],
)  # fmt: skip
def test_only_reduce_to_limit_given_means_no_close_all(tmp_path, keys, close_all):
    text = f"max_contracts: {{enabled: true, limit: 5, {keys}}}"
    config = loaded(tmp_path, text).rules["max_contracts"]
    assert isinstance(config, MaxContractsConfig)
    assert config.close_all is close_all
    assert config.reduce_to_limit is not close_all


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("max_contracts: {enabled: true}", "limit"),
        ("max_contracts: {limit: 5}", "enabled"),
        ("max_contracts: {enabled: true, limit: 0}", "limit"),
        ("max_contracts: {enabled: true, limit: 5.5}", "limit"),
        ("max_contracts: {enabled: true, limit: 5, limt: 4}", "did you mean `limit`"),
        ("max_contracts: {enabled: true, limit: 5, count_type: nett}", "count_type"),
        ("max_contracts: {enabled: true, limit: 5, close_all: false}", "exactly one of"),
        (
            "max_contracts: {enabled: true, limit: 5, close_all: true, reduce_to_limit: true}",
            "exactly one of",
        ),
        ("max_contracts_per_instrument: {enabled: true, limits: {}}", "limits"),
        ("max_contracts_per_instrument: {enabled: true, limits: {MNQ: 0}}", "limits.MNQ"),
        ("max_contracts_per_instrument: {enabled: true, limits: {ES: 1, EP: 2}}", "ES"),
        (
            (
                "max_contracts_per_instrument: "
                "{enabled: true, limits: {ES: 1}, unknown_symbol_action: allow_with_limit:0}"
            ),
            "write block, allow_with_limit:N",
        ),
        ("daily_realized_loss: {enabled: true}", "limit"),
        ("daily_realized_loss: {enabled: true, limit: 0}", "cannot be zero"),
        ("daily_realized_loss: {enabled: true, limit: 1e3}", "limit"),
        ("daily_realized_loss: {enabled: true, limit: -500, reset_time: 1020}", '"17:00"'),
        ("daily_realized_loss: {enabled: true, limit: -500, enforcement: warn}", "enforcement"),
        ("session_block_outside: {enabled: true}", "no session is defined"),
        (
            (
                "session_block_outside: {enabled: true, global_session: "
                "{enabled: true, start: 09:30, end: 09:30, timezone: America/New_York}}"
            ),
            "start and end are equal",
        ),
        (
            (
                f"session_block_outside: {{enabled: true, days: [mon, mon], global_session: "
                f"{{enabled: true, {DAY}}}}}"
            ),
            "each weekday at most once",
        ),
        (
            (
                f"session_block_outside: {{enabled: true, session_close_grace_seconds: -1, "
                f"global_session: {{enabled: true, {DAY}}}}}"
            ),
            "session_close_grace_seconds",
        ),
    ],
)
def test_a_section_that_cannot_be_meant_is_refused_with_its_key(tmp_path, text, says):
    found = problems(tmp_path, text)
    assert any(says in problem for problem in found), found


@pytest.mark.parametrize("action", ["5", "allow", "allow_with_limit:x", "allow_with_limit:\u0663"])
def test_an_action_for_symbols_not_listed_is_one_of_three(tmp_path, action):
    keys = f"enabled: true, limits: {{ES: 1}}, unknown_symbol_action: {action}"
    found = problems(tmp_path, f"max_contracts_per_instrument: {{{keys}}}")
    assert "write block, allow_with_limit:N" in found[0]


@pytest.mark.parametrize("keys", ["limit: -500.10", "limit: 500.10", "loss_limit: 500.10"])
def test_s82_s210_a_loss_may_be_written_three_ways_and_is_exact(tmp_path, keys):
    text = f"daily_realized_loss: {{enabled: true, {keys}}}"
    config = loaded(tmp_path, text).rules["daily_realized_loss"]
    assert isinstance(config, DailyRealizedLossConfig)
    assert config.limit == Decimal("-500.10")


def test_what_makes_a_rule_stricter_or_milder_is_off_unless_asked_for(tmp_path):
    text = "daily_realized_loss: {enabled: true, limit: 1}"
    loss = loaded(tmp_path, text).rules["daily_realized_loss"]
    assert isinstance(loss, DailyRealizedLossConfig)
    assert (loss.include_fees, loss.include_unrealized) == (False, False)
    assert loss.lockout_until.value == "daily_reset"
    text = f"session_block_outside: {{enabled: true, global_session: {{enabled: true, {DAY}}}}}"
    session = loaded(tmp_path, text).rules["session_block_outside"]
    assert isinstance(session, SessionBlockOutsideConfig)
    assert session.close_positions_at_session_end
    assert session.lockout_outside_session
    assert session.respect_holidays
    assert session.session_close_grace_seconds == 0
    assert "".join(day.value[0] for day in session.days) == "mtwtf"


def test_s82_an_unquoted_time_is_a_time(tmp_path):
    text = "daily_realized_loss: {enabled: true, limit: 1, reset_time: 16:00}"
    assert loaded(tmp_path, text).reset.at == time(16)


def test_s210_roots_are_text_and_codes_are_tickers(tmp_path):
    text = "max_contracts_per_instrument: {enabled: true, limits: {6E: 2, enq: 1}}"
    config = loaded(tmp_path, text).rules["max_contracts_per_instrument"]
    assert isinstance(config, MaxContractsPerInstrumentConfig)
    assert dict(config.limits) == {"6E": 2, "NQ": 1}
    assert [config.cap(root) for root in ("6E", "NQ", "MNQ")] == [2, 1, 0]


def test_the_sessions_of_single_symbols_count_only_when_enabled(tmp_path):
    text = (
        "session_block_outside:\n  enabled: true\n"
        f"  global_session: {{enabled: true, {DAY}}}\n"
        "  per_instrument_sessions:\n    enabled: ON\n    sessions:\n"
        "      EP: {start: 18:00, end: 17:00, timezone: America/New_York}\n"
    )
    evening = ny("2026-03-11 20:00")
    for word, is_open in (("true", True), ("false", False)):
        config = loaded(tmp_path, text.replace("ON", word)).rules["session_block_outside"]
        assert isinstance(config, SessionBlockOutsideConfig)
        calendar = config.calendar(load_config(tmp_path, SECTIONS, environ={}).holidays)
        assert calendar.state("ES", evening).open is is_open


def test_s203_an_unreadable_holiday_file_stops_the_start_and_a_missing_one_does_not(tmp_path):
    text = f"session_block_outside: {{enabled: true, global_session: {{enabled: true, {DAY}}}}}"
    assert loaded(tmp_path, text).enabled_rules
    assert problems(tmp_path, text, "holidays: [2026-13-01]")
