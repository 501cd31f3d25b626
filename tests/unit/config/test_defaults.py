"""The example files are what the defaults say, load without a warning and hold no secret."""

from pathlib import Path

import pytest

from risk_manager.config.defaults import SECTION_EXAMPLES, example_files
from risk_manager.config.loader import load_config
from risk_manager.config.logging_file import LoggingConfig
from risk_manager.config.models import GlobalConfig
from risk_manager.config.yaml_text import parse_yaml
from risk_manager.rules import RULES

PROJECT = Path(__file__).parents[3]
FILES = example_files(SECTION_EXAMPLES)


@pytest.mark.parametrize("name", FILES)
def test_example_file_equals_its_default(name):
    assert (PROJECT / name).read_text(encoding="utf-8") == FILES[name]


def test_every_rule_has_an_example_in_rule_order():
    assert list(SECTION_EXAMPLES) == [rule.section for rule in RULES]


def test_the_examples_load_and_warn_of_nothing(folder):
    for name, text in FILES.items():
        folder.write(Path(name).name.replace(".example", ""), text)
    config = load_config(
        folder.path,
        {rule.section: rule.config_model for rule in RULES},
        environ={"RISK_API_KEY": "k"},
        env_file=folder.path / "none",
    )
    assert config.notes == ()
    assert config.accounts[0].account.account_id == 123
    assert len(config.accounts[0].rules) == len(RULES)


def test_examples_say_what_the_defaults_are():
    """A key that an example shows with its default value must have that default."""
    tree = parse_yaml(FILES["config/risk_config.example.yaml"], "x").at(("global",)).plain()
    assert GlobalConfig.model_validate(tree) == GlobalConfig()
    tree = parse_yaml(FILES["config/logging.example.yaml"], "x").plain()
    assert LoggingConfig.model_validate(tree) == LoggingConfig(log_dir="logs")


def test_no_example_holds_a_secret():
    key = parse_yaml(FILES["config/accounts.example.yaml"], "x").at(("topstepx", "api_key"))
    assert key.value == "${RISK_API_KEY}"
    assert FILES[".env.example"].endswith("RISK_API_KEY=\n")
