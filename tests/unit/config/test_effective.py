"""What each account is really guarded by: overrides, reset precedence, hash, warnings."""

from datetime import time
from decimal import Decimal

import pytest

LOSS = "daily_realized_loss: {enabled: true, limit: -500}\n"
LOGIN = "topstepx: {username: trader, api_key: secret-key}\nmonitored_accounts:\n"


def test_overrides_are_joined_key_by_key(folder):
    folder.risk(
        f"{LOSS}max_contracts_per_instrument: {{enabled: true, limits: {{MNQ: 2, ES: 1}}}}\n"
    )
    config = folder.accounts(
        f"{LOGIN}  - {{account_id: 1}}\n"
        "  - account_id: 2\n"
        "    rule_overrides:\n"
        "      daily_realized_loss: {loss_limit: 400}\n"
        "      max_contracts_per_instrument: {limits: {ep: 3}}\n"
        "      max_contracts: {enabled: true, limit: 9}\n"
    ).load()
    first, second = config.accounts
    assert first.rules["daily_realized_loss"].limit == Decimal(-500)
    assert second.rules["daily_realized_loss"].limit == Decimal(-400)
    assert dict(second.rules["max_contracts_per_instrument"].limits) == {"MNQ": 2, "ES": 3}
    assert "max_contracts" not in first.rules
    # In rule order, whatever the order in the files.
    assert list(second.rules) == [
        "max_contracts", "max_contracts_per_instrument", "daily_realized_loss",
    ]  # fmt: skip
    assert first.digest != second.digest


def test_a_bad_override_is_found_in_accounts_yaml(folder):
    folder.risk(LOSS).accounts(
        f"{LOGIN}  - account_id: 2\n    rule_overrides:\n"
        "      daily_realized_loss:\n        limit: 0\n        limmit: 1\n"
        "      daily_realised_loss: {}\n      symbol_blocks: {enabled: true}\n"
    )
    found = [text.split(" - ")[0] for text in folder.problems()]
    prefix = "monitored_accounts.0.rule_overrides"
    assert found == [
        "accounts.yaml:6: daily_realized_loss.limit: a loss limit cannot be zero (value: 0)",
        f"accounts.yaml:7: {prefix}.daily_realized_loss.limmit: unknown key",
        f"accounts.yaml:8: {prefix}.daily_realised_loss: unknown section",
        f"accounts.yaml:9: {prefix}.symbol_blocks: unknown section",
    ]


DAY = "daily_realized_loss: {{enabled: true, limit: 5, {}}}\n"


@pytest.mark.parametrize(
    ("risk", "settings", "reset"),
    [
        ("", "", (time(17), "America/New_York")),
        ("daily_reset: {time: 16:00}\n", "", (time(16), "America/New_York")),
        ("daily_reset: {reset_time: 16:00}\n", "", (time(16), "America/New_York")),
        (DAY.format("timezone: America/Chicago"), "", (time(17), "America/Chicago")),
        (
            "daily_reset: {time: 16:00}\n" + DAY.format("timezone: America/Chicago"),
            "",
            (time(16), "America/Chicago"),
        ),
        (
            "daily_reset: {time: 16:00}\n",
            "settings: {reset_time: 00:00}",
            (time(0), "America/New_York"),
        ),
        (
            DAY.format("reset_time: 16:00, timezone: America/Chicago"),
            "settings: {reset_time: 15:00, timezone: Europe/London}",
            (time(15), "Europe/London"),
        ),
    ],
)
def test_reset_precedence(folder, risk, settings, reset):
    config = folder.accounts(f"{LOGIN}  - {{account_id: 1, {settings}}}\n").risk(risk).load()
    found = config.accounts[0].reset
    assert (found.at, found.zone) == reset


def test_s131_day_keys_that_contradict_daily_reset(folder):
    found = folder.risk(
        "daily_reset: {time: 17:00, timezone: America/Chicago}\n"
        "daily_realized_loss:\n  enabled: true\n  limit: 5\n"
        "  reset_time: 17:00\n  timezone: America/New_York\n"
    ).problems()
    assert found == [
        (
            "risk_config.yaml:6: daily_realized_loss.timezone: an account has one reset, but "
            "daily_reset.timezone says America/Chicago (value: America/New_York) - "
            "write the same value, or only in daily_reset"
        )
    ]


def test_day_keys_that_contradict_each_other(folder):
    (problem,) = folder.risk(
        "other_loss: {enabled: false, limit: 5, reset_time: 16:00}\n"
        + DAY.format("reset_time: 17:00")
    ).problems()
    assert problem.startswith("risk_config.yaml:1: other_loss.reset_time: an account has one reset")


@pytest.mark.parametrize(
    ("text", "service", "refused"),
    [
        ("loosen_policy: immediate", False, False),
        ("loosen_policy: immediate", True, True),
        ("loosen_min_wait_hours: 0", False, False),
        ("loosen_min_wait_hours: 0", True, True),
        ("loosen_min_wait_hours: 73", True, True),
        ("loosen_min_wait_hours: 72", True, False),
    ],
)
def test_what_a_service_refuses(folder, text, service, refused):
    folder.risk(f"global: {{{text}}}\n")
    if refused:
        (problem,) = folder.problems(service=service)
        assert problem.startswith(f"risk_config.yaml:1: global.{text.split(':')[0]}")
    else:
        folder.load(service=service)


def test_the_hash_follows_meaning_not_spelling(folder):
    first = folder.risk(LOSS).load()
    second = folder.risk(
        "# note\ndaily_realized_loss:\n  loss_limit: 500\n  enabled: true\n"
    ).load()
    assert first.digest == second.digest
    assert first.accounts[0].digest == second.accounts[0].digest
    assert len(first.short_hash) == 8
    assert int(first.short_hash, 16) >= 0
    changed = folder.risk(LOSS.replace("-500", "-500.01")).load()
    assert changed.digest != first.digest
    folder.write("holidays.yaml", 'holidays: ["2027-01-04"]\n')
    assert folder.load().digest != changed.digest


def test_the_hash_does_not_depend_on_the_key(folder):
    before = folder.load().digest
    folder.accounts(
        "topstepx: {username: trader, api_key: other}\nmonitored_account: {account_id: 123}\n"
    )
    assert folder.load().digest == before


CHICAGO = 'start: "{}", end: "{}", timezone: America/Chicago'


@pytest.mark.parametrize(
    ("risk", "key"),
    [
        (
            (
                "max_contracts: {enabled: true, limit: 2}\n"
                "max_contracts_per_instrument: {enabled: true, limits: {MNQ: 3}}\n"
            ),
            "max_contracts_per_instrument.limits.MNQ",
        ),
        (
            "daily_realized_loss: {enabled: true, limit: 5, lockout_until: permanent}\n",
            "daily_realized_loss.lockout_until",
        ),
        (
            (
                "session_block_outside: {enabled: true, per_instrument_sessions:"
                f" {{enabled: true, sessions: {{ES: {{{CHICAGO.format('18:00', '17:00')}}}}}}}}}\n"
            ),
            "session_block_outside.per_instrument_sessions.sessions.ES.timezone",
        ),
        (
            (
                "session_block_outside: {enabled: true,"
                f" global_session: {{{CHICAGO.format('09:30', '16:00')}}}}}\n"
            ),
            "session_block_outside.global_session.timezone",
        ),
    ],
)
def test_traps_are_warned_about(folder, risk, key):
    (note,) = folder.risk(risk).notes()
    assert f"warning: {key}: " in note
    assert folder.risk(risk.replace("{enabled: true", "{enabled: false", 1)).notes() == []


def test_no_warning_where_nothing_is_wrong(folder):
    folder.risk(
        "global: {allow_manual_unlock: true}\n"
        "max_contracts: {enabled: true, limit: 5, micro_equivalence: true}\n"
        "max_contracts_per_instrument: {enabled: true, limits: {MCL: 50, SIL: 25, CL: 5}}\n"
        "daily_realized_loss: {enabled: true, limit: 5, lockout_until: permanent}\n"
        "session_block_outside: {enabled: true, global_session:"
        f" {{{CHICAGO.format('17:00', '15:08')}}}}}\n"
    )
    assert folder.notes() == []
