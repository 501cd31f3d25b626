"""A change from the request to the saved file: what is saved counts, and what is not does not."""

import errno
import os
from datetime import UTC, datetime

import pytest

from risk_manager.bootstrap.admin_desk import AdminDesk
from risk_manager.bootstrap.config_commands import ConfigCommands
from risk_manager.bootstrap.tickets import Tickets
from risk_manager.config.config_set import ConfigSet
from risk_manager.config.history import History
from risk_manager.config.loader import load_config
from risk_manager.config.password import PasswordFile
from risk_manager.domain.command_events import ConfigOffered, OfferedSet
from risk_manager.domain.events import Started
from risk_manager.simulation.setup import ACCOUNT, LOSS, MNQ
from risk_manager.simulation.world import World
from tests.support.config_sets import MODELS

NOW = datetime(2026, 11, 18, tzinfo=UTC)
PASSWORD = "correct horse"
RISK = "daily_realized_loss: {enabled: true, limit: -500}  # mine\n"
ACCOUNTS = f"topstepx: {{username: me, api_key: k}}\nmonitored_account: {{account_id: {ACCOUNT}}}\n"


class Rig:
    """The real desk on a folder, with the virtual world's engine as the loop."""

    def __init__(self, folder, wrong):
        self.folder = folder
        (folder / "risk_config.yaml").write_text(RISK, encoding="utf-8")
        (folder / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
        self.world = World(LOSS).start()
        self.asked = []
        tickets = Tickets(self._put, lambda: None)
        password = PasswordFile(folder, lambda: NOW)
        password.set(PASSWORD)
        self.tickets = tickets
        history = History(folder / "history")
        config = ConfigCommands(folder, tickets, self._load, self._offers, history, lambda: NOW)
        self.desk = AdminDesk(password, tickets, config, lambda *seen: wrong.append(seen))

    def edit(self, value, *, password=PASSWORD, word=""):
        rows = [{"key": "daily_realized_loss.limit", "value": value}]
        asked = {"command": "edit", "edits": rows, "password": password, "word": word}
        return self.desk.handle(asked)

    @property
    def text(self):
        return (self.folder / "risk_config.yaml").read_text(encoding="utf-8")

    @property
    def commits(self):
        return [one for one in self.asked if isinstance(one, ConfigOffered) and one.commit]

    def _load(self, texts):
        return load_config(self.folder, MODELS, texts=texts)

    def _offers(self, config):
        (one,) = config.accounts
        return (OfferedSet(ACCOUNT, ConfigSet.of(one, config.holidays).text),)

    def _put(self, event):
        self.asked.append(event)
        before = len(self.world.answers)
        self.world.deliver(event)
        step = self.world.running.step(Started(), self.world._stamp())
        step.answers += self.world.answers[before:]
        self.tickets.saw(step)


@pytest.fixture
def wrong():
    return []


@pytest.fixture
def rig(tmp_path, wrong):
    return Rig(tmp_path, wrong)


def test_a_change_is_saved_with_its_hash_and_kept_in_the_history(rig):
    answer = rig.edit("-400")
    assert (answer["ok"], answer["effect"]) == (True, "active")
    assert rig.text == RISK.replace("-500", "-400")
    assert answer["hash"] == rig._load({}).short_hash
    back = rig.desk.handle({"command": "history"})["history"]
    assert [row["hash"] for row in back] == [answer["hash"]]


def test_s135_what_cannot_be_saved_does_not_count(rig, monkeypatch):
    before = rig._load({}).short_hash

    def full(_descriptor):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "fsync", full)
    answer = rig.edit("-400")
    assert (answer["ok"], answer["problem"]) == (False, "save")
    assert "was not saved: Read-only file system" in answer["error"]
    assert (rig.text, rig._load({}).short_hash, rig.commits) == (RISK, before, [])
    assert sorted(path.name for path in rig.folder.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize(
    ("value", "problem"), [("much", "config"), ("[", "usage"), ("{a: 1}", "config")]
)
def test_what_is_not_valid_is_not_saved(rig, value, problem):
    assert rig.edit(value)["problem"] == problem
    assert (rig.text, rig.commits) == (RISK, [])


def test_a_wrong_password_changes_nothing_and_is_told(rig, wrong):
    for _ in range(4):
        assert rig.edit("-400", password="wrong wrong")["problem"] == "password"
    assert wrong == [(1, 0), (2, 0), (3, 5)]  # the fourth was not even tried
    assert (rig.text, rig.asked) == (RISK, [])


def test_without_the_word_the_file_is_as_it_was(rig):
    rig.world.trader.lose(MNQ, 350)
    rig.world.run(5)
    answer = rig.edit("-300")
    assert (answer["problem"], answer["effect"]) == ("word", "none")
    assert (rig.text, rig.commits) == (RISK, [])
    assert rig.edit("-300", word="APPLY")["effect"] == "active"


def test_a_command_nobody_knows(rig):
    assert rig.desk.handle({"command": "x", "password": PASSWORD})["problem"] == "usage"
    assert rig.desk.handle({"command": "edit", "password": PASSWORD})["problem"] == "usage"
