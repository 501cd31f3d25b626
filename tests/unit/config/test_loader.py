"""One folder of files in, a frozen configuration or every problem out."""

from datetime import date, time
from decimal import Decimal

import pytest

LOSS = "daily_realized_loss:\n  enabled: true\n  limit: {}\n"


@pytest.mark.parametrize(
    ("key", "text", "limit"),
    [
        ("limit", "-500", "-500"),
        ("limit", "500", "-500"),
        ("loss_limit", "500", "-500"),
        ("limit", "-500.10", "-500.10"),
        ("limit", "0.1", "-0.1"),
    ],
)
def test_loss_limits_are_exact_and_sign_does_not_matter(folder, key, text, limit):
    """S82, S210."""
    config = folder.risk(f"daily_realized_loss:\n  enabled: true\n  {key}: {text}\n").load()
    rule = config.accounts[0].rules["daily_realized_loss"]
    assert rule.limit == Decimal(limit)
    assert str(rule.limit) == limit


@pytest.mark.parametrize("text", ["0", "-0.00", "1e3", ".inf", "'500'", "0x10", "[1]", "true", "~"])
def test_a_bad_limit_is_refused_with_line_and_value(folder, text):
    """S82, S210."""
    (problem,) = folder.risk(LOSS.format(text)).problems()
    assert problem.startswith("risk_config.yaml:3: daily_realized_loss.limit: ")
    assert " - write " in problem


def test_a_missing_limit_has_no_default(folder):
    (problem,) = folder.risk("daily_realized_loss:\n  enabled: true\n").problems()
    assert problem == (
        "risk_config.yaml:1: daily_realized_loss.limit: required key is missing - add `limit: -500`"
    )


def test_reset_time_may_stand_unquoted(folder):
    """S82."""
    config = folder.risk("daily_reset: {time: 17:00, timezone: America/Chicago}\n").load()
    assert config.accounts[0].reset.at == time(17)
    assert config.accounts[0].reset.zone == "America/Chicago"


def test_an_integer_where_a_time_belongs_is_explained(folder):
    """S82."""
    (problem,) = folder.risk("daily_reset:\n  time: 1020\n").problems()
    assert problem.startswith("risk_config.yaml:2: daily_reset.time: a number stands where a time")
    assert problem.endswith('(value: 1020) - quote the time: "17:00"')


@pytest.mark.parametrize("text", ["24:00", "9:30", "17:60", "17:00:00", "noon", "-5", "1440"])
def test_other_times_are_refused(folder, text):
    (problem,) = folder.risk(f"daily_reset:\n  time: {text}\n").problems()
    assert "write HH:MM" in problem


@pytest.mark.parametrize("zone", ["EST", "CST", "Eastern", "America/Nowhere", "-5"])
def test_only_iana_zones(folder, zone):
    (problem,) = folder.risk(f"daily_reset:\n  timezone: {zone}\n").problems()
    assert "America/New_York" in problem


def test_an_unknown_key_names_the_nearest(folder):
    """S112."""
    found = folder.risk("max_contracts:\n  enabled: true\n  limt: 5\n").problems()
    assert found == [
        "risk_config.yaml:1: max_contracts.limit: required key is missing - add `limit: <value>`",
        "risk_config.yaml:3: max_contracts.limt: unknown key - did you mean `limit`?",
    ]


def test_an_unknown_section_names_the_nearest(folder):
    (problem,) = folder.risk("max_contract:\n  enabled: true\n").problems()
    assert problem.endswith("unknown section - did you mean `max_contracts`?")


def test_all_problems_at_once(folder):
    folder.write("logging.yaml", "log_level: loud\n")
    folder.write("holidays.yaml", 'holidays: ["2026-02-30"]\n')
    folder.accounts("topstepx: {username: t}\nmonitored_account: {account_id: -1}\n")
    found = folder.risk(
        "max_contracts:\n  enabled: yes\n  limit: 5.0\n  count_type: Net\n"
        "max_contracts_per_instrument: {enabled: true, limits: {}}\n"
    ).problems()
    assert [text.split(" - ")[0] for text in found] == [
        "accounts.yaml:1: topstepx.api_key: required key is missing",
        "accounts.yaml:2: monitored_account.account_id: must be greater than 0 (value: -1)",
        "holidays.yaml:1: holidays.0: not a date (value: 2026-02-30)",
        (
            "logging.yaml:1: log_level: must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL"
            " (value: loud)"
        ),
        "risk_config.yaml:2: max_contracts.enabled: must be true or false (value: yes)",
        "risk_config.yaml:3: max_contracts.limit: must be a whole number (value: 5.0)",
        "risk_config.yaml:4: max_contracts.count_type: must be one of net, gross (value: Net)",
        "risk_config.yaml:5: max_contracts_per_instrument.limits: must not be empty",
    ]


def test_old_keys_that_change_nothing_are_noted(folder):
    notes = folder.risk("global: {logging_level: DEBUG, check_on_startup: true}\n").notes()
    assert len(notes) == 2
    assert all("ignored" in note for note in notes)


def test_missing_optional_files_are_normal_and_the_packaged_table_counts(folder):
    """S203."""
    config = folder.load()
    assert config.notes == ()
    assert config.holidays.is_holiday(date(2026, 12, 25))


def test_an_unreadable_optional_file_is_refused(folder):
    """S203."""
    (folder.path / "holidays.yaml").write_bytes(b"\xff\xfe\x00bad")
    (problem,) = folder.problems()
    assert problem.startswith("holidays.yaml: cannot be read")


def test_missing_required_files_are_both_named(folder):
    (folder.path / "accounts.yaml").unlink()
    (folder.path / "risk_config.yaml").unlink()
    found = folder.problems()
    assert [text.split(":")[0] for text in found] == ["accounts.yaml", "risk_config.yaml"]
    assert all("the file is missing" in text for text in found)


def test_code_keys_become_tickers_and_two_keys_of_one_root_are_refused(folder):
    section = "max_contracts_per_instrument:\n  enabled: true\n  limits:\n"
    config = folder.risk(f"{section}    ep: 1\n    6E: 2\n    1E5: 3\n").load()
    rule = config.accounts[0].rules["max_contracts_per_instrument"]
    assert dict(rule.limits) == {"ES": 1, "6E": 2, "1E5": 3}
    (problem,) = folder.risk(f"{section}    ES: 1\n    EP: 2\n").problems()
    assert problem.startswith(
        "risk_config.yaml:5: max_contracts_per_instrument.limits.EP: `ES` and `EP` mean one root"
    )


@pytest.mark.parametrize(("second", "refused"), [("500", False), ("400", True)])
def test_two_spellings_must_agree(folder, second, refused):
    text = f"daily_realized_loss:\n  enabled: true\n  limit: -500\n  loss_limit: {second}\n"
    folder.risk(text)
    if refused:
        assert "two different values" in folder.problems()[0]
    else:
        assert folder.load().accounts[0].rules["daily_realized_loss"].limit == Decimal(-500)
