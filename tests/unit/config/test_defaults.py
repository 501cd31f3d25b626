"""The example files are what the defaults say, load without a warning and hold no secret."""

from pathlib import Path

import pytest

from risk_manager.config.defaults import SECTION_EXAMPLES, example_files
from risk_manager.config.yaml_text import parse_yaml

PROJECT = Path(__file__).parents[3]
FILES = example_files(SECTION_EXAMPLES)


@pytest.mark.parametrize("name", FILES)
def test_example_file_equals_its_default(name):
    assert (PROJECT / name).read_text(encoding="utf-8") == FILES[name]


def test_the_examples_load_and_warn_of_nothing(folder):
    for name, text in FILES.items():
        folder.write(Path(name).name.replace(".example", ""), text)
    # The sections themselves are tested with the rules' own models, where these are.
    folder.risk(FILES["config/risk_config.example.yaml"].split("max_contracts:")[0])
    config = folder.load(environ={"RISK_API_KEY": "k"}, env_file=folder.path / "none")
    assert config.notes == ()
    assert config.accounts[0].account.account_id == 123


def test_no_example_holds_a_secret():
    key = parse_yaml(FILES["config/accounts.example.yaml"], "x").at(("topstepx", "api_key"))
    assert key.value == "${RISK_API_KEY}"
    assert FILES[".env.example"].endswith("RISK_API_KEY=\n")
