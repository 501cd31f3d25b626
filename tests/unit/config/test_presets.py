"""The presets: exactly the venue's published figures, loading without a warning."""

import json
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from generate_config_files import SECTIONS
from risk_manager.config.effective import LoadedConfig
from risk_manager.config.loader import load_config
from risk_manager.config.presets import PRESETS, READ_FROM, READ_TO, preset_text
from risk_manager.config.yaml_text import parse_yaml
from risk_manager.domain.symbols import mini_weight
from risk_manager.rules.daily_realized_loss import DailyRealizedLossConfig
from tests.unit.config.conftest import ACCOUNTS

VENUE = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "venue" / "topstep-rules.json").read_text("utf-8")
)

# name: daily loss, minis, micros, maximum loss, target, RB..GC, MCL and MGC, SIL and MHG
TABLE = {
    "topstep-50k": (1000, 5, 50, 2000, 3000, 3, 30, 2),
    "topstep-100k": (2000, 10, 100, 3000, 6000, 6, 60, 4),
    "topstep-150k": (3000, 15, 150, 4500, 9000, 9, 90, 6),
}
ON = [
    "max_contracts", "max_contracts_per_instrument", "daily_realized_loss",
    "session_block_outside", "auth_loss_guard", "symbol_blocks",
]  # fmt: skip


@pytest.fixture(params=TABLE)
def name(request) -> str:
    return str(request.param)


@pytest.fixture
def config(tmp_path, name) -> LoadedConfig:
    """The preset beside an accounts.yaml, read as the daemon does, with the limits of a service."""
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "risk_config.yaml").write_text(preset_text(PRESETS[name]), encoding="utf-8")
    return load_config(tmp_path, SECTIONS, service=True, environ={})


def tree(name):
    return parse_yaml(preset_text(PRESETS[name]), name).plain()


def test_there_are_these_presets():
    assert list(PRESETS) == list(TABLE)


def test_a_preset_loads_without_a_warning(config, name):
    assert config.notes == ()
    assert config.global_.preset == name
    assert list(config.accounts[0].enabled_rules) == ON


def test_every_figure_is_the_tables(name):
    loss, minis, micros, max_loss, target, full, micro, metal = TABLE[name]
    file = tree(name)
    assert file["daily_realized_loss"]["limit"] == -loss
    assert file["max_contracts"]["limit"] == minis
    assert file["max_contracts_per_instrument"]["limits"] == {
        **dict.fromkeys(["RB", "HO", "CL", "QM", "GC"], full),
        **dict.fromkeys(["MCL", "MGC"], micro),
        **dict.fromkeys(["SIL", "MHG"], metal),
    }
    assert file["symbol_blocks"]["blocked_symbols"] == ("SI", "HG", "PL")
    text = preset_text(PRESETS[name])
    assert f"  limit: -{loss} " in text
    assert f"# {minis} minis or {micros} micros\n" in text
    assert f"#   maximum loss limit {max_loss} USD\n" in text
    assert f"#   profit target      {target} USD\n" in text
    assert "read from 2026-09-23 to 2026-09-26.\n# They change: verify" in text


def test_the_common_settings(config):
    account = config.accounts[0]
    assert (account.reset.at, account.reset.zone) == (time(17), "America/Chicago")
    whole = account.rules["max_contracts"]
    assert (whole.count_type, whole.micro_equivalence) == ("gross", True)
    assert (whole.reduce_to_limit, whole.close_all) == (True, False)
    each = account.rules["max_contracts_per_instrument"]
    assert (each.unknown_symbol_action, each.enforcement) == ("allow_unlimited", "reduce_to_limit")
    loss = account.rules["daily_realized_loss"]
    assert (loss.include_fees, loss.include_unrealized) == (True, True)
    assert (loss.reset_time, loss.timezone) == (None, None)
    hours = account.rules["session_block_outside"]
    assert str(hours.global_session) == "17:00-15:08 CT"
    assert hours.global_session.enabled
    assert hours.days == ("mon", "tue", "wed", "thu", "fri")
    assert not hours.per_instrument_sessions.enabled
    assert hours.close_positions_at_session_end
    assert hours.lockout_outside_session
    assert hours.respect_holidays
    assert account.rules["symbol_blocks"].close_existing


def test_the_comment_proposes_four_fifths_of_the_loss(tmp_path, name):
    """Taking the comment mark away from the proposal, and the venue's line out, is a good file."""
    loss = TABLE[name][0]
    lines = preset_text(PRESETS[name]).splitlines()
    kept = [line for line in lines if not line.startswith(f"  limit: -{loss} ")]
    text = "\n".join(line.replace("  # limit: ", "  limit: ") for line in kept)
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "risk_config.yaml").write_text(text, encoding="utf-8")
    config = load_config(tmp_path, SECTIONS, service=True, environ={})
    rule = config.accounts[0].rules["daily_realized_loss"]
    assert isinstance(rule, DailyRealizedLossConfig)
    assert rule.limit == -loss * Decimal("0.8")
    assert config.notes == ()


def test_the_figures_are_those_the_venue_published(name):
    """The dated copy of the venue's rules holds the same numbers."""
    size = name.removeprefix("topstep-").upper()
    preset, combine = PRESETS[name], VENUE["programs"][size]["combine"]
    published = {key: Decimal(entry["value"]) for key, entry in combine.items()}
    assert preset.daily_loss_limit == published["dailyLossLimitUsd"]
    assert preset.max_loss_limit == published["maxLossLimitUsd"]
    assert preset.profit_target == published["profitTargetUsd"]
    assert preset.minis == published["maxMinis"]
    assert preset.micros == published["maxMicros"]
    caps = {root: entry["value"][size] for root, entry in VENUE["productCaps"].items()}
    file = tree(name)
    blocked = dict.fromkeys(file["symbol_blocks"]["blocked_symbols"], 0)
    assert {**file["max_contracts_per_instrument"]["limits"], **blocked} == caps
    assert (VENUE["readFrom"], VENUE["readTo"]) == (READ_FROM, READ_TO)
    assert mini_weight("MES") * VENUE["lotCounting"]["microsPerMini"]["value"] == 1


def test_the_hours_are_those_the_venue_published(config):
    clock = {key: entry["value"] for key, entry in VENUE["clock"].items()}
    hours = config.accounts[0].rules["session_block_outside"].global_session
    assert f"{hours.start:%H:%M}" == clock["tradingDayOpens"] == clock["reopens"]
    assert f"{hours.end:%H:%M}" == clock["stopOpening"]
    assert hours.timezone == VENUE["timezone"] == config.accounts[0].reset.zone
