"""The files of config/ are what the code says, load without a warning and hold no secret."""

from pathlib import Path

import pytest

from generate_config_files import SECTIONS, files
from risk_manager.config.alerts_file import AlertsFile
from risk_manager.config.defaults import example_files
from risk_manager.config.loader import load_config
from risk_manager.config.logging_file import LoggingConfig
from risk_manager.config.models import DailyReset, GlobalConfig
from risk_manager.config.section_examples import SECTION_EXAMPLES
from risk_manager.config.yaml_text import parse_yaml
from tests.unit.tidy import ROOT, name_of, published_files

GENERATED = files()
EXAMPLES = example_files(SECTION_EXAMPLES)


@pytest.mark.parametrize("name", GENERATED)
def test_file_equals_what_the_script_writes(name):
    assert (ROOT / name).read_bytes().decode("utf-8") == GENERATED[name]


def test_config_holds_no_file_that_nothing_writes():
    found = [name_of(path) for path in published_files() if path.is_relative_to(ROOT / "config")]
    assert sorted([*found, ".env.example"]) == sorted(GENERATED)


def test_every_rule_has_an_example_in_rule_order():
    assert list(SECTION_EXAMPLES) == list(SECTIONS)


def test_the_examples_load_and_warn_of_nothing(folder):
    for name, text in EXAMPLES.items():
        folder.write(Path(name).name.replace(".example", ""), text)
    environ = {"RISK_API_KEY": "k", "ALERT_PHONE_URL": "ntfy://a-topic"}
    config = load_config(folder.path, SECTIONS, environ=environ, env_file=folder.path / "none")
    assert config.notes == ()
    assert config.accounts[0].account.account_id == 123
    assert len(config.accounts[0].rules) == len(SECTIONS)


def test_examples_say_what_the_defaults_are():
    """A key that an example shows with its default value must have that default."""
    risk = parse_yaml(EXAMPLES["config/risk_config.example.yaml"], "x")
    assert GlobalConfig.model_validate(risk.at(("global",)).plain()) == GlobalConfig()
    assert DailyReset.model_validate(risk.at(("daily_reset",)).plain()) == DailyReset()
    logs = parse_yaml(EXAMPLES["config/logging.example.yaml"], "x").plain()
    assert LoggingConfig.model_validate(logs) == LoggingConfig(log_dir="logs")
    rungs = parse_yaml(EXAMPLES["config/alerts.example.yaml"], "x").at(("warn_at",)).plain()
    assert rungs == AlertsFile().warn_at


def test_no_example_holds_a_secret():
    key = parse_yaml(EXAMPLES["config/accounts.example.yaml"], "x").at(("topstepx", "api_key"))
    assert key.value == "${RISK_API_KEY}"
    assert EXAMPLES[".env.example"].endswith("RISK_API_KEY=\n")
