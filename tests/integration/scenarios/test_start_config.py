"""What a start refuses, and how: every mistake named, exit code 7, nothing sent to the gateway."""

from datetime import UTC, datetime

import pytest

from tests.integration.scenarios.tools import command, edit_accounts, edit_risk, run_to_end
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import max_contracts, session, window

DAY = window("09:30", "16:00")
RULES = {"max_contracts": max_contracts(5)}
CHRISTMAS = datetime(2026, 12, 25, 16, 0, tzinfo=UTC)
"""A Friday, 11:00 in New York: inside the session, were it not a holiday."""

CONFIG_ERRORS = {
    "unknown key": (
        "max_contracts: {enabled: true, limt: 5, close_all: true}",
        ["max_contracts.limt: unknown key - did you mean `limit`?", "risk_config.yaml:1"],
    ),
    "unknown section": ("max_unrealised_los: {enabled: true, limit: -5}", ["max_unrealised_los"]),
    "zero limit": ("daily_realized_loss: {enabled: true, limit: 0}", ["daily_realized_loss.limit"]),
    "a number for a time": ("daily_reset: {time: 1020}", ["17:00", "daily_reset.time"]),
    "not yaml": ("max_contracts: [", ["risk_config.yaml"]),
}


@pytest.mark.parametrize("case", CONFIG_ERRORS)
def test_s112_s82_a_bad_configuration_exits_with_seven(make_world, case):
    text, words = CONFIG_ERRORS[case]
    world = make_world(RULES, started=False)
    edit_risk(world, text)
    ended = run_to_end(world)
    assert (ended.returncode, ended.stdout) == (7, "")
    for word in words:
        assert word in ended.stderr
    assert "Traceback" not in ended.stderr
    assert world.venue.server.requests() == []


@pytest.mark.parametrize("key", ["limit: -500", "limit: 500", "loss_limit: 500"])
def test_s82_a_loss_limit_may_be_written_three_ways_and_a_time_without_quotes(make_world, key):
    world = make_world(RULES, started=False)
    edit_risk(world, f"daily_realized_loss: {{enabled: true, {key}, reset_time: 17:00}}")
    world.guard()
    (rule,) = world.status()["rules"]
    assert (rule["rule"], rule["limit"]) == ("RULE-003", "-500.00")
    assert world.status()["next_reset_at"] == "2026-03-10T21:00:00.000Z"


def test_all_configuration_errors_are_shown_at_once(make_world):
    world = make_world(RULES, started=False)
    edit_risk(world, "max_contracts: {enabled: true, limt: 5}\ndaily_reset: {time: 1020}")
    edit_accounts(world, api_url="http://gateway.example")
    ended = run_to_end(world)
    assert ended.returncode == 7
    for word in ("limt", "1020", "loopback", "accounts.yaml", "risk_config.yaml"):
        assert word in ended.stderr


def test_no_configuration_at_all_says_what_to_create(tmp_path):
    ended = command("run", "--config", "nowhere", "--data", "data", folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (7, "")
    assert "accounts.yaml" in ended.stderr
    assert "risk_config.yaml" in ended.stderr
    assert not (tmp_path / "data" / "state.db").exists()


BAD_HOLIDAYS = ["holidays: [2026-13-45]", "holidays: {", "covered_untill: 2028-12-31"]


@pytest.mark.parametrize("text", BAD_HOLIDAYS)
def test_s203_an_unreadable_holiday_file_is_a_start_error(make_world, text):
    rules = {"session_block_outside": session(DAY)}
    ended = run_to_end(make_world(rules, started=False, holidays=text))
    assert (ended.returncode, ended.stdout) == (7, "")
    assert "holidays.yaml" in ended.stderr


def test_s203_without_a_holiday_file_the_packaged_table_is_used(make_world):
    world = make_world({"session_block_outside": session(DAY)}, start=CHRISTMAS)
    world.provoke(lambda: world.venue.fill("MNQ", 1), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    assert world.locks()[0][0] == "009"
