"""The sections of rules 004, 005 and 013 through the real loader (S82, S197)."""

import pytest

from tests.unit.rules.test_rule_sections import loaded, problems


@pytest.mark.parametrize("key", ["limit", "target"])
def test_the_daily_target_may_be_written_two_ways_and_is_exact(tmp_path, key):
    text = f"daily_realized_profit: {{enabled: true, {key}: 1000.10, lockout_until: permanent}}"
    values = loaded(tmp_path, text).rules["daily_realized_profit"].model_dump(mode="json")
    assert (values["limit"], values["lockout_until"]) == ("1000.10", "permanent")
    assert (values["include_fees"], values["enforcement"]) == (False, "close_all_and_lockout")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("daily_realized_profit: {enabled: true}", "limit"),
        ("daily_realized_profit: {enabled: true, limit: 0}", "above zero"),
        ("daily_realized_profit: {enabled: true, limit: -5}", "above zero"),
        ("daily_realized_profit: {enabled: true, limit: 1, target: 2}", "target"),
        ("daily_realized_profit: {enabled: true, limit: 1, enforcement: none}", "enforcement"),
        ("daily_realized_profit: {enabled: true, limit: 1, include_unrealized: true}", "unknown"),
        (
            (
                "daily_reset: {time: 17:00}\n"
                "daily_realized_profit: {enabled: true, limit: 1, reset_time: 16:00}"
            ),
            "an account has one reset",
        ),
    ],
)
def test_a_section_that_cannot_be_meant_is_refused_with_its_key(tmp_path, text, says):
    found = problems(tmp_path, text)
    assert any(says in problem for problem in found), found
