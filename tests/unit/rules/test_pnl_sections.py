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
        ("daily_unrealized_loss: {enabled: true}", "limit"),
        ("daily_unrealized_loss: {enabled: true, limit: 0}", "cannot be zero"),
        ("daily_unrealized_loss: {enabled: true, limit: 1, scope: each}", "scope"),
        ("daily_unrealized_loss: {enabled: true, limit: 1, loss_limit: 2}", "loss_limit"),
        ("daily_unrealized_loss: {enabled: true, limit: 1, lockout_until: never}", "lockout_until"),
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


@pytest.mark.parametrize("keys", ["limit: -300.10", "limit: 300.10", "loss_limit: 300.10"])
def test_s82_a_floating_loss_may_be_written_three_ways_and_is_a_total_by_default(tmp_path, keys):
    text = f"daily_unrealized_loss: {{enabled: true, {keys}}}"
    values = loaded(tmp_path, text).rules["daily_unrealized_loss"].model_dump(mode="json")
    assert (values["limit"], values["scope"], values["enforcement"]) == ("-300.10", "total", None)


@pytest.mark.parametrize(
    ("scope", "fits"), [("total", "close_all_and_lockout"), ("per_position", "close_position")]
)
@pytest.mark.parametrize("section", ["daily_unrealized_loss"])
def test_the_enforcement_may_only_restate_what_the_scope_does(tmp_path, section, scope, fits):
    for effect in ("close_all_and_lockout", "close_position"):
        keys = f"enabled: true, limit: 300, scope: {scope}, enforcement: {effect}"
        text = f"{section}: {{{keys}}}"
        if effect == fits:
            assert loaded(tmp_path, text).enabled_rules
        else:
            (problem,) = problems(tmp_path, text)
            assert f"enforcement {effect} does not fit scope {scope}" in problem
