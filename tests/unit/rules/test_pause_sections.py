"""The sections of rules 006 and 007 through the real loader (S82)."""

import pytest

from tests.unit.rules.test_rule_sections import problems

PAUSE = "cooldown_after_loss: {{enabled: true, loss_thresholds: [{0}]}}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("trade_frequency_limit: {enabled: true}", "limits"),
        ("trade_frequency_limit: {enabled: true, limits: {}}", "no limit is given"),
        ("trade_frequency_limit: {enabled: true, limits: {per_hour: 0}}", "limits.per_hour"),
        (
            (
                "trade_frequency_limit: {enabled: true, limits: {per_hour: 1}, "
                "cooldown_on_breach: {per_hour_breach: 0}}"
            ),
            "a cooldown of no time",
        ),
        ("cooldown_after_loss: {enabled: true}", "loss_thresholds"),
        ("cooldown_after_loss: {enabled: true, loss_thresholds: []}", "loss_thresholds"),
        (PAUSE.format("{loss_amount: 0, cooldown_duration: 60}"), "cannot be zero"),
        (PAUSE.format("{loss_amount: -1, cooldown_duration: 0}"), "cooldown_duration"),
        (PAUSE.format("{loss_amount: -1, cooldown_duration: until_reset}"), "whole seconds (300)"),
        (PAUSE.format("{loss_amount: -1}"), "cooldown_duration"),
        (
            PAUSE.format(
                "{loss_amount: -1, cooldown_duration: 60}, {loss_amount: 1, cooldown_duration: 90}"
            ),
            "-1.00 stands twice",
        ),
    ],
)
def test_a_pause_that_cannot_be_meant_is_refused_with_its_key(tmp_path, text, says):
    found = problems(tmp_path, text)
    assert any(says in problem for problem in found), found
