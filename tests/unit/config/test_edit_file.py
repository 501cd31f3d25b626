"""Edits of single values: everything else in the text stays as it is."""

import pytest

from risk_manager.config.edit_file import Edit, EditError, edited, value_at
from risk_manager.config.history import History
from risk_manager.config.key_place import edit_of
from risk_manager.config.save_file import NotSavedError, save_text
from tests.support.config_sets import MODELS

TEXT = """\
# my rules
global:
  mode: enforce   # not shadow

daily_realized_loss:   # RULE-003
  enabled: true
  loss_limit: -500.10      # USD
  reset_time: "17:00"

symbol_blocks:
  enabled: true
  blocked_symbols:
    - RTY   # never again
    - 6E
"""
LOSS = "daily_realized_loss"
SECOND = ("monitored_accounts", 1)
ACCOUNTS = """\
topstepx: {username: me, api_key: "stored"}
monitored_accounts:
  - account_id: 123   # the combine
    nickname: first
  - account_name: Second
"""


def edit(*path, value):
    return edited(TEXT, Edit(path, value))


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("daily_realized_loss", "loss_limit"), "-400", "-500.10 ", "-400 "),
        (("daily_realized_loss", "loss_limit"), "-400.50", "-500.10", "-400.50"),
        (("global", "mode"), "shadow", "enforce", "shadow"),
        (("symbol_blocks", "enabled"), "false", "true\n  blocked", "false\n  blocked"),
    ],
)
def test_one_value_changes_and_the_comments_stay(path, value, old, new):
    before, after = (text.split() for text in (TEXT.replace(old, new), edit(*path, value=value)))
    assert after == before


def test_keys_and_sections_are_added_and_removed():
    added = edit("max_contracts", value="{enabled: true, limit: 5}")
    assert added.startswith(TEXT)
    assert value_at(added, ("max_contracts", "limit")) == "5"
    nested = edit("trade_frequency_limit", "limits", "per_minute", value="3")
    assert value_at(nested, ("trade_frequency_limit", "limits")) == "{per_minute: 3}"
    gone = edit("daily_realized_loss", value=None)
    assert "RULE-003" not in gone
    assert "# never again" in gone


@pytest.mark.parametrize("path", [("gone",), ("global", "gone"), ("global", "mode", "deeper")])
def test_what_does_not_stand_there_cannot_be_removed(path):
    with pytest.raises(EditError):
        edit(*path, value=None)


def test_an_empty_file_and_windows_line_ends():
    assert edited("", Edit(("holidays",), '["2026-12-25"]')).strip() == 'holidays: ["2026-12-25"]'
    after = edited(TEXT.replace("\n", "\r\n"), Edit(("global", "mode"), "shadow"))
    assert after.count("\r\n") == after.count("\n") == TEXT.count("\n")


@pytest.mark.parametrize(
    ("key", "account", "place"),
    [
        ("global.mode", None, ("risk_config.yaml", ("global", "mode"))),
        ("daily_realized_loss.limit", None, ("risk_config.yaml", (LOSS, "loss_limit"))),
        ("holidays.holidays", None, ("holidays.yaml", ("holidays",))),
        ("nickname", "123", ("accounts.yaml", ("monitored_accounts", 0, "nickname"))),
        (
            "max_contracts.limit",
            "Second",
            ("accounts.yaml", (*SECOND, "rule_overrides", "max_contracts", "limit")),
        ),
    ],
)
def test_where_a_key_stands(key, account, place):
    texts = {"risk_config.yaml": TEXT, "accounts.yaml": ACCOUNTS, "holidays.yaml": ""}
    file, found = edit_of(key, "1", account, texts, MODELS)
    assert (file, found.path) == place


@pytest.mark.parametrize(
    ("key", "account", "said"),
    [
        ("daily_realised_loss.limit", None, "did you mean `daily_realized_loss`"),
        ("max_contracts.limit", "999", "no account '999'"),
        ("global.mode", "123", "cannot be set for one account"),
        ("topstepx.api_url", None, "admin auth set"),
    ],
)
def test_a_key_that_stands_nowhere_is_named(key, account, said):
    texts = {"risk_config.yaml": TEXT, "accounts.yaml": ACCOUNTS, "holidays.yaml": ""}
    with pytest.raises(EditError, match=said):
        edit_of(key, "1", account, texts, MODELS)


def test_save_is_confirmed_by_reading_back(tmp_path):
    path = tmp_path / "risk_config.yaml"
    save_text(path, "a: 1\n")
    assert path.read_bytes() == b"a: 1\n"
    with pytest.raises(NotSavedError, match="was not saved"):
        save_text(tmp_path / "gone" / "risk_config.yaml", "a: 2\n")
    path.unlink()
    path.mkdir()
    with pytest.raises(NotSavedError):
        save_text(path, "a: 2\n")
    assert list(tmp_path.iterdir()) == [path]


def test_the_history_keeps_what_was_and_finds_it_by_its_hash(tmp_path):
    history = History(tmp_path / "history")
    history.add("2026-03-09T10:00:00Z", "aaaa1111", "first", {"risk_config.yaml": "a: 1"})
    history.add("2026-03-09T11:00:00Z", "aaaa1111", "again", {"risk_config.yaml": "a: 1"})
    history.add("2026-03-09T12:00:00Z", "bbbb2222", "second", {"risk_config.yaml": "a: 2"})
    assert [entry.hash for entry in history.entries()] == ["bbbb2222", "aaaa1111"]
    found = history.find("aaaa")
    assert found is not None
    assert found.files == {"risk_config.yaml": "a: 1"}
    assert history.find("aaa") is None
    assert history.find("cccc") is None
