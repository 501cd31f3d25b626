"""`risk-manager admin simulate`: exit codes, the log that is gone on from, the trace."""

import json

import pytest
from click.testing import CliRunner

from risk_manager.cli.admin.simulate_command import simulate
from risk_manager.simulation import runner
from risk_manager.simulation.week import Outcome, Week
from tests.harness import planted

SEED = 0


@pytest.fixture
def short_weeks(monkeypatch):
    """Weeks of one day."""
    days: list[int] = []

    def first_day(seed: int) -> Week:
        days.append(seed)
        return Week(seed, days=1)

    monkeypatch.setattr(runner, "Week", first_day)
    return days


def call(*arguments: str):
    result = CliRunner().invoke(simulate, arguments, standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_week_that_held_is_counted(short_weeks):
    result = call("--seeds", "1")
    assert result.return_value == 0
    assert result.output.startswith("1 weeks, 0 with a broken guarantee;")
    assert "  kill at a send" in result.output


def test_a_broken_guarantee_names_the_seed_and_the_replay(short_weeks, monkeypatch):
    planted.stop_cancelled_early(monkeypatch)
    result = call("--seeds", f"{SEED}")
    assert result.return_value == 1
    assert f"seed {SEED}: " in result.output
    assert f"replay: risk-manager admin simulate --seeds {SEED} --trace" in result.output


def test_the_trace_ends_at_the_failure(short_weeks, monkeypatch):
    planted.stop_cancelled_early(monkeypatch)
    result = call("--seeds", f"{SEED}", "--trace")
    assert result.return_value == 1
    lines = result.output.splitlines()
    broken = next(line for line in lines if line.startswith("BROKEN"))
    last = lines[lines.index(broken) - 1]
    assert float(last.split()[0]) <= float(broken.split()[1])
    assert any(" > " in line for line in lines)


def test_a_run_that_was_stopped_goes_on(short_weeks, tmp_path):
    log = tmp_path / "weeks.jsonl"
    call("--seeds", "1", "--log", str(log))
    log.write_text(log.read_text() + '{"seed": 2, "prob')
    result = call("--seeds", "1..2", "--log", str(log))
    assert short_weeks == [1, 2]
    assert "2 weeks" in result.output
    assert [Outcome(**json.loads(line)).seed for line in log.read_text().splitlines()] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--seeds", "x"), "write one number, or two as 0..499"),
        (("--seeds", "9..3"), "write 3..9"),
    ],
)
def test_odd_seeds_are_a_usage_error(arguments, words):
    result = CliRunner().invoke(simulate, arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_a_log_that_is_none_is_refused(tmp_path):
    log = tmp_path / "weeks.jsonl"
    log.write_text('{"seed": 1}\n')
    result = CliRunner().invoke(simulate, ("--seeds", "1", "--log", str(log)))
    assert result.exit_code == 1
    assert "delete the line that is no outcome" in result.output
