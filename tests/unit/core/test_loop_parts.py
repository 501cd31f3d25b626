"""Parts of the loop by themselves: clocks, slow steps, texts that are kept, wiring."""

import logging
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from risk_manager.core.clean_texts import TextCleaner
from risk_manager.core.clock_watch import ClockWatch
from risk_manager.core.outside import Outside
from risk_manager.core.rule_loader import check_wiring, load_rules
from risk_manager.domain.errors import StartError
from risk_manager.domain.events import HubLost, ProtocolError, Started, TokenChanged
from risk_manager.rules.base_rule import RuleContext
from risk_manager.simulation.setup import CAP, watched
from tests.support.limits import cap
from tests.support.stage import NO_HOLIDAYS

WALL = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)
CONTEXT = RuleContext(NO_HOLIDAYS)


class Machine:
    """The two clocks of a machine; `slept` moves the wall alone."""

    def __init__(self) -> None:
        self.seconds, self.moved = 0.0, 0.0

    def wall(self) -> datetime:
        return WALL + timedelta(seconds=self.seconds + self.moved)

    def mono(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("loop_s", "wall_s", "jump"),
    [
        (5.2, 0.0, None),
        (5.5, 0.0, (5.25, True)),
        (0.2, 5.0, None),
        (0.2, 5.1, (5.1, True)),
        (0.2, -5.1, (-5.1, False)),
        (3600.0, -3600.0, (3599.75, True)),
    ],
)
def test_a_loop_that_stood_still_and_a_clock_that_was_changed(loop_s, wall_s, jump):
    machine = Machine()
    watch = ClockWatch(machine.wall, machine.mono, 0.25)
    machine.seconds += loop_s
    machine.moved += wall_s
    found = watch.check()
    seen = None if found is None else (pytest.approx(found.seconds), found.slept)
    assert seen == jump
    machine.seconds += 0.2
    assert watch.check() is None, "told once"


SLOW = [(0.1, 0.2, 1), (0.1, 0.1, 0), (None, 9, 0)]


@pytest.mark.parametrize(("limit_s", "took_s", "told"), SLOW)
def test_a_slow_step_is_logged(caplog, limit_s, took_s, told):
    machine = Machine()
    outside: Any = SimpleNamespace(clock=machine, slow_step_s=limit_s)
    machine.seconds = took_s
    with caplog.at_level(logging.WARNING, "risk_manager.daemon"):
        Outside.note_slow(outside, Started(), 0.0)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["a step took 200 ms (Started)"] * told


def test_texts_are_kept_without_their_secrets():
    clean = TextCleaner(lambda text: text.replace("secret", "***"))
    assert clean(HubLost("user", "token secret")) == HubLost("user", "token ***")
    error = ProtocolError("frame", "odd", "{secret}")
    assert clean(error) == ProtocolError("frame", "odd", "{***}")
    well = TokenChanged(None)
    assert clean(well) is well
    started = Started()
    assert clean(started) is started


def test_an_enabled_section_without_a_rule_stops_the_start():
    config = watched(CAP, {}).config
    object.__setattr__(config, "rules", {**config.rules, "max_luck": config.rules["max_contracts"]})
    with pytest.raises(StartError, match="could not be loaded: max_luck"):
        load_rules(config, CONTEXT)


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [((), "RULE-001 listens to nothing"), ((Started,), "listens to Started, which nothing pro")],
)
def test_a_rule_that_cannot_hear_stops_the_start(monkeypatch, inputs, problem):
    rule = cap()
    check_wiring([rule])
    monkeypatch.setattr(type(rule), "listens_to", inputs)
    with pytest.raises(StartError, match=problem):
        check_wiring([rule])


@pytest.mark.parametrize(
    ("mode", "rule_mode", "linked"),
    [("enforce", "enforce", True), ("shadow", "enforce", False), ("enforce", "shadow", False)],
)
def test_only_an_enforced_daily_target_is_linked(mode, rule_mode, linked):
    sections = {"daily_realized_profit": {"limit": 900, "rule_mode": rule_mode}}
    (rule,) = load_rules(watched(sections, {"mode": mode}).config, CONTEXT)
    assert (rule.context.daily_target is not None) is linked
