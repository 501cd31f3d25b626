"""Warnings about cooldowns and limits that are valid and probably not meant."""

import pytest

from risk_manager.config.loader import load_config
from risk_manager.rules import RULES

SECTIONS = {rule.section: rule.config_model for rule in RULES}


def notes(folder, risk):
    """The notes on these rule sections."""
    folder.risk(risk)
    found = load_config(folder.path, SECTIONS, environ={}, env_file=folder.path / ".env")
    return [str(note) for note in found.notes]


def tiers(*rows):
    """RULE-007 with these losses and pauses."""
    listed = ", ".join(f"{{loss_amount: {a}, cooldown_duration: {s}}}" for a, s in rows)
    return f"cooldown_after_loss: {{enabled: true, loss_thresholds: [{listed}]}}\n"


@pytest.mark.parametrize(
    ("risk", "key"),
    [
        (tiers((-100, 300), (-300, 60)), "cooldown_after_loss.loss_thresholds.0.cooldown_duration"),
        (
            "trade_frequency_limit: {enabled: true, limits: {per_minute: 11, per_hour: 10}}\n",
            "trade_frequency_limit.limits.per_minute",
        ),
        (
            "trade_frequency_limit: {enabled: true, limits: {per_minute: 51, per_session: 50}}\n",
            "trade_frequency_limit.limits.per_minute",
        ),
        (tiers((300, 60), (100, 61)), "cooldown_after_loss.loss_thresholds.1.cooldown_duration"),
        ("trade_management: {enabled: true}\n", "trade_management.enabled"),
    ],
)
def test_traps_are_warned_about(folder, risk, key):
    (note,) = notes(folder, risk)
    assert f"warning: {key}" in note
    assert notes(folder, risk.replace("{enabled: true", "{enabled: false", 1)) == []


@pytest.mark.parametrize(
    "risk",
    [
        tiers((-100, 300), (-200, 300), (-300, 301)),
        "trade_frequency_limit: {enabled: true, limits: {per_minute: 10, per_hour: 10}}\n",
        "trade_management: {enabled: true, trailing_stop: {enabled: true}}\n",
    ],
)
def test_no_warning_where_nothing_is_wrong(folder, risk):
    assert notes(folder, risk) == []
