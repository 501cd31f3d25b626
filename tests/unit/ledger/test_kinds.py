"""How the run before ended, as the ledger tells it."""

import json
from datetime import timedelta

from risk_manager.ledger.chain import START, link
from risk_manager.ledger.kinds import (
    config_changed,
    config_changes,
    crashed,
    last_run,
    started,
    stopped,
    wrong_password,
)
from tests.unit.ledger.shelf import NOW, entries

BEFORE = {"main": "a" * 64, "second": "b" * 64}


def newest_first(*written):
    return [json.loads(link(entry, START)[0]) for entry in reversed(written)]


def test_without_a_run_there_is_nothing_to_say():
    assert last_run(newest_first(*entries(3))) is None


def test_a_run_that_stopped_has_ended_whatever_follows():
    begun = started(NOW, "0.1.0", "enforce", BEFORE)
    tries = wrong_password(NOW + timedelta(hours=2), 3, 5)
    found = last_run(newest_first(begun, stopped(NOW + timedelta(hours=1), 0), tries))
    assert found is not None
    assert found.ended
    assert found.last_at == tries.at


def test_a_run_without_a_stop_was_cut_short():
    found = last_run(newest_first(started(NOW, "0.1.0", "enforce", BEFORE), *entries(5)))
    assert found is not None
    assert not found.ended
    assert found.config == BEFORE
    gap = crashed(NOW + timedelta(seconds=64), found.last_at)
    assert (gap.data["from"], gap.data["seconds"]) == ("2026-03-09T21:00:04.000Z", 60)


def test_the_configuration_in_force_follows_its_changes():
    begun = started(NOW, "0.1.0", "enforce", BEFORE)
    found = last_run(newest_first(begun, config_changed(NOW, "main", "a" * 64, "c" * 64)))
    assert found is not None
    assert found.config == {"main": "c" * 64, "second": "b" * 64}


def test_each_account_whose_configuration_differs_is_a_line():
    changes = config_changes(NOW, BEFORE, {"main": "c" * 64, "third": "d" * 64})
    assert [dict(change.data) for change in changes] == [
        {"account": "main", "from": "a" * 64, "to": "c" * 64},
        {"account": "second", "from": "b" * 64, "to": None},
        {"account": "third", "from": None, "to": "d" * 64},
    ]
