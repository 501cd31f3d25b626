"""The sections of rules 004, 005 and 013 through the real loader (S82, S197)."""

import pytest

from risk_manager.config.loader import load_config
from tests.unit.rules.test_rule_sections import SECTIONS, loaded, problems, write

BREAKEVEN = "enabled: true, mode: breakeven, scope: per_position"


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
        ("max_unrealized_profit: {enabled: true}", "profit_target needs a limit"),
        ("max_unrealized_profit: {enabled: true, limit: 0}", "above zero"),
        ("max_unrealized_profit: {enabled: true, limit: 1, mode: both}", "mode"),
        (f"max_unrealized_profit: {{{BREAKEVEN}}}", "needs breakeven_arm_profit"),
        (f"max_unrealized_profit: {{{BREAKEVEN}, breakeven_arm_profit: 0}}", "above zero"),
        (
            "max_unrealized_profit: {enabled: true, mode: breakeven, breakeven_arm_profit: 100}",
            "write scope: per_position",
        ),
        (
            f"max_unrealized_profit: {{{BREAKEVEN}, breakeven_arm_profit: 9, breakeven_offset: 9}}",
            "must be below breakeven_arm_profit",
        ),
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
@pytest.mark.parametrize("section", ["daily_unrealized_loss", "max_unrealized_profit"])
def test_the_enforcement_may_only_restate_what_the_scope_does(tmp_path, section, scope, fits):
    for effect in ("close_all_and_lockout", "close_position"):
        keys = f"enabled: true, limit: 300, scope: {scope}, enforcement: {effect}"
        text = f"{section}: {{{keys}}}"
        if effect == fits:
            assert loaded(tmp_path, text).enabled_rules
        else:
            (problem,) = problems(tmp_path, text)
            assert f"enforcement {effect} does not fit scope {scope}" in problem


def test_an_open_profit_has_a_target_or_protects_a_gain(tmp_path):
    text = "max_unrealized_profit: {enabled: true, target: 1000.10}"
    values = loaded(tmp_path, text).rules["max_unrealized_profit"].model_dump(mode="json")
    assert (values["limit"], values["mode"], values["scope"]) == (
        "1000.10", "profit_target", "total",
    )  # fmt: skip
    text = f"max_unrealized_profit: {{{BREAKEVEN}, breakeven_arm_profit: 100}}"
    values = loaded(tmp_path, text).rules["max_unrealized_profit"].model_dump(mode="json")
    assert (values["breakeven_arm_profit"], values["breakeven_offset"]) == ("100", "0")
    text = f"max_unrealized_profit: {{{BREAKEVEN}, breakeven_arm_profit: 9, breakeven_offset: -9}}"
    assert loaded(tmp_path, text).enabled_rules


def test_s197_the_mode_of_the_rule_and_its_rule_mode_are_two_keys(tmp_path):
    keys = "enabled: true, limit: 1000, mode: profit_target, rule_mode: shadow"
    values = loaded(tmp_path, f"max_unrealized_profit: {{{keys}}}").rules["max_unrealized_profit"]
    shown = values.model_dump(mode="json")
    assert (shown["mode"], shown["rule_mode"]) == ("profit_target", "shadow")


@pytest.mark.parametrize(
    ("floating", "day", "warned"), [(-500, -500, 0), ("-500.01", -500, 1), (600, 500, 1)]
)
def test_a_floating_loss_above_the_daily_loss_is_warned_about(tmp_path, floating, day, warned):
    text = (
        f"daily_realized_loss: {{enabled: true, limit: {day}}}\n"
        f"daily_unrealized_loss: {{enabled: true, limit: {floating}}}\n"
    )
    write(tmp_path, text)
    notes = load_config(tmp_path, SECTIONS, environ={}, env_file=tmp_path / ".env").notes
    found = [str(note) for note in notes]
    assert len(found) == warned
    assert all("daily_unrealized_loss.limit" in note for note in found)
