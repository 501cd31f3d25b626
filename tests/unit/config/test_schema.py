"""The schemas for editors: they take every good file and refuse what the loader refuses."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from generate_config_files import SECTIONS, files
from tests.support.editor import LOGIN, SCHEMAS, complaints, read, refusals

FILES = files()
GOOD = [name for name in FILES if name.endswith(".yaml")]
STEMS = ("accounts", "risk_config", "holidays", "logging", "alerts")
FREQUENCY = "trade_frequency_limit: {enabled: true, limits: {per_hour: 3}, cooldown_on_breach: "
OVERRIDE = LOGIN + "monitored_account: {account_id: 1, rule_overrides: {%s}}"
FIRST_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_whole(name):
    schema = json.loads(SCHEMAS[name])
    Draft7Validator.check_schema(schema)
    for part in parts(schema):
        assert "description" in part or "$ref" in part, part
        if "default" in part:
            assert not list(Draft7Validator(part).iter_errors(part["default"])), part


def parts(schema):
    """Yield the schema of every key, at every depth."""
    for key, value in schema.items() if isinstance(schema, dict) else ():
        if key == "properties":
            yield from value.values()
    inner = schema.values() if isinstance(schema, dict) else schema
    for value in inner:
        if isinstance(value, dict | list):
            yield from parts(value)


@pytest.mark.parametrize("name", GOOD)
def test_the_first_line_names_a_schema_that_takes_the_file(name):
    match = FIRST_LINE.fullmatch(FILES[name].splitlines()[0])
    assert match is not None
    stem = Path(name).name.split(".")[0]
    assert f"config/{match[1]}" in FILES
    assert match[1] == f"schemas/{stem}.schema.json"
    assert complaints(stem, FILES[name]) == []


def test_every_file_of_the_loader_has_a_schema():
    assert sorted(SCHEMAS) == sorted(f"{stem}.schema.json" for stem in STEMS)
    properties = json.loads(SCHEMAS["risk_config.schema.json"])["properties"]
    assert set(properties) == {"global", "daily_reset", *SECTIONS}


@pytest.mark.parametrize(
    ("stem", "text"),
    [
        ("risk_config", ""),
        ("risk_config", "daily_reset: {reset_time: 17:00, timezone: UTC}"),
        ("risk_config", "global: {logging_level: DEBUG, preset: 5, max_price_jump_pct: 0.5}"),
        ("risk_config", "daily_realized_loss: {enabled: true, loss_limit: 500.50}"),
        ("risk_config", "daily_realized_profit: {enabled: TRUE, target: 1000}"),
        ("risk_config", "symbol_blocks: {enabled: true, blocked_symbols: [6e, EP, 123]}"),
        ("risk_config", "max_contracts_per_instrument: {enabled: true, limits: {1E5: 1, ep: 2}}"),
        ("risk_config", FREQUENCY + "{per_hour_breach: 5m, per_session_breach: until_reset}}"),
        ("accounts", f"{LOGIN}monitored_accounts: [{{account_id: 1}}, {{account_name: 5}}]"),
        ("accounts", "topstepx: {username: 12, api_key: 34}\nmonitored_account: {account_id: 1}"),
        (
            "accounts",
            OVERRIDE % "symbol_blocks: {enabled: false}, auth_loss_guard: {enabled: true}",
        ),
        ("holidays", 'holidays: [2026-12-25, "2026-01-01"]'),
        ("logging", "log_dir: 2026\nrotation: {max_mb: 1000}"),
    ],
)
def test_unusual_spellings_that_the_loader_takes(tmp_path, stem, text):
    assert refusals(tmp_path, stem, text) == []
    assert complaints(stem, text) == []


def test_an_override_needs_only_the_keys_it_changes():
    for keys in (
        "daily_realized_loss: {limit: -400}",
        "session_block_outside: {global_session: {end: 12:00}}",
        "trade_frequency_limit: {limits: {}}",
    ):
        assert complaints("accounts", OVERRIDE % keys) == []
    tier = "cooldown_after_loss: {loss_thresholds: [{loss_amount: 5}]}"  # lists replace the base
    assert complaints("accounts", OVERRIDE % tier)


def test_an_editor_reads_yaml_as_the_loader_does():
    expected = {"a": "2026-01-01", "b": "17:00", "c": "yes"}
    assert read("a: 2026-01-01\nb: 17:00\nc: yes") == expected
